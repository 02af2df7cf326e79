"""Counts by place and nationality in tidy CSV: read, checked, and laid out so that a gap stays a gap.

A file has the columns `date,place,nationality,value`; others are ignored, and rows that differ only in those are added
up. A date is YYYY-MM-DD or YYYY-MM. Where every place has one date a month and that always on the same day, or on the
last, the series is monthly, otherwise daily.
`ALL` is the total. A period without any row of a place was not counted there (`nan`); a nationality without a row in a
period that was counted had nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cauce.journal import given
from cauce.journal.errors import Misused, Refused
from cauce.outlook.saying import Say, silent
from cauce.outlook.separated import separator

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Step = Literal["month", "day"]

COLUMNS = ("date", "place", "nationality", "value")
ALL = "ALL"
OTHER = "OTH"
YEARS = range(1800, 2201)  # what counts may be dated
MOST = 10**10  # more people than there are
_GROUPED = re.compile(r"[1-9]\d{0,2}([.,]\d{3})+")  # thousands, as they are written in Spanish or English


@dataclass(frozen=True, slots=True)
class Place:
    """One place's counts. `parts` is (nationality, time) and adds up to `total` (time); both nan where nothing was
    counted.
    """

    place: str
    step: Step
    first: int
    total: Array
    names: tuple[str, ...]
    parts: Array

    @property
    def last(self) -> int:
        """Index of the last period that was counted."""
        known = np.flatnonzero(np.isfinite(self.total))
        return self.first + int(known[-1])

    def until(self, origin: int) -> Place:
        """The same as it was known at `origin`: nothing later, not even which nationalities came first after it, and it
        ends with a period that was counted.

        Raises Refused where nothing was counted by then.
        """
        total = self.total[: max(0, origin - self.first + 1)]
        known = np.flatnonzero(np.isfinite(total))
        if not len(known):
            begins = shown(self.first, self.step)
            raise Refused(
                f"{self.place}: nothing is counted by {shown(origin, self.step)}; its series begins {begins}. "
                "Name a later --origin."
            )
        end = int(known[-1]) + 1
        came = np.flatnonzero(np.nansum(self.parts[:, :end], axis=1))
        names = tuple(self.names[at] for at in came)
        return replace(self, total=total[:end], names=names, parts=self.parts[came, :end])


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    day: date
    place: str
    nationality: str
    value: float
    rest: tuple[str, ...]


def index_of(day: date, step: Step) -> int:
    """Periods since year 0 (months) or the calendar's first day."""
    return day.year * 12 + day.month - 1 if step == "month" else day.toordinal()


