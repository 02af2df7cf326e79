"""Files that somebody names to a command: read whole, whatever they are. Pure of the store."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from cauce.journal.errors import CauceError, Misused
from cauce.spreadsheets import typed

MOST = 32 << 20
"""Bytes of a table; a year of counts by day, place and nationality has a tenth of it."""
CELL = 1 << 17
"""Characters of a cell, whatever limit another reader of tables has set for this process."""


def content(path: Path, most: int = MOST) -> bytes:
    """What the file holds. Misused where that is more, of which no more is read, or it is none that ends; OSError."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise Misused(f"{path} is no file that ends. Save what it gives as a file first.")
    with path.open("rb") as file:
        held = file.read(most + 1)
    if len(held) > most:
        raise Misused(f"{path} holds more than {most >> 20} MB. Name another file, or a part of it.")
    return held


def text(path: Path, wrong: type[CauceError] = Misused) -> str:
    """What a table holds, as text. `wrong` where it is not UTF-8; else as `content`."""
    try:
        return content(path).decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        raise wrong(f"{path}: byte {reason.start} is not UTF-8. Save the file as UTF-8.") from None


def rows(
    path: object, lines: Iterable[str], delimiter: str = ",", wrong: type[CauceError] = Misused
) -> Iterator[tuple[int, list[str]]]:
    """The rows of a table, each with the line that it ends on, as they were before `spreadsheets.write_table`.

    `wrong`, with file and line, for what is no table.
    """
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for cells in reader:
            if any(len(cell) > CELL for cell in cells):
                raise csv.Error(f"field larger than field limit ({CELL})")
            yield reader.line_num, [typed(cell) for cell in cells]
    except csv.Error as reason:
        raise wrong(f"{path}, line {reader.line_num}: {reason}. Correct the line; a quote may be open.") from None
