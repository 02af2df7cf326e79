"""The corridor changes by event: a file is applied, a quota is changed, a change is undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from cauce.corridor.models import Adopted, QuotaChange, Sufficient
from cauce.journal.events import Event, Recorded, applies, event


@event("corridor.applied", subject="", travels="everywhere")
@dataclass(frozen=True, kw_only=True)
class CorridorApplied(Event):
    """A corridor file came into force, with all that it says."""

    id: UUID
    content: dict[str, Any]
    digest: str


@event("corridor.quota_changed", subject="", travels="everywhere")
@dataclass(frozen=True, kw_only=True)
class QuotaChanged(Event):
    """From `start` to `until` inclusive a border takes `per_day` people, or none at all when it is closed (None)."""

    id: UUID
    border: str
    start: date
    until: date
    per_day: int | None
    reason: str


@event("corridor.quota_change_undone", subject="", travels="everywhere")
@dataclass(frozen=True, kw_only=True)
class QuotaChangeUndone(Event):
    """A change of a border's quota was taken back; what the corridor file says holds again."""

    id: UUID
    reason: str


@applies(CorridorApplied)
def adopt(records: list[Recorded[CorridorApplied]]) -> None:
    Adopted.objects.bulk_create(
        Adopted(id=r.event.id, content=r.event.content, digest=r.event.digest, adopted_at=r.recorded_at, entry=r.entry)
        for r in records
    )
    in_force = records[-1].event.content
    Sufficient.objects.all().delete()
    rows = [
        (kind, check["id"], result)
        for check in in_force["checks"]
        for kind, results in sorted(check["suffices"].items())
        for result in results
    ]
    Sufficient.objects.bulk_create(
        Sufficient(id=number, kind=kind, check_id=check, result=result)
        for number, (kind, check, result) in enumerate(rows, start=1)
    )


@applies(QuotaChanged)
def change_quota(records: list[Recorded[QuotaChanged]]) -> None:
    QuotaChange.objects.bulk_create(
        QuotaChange(
            id=r.event.id,
            border=r.event.border,
            start=r.event.start,
            until=r.event.until,
            per_day=r.event.per_day,
            reason=r.event.reason,
            account=r.account,
            entry=r.entry,
        )
        for r in records
    )


@applies(QuotaChangeUndone)
def undo_quota_change(records: list[Recorded[QuotaChangeUndone]]) -> None:
    QuotaChange.objects.filter(id__in=[r.event.id for r in records]).update(undone=True)
