"""Whatever may change who can board looks again at the manifests that have not departed, in the same transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from cauce.access.actor import SYSTEM, Actor
from cauce.journal.events import Event, Recorded, reacts
from cauce.journal.services import By
from cauce.movement.services.striking import strike_apart, strike_blocked
from cauce.people import events as people
from cauce.protection import events as protection
from cauce.vetting import events as vetting

ABOUT_A_PERSON: tuple[type[Event], ...] = (
    people.PersonRegistered,
    people.PersonCorrected,
    people.GuardianNamed,
    people.GuardianDoubted,
    people.GroupsJoined,
    people.GroupSplit,
    people.PersonMoved,
    people.StayEnded,
    people.StayReopened,
    people.PersonArrived,
    vetting.ChecksStarted,
    vetting.ChecksCompleted,
    vetting.CheckRecorded,
    vetting.CheckSettled,
    vetting.ReviewOpened,
    protection.HoldPlaced,
    protection.ChildAssessed,
    protection.ChildAssessmentUndone,
)


def _system(by: By) -> Actor:
    """The machine strikes, not who placed the hold: the seat's history names nobody."""
    return replace(SYSTEM, place=by.place)


def _strike_persons(records: list[Recorded[Any]], by: By) -> None:
    persons: set[UUID] = set()
    for r in records:
        subject = getattr(r.event, "person", None)
        persons.update(r.event.mentions(), () if subject is None else (subject,))
    strike_blocked(persons=persons, by=_system(by))


for _event in ABOUT_A_PERSON:
    reacts(_event)(_strike_persons)


@reacts(people.GroupMarkedIncomplete)
def strike_groups(records: list[Recorded[people.GroupMarkedIncomplete]], by: By) -> None:
    """F2: nobody of a group that waits for a member boards."""
    strike_blocked(groups={r.event.group for r in records}, by=_system(by))


@reacts(people.GroupsKeptApart)
def part_groups(records: list[Recorded[people.GroupsKeptApart]], by: By) -> None:
    """Whoever sits beside somebody from whom they must be kept apart does so no longer."""
    for r in records:
        strike_apart(one=r.event.one, other=r.event.other, by=_system(by))
