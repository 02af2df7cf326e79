"""Whole groups in whole seats: a plan being made, group by group, on charters already chosen. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from cauce.movement.flights.instance import Commercial, Flight, Group, Instance
from cauce.movement.flights.plans import CENTS, Assignment
from cauce.movement.flights.rooms import Room, days


class Seating:
    """Who sits where, what is free and what money is left. Never over a seat, a day or the budget.

    `flights` are the charters flown; their prices are paid from the start.
    """

    def __init__(self, instance: Instance, flights: Iterable[Flight]) -> None:
        self.instance = instance
        self.flights = {each.id: each for each in flights}
        self.left = instance.budget * (1 + CENTS) - sum(each.price for each in self.flights.values())
        self.people: dict[str, int] = dict.fromkeys(self.flights, 0)
        self.escorted: dict[str, int] = dict.fromkeys(self.flights, 0)
        self.aboard: dict[str, dict[str, Group]] = {name: {} for name in self.flights}
        self.sold: defaultdict[tuple[str, int], dict[str, Group]] = defaultdict(dict)
        self.given: dict[str, Assignment] = {}

    def fly(self, flight: Flight) -> None:
        """Pay for one more charter; nothing where it flies already."""
        if flight.id in self.flights:
            return
        self.flights[flight.id] = flight
        self.left -= flight.price
        self.people[flight.id] = self.escorted[flight.id] = 0
        self.aboard[flight.id] = {}

    def value(self) -> float:
        return sum(self.instance.group[name].value for name in self.given)

    def price(self, group: Group, given: Assignment) -> float:
        """What the group's own seats cost."""
        if given.flight:
            return self.instance.fee(group, self.instance.flight[given.flight])
        return self.instance.fares[given.commercial].fare * group.size

    def free(self, flight: Flight, group: Group) -> int:
        """Seats that would be left on the flight with the group on it; below 0 it does not fit."""
        escorted = self.escorted[flight.id] + (group.size if group.escorted else 0)
        return flight.places - self.people[flight.id] - group.size - self.instance.escorts(escorted)

    def take(self, group: Group, given: Assignment) -> None:
        self.given[group.id] = given
        self.left -= self.price(group, given)
        if given.flight:
            self.people[given.flight] += group.size
            self.escorted[given.flight] += group.size if group.escorted else 0
            self.aboard[given.flight][group.id] = group
        else:
            self.sold[given.commercial, given.day or 0][group.id] = group

    def give_up(self, group: Group) -> Assignment:
        given = self.given.pop(group.id)
        self.left += self.price(group, given)
        if given.flight:
            self.people[given.flight] -= group.size
            self.escorted[given.flight] -= group.size if group.escorted else 0
            del self.aboard[given.flight][group.id]
        else:
            del self.sold[given.commercial, given.day or 0][group.id]
        return given

    def load(self, flight: Flight, groups: Iterable[Group]) -> list[Group]:
        """Those of the groups, in this order, that a charter not flown yet would take for the money left."""
        people = escorted = 0
        left, taken = self.left - flight.price, []
        for group in groups:
            guarded = escorted + (group.size if group.escorted else 0)
            price = self.instance.fee(group, flight)
            if people + group.size + self.instance.escorts(guarded) <= flight.places and price <= left:
                people, escorted, left = people + group.size, guarded, left - price
                taken.append(group)
        return taken

    def board(self, group: Group, charters: Iterable[Flight] | None = None) -> bool:
        """On the charter, of those given or all it may take, where it leaves the fewest seats free."""
        if self.instance.seat_cost * group.size + group.extra > self.left:
            return False
        best: tuple[int, str] | None = None
        for flight in self.instance.charters(group) if charters is None else charters:
            if flight.id not in self.flights or self.instance.fee(group, flight) > self.left:
                continue
            if (free := self.free(flight, group)) >= 0:
                best = min(best or (free, flight.id), (free, flight.id))
        if best is None:
            return False
        self.take(group, Assignment(group.id, flight=best[1]))
        return True

    def buy(self, group: Group) -> bool:
        """Commercial seats on a day of its window."""
        offer = self.instance.commercial_for(group)
        if offer is None or offer.fare * group.size > self.left:
            return False
        day = self._day(offer, group)
        if day is None:
            return False
        self.take(group, Assignment(group.id, commercial=offer.destination, day=day))
        return True

    def sold_on(self, offer: Commercial, day: int) -> int:
        return sum(each.size for each in self.sold[offer.destination, day].values())

    def _day(self, offer: Commercial, group: Group) -> int | None:
        """The day on which it leaves the fewest seats free; of the same the last."""
        best: tuple[int, int] | None = None
        for day in days(group):
            free = offer.seats_per_day - self.sold_on(offer, day) - group.size
            if free >= 0:
                best = min(best or (free, -day), (free, -day))
                if free == 0:
                    break
        return None if best is None else -best[1]

    def fill(self, groups: Iterable[Group]) -> None:
        """Those who stay, in this order, into what is free and paid for; charters first, as they cost less."""
        for group in groups:
            if group.id not in self.given and not self.board(group):
                self.buy(group)

    def room(self, but: Iterable[Group] = (), openable: Iterable[Flight] = ()) -> Room:
        """What is left for others, and for `but`, who are counted as not seated."""
        freed = {each.id: self.given[each.id] for each in but if each.id in self.given}
        people, escorted, sold, money = dict(self.people), dict(self.escorted), self.sold_by_day(), self.left
        for name, given in freed.items():
            group = self.instance.group[name]
            money += self.price(group, given)
            if given.flight:
                people[given.flight] -= group.size
                escorted[given.flight] -= group.size if group.escorted else 0
            else:
                sold[given.commercial, given.day or 0] -= group.size
        return Room(
            money=max(0.0, money),
            flying=tuple(self.flights.values()),
            open=tuple(openable),
            aboard={name: (people[name], escorted[name]) for name in self.flights},
            sold=sold,
        )

    def sold_by_day(self) -> dict[tuple[str, int], int]:
        return {at: sum(each.size for each in groups.values()) for at, groups in self.sold.items()}
