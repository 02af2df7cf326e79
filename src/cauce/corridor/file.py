"""Reading a corridor file: its faults, or the corridor it describes."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from cauce.corridor.build import build
from cauce.corridor.crosscheck import cross_check
from cauce.corridor.lines import Lines
from cauce.corridor.problem import CorridorError, Problem
from cauce.corridor.shape import Corridor
from cauce.corridor.sheet import Sheet, read
from cauce.corridor.toml import decoded, document_of, text_of


def load(path: Path) -> Corridor:
    """The corridor of the file at `path`.

    Raises CorridorError with every problem of the file, Misused when it is none, OSError when it cannot be read.
    """
    return _corridor(text_of(path))


@cache
def shipped(name: str = "darien") -> Corridor:
    """The corridor of that name that comes with the package; FileNotFoundError when none does."""
    return parse(shipped_text(name))


def shipped_text(name: str = "darien") -> str:
    """The text of the corridor file that comes with the package."""
    return (resources.files("cauce.corridor") / "data" / name / "corridor.toml").read_text("utf-8")


def parse(text: str) -> Corridor:
    """The corridor a text describes; CorridorError with every problem when it describes none."""
    return _corridor(text)


def check(text: str) -> list[Problem]:
    """What is wrong with the text: the first fault of syntax, or else every fault of content, in the order of lines."""
    return _checked(text)[1]


def check_bytes(raw: bytes) -> list[Problem]:
    """`check` of a file as it lies on disk: a wrong encoding is a problem too."""
    try:
        return _checked(decoded(raw))[1]
    except CorridorError as error:
        return list(error.problems)


def _corridor(text: str) -> Corridor:
    sheet, problems = _checked(text)
    if sheet is None or problems:
        raise CorridorError(problems)
    return build(sheet)


def _checked(text: str) -> tuple[Sheet | None, list[Problem]]:
    # The reader turns CRLF into LF; a lone CR is refused by it.
    text = text.replace("\r\n", "\n")
    try:
        document = document_of(text)
    except CorridorError as error:
        return None, list(error.problems)
    sheet = read(document, Lines(text))
    cross_check(sheet)
    return sheet, sorted(sheet.problems)
