"""Readers of single values of a corridor file: each takes what TOML gave and returns the value the corridor holds.

A reader reports what is wrong instead of raising, so that one pass finds every fault; it returns `BAD` when it did.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from cauce.corridor.lines import Path

Report = Callable[[Path, str, str], None]  # path below the key, what is wrong, what to do
Reader = Callable[[Any, Report], Any]

BAD: Any = object()
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_NAMES = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a table",
}


def nearest(word: str, options: Iterable[str]) -> str:
    """What to do about an unknown word: the likeliest option, or all of them."""
    options = list(options)
    if close := difflib.get_close_matches(word, options, n=1, cutoff=0.6):
        return f"did you mean {close[0]!r}?"
    return "use one of " + ", ".join(options) if options else ""


def kind_of(value: Any) -> str:
    """The TOML type of a value in words."""
    return "a date" if isinstance(value, date) else _NAMES.get(type(value), type(value).__name__)


def _wrong_kind(report: Report, value: Any, wanted: str) -> Any:
    report((), f"is {kind_of(value)}, not {wanted}", f"write {wanted}")
    return BAD


def text(value: Any, report: Report) -> Any:
    """A text of one line that is not empty."""
    if not isinstance(value, str):
        return _wrong_kind(report, value, "a text")
    if not value.strip():
        report((), "is empty", "write a text or leave the key out")
        return BAD
    # Names and reasons stand in lists, tables and printed manifests: a line break would tear them apart.
    if any(unicodedata.category(char) == "Cc" for char in value):
        report((), "holds a line break or another control character", "write it on one line")
        return BAD
    return value


def shaped(pattern: str, example: str) -> Reader:
    """A text of one form."""
    form = re.compile(pattern)

    def read(value: Any, report: Report) -> Any:
        if not isinstance(value, str):
            return _wrong_kind(report, value, "a text")
        if form.fullmatch(value) is None:
            report((), f"{value!r} has not the right form", f"write it like {example}")
            return BAD
        return value

    return read


identifier = shaped(r"[a-z0-9]+(?:[_-][a-z0-9]+)*", "'lajas_blancas': small letters, digits, _ and -")
country = shaped(r"[A-Z]{3}", "'PAN': the three capital letters of ISO 3166-1")
nationality = shaped(r"[A-Z]{1,3}|\*", "'VEN', or '*' for everybody else")
need_code = shaped(r"[A-Z]{2}(?:-[A-Z]{2})?", "'SC' or 'SC-UC'")
language = shaped(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?", "'es', 'zh-Hans' or 'pt-BR'")


def number(low: float, high: float = float("inf")) -> Reader:
    """A number from `low` to `high`, given back as float."""

    def read(value: Any, report: Report) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return _wrong_kind(report, value, "a number")
        return float(value) if _within(value, low, high, report) else BAD

    return read


def whole(low: int, high: float = float("inf")) -> Reader:
    """A whole number from `low` to `high`."""

    def read(value: Any, report: Report) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            return _wrong_kind(report, value, "a whole number")
        return value if _within(value, low, high, report) else BAD

    return read


def _within(value: float, low: float, high: float, report: Report) -> bool:
    # Written so that `nan`, which TOML allows, is outside every range.
    if low <= value <= high and value not in (float("inf"), float("-inf")):
        return True
    limits = f"{low:.15g} or more" if high == float("inf") else f"from {low:.15g} to {high:.15g}"
    report((), f"{value} is out of range", f"it must be {limits}")
    return False


def flag(value: Any, report: Report) -> Any:
    """true or false."""
    return value if isinstance(value, bool) else _wrong_kind(report, value, "true or false")


def day(value: Any, report: Report) -> Any:
    """A date without a time, unquoted."""
    if isinstance(value, datetime) or not isinstance(value, date):
        return _wrong_kind(report, value, "a date without quotes, like 2023-10-10")
    return value


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone(value: Any, report: Report) -> Any:
    """A time zone of the IANA data base."""
    if not isinstance(value, str):
        return _wrong_kind(report, value, "a text")
    if value not in _zones():
        close = difflib.get_close_matches(value, sorted(_zones()), n=1)
        todo = f"did you mean {close[0]!r}?" if close else "write one like 'America/Panama'"
        report((), f"there is no time zone {value!r}", todo)
        return BAD
    return value


def one_of(options: tuple[str, ...]) -> Reader:
    """One word of a closed list."""

    def read(value: Any, report: Report) -> Any:
        if not isinstance(value, str):
            return _wrong_kind(report, value, "a text")
        if value not in options:
            report((), f"{value!r} is not known", nearest(value, options))
            return BAD
        return value

    return read


def many_of(item: Reader, least: int = 0) -> Reader:
    """A list without repetition, given back as tuple."""

    def read(value: Any, report: Report) -> Any:
        if not isinstance(value, list):
            return _wrong_kind(report, value, "a list")
        if len(value) < least:
            report((), "is empty", "name at least one")
            return BAD
        items = [item(element, _below(report, number)) for number, element in enumerate(value)]
        if any(element is BAD for element in items):
            return BAD
        for number, element in enumerate(items):
            if element in items[:number]:
                report((number,), f"{element!r} is there twice", "name each once")
                return BAD
        return tuple(items)

    return read


def _below(report: Report, step: str | int) -> Report:
    return lambda path, message, todo: report((step, *path), message, todo)


def weekdays(value: Any, report: Report) -> Any:
    """Names of weekdays, given back as numbers with Monday 0."""
    names = many_of(one_of(WEEKDAYS), least=1)(value, report)
    return BAD if names is BAD else frozenset(WEEKDAYS.index(name) for name in names)


def table_of(options: tuple[str, ...], item: Reader) -> Reader:
    """A table whose keys are words of a closed list, given back in the list's order."""

    def read(value: Any, report: Report) -> Any:
        if not isinstance(value, dict):
            return _wrong_kind(report, value, "a table")
        for name in value.keys() - set(options):
            report((name,), "is not known", nearest(name, options))
        items = {name: item(value[name], _below(report, name)) for name in options if name in value}
        bad = len(items) < len(value) or any(element is BAD for element in items.values())
        return BAD if bad else items

    return read
