"""Did it come true? Bulletins looked at again with what was counted since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from cauce.access.actor import Actor
from cauce.corridor.selectors import local_day
from cauce.journal import clock
from cauce.outlook.models import Bulletin
from cauce.outlook.warning.figures import arrivals


@dataclass(frozen=True, slots=True)
class Scored:
    """A kept bulletin: of the days ahead that are over, how many lay in each band; errors are people a day.

    `warnings`: id -> how it stood then.
    """

    id: str
    day: date
    days: int
    inside80: int
    inside95: int
    error: float | None  # mean absolute, of the middle
    naive_error: float | None  # of the last week's mean
    warnings: dict[str, str]


def scored_for(actor: Actor, limit: int = 60) -> list[Scored]:
    """The newest bulletin of each day, newest first. A day counts once it is whole."""
    actor.require("report.full")
    today = local_day("", clock.now())
    newest: dict[date, Bulletin] = {row.day: row for row in Bulletin.objects.order_by("issued_at")}
    rows = [newest[day] for day in sorted(newest, reverse=True)[:limit]]
    if not rows:
        return []
    counted: dict[date, int] = {}
    for (day, _place, _who), people in arrivals(rows[-1].day, today).items():
        counted[day] = counted.get(day, 0) + people
    return [_scored(row, counted, today) for row in rows]


def _scored(row: Bulletin, counted: dict[date, int], today: date) -> Scored:
    over: list[tuple[int, dict[str, Any]]] = []
    for said in row.figures.get("ahead", []):
        day = date.fromisoformat(said["date"])
        if day < today:
            over.append((counted.get(day, 0), said))
    errors = [abs(came - said["middle"]) for came, said in over]
    plain = [abs(came - said["naive"]) for came, said in over]
    return Scored(
        id=str(row.id),
        day=row.day,
        days=len(over),
        inside80=sum(said["low80"] <= came <= said["high80"] for came, said in over),
        inside95=sum(said["low95"] <= came <= said["high95"] for came, said in over),
        error=round(sum(errors) / len(errors), 1) if errors else None,
        naive_error=round(sum(plain) / len(plain), 1) if plain else None,
        warnings={one["id"]: one["state"] for one in row.figures.get("warnings", [])},
    )


def as_json(found: list[Scored]) -> dict[str, Any]:
    """All of them and their sum."""
    days = sum(one.days for one in found)
    return {
        "bulletins": [
            {
                "id": one.id,
                "date": one.day.isoformat(),
                "days_over": one.days,
                "inside_80": one.inside80,
                "inside_95": one.inside95,
                "mean_error": one.error,
                "naive_mean_error": one.naive_error,
                "warnings": one.warnings,
            }
            for one in found
        ],
        "days_over": days,
        "inside_80": round(sum(one.inside80 for one in found) / days, 3) if days else None,
        "inside_95": round(sum(one.inside95 for one in found) / days, 3) if days else None,
    }
