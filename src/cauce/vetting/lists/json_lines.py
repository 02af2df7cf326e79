"""JSON lines to objects: fast where a line is sound, careful where it is not, and nothing passed over in silence."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from cauce.vetting.lists.model import Problem
from cauce.vetting.lists.text import decode_line, tell_undecoded, to_utf8

Record = Mapping[str, Any]
_BLANK = b" \t\r\x00\x1a"
_HALVES = re.compile("[\ud800-\udfff]")
"""Halves of a letter beyond U+FFFF: JSON can escape one alone, but no file, database or terminal can hold it."""


def json_objects(
    data: bytes, where: str, problems: list[Problem], first_line: int = 1
) -> Iterator[tuple[int, bytes, Record | None]]:
    """Each line that is not blank: its number, its bytes, and its object; None for one that is reported as no object.

    Whole numbers beyond 64 bits come as floats; `exact(line)` has all their digits.
    """
    if first_line == 1:
        data = to_utf8(data, where, problems)
    tell_undecoded(data, where, problems, first_line)
    escaped = b"\\u0000" in data
    loads = orjson.loads
    for number, line in enumerate(data.split(b"\n"), first_line):
        try:
            record = loads(line)
        except ValueError:
            if line.strip(_BLANK):
                yield number, line, _carefully(line, number, where, problems)
            continue
        if escaped and b"\\u0000" in line:
            record = _carefully(line, number, where, problems)
        elif not isinstance(record, dict):
            problems.append(Problem(number, f"{where}: not a JSON object; line left out"))
            record = None
        yield number, line, record


def exact(line: bytes, record: Record) -> Record:
    """The record of a line that was read before, with every digit of its numbers; as it is when there is no line."""
    try:
        found = _loads(decode_line(line, 0, "", [])) if line else record
        return _whole(found) if isinstance(found, dict) else record
    except (ValueError, RecursionError):
        return record


def whole_value(data: bytes) -> Any:
    """The one value that all the bytes make, without NULs and half letters; None when they are not one value."""
    try:
        return _whole(_loads(decode_line(data, 0, "", [])))
    except (ValueError, RecursionError):
        return None


def _loads(text: str) -> Any:
    # Control characters inside strings are against the rules of JSON and yet common: a NUL, a tab, a control-Z.
    return json.loads(text.strip("\ufeff\x00\x1a \t\r"), strict=False)


def _carefully(line: bytes, number: int, where: str, problems: list[Problem]) -> Record | None:
    text = decode_line(line, number, where, problems)
    try:
        record = _loads(text)
        if not isinstance(record, dict):
            problems.append(Problem(number, f"{where}: not a JSON object; line left out"))
            return None
        whole: Record = _whole(record)
    except (ValueError, RecursionError) as error:
        problems.append(Problem(number, f"{where}: not JSON ({str(error)[:120]}); line left out"))
        return None
    if whole != record:
        problems.append(Problem(number, f"{where}: half a letter or a NUL in a text; read without it"))
    return whole


def _whole(value: Any) -> Any:
    """The same value with no NUL and no half letter in any text."""
    if isinstance(value, str):
        return _HALVES.sub("\ufffd", value.replace("\x00", ""))
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(one) for key, one in value.items()}
    return value
