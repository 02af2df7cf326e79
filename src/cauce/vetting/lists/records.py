"""Cauce's own list formats: a table with a header row, and the same fields as JSON lines.

Columns: id, name, aliases, weak, type, dob, nationality, gender, passports, ids, pob, program. Only id and name are
needed. In the table, several values in one cell are separated by `;`. `type` is Person (when missing) or anything
else; `weak` holds nicknames and doubtful names; a date is a day, a month, a year or a range `a/b`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from cauce.vetting.lists.countries import alpha3
from cauce.vetting.lists.dates import parse_range
from cauce.vetting.lists.model import Document, Draft, Entry, Problem
from cauce.vetting.lists.rows import rows
from cauce.vetting.lists.text import decode

SEXES = {"m": "M", "male": "M", "f": "F", "female": "F", "x": "X", "other": "X", "": "", "unknown": ""}
_ALL = ("id", "name", "aliases", "weak", "type", "dob", "nationality", "gender", "passports", "ids", "pob", "program")
Complain = Callable[[str], None]
Record = Mapping[str, Any]


def read_table(data: bytes, where: str) -> tuple[list[Entry], list[Problem]]:
    """Entries of a table whose first row names its columns; comma, semicolon or tab is found out from that row."""
    problems: list[Problem] = []
    text = decode(data, where, problems)
    delimiter = max(",\t;", key=text.split("\n", 1)[0].count)
    table = rows(text, where, problems, delimiter)
    _, header = next(table, (0, []))
    columns = [name.strip().lower() for name in header]
    if "id" not in columns or "name" not in columns:
        problems.append(Problem(1, f"{where}: the first row must name the columns, with at least id and name"))
        return [], problems
    for unknown in sorted(set(columns) - set(_ALL)):
        problems.append(Problem(1, f"{where}: column {unknown!r} is not known and was not read"))
    return _collect(_table_records(table, columns, where, problems), where, problems), problems


def read_jsonl(data: bytes, where: str) -> tuple[list[Entry], list[Problem]]:
    """Entries of JSON lines with the same fields, several values as arrays."""
    problems: list[Problem] = []
    return _collect(json_lines(data, where, problems), where, problems), problems


def json_lines(data: bytes, where: str, problems: list[Problem]) -> Iterator[tuple[int, Record]]:
    """The objects of a JSON lines file with their lines; what is not an object is reported."""
    for number, record in json_objects(data, where, problems):
        if record is not None:
            yield number, record


def json_objects(data: bytes, where: str, problems: list[Problem]) -> Iterator[tuple[int, Record | None]]:
    """The same, with None for a line that is reported because it is not an object."""
    for number, line in enumerate(decode(data, where, problems).split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            problems.append(Problem(number, f"{where}: not JSON ({error}); line left out"))
            yield number, None
            continue
        if isinstance(record, dict):
            yield number, record
        else:
            problems.append(Problem(number, f"{where}: not a JSON object; line left out"))
            yield number, None


def texts(value: object) -> list[str]:
    """What a JSON value says as a list of non-empty strings, whether it is a string, a number or an array."""
    found = value if isinstance(value, list) else [value]
    return [str(one).strip() for one in found if isinstance(one, str | int | float) and str(one).strip()]


def _table_records(
    table: Iterator[tuple[int, list[str]]], columns: list[str], where: str, problems: list[Problem]
) -> Iterator[tuple[int, Record]]:
    for line, row in table:
        if len(row) != len(columns):
            problems.append(Problem(line, f"{where}: {len(row)} columns, the header has {len(columns)}"))
        single = ("id", "name", "type")
        yield (
            line,
            {
                column: value if column in single else value.split(";")
                for column, value in zip(columns, row, strict=False)
            },
        )


def _collect(records: Iterator[tuple[int, Record]], where: str, problems: list[Problem]) -> list[Entry]:
    entries: dict[str, Entry] = {}
    for line, record in records:
        complain = partial(_complain, problems, where, line)
        entry = _entry(record, complain)
        if entry is None:
            continue
        if entry.id in entries:
            complain(f"entry {entry.id} stands twice; the first was kept")
        else:
            entries[entry.id] = entry
    return list(entries.values())


def _complain(problems: list[Problem], where: str, line: int, message: str) -> None:
    problems.append(Problem(line, f"{where}: {message}"))


def _entry(record: Record, complain: Complain) -> Entry | None:
    key = "".join(texts(record.get("id"))[:1])
    if not key:
        complain("no id; row left out")
        return None
    kind = "".join(texts(record.get("type"))[:1]).lower()
    draft = Draft(key, "person" if kind in ("", "person", "individual") else "other")
    for field, quality in (("name", "strong"), ("aliases", "strong"), ("weak", "weak")):
        for name in texts(record.get(field)):
            draft.add_name(name, "weak" if quality == "weak" else "strong")
    if not draft.names:
        complain(f"entry {key} has no name; row left out")
        return None
    add_facts(draft, record, complain)
    for field, document in (("passports", "passport"), ("ids", "national")):
        for number in texts(record.get(field)):
            draft.documents[Document(document, number, "")] = None
    return draft.entry()


def add_facts(draft: Draft, record: Record, complain: Complain) -> None:
    """Dates, countries, sexes, places and programs, from the fields dob, nationality, gender, pob and program."""
    for said in texts(record.get("dob")):
        found = parse_range(said)
        if found:
            draft.birth_dates[found] = None
        else:
            complain(f"birth date not understood: {said!r}")
    for said in texts(record.get("nationality")):
        code = alpha3(said)
        if code:
            draft.nationalities[code] = None
        elif code is None:
            complain(f"country not understood: {said!r}")
    for said in texts(record.get("gender")):
        sex = SEXES.get(said.lower())
        if sex:
            draft.sexes[sex] = None
        elif sex is None:
            complain(f"sex not understood: {said!r}")
    draft.birth_places.update(dict.fromkeys(texts(record.get("pob"))))
    draft.programs.update(dict.fromkeys(texts(record.get("program"))))
