"""On which line of a TOML text each table and key stands. The standard reader does not say, and an error needs it.

The text must already have been read by `tomllib`: this scanner trusts its syntax and only follows it.
"""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

_KEY_PART = re.compile(r"""\s*(?:(?P<bare>[A-Za-z0-9_-]+)|"(?P<basic>(?:[^"\\]|\\.)*)"|'(?P<literal>[^']*)')\s*""")
_CLOSERS = {"[": 1, "{": 1, "]": -1, "}": -1}


class Lines:
    """Lines by path: `("place", 2, "beds")` is the key `beds` of the third `[[place]]`; indices count from 0."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._lengths: dict[Path, int] = {}
        self._scan(text)

    def of(self, path: Path) -> int:
        """Line (from 1) of the path, or of the nearest table around it; 1 for what is not in the text."""
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[:-1]
        return 1

    def _scan(self, text: str) -> None:
        table: Path = ()
        position, line = 0, 1
        while position < len(text):
            char = text[position]
            end = position + 1
            if char == "#":
                end = _line_end(text, position)
            elif char == "[":
                end = _line_end(text, position)
                table = self._enter(text[position:end], line)
            elif not char.isspace():
                parts, after = _key(text, position)
                self._lines.setdefault(self._resolve(table, parts), line)
                end = _value_end(text, after)
            line += text.count("\n", position, end)
            position = max(end, position + 1)

    def _enter(self, header: str, line: int) -> Path:
        array = header.startswith("[[")
        parts, _ = _key(header, 2 if array else 1)
        path = self._resolve((), parts)
        if array:
            self._lines.setdefault(path, line)
            self._lengths[path] = self._lengths.get(path, 0) + 1
            path = (*path, self._lengths[path] - 1)
        self._lines.setdefault(path, line)
        return path

    def _resolve(self, table: Path, parts: list[str]) -> Path:
        path = table
        for number, part in enumerate(parts):
            if number and path in self._lengths:
                path = (*path, self._lengths[path] - 1)
            path = (*path, part)
        return path


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _key(text: str, position: int) -> tuple[list[str], int]:
    parts: list[str] = []
    while match := _KEY_PART.match(text, position):
        parts.append(next(group for group in match.group("bare", "basic", "literal") if group is not None))
        position = match.end()
        if text[position : position + 1] != ".":
            break
        position += 1
    return parts, position + 1


def _value_end(text: str, position: int) -> int:
    """Where the value ends: at the first line end outside strings, comments and brackets."""
    depth = 0
    while position < len(text):
        char = text[position]
        if char in "\"'":
            position = _string_end(text, position)
            continue
        if char == "#":
            position = _line_end(text, position)
            continue
        if char == "\n" and depth == 0:
            break
        depth += _CLOSERS.get(char, 0)
        position += 1
    return position


def _string_end(text: str, position: int) -> int:
    quote = text[position]
    mark = quote * 3 if text.startswith(quote * 3, position) else quote
    position += len(mark)
    while position < len(text) and not text.startswith(mark, position):
        position += 2 if quote == '"' and text[position] == "\\" else 1
    position += len(mark)
    # Up to two quotes may stand directly before a closing triple quote and belong to the string.
    while len(mark) == 3 and text[position : position + 1] == quote:
        position += 1
    return position
