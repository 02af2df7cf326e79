"""What the outlook records: bulletins that were issued, and figures that partners were given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from cauce.journal.events import Event, Recorded, applies, event
from cauce.journal.models import Node
from cauce.journal.rows import insert
from cauce.outlook.models import Bulletin, Published, Told

E = TypeVar("E", bound=Event)


@event("outlook.bulletin_issued", subject="", travels="never")
@dataclass(frozen=True, kw_only=True)
class BulletinIssued(Event):
    """What is coming, as it was said on a day: counts, bands of the forecast, warnings. Of nobody in particular."""

    id: UUID
    day: date
    figures: dict[str, Any] = field(default_factory=dict)


@event("outlook.figures_published", subject="", travels="never")
@dataclass(frozen=True, kw_only=True)
class FiguresPublished(Event):
    """What partners were told of one day's arrivals, small cells hidden or noise added: from now on always this."""

    day: date
    noise: float = 0.0
    figures: dict[str, Any] = field(default_factory=dict)


@event("outlook.report_told", subject="", travels="never")
@dataclass(frozen=True, kw_only=True)
class ReportTold(Event):
    """What partners were told of a day's report, small cells hidden, `whole` when the day was over: always this now."""

    day: date
    whole: bool
    figures: dict[str, Any] = field(default_factory=dict)


def _own(records: list[Recorded[E]]) -> Iterator[Recorded[E]]:
    """Those of this node: the hub keeps its stations' chains, but what they told of a day is not what it told."""
    return (r for r in records if r.node == Node.here().name)


@applies(BulletinIssued)
def keep(records: list[Recorded[BulletinIssued]]) -> None:
    insert(
        Bulletin(id=r.event.id, day=r.event.day, issued_at=r.happened_at, account=r.account, figures=r.event.figures)
        for r in _own(records)
    )


@applies(FiguresPublished)
def publish(records: list[Recorded[FiguresPublished]]) -> None:
    insert(
        Published(
            id=f"{r.event.day}/{r.event.noise:g}",
            day=r.event.day,
            noise=r.event.noise,
            figures=r.event.figures,
            at=r.happened_at,
        )
        for r in _own(records)
    )


@applies(ReportTold)
def tell(records: list[Recorded[ReportTold]]) -> None:
    insert(
        Told(
            id=f"{r.event.day}/{'whole' if r.event.whole else 'so far'}",
            day=r.event.day,
            whole=r.event.whole,
            figures=r.event.figures,
            at=r.happened_at,
        )
        for r in _own(records)
    )
