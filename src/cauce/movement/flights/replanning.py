"""After a hold, a cancelled flight or a refused landing: a plan anew that leaves others where they sit. Pure.

Whoever sits well keeps the seat. Those who lost theirs, and those who stayed, are planned into what is free: seats of
the charters that fly, commercial seats, and the money left, with which further charters may be flown. Nobody else is
moved to another seat, so few hear of a change.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from cauce.movement.flights.exact import Effort, Programme, options
from cauce.movement.flights.instance import Flight, Group, Instance
from cauce.movement.flights.plans import Assignment, Plan, made
from cauce.movement.flights.relaxing import Relaxation
from cauce.movement.flights.rooms import by_weight
from cauce.movement.flights.rounding import flown, seat
from cauce.movement.flights.searching import Tree
from cauce.movement.flights.seating import Seating
from cauce.movement.flights.staying import why_not

SMALL, NODES, NEAR = 2_000, 20, 0.05


@dataclass(frozen=True)
class Replanned:
    """The new plan, and who is told of a change: `reseated` go otherwise than before, `unseated` no longer go."""

    plan: Plan
    reseated: tuple[str, ...]
    unseated: tuple[str, ...]
    people_reseated: int


def replan(instance: Instance, previous: Plan, time_limit: float = 5.0) -> Replanned:
    """`instance` as it is now (the group held, the flight taken off), planned from `previous` within the time.

    The plan's bound is that of what could be reached without moving anybody who still sits well.
    """
    begun = time.monotonic()
    until = begun + 0.85 * time_limit
    start = _still(instance, previous)
    kept = dict(start.given)
    bound = _filled(instance, start, until)
    given = list(start.given.values())
    anew = made(
        instance,
        given,
        bound=bound,
        seconds=time.monotonic() - begun,
        why_not=why_not(instance, given),
        method="replanned",
    )
    before = {each.group: each for each in previous.assignments}
    now = {each.group: each for each in anew.assignments}
    reseated = tuple(name for name, each in before.items() if name in now and now[name] != each and name not in kept)
    return Replanned(
        anew,
        reseated,
        tuple(name for name in before if name not in now),
        sum(instance.group[name].size for name in reseated),
    )


def changed(previous: Plan, anew: Plan, instance: Instance) -> float:
    """Share of the people of `previous` that `anew` gives another seat."""
    now = {each.group: each for each in anew.assignments}
    other = [each for each in previous.assignments if each.group in now and now[each.group] != each]
    return sum(instance.group[each.group].size for each in other) / max(1, previous.people)


def _still(instance: Instance, previous: Plan) -> Seating:
    """Those of the previous plan who may sit where they sat; where a seat or the money is short, the heaviest."""
    wanted = {each.group: each for each in previous.assignments if _possible(instance, each)}
    flights = {each.flight for each in wanted.values() if each.flight}
    start = Seating(instance, _paid(instance, [f for f in instance.flights if f.id in flights]))
    for group in by_weight(instance.group[name] for name in wanted):
        given = wanted[group.id]
        if start.price(group, given) > start.left or not _free(start, group, given):
            continue
        start.take(group, given)
    return start


def _paid(instance: Instance, flights: list[Flight]) -> list[Flight]:
    """As many of them as the budget still flies, the cheapest first: all, unless prices or the budget changed."""
    left, kept = instance.budget, []
    for flight in sorted(flights, key=lambda each: (each.price, each.id)):
        if flight.price <= left:
            left -= flight.price
            kept.append(flight)
    return kept


def _possible(instance: Instance, given: Assignment) -> bool:
    group = instance.group.get(given.group)
    if group is None or group.held:
        return False
    if given.flight:
        return any(each.id == given.flight for each in instance.charters(group))
    offer = instance.commercial_for(group)
    return offer is not None and given.day is not None and group.ready <= given.day <= group.until


def _free(start: Seating, group: Group, given: Assignment) -> bool:
    if given.flight:
        flight = start.flights.get(given.flight)
        return flight is not None and start.free(flight, group) >= 0
    offer = start.instance.fares[given.commercial]
    return start.sold_on(offer, given.day or 0) + group.size <= offer.seats_per_day


def _filled(instance: Instance, start: Seating, until: float) -> float:
    """Plan the others into what is free; what no such plan is worth more than."""
    others = [g for g in instance.groups if not g.held and g.weight > 0 and g.id not in start.given]
    room = start.room(openable=[f for f in instance.flights if f.id not in start.flights])
    sitting = start.value()
    bound = sitting + sum(g.value for g in others)
    if sum(options(instance, each) for each in others) <= SMALL:
        answer = Programme(instance, others, room).solve(Effort(until - time.monotonic(), gap=1e-4))
        for given in sorted(answer.assignments, key=lambda each: each.group):
            _join(start, given)
        bound = min(bound, sitting + max(0.0, answer.bound)) if answer.found else bound
    else:
        bound = min(bound, sitting + _by_parts(instance, others, start, until))
    start.fill(by_weight(others))
    return max(bound, start.value())


def _by_parts(instance: Instance, others: list[Group], start: Seating, until: float) -> float:
    room = start.room(openable=[f for f in instance.flights if f.id not in start.flights])
    relaxation = Relaxation(instance, others, room)
    half = time.monotonic() + (until - time.monotonic()) / 2
    tree = Tree(relaxation)
    root = tree.root(half)
    if root.optimal:
        share = root.values[: relaxation.x_at]
        near = Tree(relaxation, {k: int(v > 0.5) for k, v in enumerate(share) if min(v, 1 - v) < NEAR})
        near.root(half)
        near.run(NODES, half)
        if near.best:
            for flight in flown(relaxation, near.best.fixed):
                start.fly(flight)
            seat(relaxation, near.best, start, until)
    return root.bound


def _join(start: Seating, given: Assignment) -> None:
    if given.flight:
        start.fly(start.instance.flight[given.flight])
    start.take(start.instance.group[given.group], given)
