"""What happens at stations, in the words of the tests."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from cauce.access.actor import SYSTEM, Actor
from cauce.corridor.selectors import in_force, local_day
from cauce.journal import clock
from cauce.journal.services import record
from cauce.movement.models import Manifest, Seat
from cauce.movement.services import depart, dispatch, roll_call, seal
from cauce.people.models import Person
from cauce.vetting.events import ChecksCompleted


def cleared(*persons: UUID) -> None:
    """The machine found nothing about them, as far as it was asked."""
    asked = {check.id: "clear" for check in in_force().checks}
    record(*(ChecksCompleted(person=person, results=asked) for person in persons), by=SYSTEM)


def sent_off(actors: Mapping[str, Actor], place: str, group: UUID, kind: str = "") -> UUID:
    """The group's manifest of today from that place is proposed, sealed, called and leaves; its id."""
    by = actors["coordinator"]
    today = local_day(place, clock.now())
    dispatch(place=place, date=today, kind=kind, by=by)
    manifest = Seat.objects.filter(group=group, live=True).values_list("manifest_id", flat=True)[0]
    seal(manifest=manifest, by=by)
    boarded = Seat.objects.filter(manifest=manifest, live=True).values_list("person", flat=True)
    roll_call(manifest=manifest, boarded=list(boarded), by=by)
    depart(manifest=manifest, by=by)
    return manifest


def numbers_of(persons: list[UUID]) -> list[str]:
    return list(Person.objects.filter(id__in=persons).order_by("number").values_list("number", flat=True))


def on_the_way(number: str) -> Manifest:
    return Manifest.objects.get(number=number)
