"""Rows in and out without the compiler of queries: what every registration does, hundreds of times a minute."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db import connection, models

from cauce.journal import gathering
from cauce.journal.among import Keys
from cauce.journal.binary import Parts
from cauce.journal.copying import change_over, copy_in, copy_over, numbers, worth_it
from cauce.journal.tables import Awaited, Values, converter, filled, table_of

_AT_ONCE = 200  # rows of one statement: far below any store's limit of parameters
Model = type[models.Model]


def put(
    model: Model, names: Sequence[str], rows: Iterable[Sequence[Any]], *, update: Sequence[str] | None = ()
) -> None:
    """Insert rows told as values of these columns; the others are as when nothing is said.

    Names are those of columns: `person_id`, not `person`, of a foreign key. With `update` the columns of that name are
    set where the primary key is there, and the last of two rows alike wins; with None what is there stays as it is.
    Raises TypeError for a name that is none, IntegrityError as any insert does.
    """
    fill = filled(model, tuple(names))
    _told(model, [fill(row) for row in rows], None if update is None else tuple(update))


def insert(rows: Iterable[models.Model]) -> None:
    """Insert the rows, all of one model, as `bulk_create` does; a key that the store counts itself is left to it.

    Raises IntegrityError as any insert does.
    """
    upsert(rows, update=())


def upsert(rows: Iterable[models.Model], *, update: Sequence[str]) -> None:
    """Insert the rows, or set the columns `update` of those whose primary key is there. The last of two alike wins."""
    ready = list(rows)
    if ready:
        of = table_of(type(ready[0])).of
        _told(type(ready[0]), [of(row) for row in ready], tuple(update))


Update = tuple[str, ...] | None


def _told(model: Model, rows: list[Values], update: Update) -> None:
    if not rows:
        return
    waiting = gathering.present()
    if waiting is None:
        _write(model, rows, update)
    elif update == ():
        waiting.insert(model, rows)
    else:
        waiting.upsert(model, rows, update)


def _write(model: Model, rows: list[Values], update: Update, ready: Parts | None = None) -> None:
    """`ready` is what the rows, of which none are alike, are told as by COPY, if that was done already."""
    table = table_of(model)
    if update != ():
        _upsert(model, rows if ready else list({table.number(row): row for row in rows}.values()), update, ready)
    elif worth_it(len(rows)):
        copy_in(table.quoted, table.columns, ready.content() if ready else table.encoded(rows))
    elif rows:
        head, row, _ = _statement(model, (), connection.vendor)
        with connection.cursor() as cursor:
            cursor.executemany(f"{head}{row}", table_of(model).adapted(rows))


def _upsert(model: Model, rows: list[Values], update: Update, ready: Parts | None) -> None:
    table = table_of(model)
    head, one, tail = _statement(model, update, connection.vendor)
    if worth_it(len(rows), in_one=True):
        if update is None:
            there = _there(model, rows)
            fresh = [row for row in rows if row[table.key] not in there] if there else rows  # type: ignore[index]
            if fresh:
                copy_in(
                    table.quoted,
                    table.columns,
                    ready.content() if ready and fresh is rows else table.encoded(fresh),
                )
        elif _there(model, rows[:1]) or _there(model, rows):
            copy_over(table.quoted, table.columns, tail, ready.content() if ready else table.encoded(rows))
        else:
            copy_in(table.quoted, table.columns, ready.content() if ready else table.encoded(rows))
        return
    # Many rows a statement: inside a savepoint SQLite pays for each one that may fail half-way with a walk over all
    # pages that changed since, which in a store of 100,000 people is a millisecond.
    for start in range(0, len(rows), _AT_ONCE):
        some = table.adapted(rows[start : start + _AT_ONCE])
        with connection.cursor() as cursor:
            cursor.execute(f"{head}{', '.join([one] * len(some))}{tail}", [value for row in some for value in row])


def _there(model: Model, rows: Sequence[Values]) -> Collection[Any]:
    """The keys of those rows that are in the store."""
    table, by = table_of(model), getattr(model, "found_by", None)
    keys = [row[table.key] for row in rows]  # type: ignore[index]
    if by is None:
        return found(model, keys)
    key, among = model._meta.pk.attname, Keys([str(each) for each in {row[table.at[by]] for row in rows}])
    stored = model._base_manager.filter(**{f"{by}__among": among}).values_list(key, flat=True)
    return set(stored).intersection(keys)


def update(model: Model, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Set `columns` (names of fields) of single rows: each of `rows` is a primary key and the values for it."""
    waiting = gathering.present()
    if waiting is not None:
        waiting.change(model, tuple(model._meta.get_field(name).attname for name in columns), rows)  # type: ignore[union-attr]
    else:
        _update(model, columns, rows)


