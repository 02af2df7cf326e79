"""Cauce's own list formats: a table with a header row, and the same fields as JSON lines.

Columns: id, name, aliases, weak, type, dob, nationality, gender, passports, ids, pob, program. Only id and name are
needed. In the table, several values in one cell are separated by `;`. `type` is Person (when missing) or anything
else; `weak` holds nicknames and doubtful names; a date is a day, a month, a year or a range `a/b`.
"""

from collections.abc import Callable, Iterator
from functools import partial

from cauce.vetting.lists import noting
from cauce.vetting.lists.json_lines import Record, exact, json_objects
from cauce.vetting.lists.model import Document, Draft, Entry, Problem
from cauce.vetting.lists.quick import NAME_FIELDS, OTHERS, PERSON, SEXES, quick, unswept
from cauce.vetting.lists.tables import opened

__all__ = ["SEXES", "Complain", "Record", "add_facts", "careful", "complaints", "read_jsonl", "read_table", "texts"]

_SAID = (str, int, float)
_ALL = ("id", "name", "aliases", "weak", "type", "dob", "nationality", "gender", "passports", "ids", "pob", "program")
Complain = Callable[[str], None]


def read_table(data: bytes, where: str) -> tuple[list[Entry], list[Problem], None]:
    """Entries of a table whose first row names its columns; comma, semicolon or tab is found out from it. No date."""
    problems: list[Problem] = []
    table = opened(data, where, problems, ("id", "name"), _ALL)
    several = [column not in ("id", "name", "type") for column in table.columns]
    records = (
        (
            line,
            b"",
            {
                name: cell.split(";") if many else cell
                for name, cell, many in zip(table.columns, row, several, strict=False)
            },
        )
        for line, row in table.rows
    )
    return _collect(records, where, problems), problems, None


def read_jsonl(data: bytes, where: str, first_line: int = 1) -> tuple[list[Entry], list[Problem]]:
    """Entries of JSON lines with the same fields, several values as arrays; `data` may be some of a file's lines.

    An id that stands twice is told within these lines; whoever reads a file in parts compares the parts.
    """
    problems: list[Problem] = []
    return _collect(json_objects(data, where, problems, first_line), where, problems), problems


def texts(value: object) -> list[str]:
    """What a JSON value says as a list of non-empty strings, whether it is a string, a number or an array."""
    found = value if isinstance(value, list) else (value,)
    said = [one.strip() if type(one) is str else str(one).strip() for one in found if isinstance(one, _SAID)]
    return [text for text in said if text]


def _collect(records: Iterator[tuple[int, bytes, Record | None]], where: str, problems: list[Problem]) -> list[Entry]:
    entries: dict[str, Entry] = {}
    with unswept():
        for number, line, record in records:
            if record is None:
                continue
            entry = quick(record) or careful(exact(line, record), complaints(problems, where, number))
            if entry is not None and entries.setdefault(entry.id, entry) is not entry:
                problems.append(Problem(number, f"{where}: entry {entry.id} stands twice; the first was kept"))
    return list(entries.values())


def complaints(problems: list[Problem], where: str, line: int) -> Complain:
    """What adds a problem of this line."""
    return partial(_complain, problems, where, line)


def _complain(problems: list[Problem], where: str, line: int, message: str) -> None:
    problems.append(Problem(line, f"{where}: {message}"))


def careful(record: Record, complain: Complain) -> Entry | None:
    """The entry of any record, with a complaint for each value that was not understood; None when it names nobody."""
    key = "".join(texts(record.get("id"))[:1])
    if not key:
        complain("no id; row left out")
        return None
    kind = "".join(texts(record.get("type"))[:1]).lower()
    draft = Draft(key, "person" if kind in PERSON else "other")
    if kind not in PERSON and kind not in OTHERS:
        complain(f"type {kind[:40]!r} is not known; taken for no person")
    for field, quality in NAME_FIELDS:
        for name in texts(record.get(field)):
            draft.add_name(name, quality)
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
        noting.born(draft, said, complain)
    for said in texts(record.get("nationality")):
        noting.citizen(draft, said, complain)
    for said in texts(record.get("gender")):
        noting.of_sex(draft, said, complain)
    draft.birth_places.update(dict.fromkeys(texts(record.get("pob"))))
    draft.programs.update(dict.fromkeys(texts(record.get("program"))))
