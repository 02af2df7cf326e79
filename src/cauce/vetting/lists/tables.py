"""Tables whose first row names their columns, as records with their line."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cauce.vetting.lists.model import Problem
from cauce.vetting.lists.rows import rows
from cauce.vetting.lists.text import decode

DELIMITERS = ",\t;|"


class Table(NamedTuple):
    """The columns in lower case, and the rows after the first with their lines; both empty without a header."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]


def opened(data: bytes, where: str, problems: list[Problem], needed: Sequence[str], known: Sequence[str]) -> Table:
    """The table, if its first row names the needed columns; else no column and a problem. Columns that are not known
    are told, and so is each row that has more or fewer values than the header; the missing ones are empty.
    """
    text = decode(data, where, problems)
    delimiter = max(DELIMITERS, key=text.split("\n", 1)[0].count)
    table = rows(text, where, problems, delimiter)
    line, header = next(table, (1, []))
    columns = tuple(name.strip().strip('"').strip().lower() for name in header)
    missing = [name for name in needed if name not in columns]
    if missing:
        told = f"{where}: the first row must name the columns, with at least {' and '.join(needed)}"
        problems.append(Problem(line, told))
        return Table((), iter(()))
    for column in sorted({name for name in columns if name not in known}):
        problems.append(Problem(line, f"{where}: column {column[:40]!r} is not known and was not read"))
    for column in sorted({name for name in columns if columns.count(name) > 1}):
        problems.append(Problem(line, f"{where}: column {column[:40]!r} stands twice; only the last was read"))
    return Table(columns, _even(table, len(columns), where, problems))


def _even(
    table: Iterator[tuple[int, list[str]]], width: int, where: str, problems: list[Problem]
) -> Iterator[tuple[int, list[str]]]:
    for line, row in table:
        if len(row) != width:
            problems.append(Problem(line, f"{where}: {len(row)} columns, the header has {width}"))
            row.extend([""] * (width - len(row)))
        yield line, row
