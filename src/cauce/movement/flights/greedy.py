"""The rule a desk would follow by hand: what gives most for its cost is bought next. Pure.

A charter is worth what the best groups that still wait would make of it; commercial seats are worth a group's weight
for its fare. The best ratio of value to cost within the money left is taken, then all is weighed again. It needs no
solver, so it is the answer when there is no time for one, and the yardstick the solver is measured by.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from cauce.movement.flights.instance import Flight, Group, Instance
from cauce.movement.flights.plans import CENTS, Assignment


class Desk:
    """What is left while a plan is made group by group: money, free seats, commercial seats of each day."""

    def __init__(self, instance: Instance) -> None:
        self.instance, self.left = instance, instance.budget * (1 + CENTS)
        self.aboard: dict[str, list[Group]] = {}
        self.sold: defaultdict[tuple[str, int], int] = defaultdict(int)
        self.assigned: dict[str, Assignment] = {}

    def load(self, flight: Flight, waiting: Sequence[Group], spare: float) -> list[Group]:
        """The groups, of those in this order, that fit into the flight's free seats and the money beside its price."""
        aboard = list(self.aboard.get(flight.id, ()))
        people, escorted = sum(g.size for g in aboard), sum(g.size for g in aboard if g.escorted)
        taken: list[Group] = []
        for group in waiting:
            more = people + group.size
            guarded = escorted + (group.size if group.escorted else 0)
            price = self.instance.fee(group, flight)
            if more + self.instance.escorts(guarded) <= flight.places and price <= spare:
                people, escorted, spare = more, guarded, spare - price
                taken.append(group)
        return taken

    def board(self, flight: Flight, groups: Sequence[Group]) -> None:
        if flight.id not in self.aboard:
            self.left -= flight.price
        self.aboard.setdefault(flight.id, []).extend(groups)
        for group in groups:
            self.left -= self.instance.fee(group, flight)
            self.assigned[group.id] = Assignment(group.id, flight=flight.id)

    def buy(self, group: Group) -> bool:
        """The first day in the group's window with seats enough, if the money reaches."""
        offer = self.instance.commercial_for(group)
        if offer is None or offer.fare * group.size > self.left:
            return False
        for day in range(group.ready, group.until + 1):
            if self.sold[offer.destination, day] + group.size <= offer.seats_per_day:
                self.sold[offer.destination, day] += group.size
                self.left -= offer.fare * group.size
                self.assigned[group.id] = Assignment(group.id, commercial=offer.destination, day=day)
                return True
        return False


def greedy(instance: Instance) -> list[Assignment]:
    """A plan by value per cost; feasible, whatever the instance."""
    desk = Desk(instance)
    ordered = sorted(
        (each for each in instance.groups if not each.held and each.weight > 0), key=lambda g: (-g.weight, g.size, g.id)
    )
    eligible: dict[str, list[Group]] = {each.id: [] for each in instance.flights}
    for group in ordered:
        for flight in instance.charters(group):
            eligible[flight.id].append(group)
    tickets = [(group.weight / _fare(instance, group), group) for group in ordered if instance.commercial_for(group)]
    tickets.sort(key=lambda pair: (-pair[0], pair[1].id))
    _by_ratio(desk, eligible, tickets)
    return list(desk.assigned.values())


def _fare(instance: Instance, group: Group) -> float:
    offer = instance.commercial_for(group)
    return offer.fare if offer and offer.fare > 0 else 1e-9


def _by_ratio(desk: Desk, eligible: dict[str, list[Group]], tickets: list[tuple[float, Group]]) -> None:
    """Buy the best charter or the best tickets, until neither can be had.

    Ratios only fall while money and groups go, so a charter is weighed again only when it looks the best.
    """
    ratios = dict.fromkeys(eligible, float("inf"))
    at = 0
    while True:
        best = max(ratios, key=lambda name: (ratios[name], name), default="")
        ratio = _ratio(desk, desk.instance.flight[best], eligible[best]) if best else 0.0
        if best and ratio < ratios[best]:
            ratios[best] = ratio
            continue
        first = at
        while at < len(tickets) and tickets[at][0] > ratio:
            if tickets[at][1].id not in desk.assigned:
                desk.buy(tickets[at][1])
            at += 1
        if at > first:
            continue
        if ratio <= 0:
            return
        flight = desk.instance.flight[best]
        desk.board(flight, desk.load(flight, _waiting(desk, eligible[best]), desk.left - flight.price))
        ratios.pop(best)


def _waiting(desk: Desk, groups: Sequence[Group]) -> list[Group]:
    return [each for each in groups if each.id not in desk.assigned]


def _ratio(desk: Desk, flight: Flight, groups: Sequence[Group]) -> float:
    spare = desk.left - flight.price
    if spare < 0:
        return 0.0
    taken = desk.load(flight, _waiting(desk, groups), spare)
    paid = flight.price + sum(desk.instance.fee(each, flight) for each in taken)
    return sum(each.value for each in taken) / max(paid, 1e-9)
