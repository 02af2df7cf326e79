"""The six-character dates of a zone, whose century is left to the reader (part 3, section 4.8)."""

from datetime import date
from functools import lru_cache

_YEARS = {f"{year:02d}": year for year in range(100)}
_MONTHS = {f"{month:02d}": days for month, days in enumerate((31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), 1)}
_DAYS = frozenset(f"{month}{day:02d}" for month, days in _MONTHS.items() for day in range(1, days + 1))


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


@lru_cache(maxsize=8192)
def birth_date(six: str, today: date) -> tuple[str | None, bool]:
    """ISO date of birth, never after `today`, and whether what is written is possible.

    Unknown parts are `<`: `84<<<<` gives `1984`, `8405<<` gives `1984-05`, all `<` gives None. An impossible
    month or day leaves the year that can be read, and False.
    """
    day, now = six[2:], today.year
    if six[:2] not in _YEARS:
        return None, six == "<<<<<<"
    year = now - (now - _YEARS[six[:2]]) % 100
    if day not in _DAYS:
        return _partial_birth_date(year, day, today)
    if year == now and (int(day[:2]), int(day[2:])) > (today.month, today.day):
        year -= 100
    if day == "0229" and not _leap(year):
        return str(year), False
    return f"{year}-{day[:2]}-{day[2:]}", True


def _partial_birth_date(year: int, rest: str, today: date) -> tuple[str | None, bool]:
    month, day = rest[:2], rest[2:]
    if rest == "<<<<":
        return str(year), True
    if month not in _MONTHS or day != "<<":
        return str(year), False
    if year == today.year and int(month) > today.month:
        year -= 100
    return f"{year}-{month}", True


@lru_cache(maxsize=8192)
def expiry_date(six: str, today: date, birth_year: str) -> tuple[str | None, bool]:
    """ISO date of expiry within 50 years before `today` and 49 after, and whether what is written is possible.

    A document cannot expire before its holder is born (`birth_year`, empty where unknown), which moves the date on by
    a century. All `<` (no date given) is None and possible.
    """
    day = six[2:]
    if day not in _DAYS or six[:2] not in _YEARS:
        return None, six == "<<<<<<"
    first = today.year - 50
    year = first + (_YEARS[six[:2]] - first) % 100
    if birth_year and year < int(birth_year):
        year += 100
    if day == "0229" and not _leap(year):
        return None, False
    return f"{year}-{day[:2]}-{day[2:]}", True


def six_characters(text: str | date | None) -> str:
    """A date as a zone writes it, from a date or from `1984-05-17`, `1984-05`, `1984` or nothing (unknown)."""
    if text is None or text == "":
        return "<<<<<<"
    year, _, rest = str(text).partition("-")
    month, _, day = rest.partition("-")
    written = len(year) == 4 and year[:2] in _YEARS and year[2:] in _YEARS
    if rest:
        written = written and (month + day in _DAYS or (not day and rest in _MONTHS))
    if not written or str(text).endswith("-") or (month + day == "0229" and not _leap(int(year))):
        msg = f"{text!r} is no date of the calendar; write 1984-05-17, 1984-05 or 1984"
        raise ValueError(msg)
    return year[2:] + (month or "<<") + (day or "<<")
