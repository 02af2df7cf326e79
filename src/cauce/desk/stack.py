"""Rows of several small tables in one question to the store: a slow disk is asked once, not ten times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import JSONObject


def stacked(tables: Mapping[str, tuple[QuerySet[Any], tuple[str, ...]]]) -> dict[str, list[dict[str, Any]]]:
    """`tables`: name -> (rows, the columns wanted). Returns name -> rows as dicts of what JSON has: text for dates,
    moments and ids, 0 and 1 for false and true on SQLite. Order within a table is the store's."""
    parts = [
        rows.order_by()
        .annotate(
            what=Value(name, output_field=CharField()), row=JSONObject(**{c.replace("__", "_"): c for c in columns})
        )
        .values_list("what", "row")
        for name, (rows, columns) in tables.items()
    ]
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in tables}
    for name, row in parts[0].union(*parts[1:], all=True):
        found[name].append(row if isinstance(row, dict) else orjson.loads(row))
    return found


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
