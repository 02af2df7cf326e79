"""What is asked of the planner: groups that may go home, flights on offer, commercial seats, a budget. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Group:
    """People who travel together or not at all, `size` of them, home to `destination` on a day in [ready, until].

    `weight` counts for each person. A `held` group never moves, whatever it would be worth. `extra` is what it costs on
    a charter besides its seats, `daily` each day until then: escorts and custody, where the plan is from the store.
    """

    id: str
    size: int
    destination: str
    ready: int
    until: int
    weight: float
    escorted: bool = False
    held: bool = False
    extra: float = 0.0
    daily: float = 0.0

    @property
    def value(self) -> float:
        return self.weight * self.size


@dataclass(frozen=True, slots=True)
class Flight:
    """A charter on offer: flown or not, for `price`. It lands at each of its stops."""

    id: str
    day: int
    stops: tuple[str, ...]
    seats: int
    crew_seats: int
    price: float

    @property
    def places(self) -> int:
        """Seats for those who go home and their escorts."""
        return max(0, self.seats - self.crew_seats)


@dataclass(frozen=True, slots=True)
class Commercial:
    """Seats on scheduled flights to one destination: so many a day, for groups no larger than `max_group`."""

    destination: str
    fare: float
    seats_per_day: int
    max_group: int


@dataclass(frozen=True)
class Instance:
    """All that is asked. `commercial_escorts` is information only. Ids are unique; one `Commercial` a destination."""

    budget: float
    seat_cost: float
    escort_ratio: float
    commercial_escorts: float = 0
    groups: tuple[Group, ...] = ()
    flights: tuple[Flight, ...] = ()
    commercial: tuple[Commercial, ...] = field(default=())

    @cached_property
    def group(self) -> Mapping[str, Group]:
        return {each.id: each for each in self.groups}

    @cached_property
    def flight(self) -> Mapping[str, Flight]:
        return {each.id: each for each in self.flights}

    @cached_property
    def fares(self) -> Mapping[str, Commercial]:
        """Commercial seats by destination."""
        return {each.destination: each for each in self.commercial}

    @cached_property
    def landing(self) -> Mapping[str, tuple[Flight, ...]]:
        """Flights by each destination they stop at, by day."""
        found: dict[str, list[Flight]] = {}
        for flight in sorted(self.flights, key=lambda each: (each.day, each.id)):
            for stop in dict.fromkeys(flight.stops):
                found.setdefault(stop, []).append(flight)
        return {stop: tuple(flights) for stop, flights in found.items()}

    def escorts(self, escorted: int) -> int:
        """Escorts that so many escorted people need on one charter, a seat each."""
        return math.ceil(escorted / self.escort_ratio) if escorted else 0

    def fee(self, group: Group, flight: Flight) -> float:
        """What the group costs on the charter besides its price."""
        return self.seat_cost * group.size + group.extra + group.daily * flight.day

    def seats_for(self, groups: Iterable[Group]) -> int:
        """Seats that these groups and their escorts take on one charter."""
        people = escorted = 0
        for each in groups:
            people += each.size
            escorted += each.size if each.escorted else 0
        return people + self.escorts(escorted)

    def charters(self, group: Group) -> list[Flight]:
        """The charters that go where the group goes while it may go, and could hold it alone; none for a held one."""
        if group.held:
            return []
        needed = self.seats_for([group])
        return [
            each
            for each in self.landing.get(group.destination, ())
            if group.ready <= each.day <= group.until and needed <= each.places
        ]

    def commercial_for(self, group: Group) -> Commercial | None:
        """The commercial seats that the group may take on any day of its window."""
        found = self.fares.get(group.destination)
        if found is None or group.held or group.escorted or group.until < group.ready:
            return None
        return found if group.size <= min(found.max_group, found.seats_per_day) else None
