"""Quality control: a case is planted among the analysts' reviews, answered, given more time, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cauce.journal.events import Event, Recorded, applies, event, personal
from cauce.people.numbering import person_number
from cauce.vetting.events.checks import ordered
from cauce.vetting.planted import PlantedAnswer, PlantedCase


@event("vetting.case_planted", subject="case", travels="hub")
@dataclass(frozen=True, kw_only=True)
class CasePlanted(Event):
    """A made-up review with a known answer stands among the analysts' own. It is about nobody in the register."""

    case: UUID
    opened_at: datetime
    due_at: datetime
    number: str = ""  # like a card's; empty: that of this entry
    truth: str = personal("not_same")
    facts: dict[str, Any] = personal(default_factory=dict)
    list_name: str = personal("")
    list_entry: str = personal("")
    score: float = personal(0.0)
    ranked_as: float = personal(0.0)  # the score that its place in the list is that of
    pieces: list[dict[str, Any]] = personal(default_factory=list)
    listed: dict[str, Any] = personal(default_factory=dict)
    reasons: list[str] = personal(default_factory=list)
    waits: dict[str, int] = personal(default_factory=dict)


@event("vetting.planted_case_answered", subject="case", travels="hub")
@dataclass(frozen=True, kw_only=True)
class PlantedCaseAnswered(Event):
    """An analyst answered a planted case, and was told so."""

    id: UUID
    case: UUID
    outcome: str = personal("")
    reason: str = personal("")


@event("vetting.planted_case_extended", subject="case", travels="hub")
@dataclass(frozen=True, kw_only=True)
class PlantedCaseExtended(Event):
    """An analyst gave a planted case more time, as if it were a review."""

    case: UUID
    until: datetime
    reason: str = personal("")


@event("vetting.planted_cases_withdrawn", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class PlantedCasesWithdrawn(Event):
    """The time of these planted cases is over: nobody is shown them any more."""

    cases: tuple[UUID, ...]


@applies(CasePlanted)
def plant(records: list[Recorded[CasePlanted]]) -> None:
    PlantedCase.objects.bulk_create(
        PlantedCase(
            id=r.event.case,
            number=r.event.number or person_number(r.node, r.seq),
            truth=r.event.truth,
            facts=ordered(r.event.facts),
            list_name=r.event.list_name,
            list_entry=r.event.list_entry,
            score=r.event.score,
            ranked_as=r.event.ranked_as,
            pieces=ordered(r.event.pieces),
            listed=ordered(r.event.listed),
            reasons=r.event.reasons,
            waits=ordered(r.event.waits),
            planted_by=r.account,
            planted_at=r.happened_at,
            opened_at=r.event.opened_at,
            due_at=r.event.due_at,
        )
        for r in records
    )


@applies(PlantedCaseAnswered)
def answer(records: list[Recorded[PlantedCaseAnswered]]) -> None:
    PlantedAnswer.objects.bulk_create(
        PlantedAnswer(
            id=r.event.id,
            case_id=r.event.case,
            account=r.account,
            outcome=r.event.outcome,
            reason=r.event.reason,
            at=r.happened_at,
        )
        for r in records
    )


@applies(PlantedCaseExtended)
def extend(records: list[Recorded[PlantedCaseExtended]]) -> None:
    for r in records:
        PlantedCase.objects.filter(id=r.event.case).update(extended_until=r.event.until, extended_by=r.account)


@applies(PlantedCasesWithdrawn)
def withdraw(records: list[Recorded[PlantedCasesWithdrawn]]) -> None:
    for r in records:
        PlantedCase.objects.filter(id__in=r.event.cases).update(withdrawn_at=r.happened_at)
