"""What this node does about groups that another one joined, split or kept apart, in the transaction that took it in."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q

from cauce.journal.events import Recorded, new_id, receives
from cauce.journal.models import Entry
from cauce.journal.services import By
from cauce.movement.services import strike_blocked
from cauce.movement.services.striking import strike_apart
from cauce.people import events as people
from cauce.people import words
from cauce.people.applying_company import APART, travels_in
from cauce.people.models import Companion, Group, Person, Word
from cauce.people.settling import related
from cauce.sync.matter_events import MatterOpened
from cauce.sync.matters import contested, raise_matters
from cauce.sync.peers import is_hub


@receives(people.PersonRegistered)
@receives(people.GroupsKeptApart)
@receives(people.GroupsJoined)
@receives(people.GroupSplit)
def look_again(records: list[Recorded[Any]], by: By) -> None:
    """Whoever sits beside somebody from whom they must be kept apart does so no longer, nor whose group is not whole
    any more; two whom a node has joined meanwhile board nothing, and somebody has to split them."""
    groups = {group for r in records for group in _groups(r)}
    if not groups:
        return
    known = related(groups)
    pairs = Companion.objects.filter(Q(one__in=known) | Q(other__in=known), kind=APART, ended=False).order_by("id")
    for row in pairs:
        if row.one != row.other:
            strike_apart(one=row.one, other=row.other, by=by)
    strike_blocked(groups=known, by=by)
    as_one = {row.word for row in pairs if row.one == row.other}
    raise_matters((_apart_as_one(word) for word in words.said((words.APART,), as_one)), by=by)
    if is_hub():
        raise_matters(_differing_joins(known), by=by)
        raise_matters(_differing_splits(records), by=by)


def _groups(r: Recorded[Any]) -> Collection[UUID]:
    told = r.event
    match told:
        case people.GroupsJoined():
            return told.into, told.other
        case people.GroupSplit():
            return told.group, told.new
        case people.GroupsKeptApart():
            persons = Person.objects.filter(id__in=(*told.of_one, *told.of_other))
            return told.one, told.other, *persons.values_list("group", flat=True)
        case _:
            return () if told.fresh else (told.group,)


def _apart_as_one(word: Word) -> MatterOpened:
    """Their group is one group: told by the entry that keeps them apart, whichever was heard first."""
    return contested(Entry.objects.get(node=word.node, seq=word.seq))


def _differing_joins(known: Collection[UUID]) -> Iterator[MatterOpened]:
    """Of these groups those that two nodes joined to different ones, or one to the other and the other way about."""
    joins = words.said((words.INTO,), known)
    where = dict(Group.objects.filter(id__in=known).values_list("id", "joined_into"))
    for word in joins:
        counts = where.get(word.about)
        if word.about in where and word.value in where and word.value != counts:
            others = [each for each in joins if each.value == counts or each.about == word.value]
            other = next((each.node for each in others if each.node != word.node), word.node)
            yield _differs(f"{word.node}:{word.seq}", (word.node, other), travels_in(word.about))


def _differing_splits(records: list[Recorded[Any]]) -> Iterator[MatterOpened]:
    """Splits of people whom another node had put into another group, which the node that split them did not know."""
    for r in records:
        if not isinstance(r.event, people.GroupSplit):
            continue
        for person in r.event.persons:
            other = _unknown_split(r, person)
            if other is not None:
                group = Person.objects.filter(id=person).values_list("group", flat=True).first()
                yield _differs(f"{r.node}:{r.seq}", (r.node, other.node), group or r.event.new, person)
                break


def _unknown_split(r: Recorded[people.GroupSplit], person: UUID) -> Word | None:
    told = words.said((words.IN,), (person,))
    own = next((word for word in told if (word.node, word.seq) == (r.node, r.seq)), None)
    if own is None:
        return None
    others = [word for word in told if word.node != r.node and word.value and word.value != r.event.new]
    later = [word for word in others if words.key(word) > words.key(own)]
    before = [word for word in told if word.value and words.key(word) < words.key(own)][-1:]
    unknown = [
        word for word in before if word in others and word.value and travels_in(word.value) != travels_in(r.event.group)
    ]
    return next(iter([*later, *unknown]), None)


def _differs(about: str, nodes: tuple[str, str], group: UUID, person: UUID | None = None) -> MatterOpened:
    row = Group.objects.get(id=group)
    told = {"node": nodes[0], "other": nodes[1], "number": row.number}
    who = person or row.head
    return MatterOpened(id=new_id(), kind="grouped_differently", person=who, place=row.place, about=about, told=told)
