"""What a bulletin says, put together from counts, bands and warnings. Pure: dates and numbers in, plain values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from cauce.outlook.warning.partner import TABLES, Said, Sum, added
from cauce.outlook.warning.rules import State

PERIODS = (7, 30)  # days
COLUMNS = ("low95", "low80", "middle", "high80", "high95")
_QUANTILES = (0, 2, 4, 6, 8)  # of 0.025 0.05 0.1 0.25 0.5 0.75 0.9 0.95 0.975
Key = tuple[date, str, str]


def counted(counts: Mapping[Key, int], day: date, present: Mapping[str, int] | None) -> dict[str, Any]:
    """Arrivals of the PERIODS that end on the day before `day`, as they are."""
    periods = {}
    for days in PERIODS:
        first = day - timedelta(days=days)
        mine = {key: people for key, people in counts.items() if first <= key[0] < day}
        periods[str(days)] = {
            "from": first.isoformat(),
            "total": sum(mine.values()),
            "place": _ranked(mine, 1),
            "nationality": _ranked(mine, 2),
        }
    return {"arrivals": periods, "present": dict(present or {})}


def for_partners(days: Mapping[date, Said], day: date) -> dict[str, Any]:
    """The same from what partners were told of each day: a number, or at least a number where a day hides some."""
    periods = {}
    for length in PERIODS:
        first = day - timedelta(days=length)
        told = added([days[first + timedelta(days=at)] for at in range(length)])
        tables = {name: {key: _told(one) for key, one in told[name].items()} for name in TABLES}
        periods[str(length)] = {"from": first.isoformat(), "total": _told(told["total"]), **tables}
    return {"arrivals": periods, "present": {}}


def ahead(first: date, quantiles: Sequence[Sequence[float]], naive: float | None) -> list[dict[str, Any]]:
    """The days from `first` on: bands, and the last week's mean where it may be said. `quantiles` [days, 9]."""
    return [
        {
            "date": (first + timedelta(days=at)).isoformat(),
            **{name: round(float(row[place])) for name, place in zip(COLUMNS, _QUANTILES, strict=True)},
            "naive": None if naive is None else round(naive),
        }
        for at, row in enumerate(quantiles)
    ]


def warned(states: Sequence[State], before: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every warning as it stands; `before`: the states by id in the bulletin before, to tell what changed."""
    return [
        {
            "id": one.rule.id,
            "title": one.rule.title,
            "measure": one.rule.measure,
            "place": one.rule.place,
            "value": None if one.measure is None else round(one.measure, 4),
            "raise_at": one.rule.raise_at,
            "clear_below": one.rule.clear_below,
            "state": one.state,
            "since": one.since.isoformat() if one.since else None,
            "ends": one.ends.isoformat() if one.ends else None,
            "changed": before.get(one.rule.id, "quiet") != one.state,
            "asks": one.rule.asks if one.stands else "",
        }
        for one in states
    ]


def _ranked(counts: Mapping[Key, int], part: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, people in counts.items():
        name = str(key[part]) or "unknown"
        found[name] = found.get(name, 0) + people
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _told(one: Sum) -> dict[str, Any]:
    return {"people": one.people, "at_least": not one.whole}
