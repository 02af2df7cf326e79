"""Rows made before anything is locked, of entries whose numbers are not known yet.

Most of what follows from an entry follows from it alone: a person, a stay, a check. Such rows are made side by side
with other batches, put together by table and encoded, and only told to the store under the lock. What asks the store
is left for then, in its place. The first of them that need no number of an entry are put into the store before the
lock even (`Early`): in the same transaction, so that nobody sees them before all is proved.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from cauce.journal import gathering
from cauce.journal.binary import Parts
from cauce.journal.commuting import pieces
from cauce.journal.events import Apply, Recorded, appliers_of
from cauce.journal.keys import Ring, at_hand
from cauce.journal.rows import encoded, put_ready
from cauce.journal.tables import Awaited, Values, table_of

_NEVER_CHANGES = 'FROM "journal_nodekey"'
"""The node's own secrets may be asked for at any time: whether the master key changed is looked at under the lock."""


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

    def tell(self, to: gathering.Gatherer, numbers: Sequence[int] | None) -> None:
        """Without `numbers` the rows go on waiting for them."""
        for verb, model, first, second in self._said:
            if verb == "change":
                to.change(model, first, second)
                continue
            for at in table_of(model).entries if numbers is not None else ():
                for row in first:
                    if type(row[at]) is Awaited:
                        row[at] = numbers[row[at].at]  # type: ignore[index]
            if verb == "insert":
                to.insert(model, first)
            else:
                to.upsert(model, first, second)


@dataclass(frozen=True, slots=True)
class Step:
    """One function and the records it is given; it has to ask."""

    applier: Apply
    piece: Sequence[Recorded[Any]]


class Block:
    """What functions one after the other want written, put together by table where that can be done unasked."""

    def __init__(self, run: Sequence[tuple[Apply, _Told]]) -> None:
        self.appliers, self._told = [applier for applier, _ in run], [told for _, told in run]
        merged = gathering.Gathering(_wait_no_more, _wait_no_more)
        try:
            for each in self._told:
                each.tell(merged, None)
        except _Asks:
            merged = gathering.Gathering(_wait_no_more, _wait_no_more)  # one after the other, then
        self._tables = dict(merged.tables())
        for model, waiting in self._tables.items():
            try:
                waiting.ready = {update: (rows, encoded(model, rows)) for update, (rows, _) in waiting.alike().items()}
            except Exception:  # a value that no table takes, a key that is not at hand: said where it counts
                waiting.ready = {}

    def early(self) -> dict[gathering.Model, Parts]:
        """What can be put into the store before its turn: new rows alone, in which no number of an entry stands, and
        which refer to no row that has to wait for its turn."""
        found: dict[gathering.Model, Parts] = {}
        for model, waiting in self._tables.items():
            _, ready = waiting.ready.get((), ((), None))
            if ready is not None and len(waiting.ready) == 1 and not waiting.changed and not table_of(model).entries:
                found[model] = ready
        late = {model for model, waiting in self._tables.items() if waiting.alike()} - found.keys()
        while more := {model for model in found if late & _referred_to(model)}:
            late |= more
            found = {model: ready for model, ready in found.items() if model not in more}
        return found

    def tell(self, to: gathering.Gathering, numbers: Sequence[int], there: Collection[gathering.Model]) -> None:
        """`there` are the tables whose rows were put into the store early."""
        mine = {model: waiting for model, waiting in self._tables.items() if model not in there}
        if not self._tables or any(model in to.tables() for model in mine):
            if there:
                raise gathering.Overtaken
            for told in self._told:
                told.tell(to, numbers)
            return
        for model, waiting in mine.items():
            for at in table_of(model).entries:
                for row in (*waiting.free, *(row for row, _ in waiting.rows.values())):
                    if type(row[at]) is Awaited:
                        row[at] = numbers[row[at].at]
            for _, ready in waiting.ready.values():
                if ready is not None:
                    ready.numbers = numbers
            to.adopt(model, waiting)


def _referred_to(model: gathering.Model) -> set[Any]:
    return {field.related_model for field in model._meta.concrete_fields if field.is_relation}


def _wait_no_more(*_told: Any) -> None:
    """Rows that would have to be written before others come cannot be put together ahead."""
    raise _Asks


def steps_of(records: Sequence[Recorded[Any]], ring: Ring) -> list[Step | Block]:
    """What is to be done about the records, whose `entry` is `Awaited`, in its order, as far as it can be done now."""
    steps: list[Step | Block] = []
    with at_hand(ring), connection.execute_wrapper(_refuse):
        run: list[tuple[Apply, _Told]] = []
        for piece in pieces(records):
            for applier in appliers_of(type(piece[0].event)):
                told = _told(applier, piece)
                if told is not None:
                    run.append((applier, told))
                    continue
                steps += [Block(run)] if run else []
                steps.append(Step(applier, piece))
                run = []
        steps += [Block(run)] if run else []
    return steps


class Early:
    """Rows of the first block, put into the store before its turn; `finish` stops where that could matter."""

    def __init__(self, steps: Sequence[Step | Block]) -> None:
        self.block = next((step for step in steps if isinstance(step, Block)), None)
        self._ready = self.block.early() if self.block is not None and connection.vendor == "postgresql" else {}

    @property
    def models(self) -> Collection[gathering.Model]:
        return self._ready.keys()

    def put(self) -> None:
        """Inside the transaction that takes in the batch, before it locks anything."""
        for model, ready in self._ready.items():
            put_ready(model, ready)


def finish(
    steps: Sequence[Step | Block],
    numbers: Sequence[int],
    records: Mapping[int, Recorded[Any]],
    early: Early | None = None,
) -> None:
    """Under the lock, inside `rows.together`: `numbers` are those of the entries, `records` stand by `Awaited.at`.

    Raises Overtaken when a step before the early rows asks about their tables: then all has to be done in its order.
    """
    waiting = gathering.present()
    if not isinstance(waiting, gathering.Gathering):
        raise RuntimeError("rows that were made ahead are told where rows are gathered")
    if early is not None:
        waiting.early = {str(model._meta.db_table) for model in early.models}
    for step in steps:
        if isinstance(step, Step):
            step.applier([records[r.entry.at] for r in step.piece])  # type: ignore[attr-defined]
        elif early is not None and step is early.block:
            waiting.early = set()
            step.tell(waiting, numbers, early.models)
        else:
            step.tell(waiting, numbers, ())


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
