"""The walk goes on to the airport: return cases, flights and money, at random, beside everything else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.factories import a_family, a_person
from tests.movement.flying import a_flight, costs
from tests.movement.money import a_tranche
from tests.movement.returning import HOME, made_ready
from tests.soak.walking import PLACE, Walk

from cauce.corridor.selectors import local_day
from cauce.journal import clock
from cauce.movement.charters import services as charters
from cauce.movement.charters.models import Flight
from cauce.movement.charters.services import Travelling
from cauce.movement.returns import services as returns
from cauce.movement.returns.models import ReturnCase
from cauce.movement.returns.selectors import movable
from cauce.people import services as people
from cauce.people.models import Person


class HomeWalk(Walk):
    """The same walk with twelve operations more."""

    def __init__(self, actors: Any, seed: int, start: datetime) -> None:
        super().__init__(actors, seed, start)
        self.priced = False
        self.operations |= {
            "to airport": (8, self.to_airport),
            "money": (3, self.money),
            "offer": (4, self.offer),
            "propose": (6, self.propose),
            "book": (6, self.book),
            "present": (6, self.present),
            "withdraw": (2, self.withdraw),
            "appeal": (1, self.appeal),
            "call off": (1, self.call_off),
            "no landing": (1, self.no_landing),
        }
        self.watched |= {"propose", "book", "present", "withdraw", "appeal", "call off", "no landing"}

    def to_airport(self) -> None:
        """Somebody, or a family, whose way home is decided or wished for."""
        since = self.now - timedelta(hours=self.chance.randint(1, 40))
        size = self.chance.choice((1, 1, 1, 2, 3))
        made = (
            a_person(self.actors, PLACE, arrived_at=since)
            if size == 1
            else a_family(self.actors, PLACE, size, arrived_at=since)
        )
        kind = self.chance.choice(("deportation", "expulsion", "voluntary"))
        for person in made.person_ids if self.chance.random() < 0.9 else made.person_ids[:1]:
            made_ready(self.actors, person, kind)
        people.move_to(place=HOME, group=made.group_id, by=self.actors["coordinator"])

    def money(self) -> None:
        today = self.now.date()
        sum_ = self.chance.choice((100_000, 5_000_000, 9_000_000))
        a_tranche(
            self.actors, sum_, start=today, until=today + timedelta(days=30), received=self.chance.choice((0, sum_))
        )

    def offer(self) -> None:
        if not self.priced:
            costs(self.actors)
            self.priced = True
        countries = self.chance.choice((("COL",), ("COL", "ECU")))
        day = local_day("", clock.now()) + timedelta(days=self.chance.randint(0, 3))
        a_flight(self.actors, *countries, day=day, seats=self.chance.choice((8, 20)))

    def propose(self) -> None:
        flight = self.one(Flight.objects.filter(status="offered"))
        found = movable(flight.day, flight.day)
        chosen = [p for p in found if not p.blocked or self.chance.random() < 0.1]
        parties = [Travelling(p.group, p.persons, p.destination, p.escorted) for p in chosen[:6]]
        charters.propose(flight=flight.id, parties=parties, by=self.actors["coordinator"])

    def book(self) -> None:
        by = self.actors[self.chance.choice(("finance", "finance", "coordinator"))]
        charters.book(flight=self.one(Flight.objects.filter(status="proposed")).id, by=by)

    def present(self) -> None:
        flight = self.one(Flight.objects.filter(status__in=("proposed", "booked")))
        charters.seat_present(flight=flight.id, by=self.actors["coordinator"])

    def withdraw(self) -> None:
        case = self.one(ReturnCase.objects.filter(kind="voluntary", closed_at__isnull=True))
        returns.withdraw_consent(case=case.id, by=self.actors["protection"])

    def appeal(self) -> None:
        case = self.one(ReturnCase.objects.exclude(kind="voluntary").filter(closed_at__isnull=True))
        suspends = self.chance.random() < 0.7
        returns.file_appeal(case=case.id, filed_on=self.now.date(), suspensive=suspends, by=self.actors["protection"])

    def call_off(self) -> None:
        flight = self.one(Flight.objects.filter(status__in=("proposed", "booked")))
        charters.cancel(flight=flight.id, cause="carrier", reason="no aircraft", by=self.actors["coordinator"])

    def no_landing(self) -> None:
        flight = self.one(Flight.objects.filter(status__in=("proposed", "booked")))
        by = self.actors["coordinator"]
        charters.refuse_landing(flight=flight.id, country=self.chance.choice(("COL", "ECU")), reason="no", by=by)

    def here(self) -> Person:
        """Holds, moves and the like hit people at the airport too."""
        if self.chance.random() < 0.4:
            return self.at(HOME)
        return super().here()
