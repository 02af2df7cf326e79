"""The rows of who travels with whom, and who never does."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from django.db.models import Q

from cauce.journal.events import Recorded, applies
from cauce.journal.sealing import cell
from cauce.people import events
from cauce.people.models import Companion

TOGETHER, APART = "together", "apart"


@applies(events.GroupsLinked)
def link(records: list[Recorded[events.GroupsLinked]]) -> None:
    _keep(records, TOGETHER)


@applies(events.GroupsKeptApart)
def keep_apart(records: list[Recorded[events.GroupsKeptApart]]) -> None:
    _keep(records, APART)


def _keep(records: list[Recorded[Any]], kind: str) -> None:
    for r in records:
        one, other = in_order(r.event.one, r.event.other)
        # Two stations may have written down the same of two groups; being kept apart is the one that counts.
        standing = Companion.objects.filter(one=one, other=other, ended=False)
        ended = standing.exists() and (kind == TOGETHER or not standing.filter(kind=TOGETHER).update(ended=True))
        Companion.objects.create(
            id=r.event.id,
            kind=kind,
            one=one,
            other=other,
            person=r.event.person,
            account=r.account,
            since=r.happened_at,
            ended=ended,
        )


@applies(events.CompanyEnded)
def end(records: list[Recorded[events.CompanyEnded]]) -> None:
    for r in records:
        row = Companion.objects.filter(id=r.event.id).first()
        if row is not None:
            Companion.objects.filter(one=row.one, other=row.other).update(ended=True)


@applies(events.CompanyExplained)
def explain(records: list[Recorded[events.CompanyExplained]]) -> None:
    for r in records:
        sealed: Any = cell(Companion, "reason", r.event.id, r.event.person, r.event.reason)
        Companion.objects.filter(id=r.event.id).update(reason=sealed)


@applies(events.GroupsJoined)
def follow_joins(records: list[Recorded[events.GroupsJoined]]) -> None:
    """What was said of a group goes for the one that it travels on in."""
    for r in records:
        for row in _standing(r.event.other):
            far = row.other if row.one == r.event.other else row.one
            _move(row, r.event.into, far)


def _move(row: Companion, group: UUID, far: UUID) -> None:
    one, other = in_order(group, far)
    known = Companion.objects.filter(one=one, other=other, ended=False).exclude(id=row.id)
    if group == far or (known.exists() and row.kind == TOGETHER):
        Companion.objects.filter(id=row.id).update(ended=True)
        return
    known.update(ended=True)
    Companion.objects.filter(id=row.id).update(one=one, other=other)


@applies(events.GroupSplit)
def follow_splits(records: list[Recorded[events.GroupSplit]]) -> None:
    """Who leaves a group goes with nobody by that alone, and is kept apart from whom the group was kept apart from."""
    for r in records:
        for row in _standing(r.event.group):
            if row.kind != APART:
                continue
            far = row.other if row.one == r.event.group else row.one
            one, other = in_order(r.event.new, far)
            Companion.objects.create(
                id=uuid5(row.id, r.event.new.hex),
                kind=APART,
                one=one,
                other=other,
                person=r.event.head,
                account=row.account,
                since=row.since,
            )


def _standing(group: UUID) -> list[Companion]:
    return list(Companion.objects.filter(Q(one=group) | Q(other=group), ended=False).order_by("id"))


def in_order(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """The two, always the same way round: a pair stands in the table once."""
    return (one, other) if one.hex < other.hex else (other, one)
