"""A TOML file that a person wrote: what it holds, or its first fault with line and column."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from cauce.corridor.problem import CorridorError, Problem
from cauce.journal.given import content

MOST = 2 << 20
"""Bytes of a file; the corridor that is shipped has a thirtieth of it."""
_DOTS = 200  # in a line; each of a key is walked from the first again, so that many thousands take minutes
_POSITION = re.compile(r" ?\(at (?:line (\d+), column (\d+)|end of document)\)$")


def text_of(path: Path) -> str:
    """The text of a file. CorridorError when it is not UTF-8, Misused when it is too large, OSError."""
    return decoded(content(path, MOST))


def decoded(raw: bytes) -> str:
    """The text of what lies on disk; CorridorError for a wrong encoding."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise CorridorError([Problem(1, "file", "is UTF-16, not UTF-8", "save it as UTF-8", column=1)])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        message = f"is not UTF-8: byte 0x{raw[error.start]:02x}"
        raise CorridorError([Problem(line, "file", message, "save it as UTF-8", column)]) from error


def document_of(text: str) -> dict[str, Any]:
    """What the text says; CorridorError with the first fault of syntax. Line ends are those of Unix."""
    if text.startswith("\ufeff"):
        raise CorridorError(
            [Problem(1, "file", "begins with a byte order mark", "save it as UTF-8 without BOM", column=1)]
        )
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > _DOTS:
            raise CorridorError([Problem(number, "file", f"has a line with more than {_DOTS} dots", "break it up")])
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise CorridorError([Problem(1, "file", "has brackets nested too deep", "write it with [[tables]]")]) from None
    except ValueError as error:
        raise CorridorError([_syntax(text, error)]) from error


def _syntax(text: str, error: ValueError) -> Problem:
    message = str(error)
    line, column = text.count("\n") + 1, 0
    if match := _POSITION.search(message):
        message = message[: match.start()]
        if match[1]:
            line, column = int(match[1]), int(match[2])
    todo = f"look at column {column}" if column else "look at the end of the file"
    return Problem(line, "syntax", message, todo, column)
