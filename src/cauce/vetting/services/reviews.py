"""Analysts decide, one after the other and blind to each other; a named officer may give a review more time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.journal import clock, guard
from cauce.journal.errors import Conflict, Misused, NotAllowed, Refused, Unknown
from cauce.journal.events import Event, new_id
from cauce.journal.services import lock_head, record
from cauce.people import reach
from cauce.vetting.events import (
    HandOverOffered,
    MatchConfirmed,
    NotTheSameRemembered,
    ReviewClosed,
    ReviewDecided,
    ReviewEscalated,
    ReviewExtended,
    ReviewPassed,
)
from cauce.vetting.models import Decision, Review
from cauce.vetting.rules import rule_for
from cauce.vetting.services import planting
from cauce.vetting.services.settling import settled
from cauce.vetting.verdict import OUTCOMES, stuck, verdict


@dataclass(frozen=True, slots=True)
class Decided:
    """`outcome` is empty while another analyst has to look. `truth`: it was a planted case, and this is so of it."""

    review: UUID
    outcome: str
    truth: str = ""

    @property
    def closed(self) -> bool:
        return bool(self.outcome)


def decide(*, review: UUID, outcome: str, reason: str, by: Actor) -> Decided:
    """Record one analyst's answer; the review closes when the answers suffice (see verdict.py).

    Raises Misused for an unknown outcome; Refused without a reason, for a second answer of the same account, or while
    a protection officer has yet to see it (P6); Conflict when it was closed in the meantime; Unknown. Of a planted
    case the answer is kept and the truth told, no more.
    """
    by.require("reviews.decide")
    if outcome not in OUTCOMES:
        raise Misused(
            _("A review is decided %(known)s; not %(outcome)r.") % {"known": ", ".join(OUTCOMES), "outcome": outcome}
        )
    if not reason.strip():
        raise Refused(_("A decision needs a reason: what on both sides speaks for it."), code="no_reason")
    if planting.planted(review):
        return Decided(review, "", planting.answer(case=review, outcome=outcome, reason=reason, by=by))
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = _open(review)
        reach.require(by, row.person)
        reached = _answer(row, outcome, reason.strip(), by)
    return Decided(row.id, reached)


def _answer(row: Review, outcome: str, reason: str, by: Actor) -> str:
    """Record the answer and what follows from all there are; the outcome, or empty while somebody has to look."""
    if row.protection_first and not row.passed_by:
        raise NotAllowed(
            _(
                "The list belongs to this person's own or feared state: a protection officer has to see the "
                "match first. Ask one to pass it on."
            )
        )
    given = dict(Decision.objects.filter(review=row).order_by("at", "id").values_list("account", "outcome"))
    if by.account in given:
        raise Refused(
            _("%(account)s has decided this review already; it waits for another analyst.") % {"account": by.account},
            code="decided_before",
        )
    outcomes = [*given.values(), outcome]
    reached = verdict(outcomes)
    events: list[Event] = [ReviewDecided(id=new_id(), person=row.person, review=row.id, outcome=outcome, reason=reason)]
    if reached:
        events += _closing(row, reached)
    elif stuck(outcomes) and row.escalated_at is None:
        events.append(ReviewEscalated(person=row.person, review=row.id, why="cannot_tell"))
    record(*events, by=by)
    return reached


def _open(review: UUID) -> Review:
    row = Review.objects.filter(id=review).first()
    if row is None:
        raise Unknown(_("There is no review %(review)s. `cauce reviews` lists them.") % {"review": review})
    if row.status not in ("open", "lapsed"):
        raise Conflict(_("This review is closed already; nothing was recorded. Look at it again."))
    return row


def _closing(row: Review, outcome: str) -> list[Event]:
    events: list[Event] = [ReviewClosed(person=row.person, review=row.id, status="decided", outcome=outcome)]
    if outcome == "not_same":
        events.append(
            NotTheSameRemembered(
                id=new_id(),
                person=row.person,
                review=row.id,
                list_name=row.list_name,
                list_entry=row.list_entry,
                entry_digest=row.entry_digest,
            )
        )
    events += settled([(row.person, row.check_id)], {row.id: {"status": "decided", "outcome": outcome}})
    if outcome == "same" and row.list_name:
        events += _confirmed(row)
    return events


def _confirmed(row: Review) -> list[Event]:
    """A confirmed match is offered to the authority that the list's rule names, with a deadline (P6)."""
    corridor = in_force()
    rule = rule_for(row.list_name, row.list_entry, corridor)
    return [
        MatchConfirmed(
            person=row.person,
            review=row.id,
            check_id=row.check_id,
            list_name=row.list_name,
            consequence=rule.consequence,
            legal_basis=rule.legal_basis,
        ),
        HandOverOffered(
            id=new_id(),
            person=row.person,
            review=row.id,
            authority=rule.authority,
            deadline=clock.now() + timedelta(hours=rule.deadline_hours),
            withhold_from=rule.state if row.protection_first else "",
        ),
    ]


def pass_on(*, review: UUID, note: str, by: Actor) -> None:
    """A protection officer has seen a match with the person's own or feared state; analysts may decide it now (P6)."""
    by.require("reviews.protect")
    if not note.strip():
        raise Refused(_("Write down what you found before the analysts go on."), code="no_reason")
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = _open(review)
        reach.require(by, row.person)
        if not row.protection_first or row.passed_by:
            raise Refused(_("This review does not wait for a protection officer."), code="not_waiting")
        record(ReviewPassed(person=row.person, review=row.id, note=note.strip()), by=by)


def extend(*, review: UUID, hours: float, reason: str, by: Actor) -> None:
    """Keep a review from lapsing for so many hours more, in writing, by a named officer (P5).

    Raises Refused without a reason, once it lapsed, or for more than the corridor's limit in all.
    """
    by.require("reviews.extend")
    most = in_force().review.extend_hours
    if not reason.strip():
        raise Refused(_("More time needs a reason in writing."), code="no_reason")
    if not hours > 0:  # as a comparison with what is no number is never true
        raise Misused(_("Give the hours as a number above 0."))
    if planting.planted(review):
        planting.extend(case=review, hours=hours, most=most, reason=reason, by=by)
        return
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = _open(review)
        reach.require(by, row.person)
        if row.status == "lapsed":
            raise Refused(_("This review has lapsed for onward travel; more time changes nothing."), code="lapsed")
        until = (row.extended_until or row.due_at) + timedelta(hours=hours)
        if until > row.due_at + timedelta(hours=most):
            raise Refused(
                _("A review may be extended by %(most)g hours in all, no longer.") % {"most": most},
                code="extended_enough",
            )
        record(ReviewExtended(person=row.person, review=row.id, until=until, reason=reason.strip()), by=by)
