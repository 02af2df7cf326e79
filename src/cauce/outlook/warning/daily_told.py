"""A day's arrivals as a bulletin tells them to partners: no other than the report of that day did. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cauce.outlook.differencing import apart
from cauce.outlook.report import Figure
from cauce.outlook.warning import partner


def beside_reports(
    cells: Mapping[tuple[str, str], int], below: int, whole: Figure | None, so_far: Sequence[Figure]
) -> partner.Said:
    """Arrivals of a day by (place, nationality) with small cells hidden.

    They are those of the day's report where partners have it of the `whole` day, what it hides included. Where they
    have it only from while the day lasted, what lies near to that is hidden.
    """
    if whole is not None:
        return said_of(whole)
    safe = partner.safe_day(cells, below)
    exact = Figure(sum(cells.values()), {name: dict(table) for name, table in partner.by_table(cells).items()})
    return said_of(apart(exact, figure_of(safe), so_far, below)) if so_far else safe


def said_of(told: Figure) -> partner.Said:
    return {"total": told.total, **{name: dict(sorted(told.breakdowns[name].items())) for name in partner.TABLES}}


def figure_of(said: partner.Said) -> Figure:
    return Figure(said["total"], {name: dict(said[name]) for name in partner.TABLES})
