"""Which sign stands between the columns of a file: spreadsheets in Spanish write a semicolon. Pure."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from pathlib import Path

from cauce.journal.errors import Misused
from cauce.outlook.saying import Say, silent

_SIGNS = {";": "semicolons", "\t": "tabs"}


def separator(file: object, head: str, needed: Collection[str], say: Say = silent) -> str:
    """The sign that splits `head` into all columns that are `needed`, a comma otherwise; another one is said."""
    for sign, called in _SIGNS.items():
        named = {name.strip().lower() for name in next(csv.reader([head], delimiter=sign), [])}
        if named.issuperset(needed):
            say(f"{file}: {called} stand between the columns, so it is read by these.")
            return sign
    return ","


def rows_of(path: Path, needed: Collection[str], say: Say = silent) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV that begins with a line of names, each with its line. Misused where one is lacking."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as reason:
        raise Misused(f"{path}: byte {reason.start} is not UTF-8. Save the file as UTF-8.") from None
    head = lines[0] if lines else ""
    reader = csv.reader(lines, delimiter=separator(path, head, needed, say))
    names = [name.strip().lower() for name in next(reader, [])]
    missing = [name for name in needed if name not in names]
    if missing:
        raise Misused(f"{path}:1: no column {', '.join(missing)}. The first line must name {', '.join(needed)}.")
    for cells in reader:
        if any(cells):
            yield reader.line_num, dict(zip(names, [*cells, *[""] * (len(names) - len(cells))], strict=False))
