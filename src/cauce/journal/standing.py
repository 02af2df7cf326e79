"""What takes long to work out of the rows of a large store, kept with how far the journal had come when it was begun.

As long as the journal has not grown it is as good as new. After that a page may show it, with its time, for `AGE`
seconds at most: the process beside `serve` makes it again meanwhile, as long as somebody looks. What is made of few
people is never kept: it is made when somebody looks.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any, Generic, TypeVar

import orjson
from django.db import DatabaseError, transaction
from django.db.models import Sum

from cauce.journal import clock
from cauce.journal.models import Head, Standing

MANY = 2_000
"""People of whom it takes longer to make something than to show the rest of a page."""
AGE = 120.0
"""Seconds since it was begun for which it may be shown after the journal grew."""
WANTED = timedelta(minutes=10)
"""For so long after somebody looked the background makes it again."""
FORGOTTEN = timedelta(hours=1)
SHARE = 0.1
"""Of one processor, at most, that making again takes."""
_NOTED = timedelta(seconds=30)  # looks closer to each other are one

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stood(Generic[T]):
    """`at`: when it was begun, where the journal has grown since; None: it is as the rows are now."""

    value: T
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Made(Generic[T]):
    """A value and how many people were looked at for it."""

    value: T
    people: int


@dataclass(frozen=True, slots=True)
class Reckoning(Generic[T]):
    """How something is made of what names it, and written down. `mark`: what must not have changed meanwhile."""

    make: Callable[..., Made[T]]
    write: Callable[[T], Any]
    read: Callable[[Any], T]
    mark: Callable[..., str]
    form: str

    def marked(self, about: tuple[str, ...]) -> str:
        """Beside its mark the text of the program that writes and reads it: an earlier one's form is never read."""
        return f"{self.form} {self.mark(*about)}"


_reckonings: dict[str, Reckoning[Any]] = {}
_read: dict[str, tuple[tuple[int, datetime], Any]] = {}  # key -> of which head and moment, and what it is
_making: dict[str, Lock] = {}
_MOST = 64  # keys remembered by one process


def reckoned(
    name: str, write: Callable[[T], Any], read: Callable[[Any], T], mark: Callable[..., str] = lambda *about: ""
) -> Callable[[Callable[..., Made[T]]], Callable[..., Made[T]]]:
    """Register how `name` is made of the texts that name one of its kind; `write` gives what orjson takes."""

    def register(make: Callable[..., Made[T]]) -> Callable[..., Made[T]]:
        form = f"{zlib.crc32(Path(write.__code__.co_filename).read_bytes()):08x}"
        _reckonings[name] = Reckoning(make, write, read, mark, form)
        return make

    return register


def stood(name: str, *about: str) -> Stood[Any]:
    """What is kept where that will do, else made now."""
    key, how = _key(name, about), _reckonings[name]
    found = _kept(key, how, about)
    if found is not None:
        return found
    lock = _making.setdefault(key, Lock())
    waited = not lock.acquire(blocking=False)
    if waited:
        lock.acquire()
    try:  # who comes meanwhile waits for the first
        found = _kept(key, how, about) if waited else None
        return found if found is not None else Stood(_make(key, how, about).value)
    finally:
        lock.release()


def _key(name: str, about: tuple[str, ...]) -> str:
    return ":".join((name, *about))


def _head() -> int:
    """Entries in all chains: it grows with each, whoever recorded it and whenever it came."""
    return Head.objects.aggregate(entries=Sum("seq"))["entries"] or 0


def _kept(key: str, how: Reckoning[T], about: tuple[str, ...]) -> Stood[T] | None:
    row = Standing.objects.filter(key=key).values("mark", "head", "begun_at", "asked_at").first()
    if row is None or row["mark"] != how.marked(about):
        return None
    now, new = clock.now(), row["head"] == _head()
    if not new and not timedelta(0) <= now - row["begun_at"] <= timedelta(seconds=AGE):
        return None
    if now - row["asked_at"] > _NOTED:
        _keep(lambda: Standing.objects.filter(key=key).update(asked_at=now))
    held = _read.get(key)
    if held is None or held[0] != (row["head"], row["begun_at"]):
        told = Standing.objects.filter(key=key, begun_at=row["begun_at"]).values_list("value", flat=True).first()
        if told is None:  # made again meanwhile
            return None
        if len(_read) >= _MOST:
            _read.clear()
        held = _read[key] = ((row["head"], row["begun_at"]), how.read(orjson.loads(zlib.decompress(bytes(told)))))
    return Stood(held[1], None if new else row["begun_at"])


def _make(key: str, how: Reckoning[T], about: tuple[str, ...]) -> Made[T]:
    mark, head, begun = how.marked(about), _head(), clock.now()
    made = how.make(*about)
    if made.people < MANY:
        return made
    value = zlib.compress(orjson.dumps(how.write(made.value)), 1)
    told = {"mark": mark, "head": head, "begun_at": begun, "value": value}
    _keep(lambda: Standing.objects.update_or_create(key=key, defaults=told, create_defaults=told | {"asked_at": begun}))
    return made


def _keep(write: Callable[[], object]) -> None:
    """On a disk that is full people go on looking."""
    with suppress(DatabaseError), transaction.atomic():
        write()


def renew(stop: Callable[[], bool]) -> None:
    """Make again what somebody looked at and the journal has outgrown, the oldest first; resting between two."""
    now = clock.now()
    Standing.objects.filter(asked_at__lt=now - FORGOTTEN).delete()
    rows = Standing.objects.filter(asked_at__gte=now - WANTED).exclude(head=_head()).order_by("begun_at")
    for key in rows.values_list("key", flat=True):
        name, *about = key.split(":")
        if stop() or name not in _reckonings:
            continue
        started, how = time.perf_counter(), _reckonings[name]
        if _make(key, how, tuple(about)).people < MANY:
            Standing.objects.filter(key=key).delete()
        _rest((time.perf_counter() - started) * (1 / SHARE - 1), stop)


def _rest(seconds: float, stop: Callable[[], bool]) -> None:
    until = time.perf_counter() + min(seconds, AGE / 4)
    while not stop() and time.perf_counter() < until:
        time.sleep(0.5)
