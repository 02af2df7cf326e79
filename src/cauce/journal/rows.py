"""Rows in and out without the compiler of queries: what every registration does, hundreds of times a minute."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.base import ModelState

from cauce.journal import gathering
from cauce.journal.copying import change_over, copy_in, copy_over, numbers, worth_it

_AS_IT_IS = (models.CharField, models.TextField, models.BooleanField, models.IntegerField)
_AS_IT_IS_ON_A_SERVER = (models.DateField, models.FloatField)  # moments are dates, to Django
_AT_ONCE = 200  # rows of one statement: far below any store's limit of parameters
Converter = Callable[[Any], Any]
Getter = Callable[[Any], Any]
M = TypeVar("M", bound=models.Model)


def insert(rows: Iterable[models.Model]) -> None:
    """Insert the rows, all of one model, as `bulk_create` does; a key that the store counts itself is left to it.

    Raises IntegrityError as any insert does.
    """
    ready = list(rows)
    if not ready:
        return
    waiting = gathering.present()
    if waiting is not None:
        waiting.insert(ready)
    else:
        _insert(ready)


def _insert(ready: Sequence[models.Model]) -> None:
    if not ready:
        return
    head, row, columns, _ = _plan(type(ready[0]), (), connection.vendor)
    with _opened(ready):
        values = [columns.of(each) for each in ready]
    if worth_it(len(ready)):
        copy_in(*_target(type(ready[0])), values)
        return
    with connection.cursor() as cursor:
        cursor.executemany(f"{head}{row}", values)


def upsert(rows: Iterable[models.Model], *, update: Sequence[str]) -> None:
    """Insert the rows, or set the columns `update` of those whose primary key is there. The last of two alike wins."""
    waiting = gathering.present()
    if waiting is not None:
        waiting.upsert(rows, tuple(update))
    else:
        _upsert(rows, tuple(update))


def _upsert(rows: Iterable[models.Model], update: tuple[str, ...]) -> None:
    last = {each.pk: each for each in rows}
    if worth_it(len(last)):
        _copy_over(list(last.values()), update)
        return
    left = iter(last.values())
    # Many rows a statement: inside a savepoint SQLite pays for each one that may fail half-way with a walk over all
    # pages that changed since, which in a store of 100,000 people is a millisecond.
    while ready := list(islice(left, _AT_ONCE)):
        head, row, columns, tail = _plan(type(ready[0]), update, connection.vendor)
        with _opened(ready):
            values = [value for each in ready for value in columns.of(each)]
        with connection.cursor() as cursor:
            cursor.execute(f"{head}{', '.join([row] * len(ready))}{tail}", values)


def _copy_over(ready: Sequence[models.Model], update: tuple[str, ...]) -> None:
    _, _, columns, conflict = _plan(type(ready[0]), update, connection.vendor)
    with _opened(ready):
        values = [columns.of(each) for each in ready]
    table, names = _target(type(ready[0]))
    first_key, *others = [each.pk for each in ready]
    if found(type(ready[0]), [first_key]) or found(type(ready[0]), others):
        copy_over(table, names, conflict, values)
    else:
        copy_in(table, names, values)


def update(model: type[models.Model], columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Set `columns` (names of fields) of single rows: each of `rows` is a primary key and the values for it."""
    waiting = gathering.present()
    if waiting is not None:
        waiting.change(model, tuple(model._meta.get_field(name).attname for name in columns), rows)  # type: ignore[union-attr]
    else:
        _update(model, columns, rows)


