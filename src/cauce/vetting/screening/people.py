"""People to be screened, from JSON lines or a table: id, name, dob, nat, gender, documents.

What is empty or not understood is no evidence: the person is screened by the rest, and the problem is told.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from cauce.vetting.lists.countries import alpha3
from cauce.vetting.lists.dates import parse_range
from cauce.vetting.lists.json_lines import Record, exact, json_objects
from cauce.vetting.lists.model import DateRange, Document, Problem
from cauce.vetting.lists.quick import sex, unswept
from cauce.vetting.lists.records import Complain, complaints, texts
from cauce.vetting.lists.streaming import CHUNK, lines
from cauce.vetting.lists.tables import opened
from cauce.vetting.names.evidence import number_key
from cauce.vetting.names.model import Query
from cauce.vetting.names.tokens import MOST_TOKENS, tokens

COLUMNS = ("id", "name", "dob", "nat", "gender", "documents")
_OTHERWISE = {"dob": "birth_date", "nat": "nationality", "gender": "sex", "documents": "document"}
_TABLES = (".csv", ".tsv", ".txt")
_LINES = (".jsonl", ".json", ".ndjson")
_CAREFULLY = frozenset(["names", "aliases", *_OTHERWISE.values()])
_READABLE = re.compile("[A-Za-z0-9]")
_LOOKED_AT = 1000
Chunk = tuple[list[Query], list[Problem], int]


class People(NamedTuple):
    """Everybody who can be screened, in the order of the file. `unread` counts those who cannot."""

    queries: tuple[Query, ...]
    problems: tuple[Problem, ...]
    unread: int


def read_people(path: Path) -> People:
    """Read a file of people; JSON lines or a table is told from its ending, else from its first letter.

    Somebody without an id is called `line N`. Raises OSError when the file cannot be read.
    """
    problems: list[Problem] = []
    queries: list[Query] = []
    unread, seen = 0, set[str]()
    for some, told, missed in _table(path, seen) if is_table(path) else _chunks(path, seen):
        queries += some
        problems += told
        unread += missed
    if not queries and not unread and not problems:
        problems.append(Problem(0, f"{path.name}: nobody stands in the file"))
    return People(tuple(queries), tuple(problems), unread)


def read_chunk(data: bytes, where: str, first_line: int = 1) -> Chunk:
    """The people of some of a file's JSON lines, the problems, and how many lines are nobody who can be screened.

    Who stands twice is told within these lines; whoever reads a file in chunks compares them.
    """
    return _chunk(data, where, first_line, set())


def _chunk(data: bytes, where: str, first_line: int, seen: set[str]) -> Chunk:
    problems: list[Problem] = []
    return _collect(json_objects(data, where, problems, first_line), where, problems, seen)


def _chunks(path: Path, seen: set[str]) -> Iterator[Chunk]:
    for first_line, data in lines(_pieces(path)):
        yield _chunk(data, path.name, first_line, seen)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


def is_table(path: Path) -> bool:
    """Whether the file is a table, not JSON lines: by its ending, else by its first letter."""
    ending = path.suffix.lower()
    if ending in _TABLES or ending in _LINES:
        return ending in _TABLES
    with path.open("rb") as file:
        return not file.read(64).lstrip(b"\xef\xbb\xbf\xfe\xff\x00 \r\n").startswith(b"{")


def _table(path: Path, seen: set[str]) -> Iterator[Chunk]:
    where, problems = path.name, list[Problem]()
    known = (*COLUMNS, *_OTHERWISE.values())
    data = path.read_bytes()
    if not data.strip():
        return
    table = opened(data, where, problems, ("name",), known)
    if not table.columns:
        yield [], problems, 1
        return
    several = [column in ("documents", "document") for column in table.columns]
    records = (
        (
            line,
            b"",
            {
                name: _several(cell) if many else cell
                for name, cell, many in zip(table.columns, row, several, strict=False)
            },
        )
        for line, row in table.rows
    )
    yield _collect(records, where, problems, seen)


def _several(cell: str) -> list[str]:
    return [one for part in cell.split(";") if (one := part.strip())] if cell else []


def _collect(
    records: Iterable[tuple[int, bytes, Record | None]], where: str, problems: list[Problem], seen: set[str]
) -> Chunk:
    queries, unread = list[Query](), 0
    with unswept():
        for number, line, record in records:
            query = None
            if record is not None:
                query = _quick(record) or person(exact(line, record), number, complaints(problems, where, number))
            if query is None:
                unread += 1
                continue
            if query.id in seen:
                problems.append(Problem(number, f"{where}: {query.id} stands twice; both were screened"))
            seen.add(query.id)
            queries.append(query)
    return queries, problems, unread


def _quick(record: Record) -> Query | None:
    """The same as `person` of a record whose every value is as it should be; None for any other."""
    key, name = record.get("id"), record.get("name")
    if type(key) is not str or type(name) is not str or not _CAREFULLY.isdisjoint(record):
        return None
    name, key = name.strip(), key.strip()
    if not key or name.count(" ") >= MOST_TOKENS or not (_READABLE.search(name, 0, _LOOKED_AT) or tokens(name)):
        return None
    born, gender, country = _one(record.get("dob")), _one(record.get("gender")), _one(record.get("nat"))
    if born is None or gender is None or country is None:
        return None
    birth = parse_range(born) if born else None
    letter = sex(gender) if gender else ""
    code = alpha3(country) if country else ""
    papers = _numbers(record.get("documents"))
    if (born and birth is None) or letter is None or code is None or papers is None:
        return None
    return Query(key, (name,), birth, letter, code, papers)


def _one(value: object) -> str | None:
    """The one text of a value; None when it has several or is something else."""
    if type(value) is list:
        value = value[0] if len(value) == 1 else (None if value else "")
    elif value is None:
        return ""
    return value.strip() if type(value) is str else None


def _numbers(value: object) -> tuple[Document, ...] | None:
    if value is None or value == []:
        return ()
    if type(value) is not list or not all(type(one) is str and number_key(one) for one in value):
        return None
    return tuple([Document("other", one.strip(), "") for one in value])


def person(record: Record, line: int, complain: Complain) -> Query | None:
    """The person of any record, with a complaint for each value that was not understood; None when nobody."""
    names = tuple(texts(record.get("name")) + texts(record.get("names")) + texts(record.get("aliases")))
    key = "".join(texts(record.get("id"))[:1])
    if not key:
        key = f"line {line}"
        complain(f"no id; screened as {key!r}")
    for name in names:
        if (words := len(name.split())) > MOST_TOKENS:
            complain(f"{key} has a name of {words:,} words; no more than {MOST_TOKENS} of them are compared")
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
        complain(f"birth date not understood: {said[:60]!r}")
    return found


def _sex(value: object, complain: Complain) -> str:
    said = _first(value, "sex", complain)
    found = sex(said)
    if found is None:
        complain(f"sex not understood: {said[:60]!r}")
    return found or ""


def _country(value: object, complain: Complain) -> str:
    said = _first(value, "country", complain)
    found = alpha3(said)
    if found is None:
        complain(f"country not understood: {said[:60]!r}")
    return found or ""


def _documents(value: object, complain: Complain) -> tuple[Document, ...]:
    """Numbers, or objects with `number` and, where known, `country`. One text may hold several, as in a table."""
    found = []
    value = _several(value) if isinstance(value, str) else value
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
