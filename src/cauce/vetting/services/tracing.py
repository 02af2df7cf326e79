"""Families look for their own: a request is filed, a protection officer says who was found, and asks before telling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cauce.access.actor import SYSTEM, Actor
from cauce.corridor.selectors import in_force, local_day
from cauce.journal import clock, guard, keys
from cauce.journal.errors import Conflict, Misused, NotAllowed, Refused, Unknown
from cauce.journal.events import Event, new_id
from cauce.journal.services import lock_head, record
from cauce.people import reach
from cauce.people.models import Person
from cauce.vetting import intake
from cauce.vetting.events import (
    TracingAgreed,
    TracingEnded,
    TracingMatchClosed,
    TracingMatchDecided,
    TracingPurged,
    TracingRequested,
    TracingTold,
)
from cauce.vetting.services.tracing_search import search_families
from cauce.vetting.sought_models import TracingMatch, TracingRequest

OUTCOMES = ("found", "not_same")
AGREED = ("person", "officer", "declined")


@dataclass(frozen=True, slots=True)
class Looked:
    """Who is looked for, as typed. `birth` as intake.birth_dates, or `age` in years today, give or take one."""

    names: tuple[str, ...]
    birth: str = ""
    age: int | None = None
    sex: str = ""
    relation: str = ""
    last_place: str = ""
    last_day: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    id: UUID
    number: str
    searched: int  # people present


def add_tracing(
    *,
    looked: Looked,
    seeker: UUID | None = None,
    agency: str = "",
    contact: str = "",
    search: bool = True,
    by: Actor,
) -> Filed:
    """File a request: `seeker` is a person of the register, or `agency` asks from outside and `contact` reaches it.

    Everybody present is searched. Raises Misused for what cannot be understood or both a date and an age, Refused
    where nobody asks or nobody could be told, Unknown for a seeker who is not registered.
    """
    by.require("tracing.file")
    _answerable(seeker, agency.strip(), contact.strip())
    born = _born(looked, local_day("", clock.now()))
    with guard.refusals(), transaction.atomic():
        lock_head()
        if seeker is not None and not Person.objects.filter(id=seeker, erased=False).exists():
            raise Unknown(_("Nobody of that number is registered here."))
        filed = TracingRequested(
            id=new_id(),
            number=f"TRACE-{TracingRequest.objects.count() + 1:04}",
            names=intake.names(looked.names),
            birth_first=born[0] if born else None,
            birth_last=born[1] if born else None,
            sex=intake.sex(looked.sex),
            relation=looked.relation.strip()[:60],
            last_place=looked.last_place.strip()[:200],
            last_day=looked.last_day.strip()[:40],
            seeker=seeker,
            agency=agency.strip()[:200],
            contact=contact.strip(),
        )
        record(filed, by=by)
    return Filed(filed.id, filed.number, search_families(by=SYSTEM) if search else 0)


def _answerable(seeker: UUID | None, agency: str, contact: str) -> None:
    if (seeker is None) == (not agency):
        raise Refused(_("Say who is looking: a person of the register, or an agency from outside."), code="no_seeker")
    if agency and not contact:
        raise Refused(_("Say how the agency is reached: somebody has to be told some day."), code="no_contact")


def _born(looked: Looked, today: date) -> tuple[date, date] | None:
    if looked.birth.strip() and looked.age is not None:
        raise Misused(_("Give a birth date or an age, not both."))
    if looked.age is not None:
        return intake.born_at_age(looked.age, today)
    return next(iter(intake.birth_dates([looked.birth])), None)


def decide_tracing(*, match: UUID, outcome: str, reason: str, by: Actor) -> None:
    """One protection officer says whether this is the one sought: `found` or `not_same`, and why.

    Nobody is told by it. Raises Conflict when it was decided or closed before.
    """
    by.require("tracing.decide")
    if outcome not in OUTCOMES:
        raise Misused(_("A match is %(known)s; not %(said)r.") % {"known": ", ".join(OUTCOMES), "said": outcome})
    if not reason.strip():
        raise Refused(_("Write down what speaks for it."), code="no_reason")
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = _match(match)
        reach.require(by, row.person)
        if row.status != "open":
            raise Conflict(_("This match was decided or closed already; nothing was recorded. Look at it again."))
        record(TracingMatchDecided(person=row.person, match=row.id, outcome=outcome, reason=reason.strip()), by=by)


def agree_tracing(*, match: UUID, how: str, by: Actor) -> None:
    """May the seeker be told? `person`: the one found said yes; `officer`: for a child, this protection officer does;
    `declined`: no. A no may become a yes later, and a yes a no until the seeker is told.

    Raises Refused where nobody was found yet, where it was told already, or where a child is said to have agreed alone.
    """
    by.require("tracing.decide")
    if how not in AGREED:
        raise Misused(_("It is agreed by %(known)s; not %(said)r.") % {"known": ", ".join(AGREED), "said": how})
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = _found(match)
        reach.require(by, row.person)
        if row.told_at is not None:
            raise Refused(_("The seeker was told already."), code="told_already")
        grown = not _child(row.person)
        if how == "person" and not grown:
            raise Refused(guard.sentence("tracing_child_agreed"), code="tracing_child_agreed")
        if how == "officer" and grown:
            raise Refused(_("A grown person says so themselves: ask them."), code="ask_the_person")
        record(TracingAgreed(person=row.person, match=row.id, how=how), by=by)


def tell_tracing(*, match: UUID, by: Actor) -> None:
    """Record that the seeker was told. Refused until it was agreed (safety comes before joy)."""
    by.require("tracing.decide")
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = _found(match)
        reach.require(by, row.person)
        if row.told_at is not None:
            raise Refused(_("The seeker was told already."), code="told_already")
        if row.agreed_how not in ("person", "officer"):
            raise NotAllowed(
                guard.sentence("vetting_tracing_agreed_before_told"), code="vetting_tracing_agreed_before_told"
            )
        record(TracingTold(person=row.person, match=row.id), by=by)


def end_tracing(*, number: str, why: str, by: Actor) -> None:
    """Nobody looks any more: they are together, or the search is given up. Open matches close.

    A protection officer may end any request, others those that they filed. Unknown for any other number.
    """
    by.require("tracing.file")
    if not why.strip():
        raise Refused(_("Write down why the search ends."), code="no_reason")
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = TracingRequest.objects.filter(number=number.strip().upper(), status="open").first()
        if row is None or not (by.may("tracing.decide") or row.filed_by == by.account):
            raise Unknown(_("There is no open request %(number)s that you may end.") % {"number": number})
        record(TracingEnded(id=row.id, why=why.strip()), *_closing(row), by=by)


def purge_tracing(*, by: Actor = SYSTEM) -> int:
    """Forget who looked for whom in requests that ended long enough ago. Returns how many."""
    kept = timedelta(days=in_force().review.sought_keep_days)
    old = TracingRequest.objects.filter(purged=False, over_at__lte=clock.now() - kept)
    if not old.exists():
        return 0
    with guard.refusals(), transaction.atomic():
        lock_head()
        return _purge(list(old.order_by("entry")), by)


def forget_seeker(persons: list[UUID], by: Actor) -> None:
    """Who looks for whom goes when the seeker is erased: nobody is left to tell."""
    rows = list(TracingRequest.objects.filter(seeker__in=persons, purged=False).order_by("entry"))
    for row in rows:
        if row.status == "open":
            record(TracingEnded(id=row.id, why="seeker_erased"), *_closing(row), by=by)
    _purge(rows, by)


def _purge(rows: list[TracingRequest], by: Actor) -> int:
    record(*(TracingPurged(id=row.id) for row in rows), by=by)
    for row in rows:
        keys.destroy(row.id)
    return len(rows)


def _closing(row: TracingRequest) -> list[Event]:
    waiting = TracingMatch.objects.filter(request=row, status="open").order_by("opened_at", "id")
    return [TracingMatchClosed(person=match.person, match=match.id, why="request_ended") for match in waiting]


def _match(match: UUID) -> TracingMatch:
    row = TracingMatch.objects.filter(id=match).first()
    if row is None:
        raise Unknown(_("There is no such match. `cauce tracing list` names those that are open."))
    return row


def _found(match: UUID) -> TracingMatch:
    row = _match(match)
    if row.status != "found":
        raise Refused(_("First somebody has to say that this is the one sought."), code="not_found_yet")
    return row


def _child(person: UUID) -> bool:
    today = local_day("", clock.now())
    unsaid = Q(adult_on__isnull=True, said_minor=True)
    return Person.objects.filter(Q(adult_on__gt=today) | unsaid, id=person).exists()
