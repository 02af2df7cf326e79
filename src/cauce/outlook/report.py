"""What a day's report is, and its two editions: the whole one, and the one that partners may see. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cauce.people import suppression
from cauce.people.bands import UNKNOWN
from cauce.spreadsheets import inert

DIMENSIONS = ("nationality", "sex", "age_band", "place")
WITHIN_PRESENT = ("cleared", "referred", "held")
FIGURES = ("arrivals", "present", *WITHIN_PRESENT, "departed")


@dataclass(frozen=True, slots=True)
class Figure:
    """A count of people and how it breaks down: dimension -> key -> people. None: hidden."""

    total: int | None
    breakdowns: dict[str, dict[str, int | None]]


@dataclass(frozen=True, slots=True)
class Report:
    """A day in figures, as at the end of `day`, local time of each place. Every number counts people.

    `waiting` counts those present by each reason that keeps them; a person with two reasons counts under both.
    `suppressed_below` is 0 in the whole edition, `told_at` None.
    """

    day: date
    corridor: str
    figures: dict[str, Figure]
    waiting: dict[str, int | None]
    longest_wait_hours: float | None
    suppressed_below: int = 0
    training: bool = False
    told_at: datetime | None = None  # when partners were first told this edition


def counted(rows: Iterable[tuple[str, str, str, str]]) -> Figure:
    """A figure from one (nationality, sex, age band, place) a person; what is empty counts as unknown."""
    breakdowns: dict[str, dict[str, int | None]] = {name: {} for name in DIMENSIONS}
    total = 0
    for row in rows:
        total += 1
        for name, value in zip(DIMENSIONS, row, strict=True):
            key = value or UNKNOWN
            breakdowns[name][key] = (breakdowns[name].get(key) or 0) + 1
    return Figure(total, {name: _ranked(cells) for name, cells in breakdowns.items()})


def _ranked(cells: dict[str, int | None]) -> dict[str, int | None]:
    return dict(sorted(cells.items(), key=lambda item: (-(item[1] or 0), item[0])))


def for_partners(report: Report, below: int) -> Report:
    """The edition that leaves the house: small cells out, and with them whatever would give them away.

    Reasons overlap, so they add up to nothing: only small ones, and those nearly everybody has, are hidden. How long
    the one person who waits longest has waited points at a person, and is left out.
    """
    safe: dict[str, Figure] = {}
    present = report.figures["present"]
    for name, figure in report.figures.items():
        whole = _plain(present) if name in WITHIN_PRESENT else None
        total, tables = suppression.figure(*_plain(figure), below, whole)
        order = {dimension: sorted(cells) for dimension, cells in tables.items()}  # rank would tell what is hidden
        safe[name] = Figure(total, {d: {key: tables[d][key] for key in order[d]} for d in tables})
    everyone = present.total or 0
    waiting = {reason: suppression.total(count or 0, below, everyone) for reason, count in report.waiting.items()}
    return Report(
        day=report.day,
        corridor=report.corridor,
        figures=safe,
        waiting=dict(sorted(waiting.items())),
        longest_wait_hours=None,
        suppressed_below=below,
        training=report.training,
    )


def _plain(figure: Figure) -> tuple[int, dict[str, dict[str, int]]]:
    return figure.total or 0, {d: {k: v or 0 for k, v in cells.items()} for d, cells in figure.breakdowns.items()}


def as_json(report: Report) -> dict[str, Any]:
    """The report as JSON-able data; hidden cells are null."""
    return {
        "date": report.day.isoformat(),
        "corridor": report.corridor,
        "training": report.training,
        "suppressed_below": report.suppressed_below,
        "told_at": report.told_at.isoformat(timespec="seconds") if report.told_at else None,
        **{name: {"total": figure.total, **figure.breakdowns} for name, figure in report.figures.items()},
        "waiting": report.waiting,
        "longest_wait_hours": report.longest_wait_hours,
    }


def as_csv(report: Report) -> str:
    """One row a cell: `figure,dimension,key,people`; a hidden cell is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("figure", "dimension", "key", "people"))
    for name, figure in report.figures.items():
        writer.writerow((name, "total", "", _cell(figure.total)))
        for dimension, cells in figure.breakdowns.items():
            writer.writerows((name, dimension, inert(key), _cell(value)) for key, value in cells.items())
    writer.writerows(("waiting", "reason", reason, _cell(value)) for reason, value in report.waiting.items())
    return out.getvalue()


def _cell(value: int | None) -> str:
    return "" if value is None else str(value)


def as_text(report: Report) -> str:
    """The report for a terminal; `-` stands for a hidden cell, which may be of any size."""
    hidden = "-"
    lines = [f"{report.corridor}, {report.day}" + ("  TRAINING" if report.training else ""), ""]
    for name, figure in report.figures.items():
        lines.append(f"{name:10} {hidden if figure.total is None else figure.total:>7}")
        for dimension, cells in figure.breakdowns.items():
            shown = ", ".join(f"{key} {hidden if value is None else value}" for key, value in cells.items())
            lines.append(f"  {dimension:12} {shown}".rstrip())
    lines += ["", "waiting, by reason (a person may have several)"]
    lines += [f"  {reason:28} {hidden if value is None else value:>7}" for reason, value in report.waiting.items()]
    if report.longest_wait_hours is not None:
        lines.append(f"longest wait {report.longest_wait_hours:.1f} h")
    return "\n".join(lines) + "\n"
