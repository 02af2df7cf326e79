"""The walk goes on to the airport: return cases, flights and money, at random, beside everything else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.factories import a_family, a_person
from tests.movement.flying import a_flight, costs
from tests.movement.money import a_tranche
from tests.movement.returning import HOME
from tests.soak.walking import NothingThere, Walk

from cauce.corridor.selectors import local_day
from cauce.journal import clock
from cauce.movement.charters import services as charters
from cauce.movement.charters.models import Flight
from cauce.movement.charters.services import Travelling
from cauce.movement.returns import services as returns
from cauce.movement.returns.models import ReturnCase
from cauce.movement.returns.selectors import movable
from cauce.movement.returns.services.consenting import Circumstances
from cauce.people.models import Person


class HomeWalk(Walk):
    """The same walk with more operations."""

    def __init__(self, actors: Any, seed: int, start: datetime) -> None:
        super().__init__(actors, seed, start)
        self.priced = False
        self.operations |= {
            "to airport": (6, self.to_airport),
            "case": (8, self.case),
            "case onward": (22, self.case_onward),
            "money": (3, self.money),
            "offer": (4, self.offer),
            "propose": (5, self.propose),
            "book": (6, self.book),
            "present": (6, self.present),
            "withdraw": (2, self.withdraw),
            "appeal": (1, self.appeal),
            "call off": (1, self.call_off),
            "no landing": (1, self.no_landing),
        }
        self.coming |= {"to airport", "case", "case onward", "offer", "propose", "money"}
        self.watched |= {"propose", "book", "present", "withdraw", "appeal", "call off", "no landing"}

    def to_airport(self) -> None:
        """Somebody, or a family, who is going home."""
        since = self.now - timedelta(hours=self.chance.randint(1, 40))
        size = self.chance.choice((1, 1, 1, 2, 3))
        if size == 1:
            a_person(self.actors, HOME, arrived_at=since)
        else:
            a_family(self.actors, HOME, size, arrived_at=since)

    def case(self) -> None:
        """Their way home is decided or wished for."""
        waiting = Person.objects.filter(stays__until__isnull=True, stays__place=HOME)
        person = self.one(waiting.exclude(id__in=ReturnCase.objects.filter(closed_at__isnull=True).values("person")))
        kind = self.chance.choice(("deportation", "expulsion", "voluntary"))
        by = self.actors["coordinator" if kind == "voluntary" else "registrar"]
        returns.open_case(person=person.id, kind=kind, destination="COL", by=by)

    def case_onward(self) -> None:
        """The next step of a case, or now and then one out of turn."""
        done = {"document__gt": "", "fit__gt": "", "decided_on__isnull": False}
        rows = ReturnCase.objects.filter(closed_at__isnull=True)
        case = self.one(rows.exclude(**done) if self.chance.random() < 0.9 else rows)
        steps = {
            "decide": case.kind != "voluntary" and case.decided_on is None,
            "paper": not case.document,
            "fit": not case.fit,
            "explain": case.kind == "voluntary" and not case.explanations.exists(),
            "consent": case.kind == "voluntary" and not case.consents.filter(withdrawn_at__isnull=True).exists(),
        }
        missing = [name for name, is_missing in steps.items() if is_missing]
        if not missing:
            raise NothingThere("nothing is missing")
        name = self.chance.choice(list(steps)) if self.chance.random() < 0.1 else missing[0]
        self._step_of_case(name, case.id)

    def _step_of_case(self, name: str, case: UUID) -> None:
        today, by = self.now.date(), self.actors
        if name == "decide":
            returns.decide(
                case=case, authority="Migration service", reference="R 1", legal_basis="Decree-Law 3 of 2008",
                decided_on=today - timedelta(days=30), by=by["registrar"],
                appeal_until=today + timedelta(days=self.chance.choice((-10, -10, 5))),
            )  # fmt: skip
        elif name == "paper":
            until = today + timedelta(days=90)
            returns.record_document(case=case, kind="passport", until=until, by=by["coordinator"])
        elif name == "fit":
            returns.find_fit(case=case, finding="fit", found_by="Dr. Ríos", by=by["registrar"])
        elif name == "explain":
            returns.explain(case=case, language="es", by=by["protection"])
        else:
            returns.consent(case=case, asked=Circumstances(language="es", shared=True), by=by["protection"])

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
