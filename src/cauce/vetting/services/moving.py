"""Where the two records of one person are once they are linked: the later stay ends, the kept one goes on there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from cauce.corridor.selectors import in_force
from cauce.journal import clock
from cauce.journal.events import Event, new_id
from cauce.people.events import BedAssigned, PersonArrived, PersonMoved, StayEnded, StayReopened
from cauce.people.models import Person, Stay

OUTCOME = "duplicate"


@dataclass(frozen=True, slots=True)
class Moved:
    """Events, and what they did: the later record's stay that ended, the kept record's that began, and whence it
    came (empty: it was nowhere)."""

    events: list[Event] = field(default_factory=list)
    ended: UUID | None = None
    begun: UUID | None = None
    came_from: str = ""

    @classmethod
    def kept(cls, changed: Mapping[str, str]) -> Moved:
        """What was done, as `Duplicate.changed` keeps it."""
        ended, begun = (UUID(hex=changed[name]) if changed[name] else None for name in ("ended_stay", "new_stay"))
        return cls([], ended, begun, changed["came_from"])


def moved(first: Person, second: Person) -> Moved:
    """The later registration tells where the person is now. Nothing moves when that record is nowhere."""
    mine, theirs = _stay(first), _stay(second)
    if theirs is None:
        return Moved()
    expires = clock.now() + timedelta(days=in_force().card.days_after_departure)
    ended = StayEnded(person=second.id, stay=theirs.id, outcome=OUTCOME, card_expires=expires)
    whole = None if _others_are_here(first) else first.group_id
    begun = new_id()
    if mine is None:
        arrived = PersonArrived(person=first.id, group=whole, stay=begun, place=theirs.place, bed=theirs.bed)
        return Moved([ended, arrived], theirs.id, begun)
    if mine.place == theirs.place:
        bed = [BedAssigned(person=first.id, stay=mine.id, bed=True)] if theirs.bed and not mine.bed else []
        return Moved([ended, *bed], theirs.id)
    went = PersonMoved(person=first.id, group=whole, stay=mine.id, new_stay=begun, place=theirs.place, bed=theirs.bed)
    return Moved([ended, went], theirs.id, begun, mine.place)


def moved_back(first: Person, second: Person, what: Moved) -> list[Event]:
    """Each record where it was, unless it has gone on since."""
    told: list[Event] = []
    now = _stay(first)
    if now is not None and what.begun == now.id:
        whole = None if _others_are_here(first) else first.group_id
        if what.came_from:
            told.append(PersonMoved(person=first.id, group=whole, stay=now.id, new_stay=new_id(), place=what.came_from))
        else:
            told.append(StayEnded(person=first.id, stay=now.id, outcome="registered_in_error"))
    if what.ended and _stay(second) is None:
        told.append(StayReopened(person=second.id, stay=what.ended))
    return told


def _stay(person: Person) -> Stay | None:
    return Stay.objects.filter(person=person.id, until__isnull=True).first()


def _others_are_here(person: Person) -> bool:
    others = Stay.objects.filter(person__group=person.group_id, until__isnull=True)
    return others.exclude(person=person.id).exists()
