"""Whom this node answers for: nodes are known in rooms below, which register here how to ask them."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

Kept = Callable[[str], Q]
_kept: list[Kept] = []


def keeps(condition: Kept) -> Kept:
    """Register which people this node answers for, as a condition on rows that name a `person`."""
    _kept[:] = [condition]
    return condition


def answered_for(column: str = "person") -> Q:
    """Rows whose person (in `column`) this node answers for; every row where nothing is said of other nodes."""
    return _kept[0](column) if _kept else Q()


All = Callable[[], bool]
_all: list[All] = []


def compares(answer: All) -> All:
    """Register whether this node looks among everybody for people registered twice."""
    _all[:] = [answer]
    return answer


def compares_everybody() -> bool:
    return _all[0]() if _all else True
