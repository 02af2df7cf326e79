"""Cells that a spreadsheet shows and never runs, whoever wrote them. Pure."""

from __future__ import annotations

import re

# What a spreadsheet takes for the beginning of a formula, in the wide forms of East Asia as well, or skips before one.
_BEGINS = tuple("=+-@\t\r\n") + tuple("＝＋－＠")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


def inert(cell: str) -> str:
    """The cell with an apostrophe before what would be run; numbers and everything else as they are."""
    return f"'{cell}" if cell.startswith(_BEGINS) and not _NUMBER.fullmatch(cell) else cell


def typed(cell: str) -> str:
    """The inverse of `inert`: what the cell said before an apostrophe was put there."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_BEGINS) else cell
