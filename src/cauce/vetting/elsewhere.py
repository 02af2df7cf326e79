"""What else keeps a person's group from leaving: rooms below know, and register here how to ask them.

A review is worth more while a family waits for its answer alone. Holds and seats are kept in rooms that may not be
imported here, so the room that knows all reasons hands in its answer at start.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q


@dataclass(frozen=True, slots=True)
class Waits:
    """A group's next onward departure. `reviews`: checks of its members that wait for an answer; `others`: anything
    else that keeps one of them, be it a pending check, a hold or a missing member. It never says which.
    """

    people: int
    children: int
    reviews: int
    others: int


Ask = Callable[[Collection[UUID]], Mapping[UUID, Waits]]
_ask: list[Ask] = []


def answers(ask: Ask) -> Ask:
    """Register who answers; the last one registered does. People who are at no place are left out of an answer."""
    _ask[:] = [ask]
    return ask


def waits_of(persons: Collection[UUID]) -> Mapping[UUID, Waits]:
    """Person -> what their group waits for."""
    return _ask[0](persons) if _ask and persons else {}


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
