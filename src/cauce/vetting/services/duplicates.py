"""The machine asks whether somebody is registered twice; a person answers, and the place in the queue is kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cauce.access.actor import SYSTEM, Actor
from cauce.corridor.selectors import in_force
from cauce.journal import clock, guard
from cauce.journal.errors import Conflict, NotAllowed, Refused, Unknown
from cauce.journal.events import Event, new_id
from cauce.journal.models import Entry
from cauce.journal.services import lock_head, record
from cauce.people.events import GuardianNamed, NeedFlagged, NeedWithdrawn
from cauce.people.models import Group, Need, Person, Stay
from cauce.people.waiting import waits, whole
from cauce.vetting.answering import answered_for, compares_everybody
from cauce.vetting.events import (
    DuplicateClosed,
    DuplicateDismissed,
    DuplicateLinked,
    DuplicateReopened,
    DuplicateSuspected,
)
from cauce.vetting.facts import facts_of
from cauce.vetting.models import Compared, Duplicate
from cauce.vetting.services.checks import restart_checks
from cauce.vetting.services.moving import Moved, moved, moved_back
from cauce.vetting.twice import ASKED_FROM, Pair, compared, pairs_of, same_card

TOLD = ("people.person_registered", "people.person_corrected", "people.document_added", "people.document_withdrawn")
AT_ONCE = 100  # people compared in one round
_AS_NUMBER = "duplicate"  # why a group is not finished


def compare_new(*, by: Actor = SYSTEM, limit: int = AT_ONCE) -> int:
    """Compare whoever was registered or corrected since the last time, `limit` people at most; how many were.

    Runs beside the queue and never stops anybody: what it finds is a question for a person.
    """
    newest = Entry.objects.aggregate(last=Max("id"))["last"] or 0
    done = Compared.objects.filter(id=1).values_list("entry", flat=True).first() or 0
    rows = list(
        Entry.objects.filter(id__gt=done, id__lte=newest, name__in=TOLD, person__isnull=False)
        .order_by("id")
        .values_list("id", "person")[:limit]
    )
    told = {person for _entry, person in rows if person}
    persons = told
    if not compares_everybody():
        persons = set(Person.objects.filter(answered_for("id"), id__in=told).values_list("id", flat=True))
    if persons:
        _ask(persons, by)
    upto = rows[-1][0] if len(rows) == limit else newest
    if upto > done:
        Compared.objects.update_or_create(id=1, defaults={"entry": upto})
    return len(told)


def compare_all_new(*, by: Actor = SYSTEM) -> int:
    """`compare_new` until nobody is left to compare; how many people were."""
    total = 0
    while count := compare_new(by=by):
        total += count
    return total


def _ask(persons: Collection[UUID], by: Actor) -> None:
    since = clock.now() - timedelta(days=in_force().review.registered_twice_days)
    found = pairs_of(persons, since)
    pairs = {(one.first, one.second): one for each in found.values() for one in each}
    with guard.refusals(), transaction.atomic():
        lock_head()
        known = {
            (row.first, row.second): row
            for side in ("first__in", "second__in")
            for row in Duplicate.objects.filter(**{side: list(found)})
        }
        fresh: list[Event] = [_suspected(one) for key, one in pairs.items() if key not in known]
        # A closed question whose ground is back is asked under its own name, for a pair has one row.
        gone = [row for key, row in known.items() if row.status == "open" and key not in pairs and _gone(row)]
        again = [row for key, row in known.items() if row.status == "closed" and key in pairs]
        fresh += [DuplicateClosed(id=row.id, first=row.first, second=row.second) for row in gone]
        fresh += [DuplicateReopened(id=row.id, person=row.second, kept=row.first) for row in again]
        record(*fresh, by=by)


def _gone(row: Duplicate) -> bool:
    """Whether the question may close: both can still be compared, and are no longer alike."""
    facts = facts_of((row.first, row.second))
    if len(facts) < 2:
        return False
    people = Person.objects.in_bulk((row.first, row.second))
    if same_card(people[row.first], people[row.second]):
        return False
    hit = compared(facts[row.second], facts[row.first])
    return hit is None or hit.score < ASKED_FROM


def _suspected(one: Pair) -> DuplicateSuspected:
    return DuplicateSuspected(id=asked_as(one.first, one.second), first=one.first, second=one.second, score=one.score)


def asked_as(first: UUID, second: UUID) -> UUID:
    """A pair's question has one name, whichever node asks it: two that do ask the same."""
    return uuid5(first, second.hex)


def decide_duplicate(*, duplicate: UUID, same: bool, reason: str, also: Sequence[UUID] = (), by: Actor) -> None:
    """Answer whether two records are one person; `also` are questions that have the same answer, a family's.

    `same`: the later record is linked to the earlier, which goes on with the earlier arrival, at the place of the
    later registration; the stay of the later one ends as `duplicate`. Raises Refused without a reason or where one of
    the two is erased or linked already, Conflict when it was answered in the meantime, NotAllowed, Unknown.
    """
    by.require("duplicates.decide")
    if not reason.strip():
        raise Refused(_("A decision needs a reason: what on both sides speaks for it."), code="no_reason")
    if by.account == SYSTEM.account:
        raise NotAllowed(_("A person decides whether somebody is registered twice, never the system's own account."))
    with guard.refusals(), transaction.atomic():
        lock_head()
        rows = [_open(each) for each in dict.fromkeys((duplicate, *also))]
        for row in rows:
            _at_own_place(row, by)
        if not same:
            record(*(_dismissed(row, reason.strip()) for row in rows), by=by)
            return
        seconds = {row.second for row in rows}
        for row in rows:
            _link(row, seconds, reason.strip(), by)
        restart_checks(persons=[row.first for row in rows], why="linked", by=SYSTEM)


