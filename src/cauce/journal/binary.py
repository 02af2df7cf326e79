"""Values as PostgreSQL's binary COPY takes them: nothing to parse there, and a column at a time, so that what repeats
is written down once."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import chain, repeat
from typing import Any
from uuid import UUID

from django.db import models

SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = b"\xff\xff"
Encode = Callable[[Iterable[Any]], list[bytes]]
"""The values of a column -> its fields: four bytes of length before each."""

_NULL = b"\xff\xff\xff\xff"
_MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)
_DAY = date(2000, 1, 1).toordinal()
_LENGTH = struct.Struct("!i").pack
_EIGHT, _FOUR, _TWO, _REAL = (struct.Struct(form).pack for form in ("!iq", "!ii", "!ih", "!id"))


def rows(columns: Sequence[list[bytes]]) -> bytes:
    """The content of a COPY: encoded columns, all of one length, as rows."""
    count = len(columns).to_bytes(2, "big")
    return b"".join((SIGNATURE, *(count + b"".join(row) for row in zip(*columns, strict=True)), END))


class Parts:
    """Rows encoded before the numbers that some of their columns hold are known: `content` puts those in.

    A column is a list of fields, or bytes: one field that all rows have. Those told by `awaited` are lists of whole
    numbers, of None, and of what knows `at`, its place among the numbers to come.
    """

    __slots__ = ("_runs", "numbers")

    def __init__(self, columns: Sequence[Any], awaited: Collection[int]) -> None:
        self.numbers: Sequence[int] = ()
        self._runs: list[tuple[bool, Any]] = []
        side: list[Any] = [len(columns).to_bytes(2, "big")]
        for at, column in enumerate(columns):
            if at in awaited:
                self._runs += [(False, _joined(side)), (True, column)]
                side = []
            elif type(column) is bytes and side and type(side[-1]) is bytes:
                side[-1] += column
            else:
                side.append(column)
        if side:
            self._runs.append((False, _joined(side)))

    def content(self) -> bytes:
        """The content of a COPY, `numbers` being those that were waited for."""
        told = [self._told(run) if waits else run for waits, run in self._runs if waits or run != b""]
        if len(told) == 1:
            return b"".join((SIGNATURE, *told[0], END))
        return b"".join((SIGNATURE, *chain.from_iterable(zip(*_each(told))), END))  # noqa: B905 - some are endless

    def _told(self, run: Iterable[Any]) -> list[bytes]:
        numbers = self.numbers
        placed = (value if value is None or type(value) is int else numbers[value.at] for value in run)
        return [_NULL if value is None else _EIGHT(8, value) for value in placed]


def _each(side: Iterable[Any]) -> Iterator[Iterable[bytes]]:
    return (repeat(column) if type(column) is bytes else column for column in side)


def _joined(side: Sequence[Any]) -> Any:
    """What lies side by side, row by row; bytes where that is the same in all rows."""
    if len(side) < 2:
        return side[0] if side else b""
    return list(map(b"".join, zip(*_each(side))))  # noqa: B905 - some are endless


def column(encode: Encode, values: Sequence[Any]) -> Any:
    """The fields of a column that has some; one alone if they are the same, as in most columns of most rows."""
    first = values[0]
    written_alike = type(first) not in (float, list, dict) or first in ([], {})  # -0.0 is 0.0, and [True] is [1]
    if written_alike and values.count(first) == len(values):
        return encode([first])[0]
    return encode(values)


def encoder(field: models.Field[Any, Any]) -> Encode:
    """How a column of that kind is written; TypeError for one that no table has had so far."""
    for kind, encode in _BY_FIELD:
        if isinstance(field, kind):
            return encode
    raise TypeError(f"{field} is of a kind that is not written in binary")


def _repeating(encode: Callable[[Any], bytes]) -> Encode:
    """Of columns in which the same stands again and again: each value once."""

    def fields(values: Iterable[Any]) -> list[bytes]:
        told = values if isinstance(values, list | tuple) else list(values)
        known = {value: encode(value) for value in {*told} if value is not None}
        known[None] = _NULL
        return [known[value] for value in told]

    return fields


def _text(value: str) -> bytes:
    raw = value.encode()
    return _LENGTH(len(raw)) + raw


def _moment(value: datetime) -> bytes:
    since = value - _MIDNIGHT
    return _EIGHT(8, (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def _day(value: date) -> bytes:
    return _FOUR(4, value.toordinal() - _DAY)


def _truth(value: bool) -> bytes:
    return b"\0\0\0\1\1" if value else b"\0\0\0\1\0"


def _uuids(values: Iterable[UUID | None]) -> list[bytes]:
    return [_NULL if value is None else b"\0\0\0\x10" + value.int.to_bytes(16, "big") for value in values]


def bytes_of(values: Iterable[Any]) -> list[bytes]:
    return [_NULL if value is None else _LENGTH(len(value)) + value for value in values]


def _numbers(size: int, pack: Callable[[int, int], bytes]) -> Encode:
    return lambda values: [_NULL if value is None else pack(size, value) for value in values]


def as_json(value: Any) -> str | None:
    """The text of a JSON column."""
    if not value and isinstance(value, list | dict):  # what most rows have
        return "[]" if isinstance(value, list) else "{}"
    return None if value is None else json.dumps(value)


def _json(values: Iterable[Any]) -> list[bytes]:
    return _jsons(map(as_json, values))


_jsons = _repeating(lambda text: _LENGTH(len(raw := b"\1" + text.encode())) + raw)


_BY_FIELD: tuple[tuple[type[models.Field[Any, Any]], Encode], ...] = (
    (models.CharField, _repeating(_text)),
    (models.TextField, _repeating(_text)),
    (models.UUIDField, _uuids),
    (models.DateTimeField, _repeating(_moment)),
    (models.DateField, _repeating(_day)),
    (models.BooleanField, _repeating(_truth)),
    (models.JSONField, _json),
    (models.BinaryField, bytes_of),
    (models.FloatField, _numbers(8, _REAL)),
    (models.SmallIntegerField, _numbers(2, _TWO)),
    (models.BigIntegerField, _numbers(8, _EIGHT)),
    (models.BigAutoField, _numbers(8, _EIGHT)),
    (models.IntegerField, _numbers(4, _FOUR)),
)
