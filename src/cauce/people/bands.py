"""Bands of age, as the tables of the house use them. Pure."""

from __future__ import annotations

from datetime import date

AGE_BANDS = ((5, "0-4"), (12, "5-11"), (18, "12-17"), (60, "18-59"), (200, "60+"))  # as UNHCR's statistics use
UNKNOWN = "unknown"


def age_band(birth: tuple[date, date] | None, day: date) -> str:
    """The band of the age on `day` in the middle of the known range of the birth date."""
    if birth is None:
        return UNKNOWN
    first, last = birth
    middle = first + (last - first) / 2
    age = day.year - middle.year - ((day.month, day.day) < (middle.month, middle.day))
    return next((band for limit, band in AGE_BANDS if age < limit), AGE_BANDS[-1][1])
