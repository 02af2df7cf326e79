"""Rows made before anything is locked, of entries whose numbers are not known yet.

Most of what follows from an entry follows from it alone: a person, a stay, a check. Such rows are made side by side
with other batches, and only told to the store under the lock. What asks the store is left for then, in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from cauce.journal import gathering
from cauce.journal.commuting import pieces
from cauce.journal.events import Apply, Recorded, appliers_of
from cauce.journal.keys import Ring, at_hand
from cauce.journal.tables import Values, table_of

_NEVER_CHANGES = 'FROM "journal_nodekey"'
"""The node's own secrets may be asked for at any time: whether the master key changed is looked at under the lock."""


class Awaited:
    """The number that an entry will have here; `at` is its place among those that came with it."""

    __slots__ = ("at",)

    def __init__(self, at: int) -> None:
        self.at = at


class _Asks(Exception):
    """The store was asked for something."""


class _Told:
    """What one function wants written, in its order."""

    __slots__ = ("_said",)

    def __init__(self) -> None:
        self._said: list[tuple[str, Any, Any, Any]] = []

    def insert(self, model: Any, rows: Sequence[Values]) -> None:
        self._said.append(("insert", model, rows, None))

    def upsert(self, model: Any, rows: Sequence[Values], update: Any) -> None:
        self._said.append(("upsert", model, rows, update))

    def change(self, model: Any, columns: Any, told: Any) -> None:
        self._said.append(("change", model, columns, list(told)))

    def tell(self, to: gathering.Gatherer, numbers: Sequence[int]) -> None:
        for verb, model, first, second in self._said:
            if verb == "change":
                to.change(model, first, second)
                continue
            for at in table_of(model).entries:
                for row in first:
                    if type(row[at]) is Awaited:
                        row[at] = numbers[row[at].at]
            if verb == "insert":
                to.insert(model, first)
            else:
                to.upsert(model, first, second)


@dataclass(frozen=True, slots=True)
class Step:
    """One function and the records it is given; what it told ahead, or nothing if it has to ask."""

    applier: Apply
    piece: Sequence[Recorded[Any]]
    told: _Told | None


def steps_of(records: Sequence[Recorded[Any]], ring: Ring) -> list[Step]:
    """What is to be done about the records, whose `entry` is `Awaited`, in its order, as far as it can be done now."""
    with at_hand(ring), connection.execute_wrapper(_refuse):
        return [
            Step(applier, piece, _told(applier, piece))
            for piece in pieces(records)
            for applier in appliers_of(type(piece[0].event))
        ]


def finish(steps: Sequence[Step], numbers: Sequence[int], records: Mapping[int, Recorded[Any]]) -> None:
    """Under the lock, inside `rows.together`: `numbers` are those of the entries, `records` stand by `Awaited.at`."""
    waiting = gathering.present()
    if waiting is None:
        raise RuntimeError("rows that were made ahead are told where rows are gathered")
    for step in steps:
        if step.told is None:
            step.applier([records[r.entry.at] for r in step.piece])  # type: ignore[attr-defined]
        else:
            step.told.tell(waiting, numbers)


def _told(applier: Apply, piece: Sequence[Recorded[Any]]) -> _Told | None:
    told, broken = _Told(), connection.needs_rollback
    try:
        with gathering.into(told):
            applier(list(piece))
    except Exception:  # it asks, or will fail: where it counts it does so again
        if connection.in_atomic_block:
            connection.set_rollback(broken)  # no statement reached the store, so a transaction around it is whole
        return None
    return told


def _refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    if _NEVER_CHANGES in sql and sql.startswith("SELECT"):
        return execute(sql, params, many, context)
    raise _Asks
