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
from cauce.protection.events import BlockedElsewhere, UnblockedElsewhere
from cauce.sync.hearing_models import Hearer, Sorted

EVERYBODY = "*"  # what the hub says of what holds everywhere
WHOEVER_ASKED = "?"  # what goes no further than to the station that began the matter
HUBS_WORD = (BlockedElsewhere.name, UnblockedElsewhere.name)
"""What goes with a person and is the hub's to say: no station ends at a second one what a third placed."""
OF_BOTH = ("people.groups_kept_apart", "people.company_ended")
"""What is of more people than the one under whose key it is: told to the stations of all whom it mentions (P9)."""


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
    """Of the people and groups that the new entries are about, those come first of whom anybody else hears: few."""
    told = names_of("with_person")
    everywhere, hub = names_of("everywhere"), names_of("hub")
    of_groups = "whose w JOIN people_person p ON p.group_id = w.about"
    # Joins by identifiers alone, from the new entries on: a store that has not counted its rows yet plans these well.
    # Of somebody hears who registered them, and who had heard of them by then; of an erasure whoever ever had.
    sql = f"""
        WITH fresh AS MATERIALIZED (
            SELECT id, node, name, person, name IN ({_some(told)}) AND (node = %s OR name NOT IN ({_some(HUBS_WORD)}))
            AS told FROM journal_entry WHERE id > %s AND id <= %s
        ), tale AS MATERIALIZED (
            SELECT e.id, e.node, e.person AS about, 1 AS own, e.name IN ({_some(ERASURES)}) AS erased FROM fresh e
            WHERE e.told AND e.person IS NOT NULL
            UNION ALL SELECT e.id, e.node, m.person, 0, 1 = 0 FROM fresh e JOIN journal_mention m ON m.entry_id = e.id
            WHERE e.told AND (e.person IS NULL OR e.name IN ({_some(OF_BOTH)}))
        ), whose AS MATERIALIZED (
            SELECT node, about, MIN(own) AS own FROM tale GROUP BY node, about
        ), hears AS MATERIALIZED (
            SELECT w.node, w.about, p.node AS station, CAST(NULL AS bigint) AS until, 1 AS own
            FROM whose w JOIN people_person p ON p.id = w.about WHERE p.node <> w.node
            UNION SELECT w.node, w.about, c.station, c.until, 1 FROM whose w JOIN sync_concern c ON c.person = w.about
            WHERE c.station <> w.node
            UNION SELECT w.node, w.about, p.node, NULL, 0 FROM {of_groups} WHERE w.own = 0 AND p.node <> w.node
            UNION SELECT w.node, w.about, c.station, NULL, 0 FROM {of_groups} JOIN sync_concern c ON c.person = p.id
            WHERE w.own = 0 AND c.station <> w.node AND c.until IS NULL
        )
        INSERT INTO {Hearer._meta.db_table} (entry, station)
        SELECT e.id, '{EVERYBODY}' FROM fresh e WHERE e.node = %s AND e.name IN ({_some(everywhere)})
        UNION SELECT e.id, '{WHOEVER_ASKED}' FROM fresh e
            WHERE NOT e.told AND e.person IS NOT NULL AND e.name IN ({_some(hub)})
        UNION SELECT t.id, h.station FROM hears h JOIN tale t ON t.about = h.about AND t.node = h.node
            WHERE (h.own = 1 OR t.own = 0) AND (h.until IS NULL OR h.until >= t.id OR t.erased)
    """  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        here = Node.here().name
        cursor.execute(sql, [*told, here, *HUBS_WORD, done, newest, *ERASURES, *OF_BOTH, here, *everywhere, *hub])


def _some(names: Iterable[str]) -> str:
    return ", ".join(["%s"] * len(list(names)))
