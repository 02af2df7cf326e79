"""What else keeps a person's group from leaving: rooms below know, and register here how to ask them.

A review is worth more while a family waits for its answer alone. Holds and seats are kept in rooms that may not be
imported here, so the room that knows all reasons hands in its answer at start.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID


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
