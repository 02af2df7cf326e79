"""A case from its opening to its end: destination, travel document, escort, fitness, hand-over, follow-up."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import local_day
from cauce.corridor.shape import EVIDENCE_KINDS
from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.journal.events import new_id
from cauce.journal.guard import refusals
from cauce.journal.services import lock_head, record
from cauce.movement.models import Seat
from cauce.movement.returns import events
from cauce.movement.returns.models import CLOSED, ESCORTS, FINDINGS, KINDS, ReturnCase
from cauce.movement.returns.services.common import case_now, country, how, one_of, said
from cauce.people import reach

DOCUMENTS = tuple(kind for kind in EVIDENCE_KINDS if kind not in ("declared", "birth_certificate", "visa"))


def open_case(*, person: UUID, kind: str, destination: str, by: Actor, asked: str = "") -> UUID:
    """Open a return case: nobody is returned without one. Returns its id.

    `destination` is where the flight would go, `asked` where the person asked to go (ISO 3166-1 alpha-3). Raises
    Refused for an unknown kind, when a case is open already, or when the person fears that country; Unknown;
    NotAllowed: deportations and expulsions are opened by whoever writes decisions down.
    """
    with refusals(), transaction.atomic():
        lock_head()
        one_of(kind, KINDS)
        found = reach.someone(person, by, "returns.manage" if kind == "voluntary" else "returns.decide")
        to = country(destination)
        _not_feared(found.feared_country, to, by)
        if ReturnCase.objects.filter(person=person, closed_at__isnull=True).exists():
            raise Refused(
                _("%(number)s has an open return case already. Go on with that one.") % {"number": found.number},
                code="movement_return_one_open",
            )
        fact = events.ReturnOpened(
            id=new_id(), person=person, kind=kind, destination=to, asked=country(asked) if asked.strip() else ""
        )
        record(fact, by=by)
    return fact.id


def _not_feared(feared: str, to: str, by: Actor) -> None:
    """P7: that somebody fears a country is for the protection officer; others hear of an interview."""
    if feared and feared == to:
        told = (
            _("This person named %(country)s as a country they fear. Nobody is returned there.") % {"country": to}
            if by.may("needs.read")
            else _("An interview is still to come. The protection officer knows more.")
        )
        raise Refused(told, code="return_protected")


def set_destination(*, case: UUID, destination: str, reason: str, by: Actor) -> None:
    """Another country. A consent to the old one counts no longer, and a seat to it is struck.

    Where an authority ordered the return, whoever writes decisions down says so, not whoever fills the flight.
    """
    with refusals(), transaction.atomic():
        lock_head()
        ordered = ReturnCase.objects.filter(id=case).exclude(kind="voluntary").exists()
        needed = "returns.decide" if ordered else "returns.manage"
        row = case_now(case, by, needed)
        to = country(destination)
        _not_feared(reach.someone(row.person, by, needed).feared_country, to, by)
        why = said(reason, _("Say why the person goes to another country."))
        record(events.ReturnDestinationSet(case=case, person=row.person, destination=to, reason=why), by=by)


def record_document(*, case: UUID, kind: str, until: date, by: Actor) -> None:
    """The paper on which the person can travel. Refused for one that has ended."""
    with refusals(), transaction.atomic():
        lock_head()
        row = case_now(case, by, "returns.manage")
        one_of(kind, DOCUMENTS)
        if until < local_day("", clock.now()):
            raise Refused(
                _("That document ended on %(until)s. Record one that lasts until the flight.") % {"until": until},
                code="document_ended",
            )
        record(events.ReturnDocumentRecorded(case=case, person=row.person, document=kind, until=until), by=by)


def set_escort(*, case: UUID, escort: str, reason: str, by: Actor) -> None:
    """Whether an escort travels with the person. Refused for an escort without a reason."""
    with refusals(), transaction.atomic():
        lock_head()
        row = case_now(case, by, "returns.manage")
        one_of(escort, ESCORTS)
        why = said(reason, _("Say why this person travels with or without an escort; nationality is no reason."))
        record(events.ReturnEscortSet(case=case, person=row.person, escort=escort, reason=why), by=by)


def find_fit(*, case: UUID, finding: str, found_by: str, by: Actor, until: date | None = None, note: str = "") -> None:
    """What a clinician found, who, and until when it holds: at most as long as the corridor file says."""
    with refusals(), transaction.atomic():
        lock_head()
        row = case_now(case, by, "returns.fit")
        one_of(finding, FINDINGS)
        who = said(found_by, _("Name the clinician who examined this person."))
        today = local_day("", clock.now())
        last = today + timedelta(days=how().fit_days)
        if until is not None and until < today:
            raise Refused(
                _("That finding ended on %(until)s. Examine the person again.") % {"until": until}, code="fit_ended"
            )
        if until is not None and until > last:
            raise Refused(
                _("A finding holds until %(last)s at most; examine again later.") % {"last": last}, code="fit_too_long"
            )
        record(
            events.ReturnFitnessFound(
                case=case, person=row.person, until=until or last, finding=finding, found_by=who, note=note.strip()
            ),
            by=by,
        )


def hand_over(*, case: UUID, to: str, by: Actor) -> None:
    """Somebody at the destination received the person: who."""
    with refusals(), transaction.atomic():
        lock_head()
        row = case_now(case, by, "returns.manage", gone=True)
        who = said(to, _("Name who received this person."))
        if row.handed_over_at is not None:
            raise Refused(_("The hand-over was recorded before."), code="handed_over_before")
        record(events.ReturnHandedOver(case=case, person=row.person, to=who), by=by)


def follow_up(*, case: UUID, found: str, by: Actor) -> None:
    """Somebody asked after the return how the person is; this closes the case. First comes the hand-over."""
    with refusals(), transaction.atomic():
        lock_head()
        row = case_now(case, by, "returns.manage", gone=True)
        if row.handed_over_at is None:
            raise Refused(_("Nobody has recorded who received this person. Record the hand-over first."))
        words = said(found, _("Write down what the person, or who was asked, said."))
        record(
            events.ReturnFollowedUp(case=case, person=row.person, found=words),
            events.ReturnClosed(case=case, person=row.person, why="followed_up"),
            by=by,
        )


def close(*, case: UUID, why: str, by: Actor) -> None:
    """End a case before a departure: the person stays, or it was opened in error. Its seat goes at once."""
    with refusals(), transaction.atomic():
        lock_head()
        row = case_now(case, by, "returns.manage")
        one_of(why, tuple(one for one in CLOSED if one != "followed_up"))
        record(events.ReturnClosed(case=case, person=row.person, why=why), by=by)


def seated(person: UUID) -> bool:
    """Whether the person has a live seat on a return."""
    return Seat.objects.filter(person=person, live=True, manifest__kind="return").exists()
