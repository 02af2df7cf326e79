"""What this node does about what another one recorded, in the transaction that took it in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from cauce.corridor.selectors import quota_on
from cauce.journal.events import Recorded, new_id, receives
from cauce.journal.services import By, record
from cauce.movement.borders import left_by_now
from cauce.movement.events import ManifestDeparted
from cauce.movement.services import strike_blocked
from cauce.people import events as people
from cauce.people.models import Person, Stay
from cauce.people.staying import ended_unknown
from cauce.protection import events as protection
from cauce.sync.blocks import alert_after_departure, tell_blocks, tell_ended
from cauce.sync.matter_events import MatterOpened
from cauce.sync.matters import raise_matters
from cauce.sync.peers import is_hub, serving
from cauce.sync.twice_answered import other_answer
from cauce.vetting import events as vetting
from cauce.vetting.answering import answered_for

MAY_STRIKE = (
    protection.BlockedElsewhere,
    protection.HoldPlaced,
    protection.HoldLiftWithdrawn,
    protection.ChildAssessed,
    protection.ChildAssessmentUndone,
    people.PersonCorrected,
    people.PersonTakenOver,
    people.StayEnded,
    people.StayReopened,
    people.GuardianNamed,
    people.GuardianDoubted,
    vetting.CheckSettled,
    vetting.ChecksStarted,
    vetting.ChecksCompleted,
)
"""What came in may change who can board: P1 holds for manifests that were sealed before it came."""


def strike(records: list[Recorded[Any]], by: By) -> None:
    strike_blocked(persons=_each_person(records), by=by)


for _event in MAY_STRIKE:
    receives(_event)(strike)


_BY_STAY = (people.PersonErased, people.PersonArrived, people.PersonMoved, people.PersonTakenOver, people.StayReopened)


def end_stays_of_the_erased(records: list[Recorded[Any]], by: By) -> None:
    """F1: one node erased somebody whom another one had come in, or moved, meanwhile: who answers for them ends it."""
    erased = Person.objects.filter(answered_for("id"), id__in=_each_person(records), erased=True)
    record(*ended_unknown(list(erased.order_by("id").values_list("id", flat=True))), by=by)


for _stay in _BY_STAY:
    receives(_stay)(end_stays_of_the_erased)


@receives(protection.HoldPlaced)
def tell_others(records: list[Recorded[protection.HoldPlaced]], by: By) -> None:
    tell_blocks(_persons(records), by)


@receives(protection.HoldLifted)
@receives(protection.HoldExpired)
def tell_others_it_ended(records: list[Recorded[Any]], by: By) -> None:
    tell_ended([r.event.id for r in records], by)


@receives(protection.BlockedElsewhere)
def alert(records: list[Recorded[protection.BlockedElsewhere]], by: By) -> None:
    """P18: the next station hears of a hold that came after the departure."""
    alert_after_departure(_persons(records), by)


@receives(ManifestDeparted)
def see_who_left_twice(records: list[Recorded[ManifestDeparted]], by: By) -> None:
    """At the hub: somebody left in a vehicle who is recorded as being elsewhere."""
    if not is_hub():
        return
    persons = {person for r in records for person in r.event.persons}
    alert_after_departure(persons, by)
    stays: dict[UUID, list[str]] = {}
    for person, place in Stay.objects.filter(person__in=persons, until__isnull=True).values_list("person_id", "place"):
        stays.setdefault(person, []).append(place)
    for r in records:
        there = [(person, place) for person in r.event.persons for place in stays.get(person, ())]
        elsewhere = [(person, place) for person, place in there if place != r.event.origin]
        raise_matters((_two_places(r, person, place, r.event.number) for person, place in elsewhere), by=by)


@receives(ManifestDeparted)
def see_overspent_quotas(records: list[Recorded[ManifestDeparted]], by: By) -> None:
    """At the hub, F3: more crossed a border on a day than it takes, as far as all stations told by now."""
    if not is_hub():
        return
    found = []
    for r in records:
        told = r.event
        if told.border and told.date is not None:
            quota, spent = quota_on(told.border, told.date), left_by_now(told.border, told.date)
            if spent > (quota.per_day if quota.open else 0):
                found.append(_overspent(r, quota.per_day if quota.open else 0, spent))
    raise_matters(found, by=by)


def _overspent(r: Recorded[ManifestDeparted], quota: int, spent: int) -> MatterOpened:
    told = r.event
    return MatterOpened(
        id=new_id(),
        kind="quota_overspent",
        place=told.origin,
        about=f"{told.border}:{told.date}",
        told={"border": told.border, "day": str(told.date), "quota": str(quota), "spent": str(spent)},
    )


@receives(people.PersonTakenOver)
@receives(people.PersonMoved)
@receives(people.PersonArrived)
def see_who_is_in_two_places(records: list[Recorded[Any]], by: By) -> None:
    """At the hub: what came in later happened earlier than what another station recorded of the same person."""
    if not is_hub():
        return
    served = serving()
    for r in records:
        later = Stay.objects.filter(person=r.event.person, since__gt=r.happened_at).exclude(place=r.event.place)
        found = [stay for stay in later if served.get(stay.place) != r.node]
        raise_matters((_two_places(r, s.person_id, s.place, r.event.place) for s in found), by=by)


@receives(vetting.DuplicateLinked)
@receives(vetting.DuplicateDismissed)
def see_answers_that_differ(records: list[Recorded[Any]], by: By) -> None:
    """At the hub: whether two records are one person was answered yes at one node and no at another."""
    if is_hub():
        raise_matters((_differ(r, other) for r in records if (other := other_answer(r))), by=by)


def _differ(r: Recorded[Any], other: str) -> MatterOpened:
    linked, apart = (r.node, other) if isinstance(r.event, vetting.DuplicateLinked) else (other, r.node)
    stay = Stay.objects.filter(person__in=(r.event.kept, r.event.person), until__isnull=True).order_by("-since").first()
    return MatterOpened(
        id=new_id(),
        kind="answers_differ",
        person=r.event.kept,
        place=stay.place if stay else "",
        about=str(r.event.id),
        told={"linked": linked, "apart": apart},
    )


def _two_places(r: Recorded[Any], person: UUID, place: str, other: str) -> MatterOpened:
    return MatterOpened(
        id=new_id(),
        kind="in_two_places",
        person=person,
        place=place,
        about=f"{r.node}:{r.seq}:{person.hex}",
        told={"here": place, "there": other, "node": r.node, "event": r.event.name},
    )


def _persons(records: list[Recorded[Any]]) -> set[UUID]:
    return set(_each_person(records))


def _each_person(records: list[Recorded[Any]]) -> Iterator[UUID]:
    for r in records:
        subject = getattr(r.event, "person", None)
        if subject is not None:
            yield subject
        yield from r.event.mentions()
