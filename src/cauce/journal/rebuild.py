"""Drops every row that events made and makes them again from the journal; they must come out the same."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from cauce.journal import clock, triggers
from cauce.journal.errors import Refused
from cauce.journal.events import readable
from cauce.journal.foreseeing import UNKNOWN, UNREAD
from cauce.journal.keys import Ring
from cauce.journal.models import Contested, Entry, Mention, Projection, Standing
from cauce.journal.rows import put
from cauce.journal.services import apply, before_the_head, lock_head, mentioned, replayed
from cauce.journal.verify import verify

CHUNK = 2_000
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Table:
    """One table before and after. `differs_at` is the primary key of the first row that came out otherwise."""

    name: str
    rows_before: int
    rows: int
    digest: str
    differs_at: str | None

    @property
    def identical(self) -> bool:
        return self.differs_at is None


@dataclass(frozen=True, slots=True)
class Rebuilt:
    entries: int
    tables: tuple[Table, ...]

    @property
    def identical(self) -> bool:
        return all(table.identical for table in self.tables)


def projections() -> list[type[models.Model]]:
    """Every table that events make, by name; mentions follow from events too."""
    found = [model for model in apps.get_models() if issubclass(model, Projection)]
    return sorted([*found, Mention], key=lambda model: model._meta.db_table)


def rebuild(progress: Progress | None = None) -> Rebuilt:
    """Replay the whole journal into empty tables, in one transaction: whatever stops it leaves the rows as they were.

    The new rows stay even when they differ from the old ones: the journal is right. `progress` is called with how many
    more entries were replayed. Raises Refused, before anything is dropped, when the chain itself is not whole.
    """
    bad = verify().first_bad
    if bad is not None:
        raise Refused(
            f"Entry {bad.seq} of the chain {bad.node} cannot be trusted: {bad.wrong}. Nothing was rebuilt. "
            "Restore the last backup whose chain is whole.",
            code="chain_is_broken",
        )
    tell = progress or (lambda count: None)
    with transaction.atomic():
        before_the_head(alone=True)
        lock_head()
        before = {model: _prints(model) for model in projections()}
        _empty()
        entries = _replay(tell)
        _check_keys("IMMEDIATE")
        triggers.install()
        Standing.objects.all().delete()  # made of the rows that were
        tables = tuple(_compared(model, prints) for model, prints in before.items())
    return Rebuilt(entries, tables)


@contextmanager
def rewound(until: datetime) -> Iterator[int]:
    """Inside the block the rows are what the journal's entries up to that moment add up to; gives how many those are.

    Afterwards everything is as before: it is one transaction that is taken back, and others wait until then.
    """
    with transaction.atomic():
        before_the_head(alone=True)
        lock_head()
        _empty()
        yield _replay(lambda count: None, until)
        transaction.set_rollback(True)


def _empty() -> None:
    """Triggers guard this node's acts, and a replay is none; those of tables that stay are kept."""
    tables = {model._meta.db_table for model in projections()}
    _check_keys("IMMEDIATE")
    triggers.drop(keep=frozenset(rule.name for rule in triggers.known().values() if rule.table not in tables))
    _check_keys("DEFERRED")
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608


def _check_keys(when: str) -> None:
    """PostgreSQL changes no trigger of a table while foreign keys of it wait to be checked; SQLite does not mind."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS ALL {when}")


def _replay(tell: Progress, until: datetime | None = None) -> int:
    entries = last = 0
    wanted = Entry.objects.filter(recorded_at__lte=clock.stamp(until)) if until else Entry.objects.all()
    while chunk := list(wanted.filter(id__gt=last).order_by("id")[:CHUNK]):
        contested = _contested(chunk)
        ring = Ring()
        records = replayed([entry for entry in chunk if not contested.get(entry.id, "").startswith(UNREAD)], ring)
        apply([record for record in records if record.entry not in contested], ring, gathered=True)
        put(Mention, ("person", "entry_id"), mentioned((r.entry, r.event) for r in records))
        entries, last = entries + len(chunk), chunk[-1].id
        tell(len(chunk))
    return entries


def _contested(chunk: list[Entry]) -> dict[int, str]:
    """Which of these were passed over when they came, and why; what this program has learnt to read is no more."""
    found = dict(Contested.objects.filter(entry__in=[entry.id for entry in chunk]).values_list("entry", "why"))
    learnt = [e.id for e in chunk if found.get(e.id) == UNKNOWN and readable(e.name, e.version)]
    if learnt:
        Contested.objects.filter(entry__in=learnt).delete()
    return {entry: why for entry, why in found.items() if entry not in learnt}


def _prints(model: type[models.Model]) -> array[int]:
    """Eight bytes of digest for each row, in the order of primary keys: enough to say whether and where they differ."""
    return array("Q", (int.from_bytes(_digest(row)[:8]) for row in _rows(model)))


def _rows(model: type[models.Model]) -> Iterator[tuple[Any, ...]]:
    """The raw rows, values as the store holds them, in the order of the primary key.

    A mention's own number says nothing; its rows go by what they mention.
    """
    quoted = connection.ops.quote_name
    names = [quoted(str(field.column)) for field in model._meta.concrete_fields]
    order = [quoted(str(field.column)) for field in model._meta.pk_fields]
    if model is Mention:
        names = order = ["entry_id", "person"]
    query = f"SELECT {', '.join(names)} FROM {quoted(model._meta.db_table)} ORDER BY {', '.join(order)}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def _digest(row: tuple[Any, ...]) -> bytes:
    """A row's digest, typed: 1, '1' and True differ, as do null and the empty text."""
    return hashlib.sha256(repr(tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)).encode()).digest()


def _compared(model: type[models.Model], before: array[int]) -> Table:
    whole, differs, number = hashlib.sha256(), None, 0
    for number, row in enumerate(_rows(model), start=1):
        digest = _digest(row)
        whole.update(digest)
        if differs is None and (number > len(before) or before[number - 1] != int.from_bytes(digest[:8])):
            differs = str(row[0])
    if differs is None and number < len(before):
        differs = f"after {number} rows"
    return Table(model._meta.db_table, len(before), number, whole.hexdigest(), differs)
