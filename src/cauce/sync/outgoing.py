"""What the hub gives a station: what holds everywhere, and the history of people whom the station has, awaits or
registered. Nothing about anybody else leaves the hub (P15).

A cursor is `entry`, or `from:to:at` while the entries between are being sent, at most `limit` at once. It is the
station's own memory of how far it is; the hub keeps none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from cauce.journal.errors import Misused
from cauce.journal.models import Entry, Mention, Node
from cauce.sync.custody_models import Concern
from cauce.sync.hearing import EVERYBODY, HUBS_WORD, OF_BOTH, WHOEVER_ASKED, names_of, sort_out
from cauce.sync.hearing_models import Hearer

_UUID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_JOINING = {
    "people.person_registered": ("group",),
    "people.groups_joined": ("into", "other"),
    "people.group_split": ("group", "new"),
}
_AT_ONCE = 400  # ids in one condition


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Entries for one station in the hub's order, the persons whose keys they need, and where it stands after them."""

    entries: tuple[Entry, ...]
    persons: frozenset[UUID]
    cursor: str
    more: bool


@dataclass(frozen=True, slots=True)
class _Window:
    """Entries after `start` up to `end` are being sent; those up to `at` were."""

    start: int
    end: int
    at: int

    @classmethod
    def read(cls, cursor: str, newest: int) -> _Window:
        try:
            parts = [int(part) for part in cursor.split(":")] if cursor else [0]
        except ValueError:
            parts = []
        if len(parts) == 3:
            return cls(*parts)
        if len(parts) != 1:
            raise Misused(f"{cursor!r} is no cursor of this hub.")
        return cls(parts[0], newest, 0)


def entries_for(station: str, cursor: str, limit: int) -> Outgoing:
    """The next entries, at most `limit`, for a station that has what comes before `cursor` (empty: nothing yet)."""
    newest = Entry.objects.aggregate(last=Max("id"))["last"] or 0
    sort_out(newest)
    window = _Window.read(cursor, newest)
    ids = sorted(number for number in _due(station, window) if number > window.at)
    now = ids[:limit]
    more = len(ids) > limit
    rows = Entry.objects.in_bulk(now)
    entries = tuple(rows[number] for number in now)
    persons = frozenset(e.person for e in entries if e.person is not None and e.sealed is not None)
    after = f"{window.start}:{window.end}:{now[-1]}" if more else str(window.end)
    return Outgoing(entries, persons, after, more or window.end < newest)


def _due(station: str, window: _Window) -> set[int]:
    found = set(_heard(window, EVERYBODY, station))
    fresh = Concern.objects.filter(station=station, since__gt=window.start, since__lte=window.end)
    found |= _histories(station, list(fresh.values_list("person", flat=True)), window)
    found |= _groups_met(station, found, window)
    found |= set(_answers(station, window))
    return found


def _heard(window: _Window, *who: str) -> QuerySet[Hearer, int]:
    """The entries in the window that these are told of."""
    rows = Hearer.objects.filter(station__in=who, entry__gt=window.start, entry__lte=window.end)
    return rows.values_list("entry", flat=True)


def _others(station: str, window: _Window) -> QuerySet[Entry]:
    rows = Entry.objects.exclude(node=station).filter(id__lte=window.end)
    return rows.filter(name__in=names_of("with_person")).exclude(~Q(node=Node.here().name), name__in=HUBS_WORD)


def _histories(station: str, persons: Collection[UUID], window: _Window) -> set[int]:
    """All that was recorded about people who have just become the station's, and of the groups they were in."""
    found: set[int] = set()
    for some in _parts(persons):
        rows = _others(station, window)
        found |= set(rows.filter(person__in=some).values_list("id", flat=True))
        about = Mention.objects.filter(person__in=some).values("entry_id")
        of_more = Q(person__isnull=True) | Q(name__in=OF_BOTH)
        found |= set(rows.filter(of_more, id__in=about).values_list("id", flat=True))
    return found


def _groups_met(station: str, found: Collection[int], window: _Window) -> set[int]:
    """The entries of groups that these entries speak of, and of those they came from."""
    met: set[str] = set()
    entries: set[int] = set()
    reached: Collection[int] = found
    while True:
        fresh = _groups_in(reached) - met
        if not fresh:
            return entries
        met |= fresh
        reached = set()
        for some in _parts([UUID(group) for group in fresh]):
            about = Mention.objects.filter(person__in=some).values("entry_id")
            rows = _others(station, window).filter(person__isnull=True, id__in=about)
            reached |= set(rows.values_list("id", flat=True))
        entries |= reached


def _groups_in(ids: Collection[int]) -> set[str]:
    groups: set[str] = set()
    for some in _parts(ids):
        for name, body in Entry.objects.filter(id__in=some, name__in=_JOINING).values_list("name", "body"):
            told = orjson.loads(bytes(body))
            groups.update(told[field] for field in _JOINING[name])
    return groups


def _answers(station: str, window: _Window) -> Iterable[int]:
    """What others, at the hub, decided about a matter that the station itself began: its review, its hold.

    Such entries go no further than to whoever began the matter; the two are joined by the identifier they share.
    """
    kinds = names_of("hub")
    rows = Entry.objects.exclude(node=station).filter(id__in=_heard(window, WHOEVER_ASKED))
    asked = Entry.objects.filter(node=station, name__in=kinds, person=OuterRef("person"))
    waiting = rows.filter(Exists(asked), person__isnull=False).values_list("id", "person", "body")
    begun: dict[UUID, set[bytes]] = {}
    for number, person, body in waiting:
        if person is None:
            continue
        if person not in begun:
            own = Entry.objects.filter(node=station, name__in=kinds, person=person).values_list("body", flat=True)
            begun[person] = {each for told in own for each in _UUID.findall(bytes(told))} - {str(person).encode()}
        if begun[person].intersection(_UUID.findall(bytes(body))):
            yield number


def _parts(items: Collection[Any]) -> Iterable[list[Any]]:
    ready = list(items)
    for start in range(0, len(ready), _AT_ONCE):
        yield ready[start : start + _AT_ONCE]
