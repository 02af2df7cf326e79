"""Birth dates as lists write them: `03 May 1938`, `circa 1951`, `1974 to 1976`, `1946-08`, `1974/1976`."""

import re
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import lru_cache

from cauce.vetting.lists.model import DateRange

_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6}
_MONTHS |= {"jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12}
_ABOUT = re.compile(r"^(?:circa|ca\.?|c\.|approximately|approx\.?|about|around|~)\s*", re.I)
_SPLIT = re.compile(r"\s+(?:to|and|-|–)\s+|\s*/\s*(?=\d{4})|(?<=\d{4})\s*[-–]\s*(?=\d{4}$)", re.I)
_ISO = re.compile(r"^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:T[\d:.+Z-]*)?$")
_DAY = re.compile(r"^\d{4}-\d\d-\d\d$")
_SPOKEN = re.compile(r"^(?:(\d{1,2})\s+)?([A-Za-z]{3,9})\.?,?\s+(\d{4})$")
_NUMERIC = re.compile(r"^(\d{1,2})[./](\d{1,2})[./](\d{4})$")
_LONGEST = 80
ABOUT_YEARS = 1
"""`circa` and `approximately` widen a date by this many years each way: lists give no width of their own."""


def parse_range(text: str) -> DateRange | None:
    """The range of days meant, or None when it cannot be understood."""
    return _parse(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=65536)
def _parse(text: str) -> DateRange | None:
    if _DAY.match(text) and (day := days(int(text[:4]), int(text[5:7]), int(text[8:]))):
        return day
    text = " ".join(text.strip().strip(".").split())
    bare = _ABOUT.sub("", text)
    parts = [_single(part.strip()) for part in ([bare] if _NUMERIC.match(bare) else _SPLIT.split(bare))]
    known = [part for part in parts if part is not None]
    if not known or len(known) != len(parts) or len(parts) > 2:
        return None
    found = DateRange(known[0].first, known[-1].last)
    if found.first > found.last:
        return None
    return widened(found, ABOUT_YEARS) if bare != text else found


def year_range(first: int, last: int) -> DateRange | None:
    """From the first day of one year to the last of another; None when that is no range of years."""
    if not MINYEAR <= first <= last <= MAXYEAR:
        return None
    return DateRange(date(first, 1, 1), date(last, 12, 31))


def widened(known: DateRange, years: int) -> DateRange:
    """The whole years from `years` before to `years` after."""
    wide = year_range(max(MINYEAR, known.first.year - years), min(MAXYEAR, known.last.year + years))
    return wide or known


def _single(text: str) -> DateRange | None:
    if match := _ISO.match(text):
        return days(int(match[1]), int(match[2] or 0), int(match[3] or 0))
    if match := _SPOKEN.match(text):
        month = _MONTHS.get(match[2][:3].lower())
        return days(int(match[3]), month, int(match[1] or 0)) if month else None
    if match := _NUMERIC.match(text):
        return days(int(match[3]), int(match[2]), int(match[1]))
    return None


def days(year: int, month: int, day: int) -> DateRange | None:
    """The days meant by a year, a month and a day, of which month and day may be 0 for unknown; None for no date."""
    try:
        if not month:
            return year_range(year, year)
        if day:
            return DateRange(date(year, month, day), date(year, month, day))
        after = date(year + month // 12, month % 12 + 1, 1)
        return DateRange(date(year, month, 1), after - timedelta(days=1))
    except ValueError:
        return None
