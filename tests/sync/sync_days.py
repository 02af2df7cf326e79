"""What happens at stations, in the words of the tests."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from tests.factories import ready_to_leave
from tests.movement.returning import made_ready

from cauce.access.actor import SYSTEM, Actor
from cauce.corridor.selectors import in_force, local_day
from cauce.journal import clock
from cauce.journal.events import new_id
from cauce.journal.services import record
from cauce.movement.events import ManifestProposed, SeatsTaken, TakenSeat
from cauce.movement.models import Seat
from cauce.movement.services import depart, dispatch, roll_call, seal
from cauce.people.services import Registered
from cauce.vetting.events import ChecksCompleted


def cleared(*persons: UUID) -> None:
    """The machine found nothing about them, as far as it was asked."""
    asked = {check.id: "clear" for check in in_force().checks}
    record(*(ChecksCompleted(person=person, results=asked) for person in persons), by=SYSTEM)


def seated(actors: Mapping[str, Actor], place: str, group: UUID, kind: str = "") -> UUID:
    """The manifest of today from that place on which the group was proposed."""
    dispatch(place=place, date=local_day(place, clock.now()), kind=kind, by=actors["coordinator"])
    found: UUID = Seat.objects.filter(group=group, live=True).values_list("manifest_id", flat=True)[0]
    return found


def sent_off(actors: Mapping[str, Actor], place: str, group: UUID, kind: str = "") -> UUID:
    """The group's manifest of today from that place is proposed, sealed, called and leaves; its id."""
    by = actors["coordinator"]
    manifest = seated(actors, place, group, kind)
    seal(manifest=manifest, by=by)
    boarded = Seat.objects.filter(manifest=manifest, live=True).values_list("person", flat=True)
    roll_call(manifest=manifest, boarded=list(boarded), by=by)
    ready_to_leave(actors, manifest)
    depart(manifest=manifest, by=by)
    return manifest


def a_return(actors: Mapping[str, Actor], place: str, people: Registered) -> UUID:
    """A flight home on which these people are seated, not sealed yet; each has a case with nothing against it."""
    for person in people.person_ids:
        made_ready(actors, person)
    told = ManifestProposed(
        id=new_id(),
        number="R-1",
        kind="return",
        origin=place,
        destination="medellin",
        date=local_day(place, clock.now()),
        vehicle="flight",
        mode="flight",
        seats=50,
    )
    seats = tuple(
        TakenSeat(id=new_id(), person=person, group=people.group_id, number=number)
        for number, person in enumerate(people.person_ids, start=1)
    )
    record(told, SeatsTaken(manifest=told.id, seats=seats), by=actors["coordinator"])
    return told.id
