"""What follows a decision: a match is remembered as none, or confirmed and handed over with a deadline (P6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cauce.journal.events import Event, Recorded, applies, event, personal
from cauce.vetting.models import HandOver, NotTheSame, Review


@event("vetting.not_the_same_remembered")
@dataclass(frozen=True, kw_only=True)
class NotTheSameRemembered(Event):
    """This person is not that entry as it stands now: a new edition that leaves the entry alone does not ask again."""

    id: UUID
    person: UUID
    review: UUID
    list_name: str = personal("")
    list_entry: str = personal("")
    entry_digest: str = personal("")


@event("vetting.match_confirmed", travels="hub")
@dataclass(frozen=True, kw_only=True)
class MatchConfirmed(Event):
    """Two analysts said that this is the listed person. What may follow is the list's `consequence`."""

    person: UUID
    review: UUID
    check_id: str
    list_name: str = personal("")
    consequence: str = personal("")  # inform, refer, hold
    legal_basis: str = personal("")


@event("vetting.hand_over_offered", travels="hub")
@dataclass(frozen=True, kw_only=True)
class HandOverOffered(Event):
    """A named authority may take the match over until the deadline. `withhold_from` is a state that never hears."""

    id: UUID
    person: UUID
    review: UUID
    deadline: datetime
    authority: str = personal("")
    withhold_from: str = personal("")


@event("vetting.hand_over_taken_up", travels="hub")
@dataclass(frozen=True, kw_only=True)
class HandOverTakenUp(Event):
    """The authority took the match over: who, in its name."""

    person: UUID
    hand_over: UUID
    officer: str = personal("")


@event("vetting.hand_over_expired", travels="hub")
@dataclass(frozen=True, kw_only=True)
class HandOverExpired(Event):
    """Nobody took the match over in time: every block that it placed ends."""

    person: UUID
    hand_over: UUID
    review: UUID


@event("vetting.hand_over_ended", travels="hub")
@dataclass(frozen=True, kw_only=True)
class HandOverEnded(Event):
    """The authority is done with the person, or an objection was upheld: every block that the match placed ends."""

    person: UUID
    hand_over: UUID
    review: UUID
    why: str = personal("")


@applies(NotTheSameRemembered)
def remember(records: list[Recorded[NotTheSameRemembered]]) -> None:
    NotTheSame.objects.bulk_create(
        NotTheSame(
            id=r.event.id,
            person=r.event.person,
            review=r.event.review,
            list_name=r.event.list_name,
            list_entry=r.event.list_entry,
            entry_digest=r.event.entry_digest,
        )
        for r in records
    )


@applies(HandOverOffered)
def offer(records: list[Recorded[HandOverOffered]]) -> None:
    HandOver.objects.bulk_create(
        HandOver(
            id=r.event.id,
            person=r.event.person,
            review=r.event.review,
            authority=r.event.authority,
            withhold_from=r.event.withhold_from,
            deadline=r.event.deadline,
        )
        for r in records
    )


@applies(HandOverTakenUp)
def take_up(records: list[Recorded[HandOverTakenUp]]) -> None:
    for r in records:
        HandOver.objects.filter(id=r.event.hand_over).update(
            status="taken_up", taken_up_at=r.happened_at, taken_up_by=r.event.officer
        )


@applies(HandOverExpired)
def expire(records: list[Recorded[HandOverExpired]]) -> None:
    for r in records:
        HandOver.objects.filter(id=r.event.hand_over).update(status="expired", ended_at=r.happened_at)
        Review.objects.filter(id=r.event.review).update(over="hand_over_expired")


@applies(HandOverEnded)
def end(records: list[Recorded[HandOverEnded]]) -> None:
    for r in records:
        HandOver.objects.filter(id=r.event.hand_over).update(status="ended", ended_at=r.happened_at)
        Review.objects.filter(id=r.event.review).update(over="hand_over_ended")
