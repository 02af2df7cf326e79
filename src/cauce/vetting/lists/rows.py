"""Rows of delimited text, with a stray quotation mark costing one row and not the rest of the file."""

import csv
from collections.abc import Iterator

from cauce.vetting.lists.model import Problem

_LONGEST_ROW_IN_LINES = 20


def rows(text: str, where: str, problems: list[Problem], delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Each row with the line (from 1) it starts on. Blank rows are passed over, broken ones reported.

    `csv.reader` on a whole file would swallow everything up to the next quotation mark, silently.
    """
    csv.field_size_limit(2**24)
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        taken = _lines_of_row(lines, at)
        row = "\n".join(lines[at : at + max(taken, 1)]).rstrip("\r")
        if taken == 0:
            cut = not any(line.strip() for line in lines[at + 1 :])
            told = f"{where}: a quotation mark is not closed; the row was read without it"
            problems.append(Problem(at + 1, told, cut))
            row = row.replace('"', "")
        at += max(taken, 1)
        if row.strip():
            parsed = _parse(row, delimiter, at, where, problems)
            if parsed:
                yield at - max(taken, 1) + 1, parsed


def _lines_of_row(lines: list[str], at: int) -> int:
    """How many lines make up the row that starts here; 0 when its quotation marks never balance."""
    marks = 0
    for taken in range(1, min(_LONGEST_ROW_IN_LINES, len(lines) - at) + 1):
        marks += lines[at + taken - 1].count('"')
        if marks % 2 == 0:
            return taken
    return 0


def _parse(row: str, delimiter: str, line: int, where: str, problems: list[Problem]) -> list[str]:
    try:
        return [value.strip() for value in next(csv.reader([row], delimiter=delimiter, skipinitialspace=True))]
    except (csv.Error, StopIteration) as error:
        problems.append(Problem(line, f"{where}: row not read ({error})"))
        return []
