"""From which score a list refers: proposed by one account, confirmed by another."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from cauce.journal.events import Event, Recorded, applies, event
from cauce.journal.services import ruling
from cauce.vetting.models import ThresholdChange, WatchList


@event("vetting.threshold_proposed", subject="", travels="everywhere")
@dataclass(frozen=True, kw_only=True)
class ThresholdProposed(Event):
    """Somebody wants a list to refer from another score (0 to 1) on, and says why. Nothing changes yet."""

    id: UUID
    list_name: str
    threshold: float
    before: float
    reason: str


@event("vetting.threshold_confirmed", subject="", travels="everywhere")
@dataclass(frozen=True, kw_only=True)
class ThresholdConfirmed(Event):
    """Another account confirmed it: the list refers from that score on, and whoever is present is searched again."""

    proposal: UUID
    list_name: str
    threshold: float


@event("vetting.threshold_withdrawn", subject="", travels="everywhere")
@dataclass(frozen=True, kw_only=True)
class ThresholdWithdrawn(Event):
    """A proposed threshold was taken back."""

    proposal: UUID
    list_name: str
    reason: str


@applies(ThresholdProposed)
def propose(records: list[Recorded[ThresholdProposed]]) -> None:
    ThresholdChange.objects.bulk_create(
        ThresholdChange(
            id=r.event.id,
            list_name=r.event.list_name,
            threshold=r.event.threshold,
            before=r.event.before,
            reason=r.event.reason,
            proposed_by=r.account,
            proposed_at=r.happened_at,
        )
        for r in ruling(records)
    )


@applies(ThresholdConfirmed)
def confirm(records: list[Recorded[ThresholdConfirmed]]) -> None:
    for r in ruling(records):
        ThresholdChange.objects.filter(id=r.event.proposal).update(
            status="confirmed", confirmed_by=r.account, ended_at=r.happened_at
        )
        WatchList.objects.filter(name=r.event.list_name).update(threshold=r.event.threshold)


@applies(ThresholdWithdrawn)
def withdraw(records: list[Recorded[ThresholdWithdrawn]]) -> None:
    for r in ruling(records):
        ThresholdChange.objects.filter(id=r.event.proposal).update(
            status="withdrawn", withdrawn_by=r.account, withdrawn_why=r.event.reason, ended_at=r.happened_at
        )
