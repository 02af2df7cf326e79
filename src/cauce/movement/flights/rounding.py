"""From charters chosen and groups in parts to whole groups in whole seats. Pure.

First the groups nearest to being in doubt become binaries, days of commercial seats still pooled (`Relaxation.whole`);
then, destination by destination, an integer programme finds each of them a day; what is free at the end is filled by
weight. Together that costs about one in a thousand of what the parts were worth.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping

from cauce.movement.flights.exact import Effort, Programme
from cauce.movement.flights.instance import Flight, Group
from cauce.movement.flights.plans import Assignment
from cauce.movement.flights.relaxing import Relaxation
from cauce.movement.flights.rooms import Room, by_weight
from cauce.movement.flights.searching import Leaf
from cauce.movement.flights.seating import Seating

FREE = 1_000  # columns that become binaries: more gain less than a fifth of a thousandth and take seconds
BESIDE = 20  # groups of a destination that no seat was chosen for, but that may get a day
NODES = 300


def seat(relaxation: Relaxation, leaf: Leaf, start: Seating, until: float, free: int = FREE) -> Seating:
    """Whole groups near the leaf's optimum, on top of those who sit in `start` already. Always feasible."""
    values = None
    if time.monotonic() < until:
        solved = relaxation.solve(leaf.fixed, until)  # anew: it keeps the rows added since the leaf was found
        if solved.optimal:
            values = relaxation.whole(solved, leaf.fixed, free, (until - time.monotonic()) / 2, NODES)
    if values is None:
        return _quick(relaxation, leaf, start)
    bought: defaultdict[str, list[Group]] = defaultdict(list)
    for group, flight, _ in relaxation.shares(values):
        if flight:
            start.board(group, [start.flights[flight]])
        else:
            bought[group.destination].append(group)
    for destination, groups in sorted(bought.items()):
        _days(relaxation, start, destination, groups, until)
    if relaxation.least is None:
        _fill(relaxation, start)
    return start


def flown(relaxation: Relaxation, fixed: Mapping[int, int]) -> list[Flight]:
    """The charters that fly in this leaf."""
    return [flight for k, flight in enumerate(relaxation.open) if fixed.get(k)] + list(relaxation.room.flying)


def _quick(relaxation: Relaxation, leaf: Leaf, start: Seating) -> Seating:
    """By the largest share first: no programme, a hundredth or less worse."""
    ordered = sorted(relaxation.shares(leaf.solved.values), key=lambda each: (-each[2], -each[0].weight, each[0].id))
    for group, flight, _ in ordered:
        if group.id in start.given:
            continue
        if flight in start.flights:
            start.board(group, [start.flights[flight]])
        elif not flight:
            start.buy(group)
    _fill(relaxation, start)
    return start


def _fill(relaxation: Relaxation, start: Seating) -> None:
    """What is free by weight; then, while money is left for one, the charter that moves most of those who stay."""
    start.fill(by_weight(relaxation.groups))
    while True:
        best: tuple[float, str, list[Group]] = (0.0, "", [])
        for flight in relaxation.open:
            if flight.id in start.flights or flight.price > start.left:
                continue
            staying = [
                g for g in relaxation.groups if g.id not in start.given and flight.day in range(g.ready, g.until + 1)
            ]
            taken = start.load(flight, by_weight(g for g in staying if g.destination in flight.stops))
            best = max(best, (sum(g.value for g in taken), flight.id, taken), key=lambda each: each[:2])
        if not best[1]:
            return
        flight = relaxation.instance.flight[best[1]]
        start.fly(flight)
        for group in best[2]:
            start.board(group, [flight])


def _days(relaxation: Relaxation, start: Seating, destination: str, groups: list[Group], until: float) -> None:
    """A day for each of these, or for others of the destination worth more, at no more than these would cost."""
    instance = relaxation.instance
    chosen = {each.id for each in groups}
    others = []
    if relaxation.least is None:
        others = [
            each
            for each in relaxation.groups
            if each.destination == destination and each.id not in chosen and each.id not in start.given
        ]
    fare = instance.fares[destination].fare
    money = min(start.left, fare * sum(each.size for each in groups) * (1 + 1e-9))
    room = Room(money=money, sold=start.sold_by_day())
    programme = Programme(instance, [*groups, *by_weight(others)[:BESIDE]], room)
    effort = Effort(max(0.05, min(3.0, (until - time.monotonic()) / 2)), NODES, gap=1e-4)
    for given in programme.solve(effort).assignments:
        group = instance.group[given.group]
        if start.price(group, given) <= start.left:
            start.take(group, given)
    for group in groups:
        if group.id not in start.given:
            start.buy(group)


def assignments(seating: Seating) -> list[Assignment]:
    return list(seating.given.values())
