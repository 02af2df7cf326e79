"""What a list changed about an entry since it was compared last. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FIELDS = ("names", "birth_dates", "sexes", "nationalities", "documents", "birth_places", "programs", "remarks")


@dataclass(frozen=True, slots=True)
class Change:
    """A field of an entry: what it said and no longer says, and what it says now."""

    field: str
    gone: tuple[str, ...]
    new: tuple[str, ...]


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    """The fields that differ between two readings of one entry (watchlist.as_compared), in their order."""
    found = []
    for field in FIELDS:
        was, is_now = _texts(before.get(field)), _texts(now.get(field))
        gone = tuple(text for text in was if text not in is_now)
        new = tuple(text for text in is_now if text not in was)
        if gone or new:
            found.append(Change(field, gone, new))
    return found


def _texts(value: Any) -> list[str]:
    if not value:
        return []
    if isinstance(value, str):
        return [value]
    return [" ".join(map(str, filter(None, one))) if isinstance(one, list | tuple) else str(one) for one in value]
