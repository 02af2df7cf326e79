"""At the hub: who is to hear of an entry, found out once for each entry and for all stations together.

Thirty stations that come back after three days ask for what was recorded since, each for its own people: looked for
among all entries that would be thirty walks over everything. Who heard of somebody before an entry was recorded never
changes afterwards; whoever comes to be of concern later is given the whole history (`outgoing`), not this.
"""

from __future__ import annotations

from collections.abc import Iterable

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
    """The new entries, and whom those of many mention, are looked for once; each part asks who of them is told."""
    told = names_of("with_person")
    everywhere, hub = names_of("everywhere"), names_of("hub")
    erased = f"e.name IN ({_some(ERASURES)})"
    of_groups = "mentioned e JOIN people_person p ON p.group_id = e.about"
    # Joins by identifiers alone, from the new entries on: a store that has not counted its rows yet plans these well.
    # Of somebody hears who registered them, and who had heard of them by then; of an erasure whoever ever had.
    sql = f"""
        WITH fresh AS MATERIALIZED (
            SELECT id, node, name, person, name IN ({_some(told)}) AS told FROM journal_entry WHERE id > %s AND id <= %s
        ), mentioned AS MATERIALIZED (
            SELECT e.id, e.node, m.person AS about FROM fresh e JOIN journal_mention m ON m.entry_id = e.id
            WHERE e.told AND e.person IS NULL
        )
        INSERT INTO {Hearer._meta.db_table} (entry, station)
        SELECT e.id, '{EVERYBODY}' FROM fresh e WHERE e.node = %s AND e.name IN ({_some(everywhere)})
        UNION SELECT e.id, '{WHOEVER_ASKED}' FROM fresh e
            WHERE NOT e.told AND e.person IS NOT NULL AND e.name IN ({_some(hub)})
        UNION SELECT e.id, p.node FROM fresh e JOIN people_person p ON p.id = e.person
            WHERE e.told AND p.node <> e.node
        UNION SELECT e.id, c.station FROM fresh e JOIN sync_concern c ON c.person = e.person
            WHERE e.told AND c.station <> e.node AND (c.until IS NULL OR c.until >= e.id OR {erased})
        UNION SELECT e.id, p.node FROM mentioned e JOIN people_person p ON p.id = e.about WHERE p.node <> e.node
        UNION SELECT e.id, c.station FROM mentioned e JOIN sync_concern c ON c.person = e.about
            WHERE c.station <> e.node AND (c.until IS NULL OR c.until >= e.id)
        UNION SELECT e.id, p.node FROM {of_groups} WHERE p.node <> e.node
        UNION SELECT e.id, c.station FROM {of_groups} JOIN sync_concern c ON c.person = p.id
            WHERE c.station <> e.node AND c.until IS NULL
    """  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute(sql, [*told, done, newest, Node.here().name, *everywhere, *hub, *ERASURES])


def _some(names: Iterable[str]) -> str:
    return ", ".join(["%s"] * len(list(names)))
