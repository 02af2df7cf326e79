"""What a part of a plan may use: what the other groups leave of charters, commercial seats and money. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cauce.movement.flights.instance import Flight, Group, Instance

LONGEST = 1_000


@dataclass(frozen=True)
class Room:
    """Charters that fly whatever is decided now, those that may fly besides, seats sold by day, money left.

    `aboard` counts people and escorted people already on a charter that flies; its price is paid.
    """

    money: float
    flying: tuple[Flight, ...] = ()
    open: tuple[Flight, ...] = ()
    aboard: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    sold: Mapping[tuple[str, int], int] = field(default_factory=dict)

    @classmethod
    def whole(cls, instance: Instance) -> Room:
        """Nothing decided yet."""
        return cls(money=instance.budget, open=instance.flights)


def days(group: Group) -> range:
    """The days looked at: the last thousand of a window longer than that, as days beyond are as good as these."""
    return range(max(group.ready, group.until - LONGEST + 1), group.until + 1)


def by_weight(groups: Iterable[Group]) -> list[Group]:
    """The heaviest first, of the same the largest: the order in which free seats are filled."""
    return sorted(groups, key=lambda g: (-g.weight, -g.size, g.id))
