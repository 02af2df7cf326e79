"""What a day's report is, and its two editions: the whole one, and the one that partners may see. Pure."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cauce.people import suppression
from cauce.people.bands import UNKNOWN
from cauce.spreadsheets import write_table

DIMENSIONS = ("nationality", "sex", "age_band", "place")
WITHIN_PRESENT = ("cleared", "referred", "held")
PARTS = {"ready": "cleared", "hold": "held", "interview": "referred"}
"""Reasons whose people are nearly those of a figure: what one has beyond the other is told by the two together."""
OWN = ("document_pending", "watchlist_pending", "biometric_pending", "health_pending", "other_pending", "interview",
       "hold")  # fmt: skip
"""Reasons of which whoever is present and not cleared has one at least, as partners read them."""
FIGURES = ("arrivals", "present", *WITHIN_PRESENT, "departed")


Cells = dict[str, int | None]


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

    Of reasons the small ones are hidden, those nearly everybody has, and what would give them away (`unsaid`). How
    long the one person who waits longest has waited points at a person, and is left out.
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
        waiting=unsaid(report.waiting, dict(sorted(waiting.items())), safe, below),
        longest_wait_hours=None,
        suppressed_below=below,
        training=report.training,
    )


def unsaid(exact: Cells, told: Cells, figures: Mapping[str, Figure], below: int) -> Cells:
    """People by reason as `told`, less what would give hidden ones away beside the figures that are told.

    What a reason has less than its figure in PARTS may be small. And though reasons overlap, everybody has one or is
    ready: those present less all that are told are no more than the hidden ones, which then are several and not few.
    """
    told = dict(told)
    for reason, name in PARTS.items():
        count, whole = told.get(reason), figures[name].total
        if count is not None and whole is not None and suppression.small(abs(whole - count), below):
            told[reason] = None
    present, cleared = figures["present"].total, figures["cleared"].total
    if present is not None:
        _cover(exact, told, list(told), present, below)
    if present is not None and cleared is not None:
        _cover(exact, told, [reason for reason in OWN if reason in told], present - cleared, below)
    return told


def _cover(exact: Cells, told: Cells, among: Sequence[str], people: int, below: int) -> None:
    """Hide the smallest of `among`, which `people` have one of at least, as long as that tells much of hidden ones."""
    while True:
        hidden = [reason for reason in among if told[reason] is None]
        rest = sorted((count, reason) for reason in among if (count := told[reason]))
        left = people - sum(count for count, _reason in rest)
        if not hidden or left <= 0 or not rest:
            return
        if len(hidden) > 1 and sum(exact[reason] or 0 for reason in hidden) >= below:
            return
        told[rest[0][1]] = None


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
    write_table(out, [("figure", "dimension", "key", "people")])
    for name, figure in report.figures.items():
        write_table(out, [(name, "total", "", figure.total)])  # None is an empty cell
        for dimension, cells in figure.breakdowns.items():
            write_table(out, ((name, dimension, key, value) for key, value in cells.items()))
    write_table(out, (("waiting", "reason", reason, value) for reason, value in report.waiting.items()))
    return out.getvalue()


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
