"""Reading a corridor file: its faults, or the corridor it describes."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path

from cauce.corridor.build import build
from cauce.corridor.crosscheck import cross_check
from cauce.corridor.lines import Lines
from cauce.corridor.problem import CorridorError, Problem
from cauce.corridor.shape import Corridor
from cauce.corridor.sheet import Sheet, read

_POSITION = re.compile(r" ?\(at (?:line (\d+), column (\d+)|end of document)\)$")


def load(path: Path) -> Corridor:
    """The corridor of the file at `path`.

    Raises CorridorError with every problem of the file, OSError when it cannot be read.
    """
    return _corridor(_decoded(path.read_bytes()))


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
    return _checked(_decoded(raw))[1]


def _corridor(text: str | Problem) -> Corridor:
    sheet, problems = _checked(text)
    if sheet is None or problems:
        raise CorridorError(problems)
    return build(sheet)


def _decoded(raw: bytes) -> str | Problem:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Problem(1, "file", "is UTF-16, not UTF-8", "save it as UTF-8", column=1)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        return Problem(line, "file", f"is not UTF-8: byte 0x{raw[error.start]:02x}", "save it as UTF-8", column)


def _checked(text: str | Problem) -> tuple[Sheet | None, list[Problem]]:
    if isinstance(text, Problem):
        return None, [text]
    if text.startswith("\ufeff"):
        return None, [Problem(1, "file", "begins with a byte order mark", "save it as UTF-8 without BOM", column=1)]
    # The reader turns CRLF into LF; a lone CR is refused by it.
    text = text.replace("\r\n", "\n")
    try:
        document = tomllib.loads(text)
    except RecursionError:
        return None, [Problem(1, "file", "has brackets nested too deep", "write it with [[tables]]")]
    except ValueError as error:
        return None, [_syntax(text, error)]
    sheet = read(document, Lines(text))
    cross_check(sheet)
    return sheet, sorted(sheet.problems)


def _syntax(text: str, error: ValueError) -> Problem:
    message = str(error)
    line, column = text.count("\n") + 1, 0
    if match := _POSITION.search(message):
        message = message[: match.start()]
        if match[1]:
            line, column = int(match[1]), int(match[2])
    todo = f"look at column {column}" if column else "look at the end of the file"
    return Problem(line, "syntax", message, todo, column)
