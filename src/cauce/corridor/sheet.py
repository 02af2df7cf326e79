"""The tables of a corridor file, read one by one: what each says, and what is wrong with it taken alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cauce.corridor.lines import Lines, Path
from cauce.corridor.problem import Problem, name_of
from cauce.corridor.schema import ALWAYS, TABLES, Table
from cauce.corridor.values import BAD, Report, kind_of, nearest


@dataclass(frozen=True, slots=True)
class Row:
    """One table of the file: the values of the keys that could be read."""

    table: Table
    path: Path
    values: dict[str, Any]

    def get(self, key: str) -> Any:
        """The value, or None when it is not given or could not be read."""
        return self.values.get(key)


@dataclass(slots=True)
class Sheet:
    """All tables of a file and the problems found so far."""

    lines: Lines
    rows: dict[str, list[Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def of(self, name: str) -> list[Row]:
        """The rows of the tables of that name, in the order of the file."""
        return self.rows.get(name, [])

    def values(self, name: str, key: str) -> Iterator[tuple[Row, Any]]:
        """Each row of that name that has the key, with its value."""
        for row in self.of(name):
            if row.get(key) is not None:
                yield row, row.get(key)

    def report(self, path: Path, message: str, todo: str) -> None:
        """Note a problem at the path."""
        self.problems.append(Problem(self.lines.of(path), name_of(path), message, todo))


def read(document: dict[str, Any], lines: Lines, tables: Mapping[str, Table] = TABLES) -> Sheet:
    """Read every table of the document; nothing is raised, the sheet holds the problems.

    `tables` is the vocabulary: that of a corridor file, or of another file in the same manner.
    """
    sheet = Sheet(lines)
    for name in document:
        if name not in tables:
            sheet.report((name,), "is not known", nearest(name, tables))
    for name, table in tables.items():
        sheet.rows[name] = [_row(sheet, table, path, raw) for path, raw in _raw_rows(sheet, table, document.get(name))]
        _repeated(sheet, table)
    return sheet


def _raw_rows(sheet: Sheet, table: Table, raw: Any) -> list[tuple[Path, dict[str, Any]]]:
    path: Path = (table.name,)
    header = f"[[{table.name}]]" if table.many else f"[{table.name}]"
    if raw is None or raw == []:
        if table.required:
            sheet.report(path, "is missing", f"add a {header} table")
        return []
    if not table.many:
        if isinstance(raw, dict):
            return [(path, raw)]
    elif isinstance(raw, list) and all(isinstance(item, dict) for item in raw):
        return [((*path, number), item) for number, item in enumerate(raw)]
    sheet.report(path, f"is {kind_of(raw)}, not {'tables' if table.many else 'one table'}", f"write it as {header}")
    return []


def _row(sheet: Sheet, table: Table, path: Path, raw: dict[str, Any]) -> Row:
    keys = {key.name: key for key in table.all_keys()}
    for name in raw:
        if name not in keys:
            sheet.report((*path, name), "is not known", nearest(name, keys))
    values = {}
    for name, key in keys.items():
        if name in raw:
            value = key.read(raw[name], _at(sheet, (*path, name)))
            if value is not BAD:
                values[name] = value
        elif key.required:
            sheet.report((*path, name), "is missing", f"add {name} = …")
    row = Row(table, path, values)
    _figure(sheet, row, raw)
    return row


def _at(sheet: Sheet, start: Path) -> Report:
    return lambda path, message, todo: sheet.report((*start, *path), message, todo)


def _figure(sheet: Sheet, row: Row, raw: dict[str, Any]) -> None:
    """Every figure has a source or says that it is assumed; beds may stand alone, as a count made on the spot."""
    key = row.table.figure
    if not key or row.table.name == "place" or (key != ALWAYS and not row.get(key)):
        return
    if "source" in raw or raw.get("assumed") is True:
        return
    path = row.path if key == ALWAYS else (*row.path, key)
    sheet.report(path, "has no source", 'add source = "…", or assumed = true when no source gives the figure')


def _repeated(sheet: Sheet, table: Table) -> None:
    seen: dict[str, Row] = {}
    for row, identity in sheet.values(table.name, table.identity):
        if identity in seen:
            first = sheet.lines.of(seen[identity].path)
            path = (*row.path, table.identity)
            sheet.report(path, f"{identity!r} is already on line {first}", "give each its own")
        seen.setdefault(identity, row)
