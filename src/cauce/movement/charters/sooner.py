"""Of plans that move the same people, one in which those in custody fly earlier: each day less there is one less to pay
for and to be held. Pure.

The planner looks at what that costs only where money is short. Afterwards who is in custody moves to the earliest
charter of the plan that goes there and has room, or changes places with a group like it that is free; nobody else is
touched, and the plan's worth stays what it was.
"""

from __future__ import annotations

from collections.abc import Mapping

from cauce.movement.flights.instance import Flight, Group, Instance
from cauce.movement.flights.plans import Assignment, Plan, made


def sooner(instance: Instance, plan: Plan, held: Mapping[str, int], standing: Plan | None = None) -> Plan:
    """The plan with fewer days in custody. `held`: people in custody by group. Who kept a standing place keeps it."""
    kept = {(each.group, each.flight) for each in standing.assignments} if standing else set()
    seat = {each.group: each.flight for each in plan.assignments if each.flight}
    fixed = {group for group, flight in seat.items() if (group, flight) in kept}
    flights = {one.id: one for one in instance.flights if one.id in set(plan.flown)}
    changed = False
    waiting = [name for name in seat if name in held and name not in fixed]
    for name in sorted(waiting, key=lambda one: (-held[one], flights[seat[one]].day, one)):
        changed |= _earlier(instance, name, seat, flights, fixed, held)
    if not changed:
        return plan
    given = [Assignment(each.group, flight=seat[each.group]) if each.flight else each for each in plan.assignments]
    return made(instance, given, bound=plan.bound, seconds=plan.seconds, why_not=dict(plan.why_not), method=plan.method)


def _earlier(
    instance: Instance,
    name: str,
    seat: dict[str, str],
    flights: Mapping[str, Flight],
    fixed: set[str],
    held: Mapping[str, int],
) -> bool:
    """Put the group on an earlier flight if one takes it; whether it did."""
    group, now = instance.group[name], flights[seat[name]]
    for flight in instance.charters(group):  # by day
        if flight.day >= now.day:
            return False
        if flight.id not in flights:
            continue
        aboard = [one for one, where in seat.items() if where == flight.id]
        if _fits(instance, flight, [*aboard, name]):
            seat[name] = flight.id
            return True
        other = next(
            (
                one
                for one in sorted(aboard)
                if one not in held and one not in fixed and _alike(instance, instance.group[one], group, now)
            ),
            None,
        )
        if other is not None:
            seat[name], seat[other] = flight.id, now.id
            return True
    return False


def _alike(instance: Instance, other: Group, group: Group, flight: Flight) -> bool:
    """Whether the other group takes as many seats and escorts, and may take that flight."""
    return (other.size, other.escorted) == (group.size, group.escorted) and flight in instance.charters(other)


def _fits(instance: Instance, flight: Flight, groups: list[str]) -> bool:
    return instance.seats_for(instance.group[name] for name in groups) <= flight.places
