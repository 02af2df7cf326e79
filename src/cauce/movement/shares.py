"""F3: what of a border's quota this node may spend. Which node it is, a room below knows and registers here."""

from __future__ import annotations

from collections.abc import Callable

Rest = Callable[[], bool]
_rest: list[Rest] = []


def spends_rest(answer: Rest) -> Rest:
    """Register whether this node may spend what is allotted to no place: the hub or a store alone, not a station."""
    _rest[:] = [answer]
    return answer


def may_spend_rest() -> bool:
    return _rest[0]() if _rest else True
