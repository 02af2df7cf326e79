"""What a plan of buses is made of, and what it answers: plain numbers, no store.

The delay that a plan leaves is `size x weight x days`, summed over the groups that could leave: a group that leaves on
the first day of the plan has none, one that stays to its end has all its days. A weight is the hours that the group
has waited, its head start included, plus a day (`weight_of`). With those weights the plan minimises the growth of the
sum of squared waits, so a day more for who waits long counts more than a day more for who has just come. Neither
nationality nor money is part of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from cauce.movement.allot import Budget, Company, Ride, Way
from cauce.movement.reasons import Reason

DAY_HOURS = 24


@dataclass(frozen=True, slots=True)
class Candidate:
    """A group that may leave. `weight` >= 1; `special` of its `size` people need a special seat."""

    key: int
    size: int
    weight: int = DAY_HOURS
    special: int = 0
    due: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A day's ways (first choice first), vehicles (with who sits in them already), and what takes how many.

    `limits`: people that a destination takes on this day; one that is missing takes all.
    """

    ways: tuple[Way, ...]
    rides: tuple[Ride[int], ...]
    budgets: Mapping[str, Budget]
    limits: Mapping[str, int] = field(default_factory=dict)

    def copies(self) -> list[Ride[int]]:
        """The vehicles, to be filled without changing the instance."""
        return [replace(ride, groups=list(ride.groups)) for ride in self.rides]


@dataclass(frozen=True)
class Instance:
    """Candidates in queue order, the days of the plan, who travels together and who never in one vehicle.

    `beds`: people that a destination takes over all days together. `standing`: the vehicle (index of the first day's
    `rides`) that a group was proposed for before.
    """

    candidates: tuple[Candidate, ...]
    days: tuple[Day, ...]
    together: tuple[frozenset[int], ...] = ()
    apart: frozenset[tuple[int, int]] = frozenset()
    beds: Mapping[str, int] = field(default_factory=dict)
    standing: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def company(self) -> Company[int]:
        """The same as the greedy rule reads it."""
        number = {key: n for n, unit in enumerate(self.together) for key in unit}
        against: dict[int, set[int]] = {}
        for one, other in self.apart:
            against.setdefault(one, set()).add(other)
            against.setdefault(other, set()).add(one)
        return Company(
            number,
            {key: frozenset(others) for key, others in against.items()},
            {c.key: c.special for c in self.candidates if c.special},
            frozenset(c.key for c in self.candidates if c.due),
        )

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """What leaves whole or not at all, in queue order: a group, or groups that are linked."""
        found: dict[tuple[bool, int], list[Candidate]] = {}
        for one in self.candidates:
            number = self.company.together.get(one.key)
            found.setdefault((False, one.key) if number is None else (True, number), []).append(one)
        return tuple(Unit(tuple(members), self._against(members)) for members in found.values())

    def _against(self, members: Iterable[Candidate]) -> frozenset[int]:
        return frozenset[int]().union(*(self.company.apart.get(one.key, frozenset()) for one in members))


@dataclass(frozen=True)
class Unit:
    """Groups that leave together; `apart`: the groups that may sit in no vehicle of theirs."""

    members: tuple[Candidate, ...]
    apart: frozenset[int]

    @cached_property
    def size(self) -> int:
        return sum(one.size for one in self.members)

    @cached_property
    def special(self) -> int:
        return sum(one.special for one in self.members)

    @cached_property
    def cost(self) -> int:
        """The delay of one day: people times weight."""
        return sum(one.size * one.weight for one in self.members)

    @property
    def due(self) -> bool:
        return any(one.due for one in self.members)

    @property
    def parts(self) -> list[tuple[int, int]]:
        """Key and size of each group."""
        return [(one.key, one.size) for one in self.members]


@dataclass(frozen=True)
class BusPlan:
    """Each day's vehicles with somebody in them, why the others stay, and how good that is proven to be.

    `delay`: the weighted delay that this plan leaves, in person-hours times days; `bound`: no plan leaves less. `rule`:
    `all` (everybody who could, leaves at once), `model` (HiGHS), or `greedy`. `passed_over`: whom somebody behind them
    in the queue passed on the first day.
    """

    rides: tuple[list[Ride[int]], ...]
    left: dict[int, Reason]
    passed_over: frozenset[int]
    delay: int
    bound: int
    rule: str
    seconds: float = 0.0

    @property
    def gap(self) -> float:
        """How much of the delay could at most be spared: 0 when the plan is proven best."""
        return 0.0 if self.delay <= self.bound else (self.delay - self.bound) / self.delay


def weight_of(hours: float) -> int:
    """The weight of somebody whose turn came `hours` before the first day's noon: at least one day's."""
    return DAY_HOURS + max(0, math.floor(hours))


Slot = tuple[int, int]
"""A day of the plan, and which of that day's ways."""


def slots_of(instance: Instance, rides: Iterable[Iterable[Ride[int]]]) -> dict[int, Slot]:
    """When and how each seated group leaves."""
    return {
        group: (day, instance.days[day].ways.index(ride.way))
        for day, found in enumerate(rides)
        for ride in found
        if ride.way is not None
        for group, _ in ride.groups
    }


def delay_of(instance: Instance, leaves: Mapping[int, Slot]) -> int:
    """The weighted delay when the groups leave so, or after the plan's end where one is missing.

    A way of lower priority costs an hour for each person and place in the list.
    """
    nowhere = (len(instance.days), 0)
    total = 0
    for one in instance.candidates:
        day, way = leaves.get(one.key, nowhere)
        total += one.size * (one.weight * day + way)
    return total