def day_of(index: int, step: Step) -> date:
    """The first day of a period."""
    return date(index // 12, index % 12 + 1, 1) if step == "month" else date.fromordinal(index)


def shown(index: int, step: Step) -> str:
    """A period as a person writes it."""
    day = day_of(index, step)
    return f"{day:%Y-%m}" if step == "month" else day.isoformat()


def parse_period(text: str, step: Step, option: str) -> int:
    """The index of what was typed: YYYY-MM, or YYYY-MM-DD where the series is daily. A month means its last day there.

    Raises Misused.
    """
    try:
        if len(text) == 7:
            day = date.fromisoformat(f"{text}-01")
            if step == "month":
                return index_of(day, step)
            return (day.replace(day=28) + timedelta(days=4)).replace(day=1).toordinal() - 1
        return index_of(date.fromisoformat(text), step)
    except ValueError:
        raise Misused(
            f"{option} {text}: no month or day. Write it as 2023-08, or 2023-08-15 for a daily series."
        ) from None


def read(path: Path, say: Say = silent) -> list[Place]:
    """Every place of a file, by name. `say` is told how the file was taken where that is not plain.

    Raises Refused, naming line and column, where the file is not what it must be.
    """
    rows = list(_rows(path, given.text(path, Refused).splitlines(), say))
    if not rows:
        raise Refused(
            f"{path}: no counts. A line is date,place,nationality,value, as in 2023-08-01,PAN-DARIEN,VEN,62700."
        )
    if len({row.day.year for row in rows}) > 2 and len({(row.day.month, row.day.day) for row in rows}) == 1:
        raise Refused(
            f"{path}: one date a year, so these are counts of years. Forecasts are of months or days: give those."
        )
    places: dict[str, list[Row]] = {}
    for row in rows:
        places.setdefault(row.place, []).append(row)
    step = _step(path, [{row.day for row in rows} for rows in places.values()], say)
    return [_place(path, name, step, places[name]) for name in sorted(places)]


def _step(path: Path, dated: Sequence[set[date]], say: Say) -> Step:
    """Of the dates of each place. Refused where months are dated on any day: they might be days just as well."""
    if all(day.day == 1 for days in dated for day in days):
        return "month"
    months = [{(day.year, day.month) for day in days} for days in dated]
    many = max(map(len, months))
    if many < 2 or any(len(days) != len(each) for days, each in zip(dated, months, strict=True)):
        return "day"
    if all(len({day.day for day in days}) == 1 or all(_ends_a_month(day) for day in days) for days in dated):
        say(f"{path}: every month has one date, always the same day of it, so these are counts of months.")
        return "month"
    if many > 2:
        raise Refused(
            f"{path}: every month has one date, on different days of it, so these may be counts of months or of days. "
            "Date counts of months 2023-08, and give every day of counts of days a line."
        )
    return "day"


def _ends_a_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def _rows(path: Path, lines: Sequence[str], say: Say) -> Iterable[Row]:
    sign = separator(path, lines[0] if lines else "", COLUMNS, say)
    table = given.rows(path, lines, sign, Refused)
    head = [name.strip().lower() for name in next(table, (1, []))[1]]
    missing = [name for name in COLUMNS if name not in head]
    if missing:
        raise Refused(
            f"{path}, line 1: no column {', '.join(missing)}. The first line must name date,place,nationality,value."
        )
    where = [head.index(name) for name in COLUMNS]
    rest = [at for at, name in enumerate(head) if name not in COLUMNS]
    for line, cells in table:
        if not cells:
            continue
        if len(cells) < len(head) or any(cells[len(head) :]):
            raise Refused(f"{path}, line {line}: {len(cells)} cells where the first line names {len(head)}.")
        stamp, place, nationality, value = (cells[at].strip() for at in where)
        if not place or not nationality:
            raise Refused(f"{path}, line {line}: {'nationality' if place else 'place'} is empty. Use ALL for a total.")
        yield Row(
            line,
            _day(path, line, stamp),
            place,
            nationality.upper(),
            _value(path, line, value),
            tuple(cells[at] for at in rest),
        )


def _day(path: Path, line: int, text: str) -> date:
    try:
        day = date.fromisoformat(f"{text}-01" if len(text) == 7 else text)
    except ValueError:
        raise Refused(f"{path}, line {line}, column date: {text!r} is no date. Write it as 2023-08-01.") from None
    if day.year not in YEARS:
        raise Refused(
            f"{path}, line {line}, column date: {text} is not between {YEARS[0]} and {YEARS[-1]}. Correct the year."
        )
    return day


def _value(path: Path, line: int, text: str) -> float:
    if _GROUPED.fullmatch(text):
        raise Refused(
            f"{path}, line {line}, column value: {text!r} may mean thousands or thousandths. Write the number without "
            "separators, as 24701."
        )
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if value >= MOST:
        raise Refused(f"{path}, line {line}, column value: {text!r} is more people than there are. Correct it.")
    if not value >= 0:
        raise Refused(
            f"{path}, line {line}, column value: {text!r} is no count. A count is 0 or more; leave the line out "
            "where nothing was counted."
        )
    return value


def _place(path: Path, name: str, step: Step, rows: Sequence[Row]) -> Place:
    first = min(index_of(row.day, step) for row in rows)
    many = max(index_of(row.day, step) for row in rows) - first + 1
    names = tuple(sorted({row.nationality for row in rows} - {ALL}))
    at = {nationality: number for number, nationality in enumerate(names)}
    parts = np.zeros((len(names), many))
    counted = np.zeros(many, dtype=bool)
    total = np.full(many, np.nan)
    seen: dict[tuple[date, str, tuple[str, ...]], int] = {}
    for row in rows:
        before = seen.setdefault((row.day, row.nationality, row.rest), row.line)
        if before != row.line:
            raise Refused(f"{path}, line {row.line}: the same date, place and nationality as line {before}. Keep one.")
        time = index_of(row.day, step) - first
        if row.nationality == ALL:
            total[time] = row.value + (0 if np.isnan(total[time]) else total[time])
        else:
            parts[at[row.nationality], time] += row.value
            counted[time] = True
    parts[:, ~counted] = np.nan
    return _reconciled(path, Place(name, step, first, total, names, parts), counted)


def _reconciled(path: Path, place: Place, counted: Flags) -> Place:
    """The total where only parts are given; what a total holds beyond its parts goes to `OTH`."""
    if not place.names:
        return place
    summed = place.parts.sum(axis=0)
    known = np.isfinite(place.total)
    rest = np.where(known, place.total - summed, 0.0)
    short = np.flatnonzero(known & counted & (rest < -0.5))
    if len(short):
        at = int(short[0])
        raise Refused(
            f"{path}: {place.place}, {shown(place.first + at, place.step)}: the nationalities add up to "
            f"{summed[at]:.0f}, ALL says {place.total[at]:.0f}. Correct one of them."
        )
    total = np.where(known, place.total, summed)
    if not (np.nan_to_num(rest) > 0.5).any():
        return replace(place, total=total)
    names, parts = place.names, place.parts
    if OTHER not in names:
        names, parts = (*names, OTHER), np.vstack([parts, np.where(counted, 0.0, np.nan)])
    parts = parts.copy()
    parts[names.index(OTHER)] += np.where(counted, np.maximum(rest, 0), np.nan)
    return replace(place, total=total, names=names, parts=parts)
