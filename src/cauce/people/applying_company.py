"""The rows of who travels with whom, and who never does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Q

from cauce.journal.events import Recorded, applies
from cauce.journal.sealing import cell
from cauce.people import events
from cauce.people.models import Companion, Group

TOGETHER, APART = "together", "apart"


@applies(events.GroupsLinked)
def link(records: list[Recorded[events.GroupsLinked]]) -> None:
    _keep(records, TOGETHER)


@applies(events.GroupsKeptApart)
def keep_apart(records: list[Recorded[events.GroupsKeptApart]]) -> None:
    _keep(records, APART)


def _keep(records: list[Recorded[Any]], kind: str) -> None:
    for r in records:
        one, other = in_order(*_now(r.event.one, r.event.other))
        # Two stations may have written down the same of two groups; being kept apart is the one that counts.
        standing = Companion.objects.filter(one=one, other=other, ended=False)
        ended = standing.exists() and (kind == TOGETHER or not standing.filter(kind=TOGETHER).update(ended=True))
        as_one = travels_in(one) == travels_in(other)
        Companion.objects.create(
            id=r.event.id,
            kind=kind,
            one=one,
            other=other,
            person=r.event.person,
            account=r.account,
            since=r.happened_at,
            ended=ended or (as_one and kind == TOGETHER),
        )
        if as_one and kind == APART:  # nobody of them boards before somebody has split them (F2 keeps them back)
            Group.objects.filter(id=travels_in(one)).update(incomplete=True, incomplete_why=APART)


def _now(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """The groups that the two travel on in, since another node joined one of them to a third; two that travel as one
    are told by the number that stands and by the one that was given up."""
    first, second = travels_in(one), travels_in(other)
    return (first, second) if first != second else (first, other if other != first else one)


def travels_in(group: UUID) -> UUID:
    """The group that its members are in now, however often they were joined to another."""
    row = Group.objects.filter(id=group).first()
    seen = {group}
    while row is not None and row.joined_into is not None and row.joined_into not in seen:
        seen.add(group := row.joined_into)
        row = Group.objects.filter(id=group).first()
    return group


def joined_apart(groups: Iterable[UUID]) -> set[UUID]:
    """Which of these groups hold two that are to be kept apart: one node joined them, another kept them apart."""
    known = set(groups)
    rows = Companion.objects.filter(Q(one__in=known) | Q(other__in=known), kind=APART, ended=False)
    pairs = list(rows.values_list("one", "other"))
    given_up = Group.objects.filter(id__in={each for pair in pairs for each in pair}, joined_into__isnull=False)
    gone = set(given_up.values_list("id", flat=True))
    return {each for pair in pairs if gone & set(pair) for each in pair if each not in gone} & known


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
    """What was said of a group goes for the one that it travels on in. Of two who are kept apart nothing is joined:
    the store refuses it, and the entry waits for a person."""
    for r in records:
        for row in _standing(r.event.other):
            far = row.other if row.one == r.event.other else row.one
            _move(row, r.event.into, far)


def _move(row: Companion, group: UUID, far: UUID) -> None:
    one, other = in_order(group, far)
    known = Companion.objects.filter(one=one, other=other, ended=False).exclude(id=row.id)
    if row.kind == TOGETHER and (group == far or known.exists()):
        Companion.objects.filter(id=row.id).update(ended=True)
        return
    known.update(ended=True)
    Companion.objects.filter(id=row.id).update(one=one, other=other)


@applies(events.GroupSplit)
def follow_splits(records: list[Recorded[events.GroupSplit]]) -> None:
    """Who leaves a group goes with nobody by that alone, and is kept apart from whom the group was kept apart from,
    even where the group was joined to another before it was heard: what was said of it goes for that one here."""
    for r in records:
        group = travels_in(r.event.group)
        kept = {travels_in(row.other if row.one == group else row.one): row for row in _apart(group)}
        for far, row in kept.items():
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


def _apart(group: UUID) -> list[Companion]:
    return [row for row in _standing(group) if row.kind == APART]


def _standing(group: UUID) -> list[Companion]:
    return list(Companion.objects.filter(Q(one=group) | Q(other=group), ended=False).order_by("id"))


def in_order(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """The two, always the same way round: a pair stands in the table once."""
    return (one, other) if one.hex < other.hex else (other, one)
