"""Rows of several small tables in one question to the store: a slow disk is asked once, not ten times."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import CharField, Model, QuerySet, UUIDField, Value
from django.db.models.functions import JSONObject

from cauce.journal.sealing import Hex, SealedField, open_cells

Tables = Mapping[str, tuple[QuerySet[Any], tuple[str, ...]]]
Ask = Callable[[UUID, Sequence[UUID]], Tables]
"""Person and group -> name -> rows, the columns wanted. What it asks follows from nothing else: no clock, no role."""


def stacked(ask: Ask, person: UUID, group: Sequence[UUID]) -> dict[str, list[dict[str, Any]]]:
    """Returns name -> rows as dicts of what JSON has: text for dates, moments and ids, 0 and 1 for false and true on
    SQLite. Order within a table is the store's. What is sealed comes opened, which asks the store once more, for the
    keys. Put into SQL once for each size of a group: that takes longer than asking."""
    question = _question(ask, len(group), connection.vendor)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in question.sealed}
    with connection.cursor() as cursor:
        cursor.execute(question.sql, question.about(person, group))
        for name, row in cursor.fetchall():
            found[name].append(row if isinstance(row, dict) else orjson.loads(row))
    _open(question.sealed, found)
    return found


@dataclass(frozen=True, slots=True)
class _Question:
    """`places`: which of the parameters stand for the person (0) and the members of the group (from 1 on)."""

    sql: str
    parameters: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    sealed: Mapping[str, list[SealedField[Any]]]

    def about(self, person: UUID, group: Sequence[UUID]) -> list[Any]:
        told, ids = list(self.parameters), (person, *group)
        for at, which in self.places:
            told[at] = _adapted(ids[which])
        return told


@lru_cache(maxsize=64)
def _question(ask: Ask, size: int, vendor: str) -> _Question:
    stand_ins = [UUID(int=(0xCA0CE << 108) + number) for number in range(size + 1)]
    tables = ask(stand_ins[0], stand_ins[1:])
    parts = [
        rows.order_by()
        .annotate(what=Value(name, output_field=CharField()), row=JSONObject(**_wanted(rows.model, columns)))
        .values_list("what", "row")
        for name, (rows, columns) in tables.items()
    ]
    sql, parameters = parts[0].union(*parts[1:], all=True).query.sql_with_params()
    number = {_adapted(one): at for at, one in enumerate(stand_ins)}
    places = tuple(
        (at, number[one]) for at, one in enumerate(parameters) if isinstance(one, str | UUID) and one in number
    )
    sealed = {name: _sealed(rows.model, columns) for name, (rows, columns) in tables.items()}
    return _Question(sql, tuple(parameters), places, sealed)


def _adapted(one: UUID) -> Any:
    """As the store takes it."""
    return UUIDField().get_db_prep_value(one, connection)


def _sealed(model: type[Model], columns: tuple[str, ...]) -> list[SealedField[Any]]:
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedField) and field.name in columns]


def _wanted(model: type[Model], columns: tuple[str, ...]) -> dict[str, Any]:
    wanted: dict[str, Any] = {column.replace("__", "_"): column for column in columns}
    if sealed := _sealed(model, columns):
        wanted |= {field.name: Hex(field.name) for field in sealed}
        wanted |= {"_row": "pk", "_subject": model.sealed_under}  # type: ignore[attr-defined]
    return wanted


def _open(sealed: Mapping[str, list[SealedField[Any]]], found: Mapping[str, list[dict[str, Any]]]) -> None:
    cells = [(row, field) for name, fields in sealed.items() for row in found[name] for field in fields]
    told = [(field, UUID(row["_row"]), UUID(row["_subject"]), row[field.name]) for row, field in cells]
    for (row, field), plain in zip(cells, open_cells(told), strict=True):
        row[field.name] = plain
    for row, _ in cells:
        row.pop("_row", None)
        row.pop("_subject", None)


def moment(text: str | None) -> datetime | None:
    """A moment as either store writes it into JSON; SQLite leaves out that it is UTC."""
    if not text:
        return None
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def listed(value: Any) -> list[Any]:
    """A JSON column inside JSON: text on SQLite, a list on PostgreSQL."""
    found = orjson.loads(value) if isinstance(value, str) else value
    return list(found or [])
