"""Groups that travel together, and groups that are never put into one vehicle: recorded, ended, read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.journal.errors import Refused, Unknown
from cauce.journal.events import Event, new_id
from cauce.journal.guard import refusals
from cauce.journal.services import lock_head, record
from cauce.people import events, reach, words
from cauce.people.applying_company import APART, TOGETHER, in_order, joined_apart
from cauce.people.identity import needed_reason
from cauce.people.models import Companion, Group, Person
from cauce.people.waiting import whole


def link_groups(*, one: UUID, other: UUID, reason: str, by: Actor) -> UUID:
    """Let two groups travel together; they stand in the queue where the later of them would (F4). Returns its id.

    Raises Refused without a reason, and when they are linked or kept apart already.
    """
    return _record(one, other, reason, by, TOGETHER, "people.group")


def keep_apart(*, one: UUID, other: UUID, reason: str, by: Actor) -> UUID:
    """Never put two groups into one vehicle. The reason is read by those in charge alone. Returns its id.

    A link of the two ends. Raises Refused without a reason, and when they are kept apart already.
    """
    return _record(one, other, reason, by, APART, "people.keep_apart")


def end_company(*, companion: UUID, reason: str, by: Actor) -> None:
    """Two groups are no longer linked, or no longer kept apart. Refused without a reason; Unknown when it has ended."""
    why = needed_reason(reason)
    with refusals(), transaction.atomic():
        lock_head()
        row = Companion.objects.filter(id=companion, ended=False).first()
        if row is None or (row.kind == APART and not by.may("people.keep_apart")):
            raise Unknown(_("These groups are neither linked nor kept apart any more."))
        by.require(_needs(row.kind), place=_group(row.one).place)
        beside = Companion.objects.filter(one=row.one, other=row.other).exclude(word=row.word)
        ended = events.CompanyEnded(
            id=row.word,
            person=row.person,
            also=tuple(dict.fromkeys(beside.order_by("word").values_list("word", flat=True))),
            of_one=_whoever(row.one),
            of_other=_whoever(row.other),
        )
        record(ended, events.CompanyExplained(id=row.word, person=row.person, reason=why), by=by)


def _needs(kind: str) -> str:
    return "people.keep_apart" if kind == APART else "people.group"


def _record(one: UUID, other: UUID, reason: str, by: Actor, kind: str, needed: str) -> UUID:
    why = needed_reason(reason)
    with refusals(), transaction.atomic():
        lock_head()
        first, second = _group(one), _group(other)
        by.require(needed, place=first.place)
        if one == other:
            raise Refused(_("A group cannot be paired with itself. Choose the other group."))
        person = _somebody(first)
        _somebody(second)
        _refuse_standing(first, second, kind, by)
        told: dict[str, Any] = {"id": new_id(), "person": person, "one": one, "other": other}
        told["after"] = words.after(one, other)
        if kind == TOGETHER:
            made: Event = events.GroupsLinked(**told)
        else:
            made = events.GroupsKeptApart(**told, of_one=_members(one), of_other=_members(other))
        record(made, events.CompanyExplained(id=told["id"], person=person, reason=why), by=by)
    id_: UUID = told["id"]
    return id_


def _members(group: UUID) -> tuple[UUID, ...]:
    return tuple(Person.objects.filter(group=group).order_by("number").values_list("id", flat=True))


def _whoever(group: UUID) -> tuple[UUID, ...]:
    """The members of a group, its number, and those that were joined to it."""
    return (*_members(group), group, *whole(group).also)


def _refuse_standing(first: Group, second: Group, kind: str, by: Actor) -> None:
    one, other = in_order(first.id, second.id)
    standing = Companion.objects.filter(one=one, other=other, ended=False).first()
    if standing is None or (standing.kind == TOGETHER and kind == APART):
        return
    if standing.kind == kind:
        raise Refused(_("That is recorded of these two groups already."))
    raise _kept_apart(by, _("These two groups cannot be linked. A protection officer knows more."))


def refuse_joining_apart(first: Group, second: Group, by: Actor) -> None:
    """Refused for two groups that are never to share a vehicle: as one group they would."""
    one, other = in_order(first.id, second.id)
    if Companion.objects.filter(one=one, other=other, kind=APART, ended=False).exists():
        raise _kept_apart(by, _("These two groups cannot be joined. A protection officer knows more."))


def refuse_whole_apart(group: Group, by: Actor) -> None:
    """Refused for a group that holds two that are kept apart: another node joined them before it heard of that."""
    if not joined_apart((group.id,)):
        return
    if not by.may("people.keep_apart"):
        raise Refused(_("This group cannot be finished yet. A protection officer knows more."))
    raise Refused(_("Two that are kept apart travel in this group. Split it."))


def _kept_apart(by: Actor, hidden: str) -> Refused:
    if not by.may("people.keep_apart"):  # that they are kept apart is not this officer's to know (P7)
        return Refused(hidden)
    return Refused(_("These two groups are kept apart. End that first, with a reason."))


def _group(group: UUID) -> Group:
    row = Group.objects.filter(id=group).first()
    if row is None:
        raise Unknown(_("There is no such group here. Find one of its members instead."))
    return row


def _somebody(group: Group) -> UUID:
    found = group.head or Person.objects.filter(group=group).order_by("number").values_list("id", flat=True).first()
    if found is None:
        raise Refused(_("%(number)s has no members any more.") % {"number": group.number})
    return found


@dataclass(frozen=True, slots=True)
class Company:
    """One pair, from the side of one group. `reason` is empty for who may not read it."""

    id: UUID
    kind: str
    group: UUID
    number: str
    since: datetime
    reason: str


def company_for(actor: Actor, group: UUID) -> list[Company]:
    """With whom a group travels, and from whom it is kept apart where the actor may know that (P7)."""
    actor.require("people.read")
    reach.require(actor, *Person.objects.filter(group=group).values_list("id", flat=True))
    rows = Companion.objects.filter(Q(one=group) | Q(other=group), ended=False).order_by("since", "id")
    if not actor.may("people.keep_apart"):
        rows = rows.filter(kind=TOGETHER)
    far = {row.id: row.other if row.one == group else row.one for row in rows}
    numbers = dict(Group.objects.filter(id__in=far.values()).values_list("id", "number"))
    return [
        Company(
            row.id,
            row.kind,
            far[row.id],
            numbers.get(far[row.id], ""),
            row.since,
            row.reason if actor.may(_needs(row.kind)) else "",
        )
        for row in rows
    ]


def units_of(groups: Iterable[UUID]) -> list[frozenset[UUID]]:
    """Which of these groups travel together, each unit with all of them that are linked, however indirectly."""
    known = set(groups)
    root = {group: group for group in known}

    def top(group: UUID) -> UUID:
        while root[group] != group:
            group = root[group]
        return group

    for one, other in _pairs(TOGETHER):
        if one in known and other in known:
            root[top(one)] = top(other)
    units: dict[UUID, set[UUID]] = {}
    for group in known:
        units.setdefault(top(group), set()).add(group)
    return sorted((frozenset(unit) for unit in units.values() if len(unit) > 1), key=min)


def apart_of(groups: Iterable[UUID]) -> list[tuple[UUID, UUID]]:
    """The pairs among these groups that never share a vehicle."""
    known = set(groups)
    return [(one, other) for one, other in _pairs(APART) if one in known and other in known and one != other]


def _pairs(kind: str) -> list[tuple[UUID, UUID]]:
    return list(Companion.objects.filter(kind=kind, ended=False).order_by("id").values_list("one", "other"))
