"""Rows of delimited text, with a stray quotation mark costing one row and not the rest of the file."""

import csv
from collections.abc import Iterator

from cauce.vetting.lists.model import Problem

_LONGEST_ROW_IN_LINES = 20


def rows(
    text: str, where: str, problems: list[Problem], delimiter: str = ",", width: int = 0
) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line (from 1) it starts on. Blank rows are passed over, broken ones reported. `width` is how
    many values a row has; 0: as many as the first.

    `csv.reader` on a whole file would swallow everything up to the next quotation mark, silently. Here a row over
    several lines is believed only when it then has its width: two stray marks are not the ends of one long value.
    """
    csv.field_size_limit(2**24)
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        start, row = at + 1, lines[at]
        at += 1
        if '"' not in row:  # nearly every row of a long table
            found = [value.strip() for value in row.split(delimiter)] if row.strip() else []
        else:
            taken, found = _quoted(lines, start - 1, delimiter, width)
            at += max(taken, 1) - 1
            if not taken:
                told = f"{where}: a quotation mark is not closed; the row was read without it"
                problems.append(Problem(start, told, cut=not any(line.strip() for line in lines[at:])))
                found = _parsed(row.replace('"', ""), delimiter)
            if not found:
                problems.append(Problem(start, f"{where}: row not read; check its quotation marks"))
        if found:
            width = width or len(found)
            yield start, found


def _quoted(lines: list[str], at: int, delimiter: str, width: int) -> tuple[int, list[str]]:
    """How many lines make up the row that starts here, and its values; 0 when its quotation marks do not balance."""
    taken = _lines_of_row(lines, at)
    found = _parsed("\n".join(lines[at : at + taken]).rstrip("\r"), delimiter) if taken else []
    if taken > 1 and width and len(found) != width:
        return 0, []
    return taken, found


def _lines_of_row(lines: list[str], at: int) -> int:
    """How many lines make up the row that starts here; 0 when its quotation marks never balance."""
    marks = 0
    for taken in range(1, min(_LONGEST_ROW_IN_LINES, len(lines) - at) + 1):
        marks += lines[at + taken - 1].count('"')
        if marks % 2 == 0:
            return taken
    return 0


def _parsed(row: str, delimiter: str) -> list[str]:
    try:
        return [value.strip() for value in next(csv.reader([row], delimiter=delimiter, skipinitialspace=True))]
    except (csv.Error, StopIteration):
        return []
