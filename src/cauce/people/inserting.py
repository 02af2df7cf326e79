"""Inserting rows of one table without the compiler of queries: registering is what is done most, a family at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.db import connection, models

_AS_IT_IS = (models.CharField, models.TextField, models.BooleanField, models.IntegerField)


def insert(rows: Iterable[models.Model]) -> None:
    """Insert the rows, all of one model that has no sequence for its key. As `bulk_create` does.

    Raises IntegrityError as any insert does.
    """
    ready = list(rows)
    if not ready:
        return
    statement, columns = _plan(type(ready[0]), connection.vendor)
    values = [
        [convert(getattr(row, name)) if convert else getattr(row, name) for name, convert in columns] for row in ready
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


@lru_cache(maxsize=64)
def _plan(model: type[models.Model], vendor: str) -> tuple[str, tuple[tuple[str, Callable[[Any], Any] | None], ...]]:
    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(str(model._meta.db_table))} ({names}) VALUES ({places})"  # noqa: S608 - our own names
    return statement, tuple((field.attname, _converter(field, vendor)) for field in fields)


def _converter(field: models.Field[Any, Any], vendor: str) -> Callable[[Any], Any] | None:
    kept: models.Field[Any, Any] = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(kept, _AS_IT_IS) and not isinstance(kept, models.AutoField):
        return None
    if isinstance(kept, models.UUIDField):
        return None if vendor == "postgresql" else lambda value: value.hex if value is not None else None
    return lambda value: kept.get_db_prep_save(value, connection)
