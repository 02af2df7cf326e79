"""From the tables of a corridor file without problems to the corridor."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from cauce.corridor.schema import EVERY_DAY, TABLES
from cauce.corridor.shape import STANDARDS, Corridor, Figure
from cauce.corridor.sheet import Row, Sheet

_MANY = {
    "places": "place",
    "legs": "leg",
    "vehicles": "vehicle",
    "subsidies": "subsidy",
    "quotas": "quota",
    "closures": "closure",
    "checks": "check",
    "holds": "hold",
    "needs": "need",
    "evidence": "evidence",
    "lists": "list",
    "recipients": "recipient",
    "purposes": "purpose",
    "vaccines": "vaccine",
    "retention": "retention",
    "departures": "departure",
    "desks": "desk",
    "arrivals": "arrival",
    "warnings": "warning",
    "entry_rules": "entry_rule",
}


def build(sheet: Sheet) -> Corridor:
    """The corridor of a sheet that has no problems."""
    head = sheet.of("corridor")[0]
    zone = head.values["time_zone"]
    parts: dict[str, Any] = {**head.values, **sheet.of("report")[0].values, **_standards(sheet)}
    for field, name in _MANY.items():
        parts[field] = tuple(_made(row, zone) for row in sheet.of(name))
    for name in ("review", "queue", "card"):
        parts[name] = _made(sheet.of(name)[0], zone)
    for row in sheet.of("emergency"):
        parts["emergency"] = _made(row, zone)
    for row in sheet.of("returns"):
        parts["returns"] = _made(row, zone)
    return Corridor(**parts)


def _made(row: Row, zone: str) -> Any:
    values = {key.field or key.name: row.values[key.name] for key in row.table.keys if key.name in row.values}
    if row.table.figure:
        values["figure"] = _figure(row)
    for field, default in (("time_zone", zone), ("until", None), ("weekdays", EVERY_DAY)):
        if field in _fields(row):
            values.setdefault(field, default)
    shape: Any = TABLES[row.table.name].shape
    return shape(**values)


def _fields(row: Row) -> set[str]:
    shape: Any = row.table.shape
    return {field.name for field in fields(shape)}


def _figure(row: Row) -> Figure:
    return Figure(source=row.get("source") or "", assumed=bool(row.get("assumed")))


def _standards(sheet: Sheet) -> dict[str, Any]:
    for row in sheet.of("standards"):
        figures = {name: row.values[name] for name in STANDARDS if name in row.values}
        return {"standards": figures, "standards_figure": _figure(row)}
    return {}
