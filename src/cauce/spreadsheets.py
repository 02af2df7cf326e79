"""Tables that a spreadsheet shows and never runs, whoever wrote their cells; and what the cells said. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import Any, TextIO

# What a spreadsheet takes for the beginning of a formula, in the wide forms of East Asia as well, or skips before one;
# apostrophes before it, so that each cell can be had back.
_RUNS = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


def inert(cell: str) -> str:
    """The cell with an apostrophe before what would be run; numbers and everything else as they are."""
    return f"'{cell}" if _RUNS.match(cell) and not _NUMBER.fullmatch(cell) else cell


def typed(cell: str) -> str:
    """The inverse of `inert`: what the cell said before an apostrophe was put there."""
    return cell[1:] if cell[:1] == "'" and _RUNS.match(cell) else cell


def write_table(file: TextIO, rows: Iterable[Iterable[Any]], *, ending: str = "\n") -> None:
    """Rows as CSV, every text in them inert. All tables that leave are written by this function."""
    table = csv.writer(file, lineterminator=ending)
    table.writerows([inert(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
