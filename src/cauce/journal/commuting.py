"""Which events may be applied side by side, so that a station's days become rows in few large pieces. Pure.

The entries of a station lie as they happened: a group, its three people, their checks, the next group. Rows that follow
from an event about one family have nothing to do with those of another: so all groups may be written at once, then all
people, then all checks. Whatever is not declared here keeps its place before and after everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from cauce.journal.events import Event, Recorded

Touches = Callable[[Any], Iterable[Hashable]]
_local: dict[type[Event], Touches] = {}


def local(*kinds: type[Event], touches: Touches) -> None:
    """Declare that rows which follow from such an event depend on, and change, only what hangs on these objects.

    Two events may then change places unless they are of the same kind or touch the same object.
    """
    for kind in kinds:
        _local[kind] = touches


def pieces(records: Sequence[Recorded[Any]]) -> list[list[Recorded[Any]]]:
    """The records in pieces of one kind, in an order that gives the same rows as theirs."""
    made: list[list[Recorded[Any]]] = []
    for is_local, some in groupby(records, key=lambda r: type(r.event) in _local):
        if is_local:
            made += _gathered(some)
        else:
            made += [list(same) for _, same in groupby(some, key=lambda r: type(r.event))]
    return made


def _gathered(records: Iterable[Recorded[Any]]) -> list[list[Recorded[Any]]]:
    """Each record into the first piece of its kind that comes after everything before it about the same objects."""
    made: list[list[Recorded[Any]]] = []
    of_kind: dict[type[Event], list[int]] = {}
    last: dict[Hashable, int] = {}
    for record in records:
        kind, after = type(record.event), -1
        # The number of an identifier is found again several times as fast as the identifier.
        objects = [each.int if type(each) is UUID else each for each in _local[kind](record.event)]
        for each in objects:
            after = max(after, last.get(each, -1))
        if after >= 0 and type(made[after][0].event) is not kind:
            after += 1
        mine = of_kind.setdefault(kind, [])
        # Events of one kind stay in order: the last piece of the kind, or a new one.
        if not mine or mine[-1] < after:
            mine.append(len(made))
            made.append([])
        made[mine[-1]].append(record)
        for each in objects:
            last[each] = mine[-1]
    return made
