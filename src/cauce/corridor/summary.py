"""A corridor in a few lines, for the person who wrote the file."""

from __future__ import annotations

from typing import Protocol

from cauce.corridor.shape import Corridor, Figure


class _HasFigure(Protocol):
    @property
    def figure(self) -> Figure: ...


def summary(corridor: Corridor) -> str:
    """Name, counts of what the file holds, and how many of its figures are assumed."""
    counts = (
        (len(corridor.places), "place", "places"),
        (len(corridor.legs), "leg", "legs"),
        (sum(place.beds for place in corridor.places), "bed", "beds"),
        (len(corridor.quotas), "quota", "quotas"),
        (len(corridor.closures), "closure", "closures"),
        (len(corridor.checks), "check", "checks"),
        (len(corridor.holds), "kind of hold", "kinds of hold"),
        (len(corridor.needs), "specific need", "specific needs"),
        (len(corridor.lists), "watchlist", "watchlists"),
        (len(corridor.recipients), "recipient", "recipients"),
    )
    figures = figures_of(corridor)
    assumed = sum(figure.assumed for figure in figures)
    lines = [
        f"{corridor.name} ({corridor.id}) can be used",
        "  " + ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts),
        f"  {assumed} of {len(figures)} figures are assumed; the others name their source",
    ]
    return "\n".join(lines)


def figures_of(corridor: Corridor) -> list[Figure]:
    """Where each figure of the corridor comes from; rows that give no figure are left out."""
    tables: tuple[tuple[_HasFigure, ...], ...] = (
        corridor.places,
        corridor.legs,
        corridor.vehicles,
        corridor.quotas,
        corridor.closures,
        corridor.needs,
        corridor.evidence,
        corridor.vaccines,
        corridor.retention,
    )
    figures = [row.figure for table in tables for row in table] + [corridor.standards_figure]
    return [figure for figure in figures if figure.source or figure.assumed]
