"""At the hub: who is to hear of an entry, found out once for each entry and for all stations together.

Thirty stations that come back after three days ask for what was recorded since, each for its own people: looked for
among all entries that would be thirty walks over everything. Who heard of somebody before an entry was recorded never
changes afterwards; whoever comes to be of concern later is given the whole history (`outgoing`), not this.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.db import connection, transaction

from cauce.journal.events import known_events
from cauce.journal.keys import ERASURES
from cauce.journal.models import Node
from cauce.sync.hearing_models import Hearer, Sorted

EVERYBODY = "*"  # what the hub says of what holds everywhere
WHOEVER_ASKED = "?"  # what goes no further than to the station that began the matter


def names_of(reach: str) -> list[str]:
    """The names of the events that travel so far."""
    return [name for name, kind in known_events().items() if kind.travels == reach]


def sort_out(newest: int) -> None:
    """Find out who hears of the entries up to `newest` that nobody asked about yet."""
    if (Sorted.objects.values_list("entry", flat=True).first() or 0) >= newest:
        return
    Sorted.objects.get_or_create(id=1)
    with transaction.atomic():
        done = Sorted.objects.select_for_update().values_list("entry", flat=True).get(id=1)
        if done < newest:
            _find(done, newest)
            Sorted.objects.filter(id=1).update(entry=newest)


def _find(done: int, newest: int) -> None:
    parts = [*_from_the_hub(done, newest), *_about_people(done, newest)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Hearer._meta.db_table} (entry, station) " + " UNION ".join(sql for sql, _ in parts),
            list(chain.from_iterable(values for _, values in parts)),
        )


Part = tuple[str, tuple[Any, ...]]
"""A question for entries and who hears of them, and its values."""


def _from_the_hub(done: int, newest: int) -> list[Part]:
    everywhere, hub = names_of("everywhere"), names_of("hub")
    rows = "FROM journal_entry e WHERE e.id > %s AND e.id <= %s AND e.name IN"
    own = (done, newest, *everywhere, Node.here().name)
    return [
        (f"SELECT e.id, '{EVERYBODY}' {rows} ({_some(everywhere)}) AND e.node = %s", own),
        (f"SELECT e.id, '{WHOEVER_ASKED}' {rows} ({_some(hub)}) AND e.person IS NOT NULL", (done, newest, *hub)),
    ]


def _about_people(done: int, newest: int) -> list[Part]:
    """Of somebody hears who registered them, and who had heard of them by then; of an erasure whoever ever had."""
    # Joins by identifiers alone, from the new entries on: a store that has not counted its rows yet plans these well.
    told = names_of("with_person")
    values = (done, newest, *told)
    of_one = f"FROM journal_entry e JOIN {{}} WHERE e.id > %s AND e.id <= %s AND e.name IN ({_some(told)})"
    of_many = of_one.replace(" JOIN", " JOIN journal_mention m ON m.entry_id = e.id JOIN") + " AND e.person IS NULL"
    home, had = " AND p.node <> e.node", " AND c.station <> e.node"
    still = "(c.until IS NULL OR c.until >= e.id)"
    erased = f"e.name IN ({_some(ERASURES)})"
    of_groups = "people_person p ON p.group_id = m.person"
    return [
        ("SELECT e.id, p.node " + of_one.format("people_person p ON p.id = e.person") + home, values),
        (
            "SELECT e.id, c.station "
            + of_one.format("sync_concern c ON c.person = e.person")
            + f"{had} AND ({still} OR {erased})",
            (*values, *ERASURES),
        ),
        ("SELECT e.id, p.node " + of_many.format("people_person p ON p.id = m.person") + home, values),
        (
            "SELECT e.id, c.station " + of_many.format("sync_concern c ON c.person = m.person") + f"{had} AND {still}",
            values,
        ),
        ("SELECT e.id, p.node " + of_many.format(of_groups) + home, values),
        (
            "SELECT e.id, c.station "
            + of_many.format(f"{of_groups} JOIN sync_concern c ON c.person = p.id")
            + f"{had} AND c.until IS NULL",
            values,
        ),
    ]


def _some(names: Iterable[str]) -> str:
    return ", ".join(["%s"] * len(list(names)))
