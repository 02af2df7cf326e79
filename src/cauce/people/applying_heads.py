"""Who heads a group, whatever order the nodes' words come in.

Each `GroupHeadSet` and the `left_head` of each `GroupSplit` is a word: who, when, and which node said it. Of the words
about members the latest counts, of two of one moment that of the node whose name comes last; a node's own words count
in its own order, whatever its clock did. Without one it is who headed the group at its registration. Words about
somebody who is no member (any more) are kept and count for nothing. The relation `focal` follows from it and is never
told by itself: a correction to it counts for who heads the group, and for nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from cauce.journal.clock import stamp
from cauce.journal.events import Recorded, applies
from cauce.people import events
from cauce.people.intake import FOCAL
from cauce.people.models import Group, Parting, Person


@applies(events.GroupSplit)
def split_groups(records: list[Recorded[events.GroupSplit]]) -> None:
    for r in records:
        Group.objects.create(
            id=r.event.new,
            number=r.event.number,
            node=r.node,
            place=r.event.place,
            head=r.event.head,
            arrived_at=r.event.arrived_at,
            registered_at=r.happened_at,
        )
        Person.objects.filter(id__in=r.event.persons).update(group=r.event.new)
        _settle(r.event.new)
        if r.event.left_head is None:
            Group.objects.filter(id=r.event.group).update(head=None)
        else:
            _say(r.event.group, r.event.left_head, r)
        if r.event.parting:
            Parting.objects.filter(id=r.event.parting).update(confirmed_by=r.account, confirmed_at=r.happened_at)


@applies(events.GroupHeadSet)
def set_heads(records: list[Recorded[events.GroupHeadSet]]) -> None:
    for r in records:
        _say(r.event.group, r.event.person, r)


def _say(group: UUID, person: UUID, r: Recorded[Any]) -> None:
    row = Group.objects.filter(id=group).first()
    if row is None:
        return
    before = [when for when, node, _seq, _person in row.heads_told if node == r.node]
    word = [max([stamp(r.happened_at), *before]), r.node, r.seq, person.hex]
    Group.objects.filter(id=group).update(heads_told=sorted([*row.heads_told, word]))
    # Whoever was named is no longer somebody's child or partner in the list, whether the word counts or not: a node to
    # which it came in time has overwritten that.
    mine = Group.objects.filter(head=person).values("id")
    Person.objects.filter(id=person).exclude(group__in=mine).update(relation="")
    _settle(group)


def _settle(group: UUID) -> None:
    """The head is whose word counts, and bears the relation alone."""
    row = Group.objects.get(id=group)
    members = {each.hex for each in Person.objects.filter(group=group).values_list("id", flat=True)}
    told = [person for *_when, person in row.heads_told if person in members]
    if told and UUID(hex=told[-1]) != row.head:
        row.head = UUID(hex=told[-1])
        Group.objects.filter(id=group).update(head=row.head)
    here, heads = Person.objects.filter(group=group), [row.head] if row.head else []
    here.filter(relation=FOCAL).exclude(id__in=heads).update(relation="")
    here.filter(id__in=heads, erased=False).exclude(relation=FOCAL).update(relation=FOCAL)


def as_headed(part: Sequence[Recorded[events.PersonCorrected]]) -> Iterator[tuple[UUID, dict[str, str | bool | None]]]:
    """What corrections come to that tell, or tell no more, that somebody heads the group: of those that read otherwise
    then the person and the values."""
    asked = {r.event.person: r.event.values for r in part if "relation" in r.event.values}
    if not asked:
        return
    rows = Person.objects.filter(id__in=asked).values_list("id", "relation", "group__head")
    for person, relation, head in rows:
        wanted = asked[person]["relation"]
        if wanted == FOCAL and head != person:
            yield person, {**asked[person], "relation": ""}
        elif wanted != FOCAL and head == person and relation == FOCAL:
            yield person, {**asked[person], "relation": FOCAL}
