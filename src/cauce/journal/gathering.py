"""Rows on their way into the store, kept together until something is asked of it.

What many events say of one row (a check that starts and ends, a stay that begins and ends) becomes one row that is
written once. Inside `gathered` rows are kept by table; any statement that names such a table, and any of another
kind, has them written first: whoever asks the store finds what it would have found without.

Only for replays and for what other nodes recorded, where no rule is asked: what a trigger would have seen half-way it
does not see here. Unique keys, checks and foreign keys hold for the end, which is the same. Old rows are changed before
new ones come, so that a stay that ended makes room for the next.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol
from uuid import UUID

from django.db import connection, models

from cauce.journal.binary import Parts
from cauce.journal.tables import Values, table_of

_OF_TABLES = ("SELECT", "INSERT", "UPDATE", "DELETE")  # what looks at and changes the tables it names, and no others
Model = type[models.Model]
Told = tuple[Any, ...]
Names = tuple[str, ...]


class Overtaken(Exception):
    """The store is asked about a table into which rows were put before their turn."""


class Waiting:
    """What waits to be written into one table."""

    __slots__ = ("at", "changed", "free", "key", "number", "ready", "rows", "uuid")

    def __init__(self, model: Model) -> None:
        table = table_of(model)
        self.key, self.uuid, self.at, self.number = table.key, table.by_number, table.at, table.number
        self.free: list[Values] = []
        # By key; with names: those are set if the key is there; with None: then nothing is.
        self.rows: dict[Any, tuple[Values, Names | None]] = {}
        self.changed: dict[Names, dict[Any, Told]] = {}  # columns -> key -> key and values, of rows that are there
        # The rows once more, as they are told to the store, while nothing has changed in them since.
        self.ready: dict[Names | None, tuple[list[Values], Parts | None]] = {}

    def alike(self) -> dict[Names | None, tuple[list[Values], Parts | None]]:
        """The rows by what is to be done where their key is there."""
        if self.ready:
            return self.ready
        found: dict[Names | None, list[Values]] = {(): list(self.free)}
        for row, update in self.rows.values():
            found.setdefault(update, []).append(row)
        return {update: (rows, None) for update, rows in found.items() if rows}


def _number(key: Any) -> Any:
    return key.int if isinstance(key, UUID) else key


class Gathering:
    """Rows by table. What puts them into the store comes from `rows`, which this must not import."""

    def __init__(self, write: Callable[..., None], change: Callable[..., None]) -> None:
        self._write_rows, self._change = write, change
        self._tables: dict[Model, Waiting] = {}
        self._names: dict[str, Model] = {}
        self._writing = False
        self.early: set[str] = set()  # tables that have rows whose turn has not come

    def _of(self, model: Model) -> Waiting:
        if model not in self._tables:
            self._tables[model] = Waiting(model)
            self._names[str(model._meta.db_table)] = model
        waiting = self._tables[model]
        waiting.ready = {}
        return waiting

    def adopt(self, model: Model, waiting: Waiting) -> bool:
        """Take over what another gathering has for a table; False if there is something for it here already."""
        if model in self._tables:
            return False
        self._tables[model] = waiting
        self._names[str(model._meta.db_table)] = model
        return True

    def tables(self) -> dict[Model, Waiting]:
        """What waits, by table."""
        return self._tables

    def insert(self, model: Model, rows: Sequence[Values]) -> None:
        table = self._of(model)
        if table.key is None:
            table.free += rows
            return
        for row in rows:
            key = table.number(row)
            if key in table.rows:
                self._flush(model)  # twice the same: the store says so
                table = self._of(model)
            table.rows[key] = row, ()

    def upsert(self, model: Model, rows: Sequence[Values], update: Names | None) -> None:
        """Without `update` a row whose key is there is left as it is."""
        table = self._of(model)
        places = [table.at[name] for name in update or ()]
        for row in rows:
            key = table.number(row)
            before = table.rows.setdefault(key, (row, update))
            if before[0] is not row:
                into = before[0]
                for at in places:
                    into[at] = row[at]
                _also(table, key, before, update or ())

    def change(self, model: Model, columns: Names, told: Iterable[Told]) -> None:
        table = self._of(model)
        places = [table.at[name] for name in columns]
        for values in told:
            key = values[0].int if table.uuid else values[0]
            before = table.rows.get(key)
            if before is not None:
                into = before[0]
                for at, value in zip(places, values[1:], strict=True):
                    into[at] = value
                _also(table, key, before, columns)
                continue
            if any(key in some for names, some in table.changed.items() if names != columns):
                self._flush(model)  # which of the two came last would be lost
                table = self._of(model)
            table.changed.setdefault(columns, {})[key] = values

    def before(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Around every statement: what it may look at is written first. Overtaken where that was done too early."""
        if self.early and not self._writing and any(name in sql for name in self.early):
            raise Overtaken
        if self._tables and not self._writing:
            if sql.startswith(_OF_TABLES):
                for model in [model for name, model in self._names.items() if name in sql]:
                    self._flush(model)
            else:
                self.flush()
        return execute(sql, params, many, context)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Inside, questions are answered by what the store has, and nothing is written for them."""
        before, self._writing = self._writing, True
        try:
            yield
        finally:
            self._writing = before

    def overlaid(
        self, model: Model, by: str, keys: Collection[Any], names: Names, stored: dict[Any, Values]
    ) -> list[Values]:
        """The store's rows (by key, the columns `names`) whose `by` is one of `keys`, with what waits over them.

        ValueError where `by` itself is about to change: such a row would be missed.
        """
        table = self._tables.get(model)
        if table is None or table.key is None:
            return list(stored.values())
        if any(by in columns for columns in table.changed):
            raise ValueError(f"{by} of {model.__name__} is about to change")
        for columns, told in table.changed.items():
            for key, row in stored.items():
                for name, value in zip(columns, told.get(_number(key), ())[1:], strict=False):
                    if name in names:
                        row[names.index(name)] = value
        at, places = table.at[by], [table.at[name] for name in names]
        for row, update in table.rows.values():
            if row[at] not in keys:
                continue
            known = stored.setdefault(row[table.key], [row[place] for place in places])
            for name in update or ():
                if name in names:
                    known[names.index(name)] = row[table.at[name]]
        return list(stored.values())

    def flush(self) -> None:
        for model in list(self._tables):
            self._flush(model)

    def _flush(self, model: Model) -> None:
        table = self._tables.pop(model, None)
        if table is None:
            return
        del self._names[str(model._meta.db_table)]
        self._writing = True
        try:
            self._write(model, table)
        finally:
            self._writing = False

    def _write(self, model: Model, table: Waiting) -> None:
        for columns, told in table.changed.items():
            self._change(model, columns, told.values())
        for update, (rows, ready) in table.alike().items():
            self._write_rows(model, rows, update, ready)


def _also(table: Waiting, key: Any, before: tuple[Values, Names | None], columns: Names) -> None:
    """The row that waits has these columns set too."""
    row, known = before
    if known not in ((), columns):
        more = tuple(name for name in columns if name not in (known or ()))
        if more:
            table.rows[key] = row, (*(known or ()), *more)


class Gatherer(Protocol):
    """Who is told of rows instead of the store."""

    def insert(self, model: Model, rows: Sequence[Values]) -> None: ...
    def upsert(self, model: Model, rows: Sequence[Values], update: Names | None) -> None: ...
    def change(self, model: Model, columns: Names, told: Iterable[Told]) -> None: ...


_present: ContextVar[Gatherer | None] = ContextVar("gathering", default=None)


def present() -> Gatherer | None:
    return _present.get()


@contextmanager
def into(gatherer: Gatherer) -> Iterator[None]:
    """Inside, rows are told to this one."""
    token = _present.set(gatherer)
    try:
        yield
    finally:
        _present.reset(token)


@contextmanager
def gathered(gathering: Gathering) -> Iterator[None]:
    """Inside, rows wait; at the end they are written, unless the block raises: then its transaction is undone."""
    with into(gathering), connection.execute_wrapper(gathering.before):
        yield
        gathering.flush()
