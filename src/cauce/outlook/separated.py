"""Which sign stands between the columns of a file: spreadsheets in Spanish write a semicolon. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from cauce.journal import given
from cauce.journal.errors import Misused
from cauce.outlook.saying import Say, silent

_SIGNS = {";": "semicolons", "\t": "tabs"}


def separator(file: object, head: str, needed: Collection[str], say: Say = silent) -> str:
    """The sign that splits `head` into all columns that are `needed`, a comma otherwise; another one is said."""
    for sign, called in _SIGNS.items():
        named = {name.strip().lower() for _line, names in given.rows(file, [head], sign) for name in names}
        if named.issuperset(needed):
            say(f"{file}: {called} stand between the columns, so it is read by these.")
            return sign
    return ","


def rows_of(path: Path, needed: Collection[str], say: Say = silent) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV that begins with a line of names, each with its line. Misused where one is lacking."""
    lines = given.text(path).splitlines()
    head = lines[0] if lines else ""
    table = given.rows(path, lines, separator(path, head, needed, say))
    names = [name.strip().lower() for name in next(table, (1, []))[1]]
    missing = [name for name in needed if name not in names]
    if missing:
        raise Misused(f"{path}:1: no column {', '.join(missing)}. The first line must name {', '.join(needed)}.")
    for line, cells in table:
        if any(cells):
            yield line, dict(zip(names, [*cells, *[""] * (len(names) - len(cells))], strict=False))
