"""The days of a month, by weeks from Monday on. Pure but for today."""

from __future__ import annotations

from calendar import Calendar, monthrange
from datetime import date

from cauce.corridor.selectors import local_day
from cauce.journal import clock
from cauce.journal.errors import Misused


def month_of(text: str) -> tuple[date, date]:
    """First and last day of `YYYY-MM`, of this month for nothing. Misused for what is no month."""
    if not text:
        today = local_day("", clock.now())
        year, month = today.year, today.month
    else:
        try:
            year, month = (int(part) for part in text.split("-"))
            date(year, month, 1)
        except ValueError:
            raise Misused(f"{text!r} is no month: write it as 2024-08.") from None
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def weeks(first: date) -> list[list[date | None]]:
    """The month's days by weeks; None for days of the months beside."""
    days = Calendar().monthdatescalendar(first.year, first.month)
    return [[day if day.month == first.month else None for day in week] for week in days]


def beside(first: date) -> tuple[str, str]:
    """The months before and after, as `YYYY-MM`; empty where years end."""
    number = first.year * 12 + first.month - 1
    return _named(number - 1), _named(number + 1)


def _named(number: int) -> str:
    year, month = divmod(number, 12)
    return f"{year:04d}-{month + 1:02d}" if 1 <= year <= 9999 else ""
