"""Rows on their way into the store, kept together until something is asked of it.

What many events say of one row (a check that starts and ends, a stay that begins and ends) becomes one row that is
written once. Inside `gathered` rows are kept by table; any statement that names such a table, and any that writes,
has them written first: whoever asks the store finds what it would have found without.

Only for replays and for what other nodes recorded, where no rule is asked: what a trigger would have seen half-way it
does not see here. Unique keys, checks and foreign keys hold for the end, which is the same. Old rows are changed before
new ones come, so that a stay that ended makes room for the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, models

Row = models.Model
Told = tuple[Any, ...]
Names = tuple[str, ...]


class _Table:
    """What waits to be written into one table."""

    __slots__ = ("changed", "free", "key", "rows", "uuid")

    def __init__(self, model: type[Row]) -> None:
        field = model._meta.pk
        # Rows without a key of one column, or with one that the store counts, are never spoken of again.
        self.key = "" if isinstance(field, (models.AutoField, models.CompositePrimaryKey)) else field.attname
        # The number of an identifier is found again several times as fast as the identifier.
        self.uuid = isinstance(field, models.UUIDField)
        self.free: list[Row] = []
        self.rows: dict[Any, tuple[Row, Names | None]] = {}  # by key; with names: to be set if the key is there
        self.changed: dict[Names, dict[Any, Told]] = {}  # columns -> key -> key and values, of rows that are there


class Gathering:
    """Rows by table. What puts them into the store comes from `rows`, which this must not import."""

    def __init__(self, insert: Callable[..., None], upsert: Callable[..., None], change: Callable[..., None]) -> None:
        self._insert, self._upsert, self._change = insert, upsert, change
        self._tables: dict[type[Row], _Table] = {}
        self._names: dict[str, type[Row]] = {}
        self._writing = False

    def _of(self, model: type[Row]) -> _Table:
        if model not in self._tables:
            self._tables[model] = _Table(model)
            self._names[str(model._meta.db_table)] = model
        return self._tables[model]

    def insert(self, rows: Sequence[Row]) -> None:
        model = type(rows[0])
        table = self._of(model)
        if not table.key:
            table.free += rows
            return
        for row in rows:
            key = row.__dict__[table.key]
            key = key.int if table.uuid else key
            if key in table.rows:
                self._flush(model)  # twice the same: the store says so
                table = self._of(model)
            table.rows[key] = row, None

    def upsert(self, rows: Iterable[Row], update: Names) -> None:
        table: _Table | None = None
        for row in rows:
            table = table or self._of(type(row))
            key = row.__dict__[table.key]
            key = key.int if table.uuid else key
            before = table.rows.setdefault(key, (row, update))
            if before[0] is not row:
                told, into = row.__dict__, before[0].__dict__
                for name in update:
                    into[name] = told[name]
                _also(table, key, before, update)

    def change(self, model: type[Row], columns: Names, told: Iterable[Told]) -> None:
        table = self._of(model)
        for values in told:
            key = values[0].int if table.uuid else values[0]
            before = table.rows.get(key)
            if before is not None:
                before[0].__dict__.update(zip(columns, values[1:], strict=True))
                _also(table, key, before, columns)
                continue
            if any(key in some for names, some in table.changed.items() if names != columns):
                self._flush(model)  # which of the two came last would be lost
                table = self._of(model)
            table.changed.setdefault(columns, {})[key] = values

    def before(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Around every statement: what it may look at is written first."""
        if self._tables and not self._writing:
            if sql.startswith("SELECT"):
                for model in [model for name, model in self._names.items() if name in sql]:
                    self._flush(model)
            else:
                self.flush()
        return execute(sql, params, many, context)

    def flush(self) -> None:
        for model in list(self._tables):
            self._flush(model)

    def _flush(self, model: type[Row]) -> None:
        table = self._tables.pop(model, None)
        if table is None:
            return
        del self._names[str(model._meta.db_table)]
        self._writing = True
        try:
            self._write(model, table)
        finally:
            self._writing = False

    def _write(self, model: type[Row], table: _Table) -> None:
        for columns, told in table.changed.items():
            self._change(model, columns, told.values())
        fresh, alike = table.free, dict[Names, list[Row]]()
        for row, update in table.rows.values():
            if update is None:
                fresh.append(row)
            else:
                alike.setdefault(update, []).append(row)
        self._insert(fresh)
        for update, rows in alike.items():
            self._upsert(rows, update)


def _also(table: _Table, key: Any, before: tuple[Row, Names | None], columns: Names) -> None:
    """The row that waits has these columns set too."""
    row, known = before
    if known is not None and known != columns:
        more = tuple(name for name in columns if name not in known)
        if more:
            table.rows[key] = row, (*known, *more)


_present: ContextVar[Gathering | None] = ContextVar("gathering", default=None)


def present() -> Gathering | None:
    return _present.get()


@contextmanager
def gathered(gathering: Gathering) -> Iterator[None]:
    """Inside, rows wait; at the end they are written, unless the block raises: then its transaction is undone."""
    token = _present.set(gathering)
    try:
        with connection.execute_wrapper(gathering.before):
            yield
            gathering.flush()
    finally:
        _present.reset(token)
