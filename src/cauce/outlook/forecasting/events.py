"""Dated decisions that may change a flow: after one the past says less, so that bands widen; a known effect shifts the
middle.

The file has the columns of `policy_events.csv`: `date,actor,event,affects,source`; `affects` is ALL or nationalities,
split by `;`. An optional column `effect` is the user's own assumption, the share by which the total changes (-0.3:
three tenths fewer).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Final

from cauce.journal import given
from cauce.journal.errors import Refused
from cauce.outlook.forecasting.models import POWER
from cauce.outlook.forecasting.series import ALL, Step, day_of
from cauce.outlook.saying import Say, silent
from cauce.outlook.separated import separator

FRESH: Final = timedelta(days=62)  # an older event already shows in the counts
WIDER: Final = 1.25
NEEDED: Final = ("date", "event", "affects")


@dataclass(frozen=True, slots=True)
class Event:
    day: date
    event: str
    affects: tuple[str, ...]
    effect: float | None


@dataclass(frozen=True, slots=True)
class Push:
    """What events do to a forecast: `shift` of the middle on the working scale, `widen` of the bands."""

    shift: float
    widen: float


NOTHING: Final = Push(0.0, 1.0)


def read_events(path: Path, say: Say = silent) -> list[Event]:
    """Raises Refused, naming line and column."""
    lines = given.text(path, Refused).splitlines()
    table = given.rows(path, lines, separator(path, lines[0] if lines else "", NEEDED, say), Refused)
    names = next(table, (1, []))[1]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise Refused(f"{path}, line 1: no column {', '.join(missing)}. Needed: {', '.join(NEEDED)}.")
    rows = ((line, zip_longest(names, cells[: len(names)], fillvalue="")) for line, cells in table if cells)
    return [_event(path, line, dict(row)) for line, row in rows]


def _event(path: Path, line: int, row: dict[str, str]) -> Event:
    text = (row.get("effect") or "").strip()
    try:
        day = date.fromisoformat((row["date"] or "").strip())
    except ValueError:
        raise Refused(f"{path}, line {line}, column date: {row['date']!r} is no date. Write 2023-05-11.") from None
    try:
        effect = float(text) if text else None
    except ValueError:
        effect = -1.0
    if effect is not None and not -1 < effect <= 10:
        raise Refused(f"{path}, line {line}, column effect: {text!r} is no share above -1. Write -0.3 for 30 % fewer.")
    affects = tuple(part.strip() for part in (row["affects"] or "").split(";") if part.strip())
    if not affects:
        raise Refused(f"{path}, line {line}, column affects: is empty. Write ALL, or nationalities, as VEN;HTI.")
    return Event(day, row["event"] or "", affects, effect)


def not_yet(events: Sequence[Event], origin: int, step: Step) -> list[Event]:
    """Those dated after the origin's period, which a forecast from there knows nothing of; the first of them first."""
    return sorted((one for one in events if one.day >= day_of(origin + 1, step)), key=lambda one: one.day)


def push(events: Sequence[Event], origin: int, step: Step) -> Push:
    """Only what is dated by the end of the origin's period counts, and only while it is fresh."""
    end = day_of(origin + 1, step) - timedelta(days=1)
    fresh = [one for one in events if ALL in one.affects and end - FRESH < one.day <= end]
    shift = 0.0
    for one in fresh:
        shift += ((1 + one.effect) ** POWER - 1) / POWER if one.effect is not None else 0.0
    return Push(shift, WIDER if fresh else 1.0)
