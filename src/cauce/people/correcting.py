"""`field=value` on the command line as a correction takes it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cauce.journal.errors import Misused
from cauce.people.identity import CORRECTABLE

_YES_OR_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_ANSWERED = ("birth_estimated", "said_minor")


def as_told(pairs: Iterable[str]) -> dict[str, Any]:
    """`["sex=F", "said_minor=no"]` as field -> value. Misused for another field, one told twice, or no `=`."""
    found: dict[str, Any] = {}
    for pair in pairs:
        name, given, value = pair.partition("=")
        name = name.strip()
        if not given or name not in CORRECTABLE:
            raise Misused(f"{pair!r} corrects nothing. Write FIELD=VALUE with one of: {', '.join(CORRECTABLE)}.")
        if name in found:
            raise Misused(f"{name} is given twice.")
        found[name] = _answer(name, value) if name in _ANSWERED else value.strip()
    return found


def _answer(name: str, value: str) -> bool:
    try:
        return _YES_OR_NO[value.strip().lower()]
    except KeyError:
        raise Misused(f"{name} is yes or no, not {value!r}.") from None
