"""The six-character dates of a zone, whose century is left to the reader (part 3, section 4.8)."""

from datetime import date

_DAYS = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _possible(year: int, month: int, day: int) -> bool:
    if not 1 <= month <= 12 or not 1 <= day <= _DAYS[month]:
        return False
    return (month, day) != (2, 29) or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))


def _past_year(two_digits: str, today: date) -> int:
    return today.year - (today.year - int(two_digits)) % 100


def birth_date(six: str, today: date) -> tuple[str | None, bool]:
    """ISO date of birth, never after `today`, and whether what is written is possible.

    Unknown parts are `<`: `84<<<<` gives `1984`, `8405<<` gives `1984-05`, all `<` gives None. An impossible
    month or day leaves the year that can be read, and False.
    """
    if six == "<<<<<<":
        return None, True
    years, rest = six[:2], six[2:]
    if not (years.isdecimal() and years.isascii()):
        return None, False
    year = _past_year(years, today)
    if rest == "<<<<":
        return f"{year:04d}", True
    month = rest[:2]
    if not (month.isdecimal() and month.isascii() and 1 <= int(month) <= 12):
        return f"{year:04d}", False
    if rest[2:] == "<<":
        return f"{year - 100 * (year == today.year and int(month) > today.month):04d}-{month}", True
    if not (rest.isdecimal() and rest.isascii()):
        return f"{year:04d}", False
    return _full_birth_date(year, int(month), int(rest[2:]), today)


def _full_birth_date(year: int, month: int, day: int, today: date) -> tuple[str | None, bool]:
    if year == today.year and (month, day) > (today.month, today.day):
        year -= 100
    # 29 February of a year that has none may still be right a century earlier, as in 1900 against 2000.
    if not _possible(year, month, day):
        return f"{year:04d}", False
    return f"{year:04d}-{month:02d}-{day:02d}", True


def expiry_date(six: str, today: date, born: str | None) -> tuple[str | None, bool]:
    """ISO date of expiry within 50 years before `today` and 49 after, and whether what is written is possible.

    A document cannot expire before its holder is born, which moves the date on by a century. All `<` (no date
    given) is None and possible.
    """
    if six == "<<<<<<":
        return None, True
    if not (six.isdecimal() and six.isascii()):
        return None, False
    first = today.year - 50
    year = first + (int(six[:2]) - first) % 100
    month, day = int(six[2:4]), int(six[4:])
    if born is not None and year < int(born[:4]):
        year += 100
    if not _possible(year, month, day):
        return None, False
    return f"{year:04d}-{month:02d}-{day:02d}", True


def six_characters(text: str | date | None) -> str:
    """A date as a zone writes it, from a date or from `1984-05-17`, `1984-05`, `1984` or nothing (unknown)."""
    if text is None or text == "":
        return "<<<<<<"
    parts = str(text).split("-")
    if not (len(parts) <= 3 and len(parts[0]) == 4 and all(part.isdecimal() and part.isascii() for part in parts)):
        msg = f"{text!r} is not a date; write 1984-05-17, 1984-05 or 1984"
        raise ValueError(msg)
    numbers = [int(part) for part in parts] + [1] * (3 - len(parts))
    if not _possible(*numbers):
        msg = f"{text!r} is no day of the calendar"
        raise ValueError(msg)
    return (parts[0][2:] + "".join(part.zfill(2) for part in parts[1:])).ljust(6, "<")
