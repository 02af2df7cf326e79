"""Turns what the database refuses into a sentence. Rooms register theirs next to the constraint that says no."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.db import DataError, IntegrityError
from django.utils.translation import gettext_lazy

from cauce.journal.errors import Refused

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_sentences: dict[str, StrOrPromise] = {}
_kept: ContextVar[list[Callable[[], object]] | None] = ContextVar("kept when refused", default=None)
_TOO_LONG = gettext_lazy("A text is longer than the %(most)s characters that are kept. Shorten it, then try again.")


def explain(code: str, sentence: StrOrPromise) -> None:
    """Say what a trigger's code or a constraint's name means to the person who asked, and what to do next."""
    _sentences[code] = sentence


def sentence(code: str) -> str:
    return str(_sentences.get(code, code))


@contextmanager
def refusals() -> Iterator[None]:
    """Inside the block an IntegrityError that has a known meaning becomes Refused, its code the trigger's own.

    Put it outside the transaction: a transaction that met the error must be rolled back first.
    """
    if _kept.get() is not None:
        with _told():
            yield
        return
    kept: list[Callable[[], object]] = []
    token = _kept.set(kept)
    try:
        with _told():
            yield
    finally:
        _kept.reset(token)
        for work in kept:
            work()


def kept_when_refused(work: Callable[[], object]) -> None:
    """Do what a refusal must not undo with everything else: at the end of the outermost `refusals`, which is around its
    transaction; at once where there is none."""
    kept = _kept.get()
    if kept is None:
        work()
    else:
        kept.append(work)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except IntegrityError as reason:
        text = str(reason)
        match = re.search(r"cauce:(\w+)", text)
        code = match.group(1) if match else next((c for c in _sentences if c in text), "")
        if not code:
            raise
        raise Refused(str(_sentences.get(code, code)), code=code) from reason
    except DataError as reason:
        longest = re.search(r"value too long for type character varying\((\d+)\)", str(reason))
        if longest is None:
            raise
        raise Refused(str(_TOO_LONG) % {"most": longest.group(1)}, code="text_too_long") from reason


explain(
    "journal_is_append_only",
    gettext_lazy("An entry of the journal is never changed or removed. Record a correction instead."),
)
explain(
    "node_stays_what_it_is",
    gettext_lazy("A store stays what it was founded as: its name, its clock, and whether it is for training."),
)
