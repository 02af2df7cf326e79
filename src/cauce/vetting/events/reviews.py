"""A review opens, is passed on, decided, extended, escalated, lapses and closes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cauce.journal.events import Event, Recorded, applies, event, personal
from cauce.journal.sealing import cell
from cauce.vetting.events.checks import ordered
from cauce.vetting.models import Decision, Review


@event("vetting.review_opened", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReviewOpened(Event):
    """The machine asks a person: is this the one on the list, is this paper theirs? With all it compared."""

    id: UUID
    person: UUID
    check_id: str
    due_at: datetime
    blocks: bool = True
    protection_first: bool = personal(False)
    list_name: str = personal("")
    list_entry: str = personal("")
    entry_digest: str = personal("")
    score: float = personal(0.0)
    pieces: list[dict[str, Any]] = personal(default_factory=list)
    listed: dict[str, Any] = personal(default_factory=dict)
    reasons: list[str] = personal(default_factory=list)


@event("vetting.review_passed", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReviewPassed(Event):
    """A protection officer saw a match with the person's own or feared state and let the analysts go on (P6)."""

    person: UUID
    review: UUID
    note: str = personal("")


@event("vetting.review_decided", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReviewDecided(Event):
    """One analyst answered. Whether that closes the review is another event."""

    id: UUID
    person: UUID
    review: UUID
    outcome: str = personal("")
    reason: str = personal("")


@event("vetting.review_closed", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReviewClosed(Event):
    """No more answers are asked: decided by people, or closed because its ground is gone (`why` is a code)."""

    person: UUID
    review: UUID
    status: str  # decided, closed
    outcome: str = personal("")
    why: str = personal("")


@event("vetting.review_extended", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReviewExtended(Event):
    """A named officer wrote why the review may not lapse yet (P5)."""

    person: UUID
    review: UUID
    until: datetime
    reason: str = personal("")


@event("vetting.review_escalated", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReviewEscalated(Event):
    """The review was not decided in time, or two analysts could not tell: it heads every list from now on."""

    person: UUID
    review: UUID
    why: str = "overdue"  # overdue, cannot_tell


@event("vetting.review_lapsed", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReviewLapsed(Event):
    """The clock ran out: for onward travel the review no longer stands in the way; for a return it still does."""

    person: UUID
    review: UUID


@event("vetting.review_set_aside", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReviewSetAside(Event):
    """A decision against the person no longer counts: an objection to it was upheld."""

    person: UUID
    review: UUID
    why: str = "objection_upheld"


@applies(ReviewOpened)
def open_reviews(records: list[Recorded[ReviewOpened]]) -> None:
    Review.objects.bulk_create(
        Review(
            id=r.event.id,
            person=r.event.person,
            check_id=r.event.check_id,
            list_name=r.event.list_name,
            list_entry=r.event.list_entry,
            entry_digest=r.event.entry_digest,
            score=r.event.score,
            pieces=ordered(r.event.pieces),
            listed=ordered(r.event.listed),
            reasons=r.event.reasons,
            protection_first=r.event.protection_first,
            blocks=r.event.blocks,
            opened_at=r.happened_at,
            due_at=r.event.due_at,
        )
        for r in records
    )


@applies(ReviewPassed)
def pass_reviews(records: list[Recorded[ReviewPassed]]) -> None:
    for r in records:
        Review.objects.filter(id=r.event.review).update(passed_by=r.account)


@applies(ReviewDecided)
def keep_decisions(records: list[Recorded[ReviewDecided]]) -> None:
    Decision.objects.bulk_create(
        Decision(
            id=r.event.id,
            review_id=r.event.review,
            person=r.event.person,
            account=r.account,
            outcome=r.event.outcome,
            reason=r.event.reason,
            at=r.happened_at,
        )
        for r in records
    )


@applies(ReviewClosed)
def close_reviews(records: list[Recorded[ReviewClosed]]) -> None:
    for r in records:
        Review.objects.filter(id=r.event.review).update(
            status=r.event.status, outcome=r.event.outcome, closed_why=r.event.why, closed_at=r.happened_at
        )


@applies(ReviewExtended)
def extend_reviews(records: list[Recorded[ReviewExtended]]) -> None:
    for r in records:
        Review.objects.filter(id=r.event.review).update(
            extended_until=r.event.until,
            extended_by=r.account,
            extended_why=cell(Review, "extended_why", r.event.review, r.event.person, r.event.reason),
        )


@applies(ReviewEscalated)
def escalate_reviews(records: list[Recorded[ReviewEscalated]]) -> None:
    for r in records:
        Review.objects.filter(id=r.event.review).update(escalated_at=r.happened_at)


@applies(ReviewLapsed)
def lapse_reviews(records: list[Recorded[ReviewLapsed]]) -> None:
    Review.objects.filter(id__in=[r.event.review for r in records]).update(status="lapsed")


@applies(ReviewSetAside)
def set_aside_reviews(records: list[Recorded[ReviewSetAside]]) -> None:
    for r in records:
        Review.objects.filter(id=r.event.review).update(over=r.event.why)
