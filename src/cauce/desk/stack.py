"""Rows of several small tables in one question to the store: a slow disk is asked once, not ten times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.models import CharField, Model, QuerySet, Value
from django.db.models.functions import JSONObject

from cauce.journal.sealing import Hex, SealedField, open_cells


def stacked(tables: Mapping[str, tuple[QuerySet[Any], tuple[str, ...]]]) -> dict[str, list[dict[str, Any]]]:
    """`tables`: name -> (rows, the columns wanted). Returns name -> rows as dicts of what JSON has: text for dates,
    moments and ids, 0 and 1 for false and true on SQLite. Order within a table is the store's. What is sealed comes
    opened, which asks the store once more, for the keys."""
    parts = [
        rows.order_by()
        .annotate(what=Value(name, output_field=CharField()), row=JSONObject(**_wanted(rows.model, columns)))
        .values_list("what", "row")
        for name, (rows, columns) in tables.items()
    ]
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in tables}
    for name, row in parts[0].union(*parts[1:], all=True):
        found[name].append(row if isinstance(row, dict) else orjson.loads(row))
    _open({name: _sealed(rows.model, columns) for name, (rows, columns) in tables.items()}, found)
    return found


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
