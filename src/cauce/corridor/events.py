"""The corridor changes by event: a file is applied, a quota is changed, a change is undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from cauce.corridor.models import Adopted, Allotment, Demand, LegHours, QuotaChange, Sufficient
from cauce.corridor.shape import HOURS_DEMANDED
from cauce.journal.events import Event, Recorded, applies, event
from cauce.journal.services import ruling


@event("corridor.applied", subject="", travels="everywhere")
@dataclass(frozen=True, kw_only=True)
class CorridorApplied(Event):
    """A corridor file came into force, with all that it says. `thresholds`: what it changes of who is referred and of
    when the corridor warns; then `second` is the account that agreed."""

    id: UUID
    content: dict[str, Any]
    digest: str
    thresholds: tuple[str, ...] = ()
    second: str = ""


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


@event("corridor.seats_allotted", subject="", travels="everywhere")
@dataclass(frozen=True, kw_only=True)
class SeatsAllotted(Event):
    """F3: of a border's quota, `seats` a day belong to a place from `start` to `until` inclusive. The hub says so."""

    id: UUID
    border: str
    place: str
    start: date
    until: date
    seats: int
    source: str


@event("corridor.allotment_withdrawn", subject="", travels="everywhere")
@dataclass(frozen=True, kw_only=True)
class AllotmentWithdrawn(Event):
    """An allotment was taken back: what the place had of the quota is nobody's in particular again."""

    id: UUID
    reason: str


@applies(SeatsAllotted)
def allot_seats(records: list[Recorded[SeatsAllotted]]) -> None:
    Allotment.objects.bulk_create(
        Allotment(
            id=r.event.id,
            border=r.event.border,
            place=r.event.place,
            start=r.event.start,
            until=r.event.until,
            seats=r.event.seats,
            source=r.event.source,
            account=r.account,
            entry=r.entry,
        )
        for r in ruling(records)
    )


@applies(AllotmentWithdrawn)
def withdraw_allotments(records: list[Recorded[AllotmentWithdrawn]]) -> None:
    Allotment.objects.filter(id__in=[r.event.id for r in ruling(records)]).update(withdrawn=True)


@applies(CorridorApplied)
def adopt(records: list[Recorded[CorridorApplied]]) -> None:
    records = ruling(records)
    if not records:
        return
    Adopted.objects.bulk_create(
        Adopted(
            id=r.event.id,
            content=r.event.content,
            digest=r.event.digest,
            thresholds=bool(r.event.thresholds),
            account=r.account,
            second=r.event.second,
            adopted_at=r.recorded_at,
            entry=r.entry,
        )
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
    _demand(in_force.get("departures", []))
    _time(in_force["legs"])


def _demand(departures: list[dict[str, Any]]) -> None:
    """An older file demands nothing."""
    Demand.objects.all().delete()
    rows: list[tuple[str, str, str, float]] = []
    for told in departures:
        figures = [(name, told.get(name)) for name in HOURS_DEMANDED]
        wanted = [(what, 0.0) for what in told["demands"]] + [
            (name, hours) for name, hours in figures if hours is not None
        ]
        rows += [(kind, told["mode"], what, figure) for kind in told["kinds"] for what, figure in wanted]
    Demand.objects.bulk_create(
        Demand(id=number, kind=kind, mode=mode, what=what, figure=figure)
        for number, (kind, mode, what, figure) in enumerate(rows, start=1)
    )


def _time(legs: list[dict[str, Any]]) -> None:
    LegHours.objects.all().delete()
    LegHours.objects.bulk_create(
        LegHours(
            id=number,
            kind=leg["kind"],
            mode=leg["mode"],
            origin=leg["origin"],
            destination=leg["destination"],
            hours=leg["hours"],
        )
        for number, leg in enumerate((leg for leg in legs if leg["kind"]), start=1)
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
        for r in ruling(records)
    )


@applies(QuotaChangeUndone)
def undo_quota_change(records: list[Recorded[QuotaChangeUndone]]) -> None:
    QuotaChange.objects.filter(id__in=[r.event.id for r in ruling(records)]).update(undone=True)
