"""Groups joined, split, headed, waited for; and who comes to one that stands. What was said is kept, then all follows.

The same words give the same groups and heads whatever order they come in: `settling` says how. The relation `focal`
follows from who heads a group and is never told by itself: a correction to it names no head.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from cauce.journal import clock
from cauce.journal.events import Recorded, applies
from cauce.people import events, words
from cauce.people.applying_company import follow
from cauce.people.intake import FOCAL
from cauce.people.models import Group, Parting, Person, Word
from cauce.people.settling import settle

REGISTERED = "registered"


@applies(events.GroupSplit)
def split_groups(records: list[Recorded[events.GroupSplit]]) -> None:
    for r in records:
        told = r.event
        Group.objects.create(
            id=told.new,
            number=told.number,
            node=r.node,
            place=told.place,
            head=told.head,
            arrived_at=told.arrived_at,
            registered_at=r.happened_at,
        )
        words.say(r, words.OUT, told.group, told.new, [each.hex for each in told.persons])
        for person in told.persons:
            words.say(r, words.IN, person, told.new)
        words.say(r, words.HEAD, told.new, told.head)
        if told.left_head is not None:
            words.say(r, words.HEAD, told.group, told.left_head)
        follow(settle((told.group, told.new)))
        if told.parting:
            Parting.objects.filter(id=told.parting).update(confirmed_by=r.account, confirmed_at=r.happened_at)


@applies(events.GroupsJoined)
def join_groups(records: list[Recorded[events.GroupsJoined]]) -> None:
    for r in records:
        words.say(r, words.INTO, r.event.other, r.event.into, [clock.stamp(r.event.arrived_at)])
        follow(settle((r.event.into, r.event.other)))


@applies(events.GroupHeadSet)
def set_heads(records: list[Recorded[events.GroupHeadSet]]) -> None:
    for r in records:
        words.say(r, words.HEAD, r.event.group, r.event.person)
        follow(settle((r.event.group,)))


@applies(events.GroupMarkedIncomplete)
def mark_incomplete(records: list[Recorded[events.GroupMarkedIncomplete]]) -> None:
    for r in records:
        words.say(r, words.WAITS, r.event.group, None, [r.event.why, *r.event.missing])
        follow(settle((r.event.group,)))


@applies(events.GroupCompleted)
def complete_groups(records: list[Recorded[events.GroupCompleted]]) -> None:
    for r in records:
        for group in (r.event.group, *r.event.also):
            words.say(r, words.WAITS, group)
        follow(settle((r.event.group,)))


def wait_since(r: Recorded[Any], group: UUID, record: UUID, arrived: datetime | None) -> None:
    """The group waits since an earlier arrival, of a record that is one of its people's; None: that was undone."""
    words.say(r, words.SINCE, group, record, [clock.stamp(arrived)] if arrived else [])
    follow(settle((group,)))


@applies(events.PersonRegistered)
def follow_group(records: list[Recorded[events.PersonRegistered]]) -> None:
    """Another node may have given the group up meanwhile, or say that somebody else heads it. Nobody can have where it
    was registered with its people: of those nothing is asked."""
    groups = set()
    for r in records:
        if not r.event.fresh:
            groups.add(r.event.group)
            if r.event.relation == FOCAL:
                words.say(r, words.HEAD, r.event.group, r.event.person, [REGISTERED])
    if groups:
        follow(settle(groups))


@applies(events.PersonCorrected)
def correct_relations(records: list[Recorded[events.PersonCorrected]]) -> None:
    told = [r for r in records if "relation" in r.event.values]
    for r in told:
        relation = r.event.values["relation"]
        words.say(r, words.RELATION, r.event.person, None, ["" if relation == FOCAL else relation])
    if told:
        follow(settle(_groups_of(r.event.person for r in told)))


@applies(events.PersonErased)
def forget(records: list[Recorded[events.PersonErased]]) -> None:
    """What was told of them under seal is not known any more: a replay finds none of it either."""
    persons = [r.event.person for r in records]
    Word.objects.filter(kind=words.RELATION, about__in=persons).delete()
    told = [word for word in words.naming((words.HEAD,), persons) if word.more == [REGISTERED]]
    Word.objects.filter(id__in=[word.id for word in told]).delete()
    for word in words.naming((words.WAS,), persons):
        Word.objects.filter(id=word.id).update(more=[word.more[0], False])
    if told:
        follow(settle({word.about for word in told}))


def _groups_of(persons: Iterable[UUID]) -> set[UUID]:
    found: Any = Person.objects.filter(id__in=list(persons)).values_list("group", flat=True)
    return set(found)
