"""A founded store for the price of its rows: made once a process by the services, then put down again as it was.

And the way back, for tests that commit: what they wrote is taken out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from cauce.access.actor import Actor
from cauce.corridor.file import shipped
from cauce.corridor.services import apply_corridor
from cauce.corridor.shape import Corridor
from cauce.journal import triggers
from cauce.journal.services import open_node

Rows = list[tuple[str, list[tuple[Any, ...]]]]
_made: dict[tuple[str, Path, bytes], Rows] = {}
DJANGO = {"django_content_type", "auth_permission"}  # rows that come with the tables


def found(actors: Mapping[str, Actor]) -> None:
    """Open the node `test` and put the Darién corridor in force, in the transaction that is open."""
    key = Path(settings.CAUCE_KEY_FILE)
    kept = (connection.vendor, key, key.read_bytes() if key.exists() else b"")  # its own key wraps what a store has
    if kept in _made:
        _put_down(_made[kept])
        return
    before = _counts()
    open_node(name="test", training=False)
    apply_corridor(corridor=with_any_list(shipped()), by=actors["administrator"])
    if before.keys() <= DJANGO:
        _made[kept] = [_read(table) for table in _counts() if table not in before]


def with_any_list(corridor: Corridor) -> Corridor:
    """The same, but people are clear although lists that it names are not here: most tests have one list or none."""
    return replace(corridor, lists=tuple(replace(rule, needed=False) for rule in corridor.lists))


def empty() -> None:
    """Take out of the store whatever a test committed.

    Django's own way empties every table and has each room set itself up anew, which makes every trigger once more.
    """
    written = [table for table in _counts() if table not in DJANGO]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            if written:
                cursor.execute("TRUNCATE {} CASCADE".format(", ".join(f'"{table}"' for table in written)))
        else:
            cursor.execute("PRAGMA defer_foreign_keys = ON")
            cursor.execute("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'")
            guards = [(name, text) for name, text, table in cursor.fetchall() if table in written]
            for name, _text in guards:
                cursor.execute(f"DROP TRIGGER {name}")
            for table in written:
                cursor.execute(f'DELETE FROM "{table}"')
            for _name, text in guards:
                cursor.execute(text)
    if triggers.installed() != set(triggers.known()):  # a test put some of them to sleep
        triggers.install()


def _counts() -> dict[str, int]:
    """How many rows are in each table that has some; first those that others point to."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
            if count := cursor.fetchone()[0]:
                found[model._meta.db_table] = count
    return found


def _read(table: str) -> tuple[str, list[tuple[Any, ...]]]:
    """A statement and its rows; JSON travels as text, as the store takes it."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        columns = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
    names = ", ".join(f'"{name}"' for name in columns)
    return f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(["%s"] * len(columns))})', rows


def _put_down(rows: Rows) -> None:
    """Keys of entries are below whatever number the store counts next."""
    with connection.cursor() as cursor:
        for statement, values in rows:
            cursor.executemany(statement, values)