def _dismissed(row: Duplicate, reason: str) -> DuplicateDismissed:
    return DuplicateDismissed(id=row.id, person=row.second, kept=row.first, reason=reason)


def _link(row: Duplicate, seconds: Collection[UUID], reason: str, by: Actor) -> None:
    first, second = _both(row)
    if Duplicate.objects.filter(second__in=(first.id, second.id), status="same").exists():
        raise Refused(
            _("One of these records is linked to another already. Undo that first, or answer about the record kept."),
            code="linked_already",
        )
    what = moved(first, second)
    children = tuple(Person.objects.filter(guardian=second.id).order_by("number").values_list("id", flat=True))
    needs = _carried(first, second)
    waiting = _left_behind(second, seconds)
    linked = DuplicateLinked(
        id=row.id,
        person=second.id,
        kept=first.id,
        group=first.group_id,
        arrived_at=min(first.group.arrived_at, second.arrived_at),
        arrived_before=first.group.arrived_at,
        ended_stay=what.ended,
        new_stay=what.begun,
        came_from=what.came_from,
        children=children,
        needs=tuple(need.id for need in needs),
        incomplete=waiting.id if waiting else None,
        reason=reason,
    )
    told: list[Event] = [linked, *what.events]
    told += [GuardianNamed(person=child, guardian=first.id) for child in children]
    told += needs
    if waiting:
        missing = tuple(dict.fromkeys((*waiting.missing, first.number)))
        told.append(waits(waiting.id, missing, _AS_NUMBER))
    record(*told, by=by)


def _carried(first: Person, second: Person) -> list[NeedFlagged]:
    """Needs that were only seen the second time: who goes on has them too, with the holds that they raise."""
    has = set(Need.objects.filter(person=first.id, withdrawn=False).values_list("code", flat=True))
    rows = Need.objects.filter(person=second.id, withdrawn=False).exclude(code__in=has).order_by("flagged_at", "id")
    return [NeedFlagged(person=first.id, id=new_id(), code=row.code, question=row.question) for row in rows]


def _left_behind(second: Person, seconds: Collection[UUID]) -> Group | None:
    """F2, P9: the later record's group, when others of it are here: it does not board until it is joined with the
    one that `second` goes on in."""
    others = Stay.objects.filter(person__group=second.group_id, until__isnull=True)
    return second.group if others.exclude(person__in=[*seconds, second.id]).exists() else None


def undo_duplicate(*, duplicate: UUID, reason: str, by: Actor) -> None:
    """Take an answer back: the question is open again, and what linking changed is put back.

    Holds that were carried over stay until two officers lift them. Refused without a reason or when nothing was
    answered, Unknown.
    """
    by.require("duplicates.decide")
    if not reason.strip():
        raise Refused(_("Taking an answer back needs a reason."), code="no_reason")
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = _row(duplicate)
        if row.status not in ("same", "not_same"):
            raise Conflict(_("Nobody has answered this question yet; nothing was changed. Look at it again."))
        _at_own_place(row, by)
        linked = row.status == "same"
        first, second = _both(row)
        what = row.changed
        told: list[Event] = [
            DuplicateReopened(
                id=row.id,
                person=second.id,
                kept=first.id,
                group=UUID(what["group"]) if linked else None,
                arrived_at=datetime.fromisoformat(what["arrived_before"]) if linked else None,
                reason=reason.strip(),
            )
        ]
        if linked:
            told += moved_back(first, second, Moved.kept(what))
            children = [UUID(child) for child in what["children"]]
            still = Person.objects.filter(id__in=children, guardian=first.id).order_by("number")
            told += [GuardianNamed(person=child.id, guardian=second.id) for child in still]
            told += [
                NeedWithdrawn(person=first.id, id=UUID(need), reason=reason.strip()) for need in what.get("needs", ())
            ]
            told += _whole_again(what["incomplete"], first, second)
        record(*told, by=by)
        if linked:
            restart_checks(persons=[first.id, second.id], why="linked", by=SYSTEM)


def _whole_again(group: str, first: Person, second: Person) -> list[Event]:
    row = Group.objects.filter(id=UUID(group), incomplete=True).first() if group else None
    if row is None or first.number not in row.missing:
        return []
    missing = tuple(each for each in row.missing if each != first.number)
    if missing:
        return [waits(row.id, missing, row.incomplete_why)]
    return [whole(row.id)]


def _row(duplicate: UUID) -> Duplicate:
    row = Duplicate.objects.filter(id=duplicate).first()
    if row is None:
        raise Unknown(_("There is no such question here. `cauce duplicates list` shows those that are open."))
    return row


def _open(duplicate: UUID) -> Duplicate:
    row = _row(duplicate)
    if row.status != "open":
        raise Conflict(_("This question was answered already; nothing was recorded. Look at it again."))
    return row


def _both(row: Duplicate) -> tuple[Person, Person]:
    rows = Person.objects.filter(id__in=(row.first, row.second), erased=False).select_related("group").in_bulk()
    if len(rows) < 2:
        raise Refused(_("The data of one of the two was erased: they can no longer be compared."), code="erased")
    return rows[row.first], rows[row.second]


def _at_own_place(row: Duplicate, by: Actor) -> None:
    """Whoever works at one place answers about the people there."""
    places = set(
        Stay.objects.filter(person__in=(row.first, row.second), until__isnull=True).values_list("place", flat=True)
    )
    if by.place not in places:
        by.require("duplicates.decide", place=min(places, default=""))
