"""Groups are joined, split, given another head, and finished. P9: a child is parted from a guardian by two officers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import local_day
from cauce.journal import clock, guard
from cauce.journal.errors import Refused, Unknown
from cauce.journal.events import new_id
from cauce.journal.models import Head
from cauce.journal.services import lock_head, record
from cauce.people import events, words
from cauce.people.company import refuse_joining_apart, refuse_whole_apart
from cauce.people.identity import needed_reason
from cauce.people.models import Group, Parting, Person
from cauce.people.numbering import group_number
from cauce.people.waiting import waits, whole


@dataclass(frozen=True, slots=True)
class Split:
    """The new group, or, when a child would be parted from a guardian, the proposal that another officer confirms."""

    group: UUID | None = None
    proposal: UUID | None = None


def join_groups(*, into: UUID, other: UUID, by: Actor) -> None:
    """Everybody of `other` becomes a member of `into`, which keeps the earlier arrival and all that is waited for.

    Raises Refused for groups at different places, an empty one, and two that are kept apart.
    """
    with guard.refusals(), transaction.atomic():
        lock_head()
        keep, gone = _group(into), _group(other)
        if into == other:
            raise Refused(_("A group cannot join itself. Choose the other group."))
        for place in {keep.place, gone.place}:
            by.require("people.group", place=place)
        if keep.place != gone.place:
            raise Refused(
                _("%(one)s is at %(here)s and %(two)s at %(there)s. Move one of them first.")
                % {"one": keep.number, "two": gone.number, "here": keep.place, "there": gone.place}
            )
        if keep.joined_into is not None:
            raise Refused(
                _("The number that you keep was joined to the other one before, and given up. Keep the other number.")
            )
        persons = tuple(Person.objects.filter(group=other).order_by("number").values_list("id", flat=True))
        if not persons:
            raise Refused(_("%(number)s has no members any more.") % {"number": gone.number})
        refuse_joining_apart(keep, gone, by)
        joined = events.GroupsJoined(
            into=into,
            other=other,
            persons=persons,
            arrived_at=min(keep.arrived_at, gone.arrived_at),
            missing=tuple(dict.fromkeys((*keep.missing, *gone.missing))),
            after=words.after(into, other),
        )
        record(joined, by=by)


def split_group(*, group: UUID, persons: Sequence[UUID], reason: str, by: Actor) -> Split:
    """Let `persons` leave their group and travel as a group of their own; they keep their place in the queue.

    P9: where that parts a child from its guardian, or from the last adult, nothing is split yet: the request waits
    for `confirm_split` by another officer. Raises Refused for strangers, for everybody at once, and without a reason.
    """
    why = needed_reason(reason)
    with guard.refusals(), transaction.atomic():
        head = lock_head()
        row = _group(group)
        by.require("people.group", place=row.place)
        leaving, staying = _sides(row, persons)
        if not parts_a_child(leaving, staying, local_day(row.place, clock.now())):
            return Split(group=_record_split(head, row, leaving, staying, why, by, None))
        by.require("people.part_child")
        standing = Parting.objects.filter(group=group, confirmed_by="", persons=_hexes(leaving)).first()
        if standing:
            return Split(proposal=standing.id)
        asked = events.PartingProposed(
            id=new_id(), group=group, person=leaving[0].id, persons=tuple(p.id for p in leaving), reason=why
        )
        record(asked, by=by)
        return Split(proposal=asked.id)


def confirm_split(*, proposal: UUID, by: Actor) -> UUID:
    """P9: a second officer agrees to part a child from a guardian; the new group's id.

    Refused for the officer who asked, or when the group changed since.
    """
    by.require("people.part_child")
    with guard.refusals(), transaction.atomic():
        head = lock_head()
        asked = Parting.objects.filter(id=proposal, confirmed_by="").select_related("group").first()
        if asked is None:
            raise Unknown(_("No such request waits for a second officer."))
        by.require("people.group", place=asked.group.place)
        if asked.proposed_by == by.account:
            raise Refused(guard.sentence("people_parting_takes_two"), code="people_parting_takes_two")
        leaving, staying = _sides(asked.group, [UUID(hex=each) for each in asked.persons])
        return _record_split(head, asked.group, leaving, staying, asked.reason, by, proposal)


def parts_a_child(leaving: Sequence[Person], staying: Sequence[Person], today: date) -> bool:
    """P9: whether a child would lose the guardian on record, or be left in a group without any adult."""
    both = [*leaving, *staying]
    for side in (leaving, staying):
        here = {person.id for person in side}
        elsewhere = {person.id for person in both} - here
        children = [person for person in side if not _grown(person, today)]
        if any(child.guardian in elsewhere for child in children):
            return True
        if children and len(children) == len(side) and any(_grown(person, today) for person in both):
            return True
    return False


def set_head(*, group: UUID, person: UUID, by: Actor) -> None:
    """Make a member the focal person of the group."""
    with transaction.atomic():
        lock_head()
        row = _group(group)
        by.require("people.group", place=row.place)
        if not Person.objects.filter(id=person, group=group, erased=False).exists():
            raise Refused(_("That person is not a member of %(number)s.") % {"number": row.number})
        if row.head != person:
            record(events.GroupHeadSet(group=group, person=person, after=words.after(group)), by=by)


def complete_group(*, group: UUID, reason: str, by: Actor) -> bool:
    """F2: an officer says that nobody is missing any more, and why. False when nobody was."""
    why = needed_reason(reason)
    with transaction.atomic():
        lock_head()
        row = _group(group)
        by.require("people.group", place=row.place)
        if not row.incomplete:
            return False
        refuse_whole_apart(row, by)
        member = Person.objects.filter(group=group).order_by("number").values_list("id", flat=True)[0]
        explained = events.DecisionExplained(person=row.head or member, what="complete", group=group, reason=why)
        record(whole(group), explained, by=by)
        return True


def mark_incomplete(*, group: UUID, missing: Sequence[str], why: str, by: Actor) -> bool:
    """F2: members are waited for (external ids, `?` for one without). False when the group waits for them already."""
    with transaction.atomic():
        lock_head()
        row = _group(group)
        by.require("people.group", place=row.place)
        waited = tuple(dict.fromkeys((*row.missing, *(missing or ("?",)))))
        if row.incomplete and list(waited) == row.missing:
            return False
        record(waits(group, waited, why), by=by)
        return True


def _record_split(
    head: Head,
    group: Group,
    leaving: Sequence[Person],
    staying: Sequence[Person],
    reason: str,
    by: Actor,
    parting: UUID | None,
) -> UUID:
    today = local_day(group.place, clock.now())
    new = new_id()
    split = events.GroupSplit(
        group=group.id,
        new=new,
        number=group_number(head.node, head.seq + 1),
        place=group.place,
        arrived_at=group.arrived_at,
        persons=tuple(person.id for person in leaving),
        head=_head_of(leaving, group.head, today),
        left_head=_head_of(staying, group.head, today),
        parting=parting,
        after=words.after(group.id, *(person.id for person in leaving)),
    )
    record(split, events.DecisionExplained(person=leaving[0].id, what="split", group=new, reason=reason), by=by)
    return new


def _head_of(side: Sequence[Person], head: UUID | None, today: date) -> UUID:
    grown = [person.id for person in side if _grown(person, today)]
    return next(iter([*(p.id for p in side if p.id == head), *grown, side[0].id]))


def _sides(group: Group, persons: Sequence[UUID]) -> tuple[list[Person], list[Person]]:
    members = list(Person.objects.filter(group=group).order_by("number"))
    wanted = set(persons)
    leaving = [person for person in members if person.id in wanted]
    staying = [person for person in members if person.id not in wanted]
    if not leaving or len(leaving) < len(wanted):
        raise Refused(_("Not everybody named is a member of %(number)s any more.") % {"number": group.number})
    if not staying:
        raise Refused(_("Somebody has to stay in %(number)s. Move the whole group instead.") % {"number": group.number})
    return leaving, staying


def _hexes(persons: Sequence[Person]) -> list[str]:
    return [person.id.hex for person in persons]


def _grown(person: Person, today: date) -> bool:
    return person.adult_on is not None and person.adult_on <= today


def _group(group: UUID) -> Group:
    row = Group.objects.filter(id=group).first()
    if row is None:
        raise Unknown(_("There is no such group here. Find one of its members instead."))
    return row
