"""What follows at once: a seat that rests on nothing is struck, an upheld objection takes the decision down."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from cauce.access.actor import SYSTEM, Actor
from cauce.corridor.selectors import in_force
from cauce.journal.errors import Refused
from cauce.journal.events import Event, Recorded, reacts
from cauce.journal.guard import sentence
from cauce.journal.services import By, record
from cauce.movement.charters.models import FlightStop
from cauce.movement.events import ManifestDeparted, SeatsStruck, SeatsTaken
from cauce.movement.models import Manifest, Seat
from cauce.movement.returns import events
from cauce.movement.returns.models import Custody, ReturnCase
from cauce.movement.services.common import UNDEPARTED
from cauce.movement.services.striking import strike_blocked
from cauce.people.events import NeedFlagged
from cauce.people.models import Person
from cauce.vetting.events import ObjectionAnswered, ObjectionFiled
from cauce.vetting.models import Objection

CHANGES_A_CASE: tuple[type[Event], ...] = (
    events.ReturnDecided,
    events.ReturnDecisionSetAside,
    events.ReturnAppealFiled,
    events.ReturnAppealDecided,
    events.ReturnDocumentRecorded,
    events.ReturnFitnessFound,
    events.ReturnConsentWithdrawn,
    events.ReturnClosed,
    NeedFlagged,
    ObjectionFiled,
)


def _system(by: By) -> Actor:
    return replace(SYSTEM, place=by.place)


def _strike(records: list[Recorded[Any]], by: By) -> None:
    """The whole family loses the seats: nobody is sent home without the one who changed their mind (P9)."""
    strike_blocked(persons={r.event.person for r in records}, by=_system(by))


for _event in CHANGES_A_CASE:
    reacts(_event)(_strike)


@reacts(events.ReturnDestinationSet)
def leave_the_old_way(records: list[Recorded[events.ReturnDestinationSet]], by: By) -> None:
    """Another country is another flight, for the whole family."""
    groups = Person.objects.filter(id__in=[r.event.person for r in records]).values("group_id")
    seats = Seat.objects.filter(live=True, group__in=groups, manifest__kind="return", manifest__status__in=UNDEPARTED)
    struck: dict[UUID, list[UUID]] = {}
    for manifest, person in seats.values_list("manifest", "person"):
        struck.setdefault(manifest, []).append(person)
    record(
        *(
            SeatsStruck(manifest=manifest, persons=tuple(sorted(persons)), why="blocked")
            for manifest, persons in sorted(struck.items())
        ),
        by=_system(by),
    )


@reacts(SeatsTaken)
def land_where_it_was_decided(records: list[Recorded[SeatsTaken]], by: By) -> None:
    """Nobody sits in a vehicle to another country than the case's. A flight's own stops are asked by the database."""
    countries = {place.id: place.country for place in in_force().places}
    for r in records:
        row = Manifest.objects.filter(id=r.event.manifest, kind="return").first()
        if row is None or row.destination not in countries or FlightStop.objects.filter(manifest=row.id).exists():
            continue
        cases = ReturnCase.objects.filter(person__in=[seat.person for seat in r.event.seats], closed_at__isnull=True)
        if cases.exclude(destination=countries[row.destination]).exists():
            raise Refused(sentence("seat_return_elsewhere"), code="seat_return_elsewhere")


@reacts(ManifestDeparted)
def hold_them_no_longer(records: list[Recorded[ManifestDeparted]], by: By) -> None:
    """P13: who has left on a return is in nobody's custody here."""
    gone = [person for r in records if r.event.kind == "return" for person in r.event.persons]
    held = Custody.objects.filter(person__in=gone, ended_at__isnull=True) if gone else Custody.objects.none()
    record(*(events.CustodyEnded(id=row.id, person=row.person, why="returned") for row in held), by=_system(by))


@reacts(ObjectionAnswered)
def take_decisions_down(records: list[Recorded[ObjectionAnswered]], by: By) -> None:
    """P17: an objection to a return that was upheld takes the decision down."""
    upheld = [r.event.objection for r in records if r.event.upheld]
    persons = Objection.objects.filter(id__in=upheld, about="return").values_list("person", flat=True)
    standing = ReturnCase.objects.filter(person__in=list(persons), closed_at__isnull=True, decided_on__isnull=False)
    record(
        *(events.ReturnDecisionSetAside(case=row.id, person=row.person, why="objection_upheld") for row in standing),
        by=_system(by),
    )
