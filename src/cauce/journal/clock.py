"""The one clock. A training store runs on its own date; tests stop it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_stopped: ContextVar[datetime | None] = ContextVar("cauce_stopped_clock", default=None)


def now() -> datetime:
    """The present on this node, in UTC. In a training store it is shifted to the training date."""
    stopped = _stopped.get()
    if stopped is not None:
        return stopped
    from cauce.journal.models import Node

    return datetime.now(UTC) + timedelta(seconds=Node.here().clock_offset)


def is_running() -> bool:
    """False inside `stopped`: that clock goes where it is put."""
    return _stopped.get() is None


@contextmanager
def stopped(at: datetime) -> Iterator[None]:
    """Inside the block `now()` is `at` (aware)."""
    token = _stopped.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _stopped.reset(token)


def stamp(moment: datetime) -> str:
    """Fixed-width UTC text that sorts as time does and hashes the same on every store."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@lru_cache(maxsize=4096)  # entries that belong together have one stamp, and so have rows that follow from them
def unstamp(text: str) -> datetime:
    """The inverse of `stamp`; ValueError for anything else."""
    moment = datetime.fromisoformat(text)  # six times as fast as strptime, and takes more than a stamp
    if len(text) != 27 or text[26] != "Z" or text[10] != "T" or text[19] != ".":
        raise ValueError(f"{text!r} is no stamp")
    return moment
