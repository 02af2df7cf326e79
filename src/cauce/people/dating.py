"""Birth dates that may be a day, a month, a year or unknown, and the day somebody surely has come of age. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def partial_date(text: str) -> tuple[date, date]:
    """First and last day that `1984`, `1984-05` or `1984-05-17` may mean; ValueError for anything else."""
    match = _PARTIAL.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no date of the form 1984, 1984-05 or 1984-05-17")
    year, month, day = (int(part) if part else None for part in match.groups())
    if year is None or year == 0:
        raise ValueError(f"{text!r} has no year")
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is None:
        following = date(year + month // 12, month % 12 + 1, 1) if (year, month) != (9999, 12) else date.max
        return date(year, month, 1), following - timedelta(days=1) if following != date.max else date.max
    return date(year, month, day), date(year, month, day)


def shown(first: date | None, last: date | None) -> str:
    """The inverse of `partial_date`: as short as the range allows, `first/last` for any other range, empty for none."""
    if first is None or last is None:
        return ""
    for text in (first.isoformat(), f"{first:%Y-%m}", f"{first:%Y}"):
        if partial_date(text) == (first, last):
            return text
    return f"{first.isoformat()}/{last.isoformat()}"


def years_later(day: date, years: int) -> date:
    """The same day of the year; 1 March for 29 February in a common year, so never too early."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def adult_on(last: date | None, adult_at: int) -> date | None:
    """P2: the latest day on which somebody born on `last` at the latest comes of age; None when nothing is known."""
    return years_later(last, adult_at) if last is not None else None
