"""Long lists by the page. A cursor holds the sort key of the last row seen: rows that come or go move nobody."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

import orjson
from django.utils.translation import gettext as _

from cauce.access.machines.fields import Shown
from cauce.journal.errors import Misused

T = TypeVar("T")
Key = Callable[[T], tuple[Any, ...]]


class Paged(Shown, Generic[T]):
    """Some rows of a list; `next` is the cursor of those after them, null on the last page."""

    items: list[T]
    next: str | None = None


def paged(rows: Iterable[T], key: Key[T], cursor: str, limit: int) -> tuple[list[T], str | None]:
    """The rows after the cursor in the order of `key`, at most `limit`, and the cursor of what follows.

    A key is a tuple of texts and numbers that no two rows share. Misused for a cursor that is none of this list.
    """
    ordered = sorted(rows, key=key)
    if cursor:
        after = _after(cursor)
        try:
            ordered = [row for row in ordered if key(row) > after]
        except TypeError:
            raise _no_cursor() from None
    shown = ordered[:limit]
    more = len(ordered) > limit
    return shown, urlsafe_b64encode(orjson.dumps(key(shown[-1]))).decode() if more else None


def _after(cursor: str) -> tuple[Any, ...]:
    try:
        told = orjson.loads(urlsafe_b64decode(cursor.encode("ascii", "strict")))
    except ValueError:  # also what is no base64, no JSON and no ASCII
        raise _no_cursor() from None
    if not isinstance(told, list):
        raise _no_cursor()
    return tuple(told)


def _no_cursor() -> Misused:
    return Misused(_("This is no cursor of this list. Begin again without one."), code="bad_cursor")
