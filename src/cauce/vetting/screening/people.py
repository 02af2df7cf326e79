"""People to be screened, from JSON lines or a table: id, name, dob, nat, gender, documents.

What is empty or not understood is no evidence: the person is screened by the rest, and the problem is told.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from cauce.vetting.lists.countries import alpha3
from cauce.vetting.lists.dates import parse_range
from cauce.vetting.lists.json_lines import Record, json_objects
from cauce.vetting.lists.model import DateRange, Document, Problem
from cauce.vetting.lists.records import SEXES, Complain, texts
from cauce.vetting.lists.rows import rows
from cauce.vetting.lists.text import decode
from cauce.vetting.names.evidence import number_key
from cauce.vetting.names.model import Query
from cauce.vetting.names.tokens import tokens

COLUMNS = ("id", "name", "dob", "nat", "gender", "documents")
_OTHERWISE = {"dob": "birth_date", "nat": "nationality", "gender": "sex", "documents": "document"}
_TABLES = (".csv", ".tsv", ".txt")


class People(NamedTuple):
    """Everybody who can be screened, in the order of the file. `unread` counts those who cannot."""

    queries: tuple[Query, ...]
    problems: tuple[Problem, ...]
    unread: int


def read_people(path: Path) -> People:
    """Read a file of people; JSON lines or a table is told from its ending, else from its first letter.

    Somebody without an id is called `line N`. Raises OSError when the file cannot be read.
    """
    data, where = path.read_bytes(), path.name
    problems: list[Problem] = []
    queries: list[Query] = []
    unread, seen = 0, set[str]()
    records = _table(data, where, problems) if _is_table(path, data) else ((n, r) for n, _, r in json_objects(data, where, problems))
    for line, record in records:
        complain = partial(_complain, problems, where, line)
        query = person(record, line, complain) if record is not None else None
        if query is None:
            unread += 1
            continue
        if query.id in seen:
            complain(f"{query.id} stands twice; both were screened")
        seen.add(query.id)
        queries.append(query)
    return People(tuple(queries), tuple(problems), unread)


def _complain(problems: list[Problem], where: str, line: int, message: str) -> None:
    problems.append(Problem(line, f"{where}: {message}"))


def _is_table(path: Path, data: bytes) -> bool:
    if path.suffix.lower() in _TABLES:
        return True
    return path.suffix.lower() not in (".jsonl", ".json", ".ndjson") and not data.lstrip(
        b"\xef\xbb\xbf \r\n"
    ).startswith(b"{")


def _table(data: bytes, where: str, problems: list[Problem]) -> Iterator[tuple[int, Record | None]]:
    text = decode(data, where, problems)
    delimiter = max(",\t;", key=text.split("\n", 1)[0].count)
    table = rows(text, where, problems, delimiter)
    _, header = next(table, (0, []))
    columns = [name.strip().lower() for name in header]
    if "name" not in columns:
        problems.append(Problem(1, f"{where}: the first row must name the columns: {', '.join(COLUMNS)}"))
        yield 1, None
        return
    for unknown in sorted({name for name in columns if name not in COLUMNS and name not in _OTHERWISE.values()}):
        problems.append(Problem(1, f"{where}: column {unknown!r} is not known and was not read"))
    for line, row in table:
        if len(row) != len(columns):
            problems.append(Problem(line, f"{where}: {len(row)} columns, the header has {len(columns)}"))
        record: dict[str, Any] = dict(zip(columns, row, strict=False))
        for field in ("documents", "document"):
            record[field] = record.get(field, "").split(";")
        yield line, record


def person(record: Record, line: int, complain: Complain) -> Query | None:
    names = tuple(texts(record.get("name")) + texts(record.get("names")) + texts(record.get("aliases")))
    key = "".join(texts(record.get("id"))[:1])
    if not key:
        key = f"line {line}"
        complain(f"no id; screened as {key!r}")
    documents = _documents(_field(record, "documents"), complain)
    if not any(tokens(name) for name in names):
        complain(f"{key} has no name that can be read; {'screened by documents only' if documents else 'not screened'}")
        if not documents:
            return None
    return Query(
        key,
        names,
        _date(_field(record, "dob"), complain),
        _sex(_field(record, "gender"), complain),
        _country(_field(record, "nat"), complain),
        documents,
    )


def _field(record: Record, name: str) -> object:
    value = record.get(name)
    return value if value not in (None, "", [], [""]) else record.get(_OTHERWISE[name])


def _first(value: object, what: str, complain: Complain) -> str:
    said = texts(value)
    if isinstance(value, dict):
        complain(f"{what} not understood: {str(value)[:40]!r}")
    if len(said) > 1:
        complain(f"{len(said)} values of {what}; only the first was used: {said[0]!r}")
    return said[0] if said else ""


def _date(value: object, complain: Complain) -> DateRange | None:
    said = _first(value, "birth date", complain)
    found = parse_range(said) if said else None
    if said and found is None:
        complain(f"birth date not understood: {said!r}")
    return found


def _sex(value: object, complain: Complain) -> str:
    said = _first(value, "sex", complain)
    found = SEXES.get(said.lower())
    if found is None:
        complain(f"sex not understood: {said!r}")
    return found or ""


def _country(value: object, complain: Complain) -> str:
    said = _first(value, "country", complain)
    found = alpha3(said)
    if found is None:
        complain(f"country not understood: {said!r}")
    return found or ""


def _documents(value: object, complain: Complain) -> tuple[Document, ...]:
    """Numbers, or objects with `number` and, where known, `country`."""
    found = []
    for one in value if isinstance(value, list) else [value]:
        number, country = one, None
        if isinstance(one, dict):
            number, country = one.get("number"), one.get("country")
        said = "".join(texts(number)[:1])
        if said and number_key(said):
            found.append(Document("other", said, _country(country, complain)))
        elif said or isinstance(one, dict):
            complain(f"document number not understood: {said or str(one)[:40]!r}")
    return tuple(found)