def _update(model: type[models.Model], columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    fields = [model._meta.pk, *(model._meta.get_field(name) for name in columns)]
    told = [(str(field.column), _converter(field, connection.vendor)) for field in fields]  # type: ignore[arg-type, union-attr]
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
    """Inside, what `insert`, `upsert` and `update` are given is kept together until something is asked of the store."""
    return gathering.gathered(gathering.Gathering(_insert, _upsert, _update))


def insert_numbered(rows: Iterable[models.Model]) -> list[int]:
    """Insert rows whose key the store counts; the keys, in the order of the rows."""
    whole = list(rows)
    if worth_it(len(whole)):
        return _copy_numbered(whole)
    left, keys = iter(whole), []
    while ready := list(islice(left, _AT_ONCE)):
        head, row, columns, _ = _plan(type(ready[0]), (), connection.vendor)
        key = connection.ops.quote_name(str(type(ready[0])._meta.pk.column))
        values = [value for each in ready for value in columns.of(each)]
        with connection.cursor() as cursor:
            cursor.execute(f"{head}{', '.join([row] * len(ready))} RETURNING {key}", values)
            # Counted upwards within one statement; no store promises in which order it tells them.
            keys += sorted(number for (number,) in cursor.fetchall())
    return keys


def _copy_numbered(ready: Sequence[models.Model]) -> list[int]:
    model = type(ready[0])
    _, _, columns, _ = _plan(model, (), connection.vendor)
    table, names = _target(model)
    key = str(model._meta.pk.column)
    keys = numbers(model._meta.db_table, key, len(ready))
    values = ([number, *columns.of(each)] for number, each in zip(keys, ready, strict=True))
    copy_in(table, (connection.ops.quote_name(key), *names), values)
    return keys


def append(model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> list[int]:
    """Insert rows whose key the store counts, told as the values of `columns`; the keys, in the order of the rows."""
    if not worth_it(len(rows)):
        return insert_numbered(new_row(model, **dict(zip(columns, row, strict=True))) for row in rows)
    key, quote = str(model._meta.pk.column), connection.ops.quote_name
    changes = [_converter(model._meta.get_field(name), connection.vendor) for name in columns]  # type: ignore[arg-type]
    if any(changes):
        raise TypeError(f"a column of {model.__name__} is not kept as it is told")
    keys = numbers(model._meta.db_table, key, len(rows))
    values = ((number, *row) for number, row in zip(keys, rows, strict=True))
    copy_in(quote(str(model._meta.db_table)), [quote(name) for name in (key, *columns)], values)
    return keys


def found(model: type[models.Model], keys: Iterable[Any], *columns: str) -> dict[Any, tuple[Any, ...]]:
    """These columns, as the store keeps them, of the rows with these primary keys, by key."""
    key = model._meta.pk
    convert, quote = _converter(key, connection.vendor), connection.ops.quote_name
    asked = {convert(each) if convert else each: each for each in keys}
    names = ", ".join(quote(name) for name in (str(key.column), *columns))
    left, rows = iter(asked), dict[Any, tuple[Any, ...]]()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and asked:  # one list is one value, however long
            cursor.execute(
                f"SELECT {names} FROM {quote(str(model._meta.db_table))} WHERE {quote(str(key.column))} = ANY(%s)",  # noqa: S608
                [list(asked)],
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


def _opened(rows: Sequence[models.Model]) -> AbstractContextManager[Any]:
    """The keys of rows with sealed columns, all at once."""
    keys_for = getattr(type(rows[0]), "keys_for", None)
    return keys_for(rows) if keys_for else nullcontext()


class Columns:
    """The columns of a table: a row -> its values as the store keeps them."""

    def __init__(self, fields: Sequence[models.Field[Any, Any]], vendor: str) -> None:
        self._pick: Callable[[Any], tuple[Any, ...]] = itemgetter(*(field.attname for field in fields))
        sealed = [(at, getattr(field, "content_for", None)) for at, field in enumerate(fields)]
        self._sealed: list[tuple[int, Getter]] = [(at, get) for at, get in sealed if get is not None]
        converters = [(at, _converter(field, vendor)) for at, field in enumerate(fields)]
        closed = {at for at, _ in self._sealed}
        self._convert = [(at, change) for at, change in converters if change is not None and at not in closed]

    def of(self, row: models.Model) -> list[Any]:
        # From the row's own dictionary: an attribute that is sealed would open when it is read.
        values = list(self._pick(row.__dict__))
        for at, change in self._convert:
            values[at] = change(values[at])
        for at, get in self._sealed:
            values[at] = get(row)
        return values


def new_row(model: type[M], **values: Any) -> M:
    """A new row of the model, to be inserted: what `model(**values)` gives, for a tenth of its time.

    Names are those of columns: `person_id`, not `person`, of a foreign key. TypeError for a name that is none.
    """
    defaults, made_each = _defaults(model)
    columns = {**defaults, **values}
    if len(columns) != len(defaults):
        raise TypeError(f"{model.__name__} has no column {', '.join(sorted(values.keys() - defaults.keys()))}")
    for name, make in made_each:
        if name not in values:
            columns[name] = make()
    columns["_state"] = ModelState()
    made = model.__new__(model)
    made.__dict__ = columns
    return made


@lru_cache(maxsize=128)
def _defaults(model: type[models.Model]) -> tuple[dict[str, Any], tuple[tuple[str, Callable[[], Any]], ...]]:
    """What the columns are when nothing is said, and those that are made anew for each row."""
    fields = model._meta.concrete_fields
    each = tuple((field.attname, field.get_default) for field in fields if callable(field.default))
    return {field.attname: field.get_default() for field in fields}, each


@lru_cache(maxsize=128)
def _plan(model: type[models.Model], update: tuple[str, ...], vendor: str) -> tuple[str, str, Columns, str]:
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    tail = ""
    if update:
        kept = {field.attname: quote(str(field.column)) for field in fields}
        sets = ", ".join(f"{kept[name]} = excluded.{kept[name]}" for name in update)
        tail = f" ON CONFLICT ({quote(str(model._meta.pk.column))}) DO UPDATE SET {sets}"
    return (
        f"INSERT INTO {quote(str(model._meta.db_table))} ({names}) VALUES ",  # noqa: S608 - our own names
        f"({', '.join(['%s'] * len(fields))})",
        Columns(fields, vendor),
        tail,
    )


def _target(model: type[models.Model]) -> tuple[str, tuple[str, ...]]:
    """The table and the columns of `_plan`, quoted."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    quote = connection.ops.quote_name
    return quote(str(model._meta.db_table)), tuple(quote(str(field.column)) for field in fields)


def _converter(field: models.Field[Any, Any], vendor: str) -> Converter | None:
    kept: models.Field[Any, Any] = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(kept, _AS_IT_IS) and not isinstance(kept, models.AutoField):
        return None
    if isinstance(kept, models.BinaryField):
        return None
    if hasattr(kept, "content_for"):
        return kept.get_prep_value
    if isinstance(kept, models.UUIDField):
        return None if vendor == "postgresql" else lambda value: value.hex if value is not None else None
    if vendor == "postgresql" and isinstance(kept, _AS_IT_IS_ON_A_SERVER):
        return None
    if vendor == "sqlite" and type(kept) is models.DateTimeField:
        return _sqlite_moment
    if type(kept) is models.JSONField:
        return _as_json
    return lambda value: kept.get_db_prep_save(value, connection)


def _as_json(value: Any) -> str | None:
    if not value and isinstance(value, list | dict):  # what most rows have
        return "[]" if isinstance(value, list) else "{}"
    return None if value is None else json.dumps(value)


def _sqlite_moment(value: datetime | None) -> str | None:
    """As Django keeps it, so that its own reading and comparing fit."""
    return None if value is None else str(value.astimezone(UTC).replace(tzinfo=None))
