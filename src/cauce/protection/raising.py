"""Which holds a need raises at once, as the corridor file says. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from cauce.corridor.shape import HoldKind

STATELESS = frozenset({"XXA"})  # ICAO 9303-3, section 5: a person whom no state considers its national


def signs(needs: Iterable[str], nationality: str) -> tuple[str, ...]:
    """What about a person may raise a hold: the needs codes, and `statelessness` from the nationality."""
    found = list(needs)
    if nationality in STATELESS:
        found.append("statelessness")
    return tuple(found)


def raised(holds: Iterable[HoldKind], found: Iterable[str]) -> list[tuple[HoldKind, tuple[str, ...]]]:
    """Each kind of hold with those of the signs that raise it: by the whole code, or by the part before its dash."""
    seen = tuple(dict.fromkeys(found))
    pairs = []
    for kind in holds:
        by = tuple(s for s in seen if s in kind.raised_by or s.partition("-")[0] in kind.raised_by)
        if by:
            pairs.append((kind, by))
    return pairs
