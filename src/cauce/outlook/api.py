"""The report of a day for machines: whole for who may see it, with small cells hidden for partners."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest

from cauce.access.machines.door import Machines, actor_of
from cauce.access.machines.fields import Day, Shown
from cauce.outlook.report import FIGURES
from cauce.outlook.selectors import report_for

machines = Machines("report", __name__)


class FigureShown(Shown):
    """People, in all and by dimension and key; null: a cell too small to be shown, or one that would give it away.

    Nationalities so hidden stand together as `other`; one that is not named beside it may be there or not.
    """

    total: int | None
    breakdowns: dict[str, dict[str, int | None]]


class ReportShown(Shown):
    """A day in figures. `suppressed_below` is 0 where nothing is hidden; `waiting` counts people by reason.

    Reasons that are hidden stand together as `other`, null. `told_at` says since when partners are told this; null for
    the whole edition.
    """

    day: date
    corridor: str
    training: bool
    suppressed_below: int
    figures: dict[str, FigureShown]
    waiting: dict[str, int | None]
    longest_wait_hours: float | None
    told_at: datetime | None


@machines.reads("/reports/{day}", "report.read", ReportShown)
def report(request: HttpRequest, day: Day, edition: Literal["partner", ""] = "") -> ReportShown:
    """The report of a day. Partners get their own edition: counts, small cells hidden, nobody named."""
    found = report_for(actor_of(request), day, partner=edition == "partner")
    return ReportShown(
        day=found.day,
        corridor=found.corridor,
        training=found.training,
        suppressed_below=found.suppressed_below,
        figures={name: FigureShown.model_validate(found.figures[name]) for name in FIGURES},
        waiting=found.waiting,
        longest_wait_hours=found.longest_wait_hours,
        told_at=found.told_at,
    )