def _update(model: Model, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    fields = [model._meta.pk, *(model._meta.get_field(name) for name in columns)]
    told = [(str(field.column), converter(field, connection.vendor)) for field in fields]  # type: ignore[arg-type, union-attr]
    ready = [
        [convert(value) if convert else value for value, (_, convert) in zip(row, told, strict=True)] for row in rows
    ]
    if not ready:
        return
    if worth_it(len(ready)):
        # The last of two about one row wins, as it would one after the other.
        last = {values[0]: values for values in ready}
        kinds = [(connection.ops.quote_name(str(f.column)), str(f.db_type(connection))) for f in fields]  # type: ignore[union-attr]
        change_over(connection.ops.quote_name(str(model._meta.db_table)), kinds, last.values())
        return
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(name)} = %s" for name, _ in told[1:])
    statement = f"UPDATE {quote(str(model._meta.db_table))} SET {sets} WHERE {quote(told[0][0])} = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, [[*values, key] for key, *values in ready])


def together() -> AbstractContextManager[None]:
    """Inside, what `put`, `insert`, `upsert` and `update` are given is kept together until something is asked of the
    store."""
    return gathering.gathered(gathering.Gathering(_write, _update))


def insert_numbered(rows: Iterable[models.Model]) -> list[int]:
    """Insert rows whose key the store counts; the keys, in the order of the rows."""
    ready = list(rows)
    return _append(type(ready[0]), [table_of(type(ready[0])).of(row) for row in ready]) if ready else []


def append(
    model: Model, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], ready: Parts | None = None
) -> list[int]:
    """Insert rows whose key the store counts, told as the values of `columns`; the keys, in the order of the rows.

    `ready` is what `prepared` made of the same rows.
    """
    if ready is not None:
        table, key = table_of(model), connection.ops.quote_name(str(model._meta.pk.column))
        ready.numbers = numbers(model._meta.db_table, str(model._meta.pk.column), len(rows))
        copy_in(table.quoted, (key, *table.columns), ready.content())
        return list(ready.numbers)
    fill = filled(model, tuple(columns))
    return _append(model, [fill(row) for row in rows])


def prepared(
    model: Model, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, counted: bool = False
) -> Parts | None:
    """What rows, told as the values of `columns`, are told to the store as; None where that is no gain.

    Numbers of entries may be `Awaited`; with `counted` that is the rows' own key, one of each in their order.
    """
    fill = filled(model, tuple(columns))
    ready: list[Any] = list(rows) if fill is list else [fill(row) for row in rows]
    return encoded(model, ready, [Awaited(at) for at in range(len(ready))] if counted else None)


def encoded(model: Model, rows: Sequence[Values], keys: Sequence[Any] | None = None) -> Parts | None:
    """Whole rows as `prepared` makes them."""
    return table_of(model).prepared(rows, keys) if worth_it(len(rows), in_one=True) else None


def put_ready(model: Model, ready: Parts) -> None:
    """Insert rows that were `prepared`, or that waited to be written and were made ready then."""
    table = table_of(model)
    copy_in(table.quoted, table.columns, ready.content())


def _append(model: Model, rows: list[Values]) -> list[int]:
    table, key = table_of(model), connection.ops.quote_name(str(model._meta.pk.column))
    if worth_it(len(rows), in_one=True):
        keys = numbers(model._meta.db_table, str(model._meta.pk.column), len(rows))
        copy_in(table.quoted, (key, *table.columns), table.encoded(rows, keys))
        return keys
    keys, (head, one, _) = list[int](), _statement(model, (), connection.vendor)
    for start in range(0, len(rows), _AT_ONCE):
        some = table.adapted(rows[start : start + _AT_ONCE])
        values = [value for row in some for value in row]
        with connection.cursor() as cursor:
            cursor.execute(f"{head}{', '.join([one] * len(some))} RETURNING {key}", values)
            # Counted upwards within one statement; no store promises in which order it tells them.
            keys += sorted(number for (number,) in cursor.fetchall())
    return keys


