"""Tables whose first row names their columns, as records with their line."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cauce.vetting.lists.model import Problem
from cauce.vetting.lists.rows import rows
from cauce.vetting.lists.text import decode

DELIMITERS = ",\t;|"
TITLE_LINES = 4


class Table(NamedTuple):
    """The columns in lower case, and the rows after the first with their lines; both empty without a header."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]


def opened(
    data: bytes, where: str, problems: list[Problem], needed: Sequence[str], known: Sequence[str] | None
) -> Table:
    """The table, if one of its first rows names the needed columns; else no column and a problem. Columns that are not
    `known` are told (None: a list with many that nobody needs), and so is each row that has more or fewer values than
    the header; the missing ones are empty. A title above the header is passed over.
    """
    text = decode(data, where, problems)
    if "\n" not in text:
        text = text.replace("\r", "\n")  # as old spreadsheets end their lines
    above, delimiter = _header(text, needed)
    table = rows("\n" * above + text.split("\n", above)[-1], where, problems, delimiter)
    line, header = next(table, (1, []))
    columns = tuple(_name(cell) for cell in header)
    if any(name not in columns for name in needed):
        told = f"{where}: the first row must name the columns, with at least {' and '.join(needed)}"
        problems.append(Problem(line, told))
        return Table((), iter(()))
    for column in sorted(set(columns) - set(columns if known is None else known)):
        problems.append(Problem(line, f"{where}: column {column[:40]!r} is not known and was not read"))
    for column in sorted({name for name in columns if name and columns.count(name) > 1}):
        problems.append(Problem(line, f"{where}: column {column[:40]!r} stands twice; only the last was read"))
    return Table(columns, _even(table, len(columns), where, problems))


def columns_of(text: str, above: int = 0) -> frozenset[str]:
    """What the cells of a line would be called as columns, by whatever separates most of them."""
    line = (text.split("\n", above + 1) + [""] * above)[above]
    return frozenset(_name(cell) for cell in line.split(max(DELIMITERS, key=line.count)))


def _header(text: str, needed: Sequence[str]) -> tuple[int, str]:
    """How many lines stand above the header, and what separates its columns; of the first line where there is none."""
    first = text.split("\n", TITLE_LINES + 1)[: TITLE_LINES + 1]
    above = next((at for at in range(len(first)) if columns_of(text, at).issuperset(needed)), 0)
    return above, max(DELIMITERS, key=first[above].count)


def _name(cell: str) -> str:
    return cell.strip().strip('"').strip().lower()


def _even(
    table: Iterator[tuple[int, list[str]]], width: int, where: str, problems: list[Problem]
) -> Iterator[tuple[int, list[str]]]:
    for line, row in table:
        if len(row) != width:
            problems.append(Problem(line, f"{where}: {len(row)} columns, the header has {width}"))
            row.extend([""] * (width - len(row)))
        yield line, row
