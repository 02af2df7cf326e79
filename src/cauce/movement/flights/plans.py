"""What the planner answers. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cauce.movement.flights.instance import Group, Instance


@dataclass(frozen=True, slots=True)
class Assignment:
    """One group on one charter (`flight`), or on commercial seats to `commercial` on `day`."""

    group: str
    flight: str = ""
    commercial: str = ""
    day: int | None = None

    def as_dict(self) -> dict[str, Any]:
        if self.flight:
            return {"group": self.group, "flight": self.flight}
        return {"group": self.group, "commercial": self.commercial, "day": self.day}


@dataclass(frozen=True)
class Plan:
    """Who goes on what, what it is worth and costs, and why each other group stays.

    No plan whatever is worth more than `bound`. `gap` is (bound - value) / value; None where nothing of value moves
    although something might. `method` says how the plan was found: `optimised`, or `greedy` where no time was left.
    """

    assignments: tuple[Assignment, ...]
    flown: tuple[str, ...]
    people: int
    value: float
    spent: float
    bound: float
    gap: float | None
    seconds: float
    why_not: Mapping[str, str] = field(default_factory=dict)
    method: str = "optimised"

    def as_dict(self) -> dict[str, Any]:
        """PLAN.json."""
        return {
            "assignments": [each.as_dict() for each in self.assignments],
            "flown": list(self.flown),
            "people": self.people,
            "value": self.value,
            "spent": self.spent,
            "bound": self.bound,
            "gap": self.gap,
            "seconds": self.seconds,
            "method": self.method,
            "why_not": dict(self.why_not),
        }


CENTS = 1e-9  # of the budget: sums of prices with cents may differ in their last digit


def gap(value: float, bound: float) -> float | None:
    """How much better than `value` a plan might be, as a share of it."""
    if bound <= value:
        return 0.0
    return (bound - value) / value if value > 0 else None


def worth(groups: Iterable[Group]) -> float:
    return math.fsum(each.value for each in groups)


def cost(instance: Instance, assignments: Iterable[Assignment]) -> float:
    """What these assignments cost: each charter flown once, a seat for each person, fares."""
    charters: dict[str, float] = {}
    parts: list[float] = []
    for each in assignments:
        people = instance.group[each.group].size
        if each.flight:
            flight = instance.flight[each.flight]
            charters[each.flight] = flight.price
            parts.append(instance.fee(instance.group[each.group], flight))
        else:
            parts.append(instance.fares[each.commercial].fare * people)
    return math.fsum([*charters.values(), *parts])


def made(
    instance: Instance,
    assignments: Iterable[Assignment],
    *,
    bound: float,
    seconds: float,
    why_not: Mapping[str, str],
    method: str,
) -> Plan:
    """A plan with its figures, its assignments in the order of the groups asked about."""
    by_group = {each.group: each for each in assignments}
    ordered = tuple(by_group[each.id] for each in instance.groups if each.id in by_group)
    moved = [instance.group[each.group] for each in ordered]
    used = {each.flight for each in ordered if each.flight}
    value = worth(moved)
    return Plan(
        assignments=ordered,
        flown=tuple(each.id for each in instance.flights if each.id in used),
        people=sum(each.size for each in moved),
        value=value,
        spent=cost(instance, ordered),
        bound=max(bound, value),
        gap=gap(value, bound),
        seconds=round(seconds, 3),
        why_not=why_not,
        method=method,
    )