def those(model: Model, by: str, keys: Iterable[Any], *names: str) -> list[tuple[Any, ...]]:
    """These columns of the rows whose column `by` is one of `keys`: of the store's, and of what waits to be written.

    For what is asked again and again while rows are kept together: nothing is written for it.
    """
    wanted, columns = set(keys), tuple(dict.fromkeys((model._meta.pk.attname, *names)))
    places = [columns.index(name) for name in names]
    waiting = gathering.present()
    ask = model._base_manager.filter(**{f"{by}__in": wanted}).values_list(*columns)
    if not isinstance(waiting, gathering.Gathering):
        return [tuple(row[at] for at in places) for row in ask]
    with waiting.aside():
        stored = {row[0]: [row[at] for at in places] for row in ask}
    return [tuple(row) for row in waiting.overlaid(model, by, wanted, names, stored)]


def found(model: Model, keys: Iterable[Any], *columns: str) -> dict[Any, tuple[Any, ...]]:
    """These columns, as the store keeps them, of the rows with these primary keys, by key."""
    key = model._meta.pk
    convert, quote = converter(key, connection.vendor), connection.ops.quote_name
    known = [each for each in keys if each is not None]  # a row without a key is not there yet
    asked = {convert(each) if convert else each: each for each in known}
    names = ", ".join(quote(name) for name in (str(key.column), *columns))
    left, rows = iter(asked), dict[Any, tuple[Any, ...]]()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and asked:  # one list is one value, however long
            by_id = isinstance(key, models.UUIDField)
            cursor.execute(
                f"SELECT {names} FROM {quote(str(model._meta.db_table))} "  # noqa: S608 - our own names
                f"WHERE {quote(str(key.column))} = ANY(%s{'::uuid[]' if by_id else ''})",
                [f"{{{','.join([f'{each.int:032x}' for each in asked])}}}" if by_id else list(asked)],
            )
            return {asked[row[0]]: row[1:] for row in cursor.fetchall()}
        while some := list(islice(left, _AT_ONCE)):
            cursor.execute(
                f"SELECT {names} FROM {quote(str(model._meta.db_table))} "  # noqa: S608 - our own names
                f"WHERE {quote(str(key.column))} IN ({', '.join(['%s'] * len(some))})",
                some,
            )
            rows.update((asked[row[0]], row[1:]) for row in cursor.fetchall())
    return rows


def first(query: Callable[[], models.QuerySet[Any, Any]]) -> tuple[Any, ...] | None:
    """The first row of what `query` builds, compiled once a process: for a question that is always the same.

    `query` is a function of a module; its columns come as the store keeps them, so text and whole numbers only.
    """
    statement, values = _compiled(query, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


@lru_cache(maxsize=64)
def _compiled(query: Callable[[], models.QuerySet[Any, Any]], vendor: str) -> tuple[str, tuple[Any, ...]]:
    statement, values = query()[:1].query.sql_with_params()
    return statement, tuple(values)


@lru_cache(maxsize=128)
def _statement(model: Model, update: Update, vendor: str) -> tuple[str, str, str]:
    """An insert: its head, one row of parameters, and what is done where the primary key is there."""
    table = table_of(model)
    kept = dict(zip(table.names, table.columns, strict=True))
    tail = ""
    if update != ():
        sets = ", ".join(f"{kept[name]} = excluded.{kept[name]}" for name in update or ())
        key = connection.ops.quote_name(str(model._meta.pk.column))
        tail = f" ON CONFLICT ({key}) DO {f'UPDATE SET {sets}' if update else 'NOTHING'}"
    return (
        f"INSERT INTO {table.quoted} ({', '.join(table.columns)}) VALUES ",  # noqa: S608 - our own names
        f"({', '.join(['%s'] * len(table.columns))})",
        tail,
    )
