"""In which order groups leave: longest wait first, with bounded head starts (F4). Pure.

A group's turn is the moment it arrived in the corridor minus its head start, and no head start is longer than the
corridor file's `max_head_start_hours`. So nobody is overtaken by somebody who came more than that later. A group for
which yesterday's last seats were too few (`passed_over`) has the longest head start. Groups that are linked stand side
by side where the last of them would: nobody gets ahead by being linked. Nationality and money are not looked at: they
are not even here.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Waiting(Generic[Key]):
    """A group that waits. `since` (aware) is its arrival in the corridor; `needs` are the codes of its members."""

    group: Key
    number: str
    size: int
    since: datetime
    needs: frozenset[str] = frozenset()
    passed_over: bool = False
    unit: int | None = None  # the same number for groups that travel together
    told: float = 0.0  # hours that another station gave somebody of them, for a need that is not known here


@dataclass(frozen=True, slots=True)
class Placed(Generic[Key]):
    """A group with its place in the queue, from 1, the head start in hours that it was given, and its turn: the moment
    that it stands there by."""

    waiting: Waiting[Key]
    position: int
    head_start_hours: float
    turn: datetime


def head_start(waiting: Waiting[Key], hours: Mapping[str, float], longest: float) -> float:
    """Hours, between 0 and `longest`: the largest of the group's needs and of what another station told of them, of
    which no more counts than the largest of `hours`."""
    if waiting.passed_over:
        return longest
    told = min(waiting.told, max(hours.values(), default=0.0))
    return min(max([told, *(of_need(code, hours) for code in waiting.needs)]), longest)


def of_need(code: str, hours: Mapping[str, float]) -> float:
    """The hours of one need; a sub-code that the file does not name has those of its code."""
    return max(0.0, hours.get(code, hours.get(code.partition("-")[0], 0.0)))


def order(groups: Iterable[Waiting[Key]], hours: Mapping[str, float], longest: float) -> list[Placed[Key]]:
    """The queue, first to leave first; ties by arrival, then by group number. `longest` and `hours` are hours >= 0."""
    keyed = [
        (waiting, start, _turn(waiting, start))
        for waiting in groups
        for start in (head_start(waiting, hours, longest),)
    ]
    last: dict[int, tuple[datetime, datetime, str]] = {}
    for waiting, _start, turn in keyed:
        if waiting.unit is not None:
            mine = (turn, waiting.since, waiting.number)
            last[waiting.unit] = max(last.get(waiting.unit, mine), mine)

    def place(one: tuple[Waiting[Key], float, datetime]) -> tuple[datetime, datetime, str, datetime, str]:
        own = (one[2], one[0].since, one[0].number)
        return (*(own if one[0].unit is None else last[one[0].unit]), one[2], one[0].number)

    keyed.sort(key=place)
    return [
        Placed(waiting, position, start, turn if waiting.unit is None else last[waiting.unit][0])
        for position, (waiting, start, turn) in enumerate(keyed, start=1)
    ]


def _turn(waiting: Waiting[Key], start: float) -> datetime:
    return waiting.since - timedelta(hours=start)


def overtaken(placed: Sequence[Placed[Key]]) -> set[Key]:
    """The groups ahead of which somebody stands who arrived later."""
    found: set[Key] = set()
    latest: datetime | None = None
    for one in placed:
        since = one.waiting.since
        if latest is not None and since < latest:
            found.add(one.waiting.group)
        latest = since if latest is None else max(latest, since)
    return found
