"""A head start goes along with the person, what it is for does not (P15).

Needs stay at the node that saw them, and at the hub. The next station is told hours: of the corridor file's classes the
largest one that is no more than the person's own, and that codes of at least FAMILIES families share. So the number
says no more than that one of several things of different kinds was seen, and never gives more of a head start than the
file does (F4). What codes of one or two families have says too much: a child with 48 hours would be known to be alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from cauce.corridor.selectors import in_force
from cauce.corridor.shape import Corridor
from cauce.journal.commuting import local
from cauce.journal.events import Recorded, applies, reacts
from cauce.journal.models import Node
from cauce.journal.rows import upsert
from cauce.journal.services import By, record
from cauce.movement.events import HeadStartGiven
from cauce.movement.models import HeadStart
from cauce.movement.queue import of_need
from cauce.people.events import NeedFlagged, NeedWithdrawn, PersonErased
from cauce.people.models import Need

FAMILIES = 3
"""Codes of so many families (the two letters they begin with) have a number of hours, or it is not told as it is."""


def told_hours(codes: Collection[str], corridor: Corridor) -> float:
    """The hours that other stations are told for somebody with these needs; 0.0 for none."""
    hours = {need.code: need.head_start_hours for need in corridor.needs}
    own = max((of_need(code, hours) for code in codes), default=0.0)
    families: defaultdict[float, set[str]] = defaultdict(set)
    for need in corridor.needs:
        families[need.head_start_hours].add(need.code[:2])
    return max((each for each, kinds in families.items() if each <= own and len(kinds) >= FAMILIES), default=0.0)


@reacts(NeedFlagged)
@reacts(NeedWithdrawn)
def tell_the_hours(records: list[Recorded[Any]], by: By) -> None:
    """Where a need is flagged or taken back, what it gives in the queue is told, if that changed."""
    persons = {r.event.person for r in records}
    codes: dict[UUID, set[str]] = {person: set() for person in persons}
    for person, code in Need.objects.filter(person__in=persons, withdrawn=False).values_list("person_id", "code"):
        codes[person].add(code)
    before = HeadStart.objects.filter(person__in=persons, node=Node.here().name)
    known = dict(before.values_list("person", "hours"))
    corridor = in_force()
    now = {person: told_hours(codes[person], corridor) for person in sorted(persons)}
    changed = {person: hours for person, hours in now.items() if hours != known.get(person, 0.0)}
    record(*(HeadStartGiven(person=person, hours=hours) for person, hours in changed.items()), by=by)


@applies(HeadStartGiven)
def keep_the_hours(records: list[Recorded[HeadStartGiven]]) -> None:
    """One row a person and node: what another station saw stays when this one takes its own back.

    A station may tell anything: what is no number of hours is none, and `queue.head_start` gives no more than the file.
    """
    upsert((_row(r) for r in records), update=("hours",))


def _row(r: Recorded[HeadStartGiven]) -> HeadStart:
    hours = max(0.0, r.event.hours)  # 0.0 for NaN too
    return HeadStart(id=f"{r.event.person.hex}-{r.node}", person=r.event.person, node=r.node, hours=hours)


@applies(PersonErased)
def forget_the_hours(records: list[Recorded[PersonErased]]) -> None:
    HeadStart.objects.filter(person__in=[r.event.person for r in records]).delete()


local(HeadStartGiven, touches=lambda told: (told.person,))
