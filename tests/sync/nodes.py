"""Several stores in one test: a hub and its stations, each with a database and keys of its own, and the way between."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connections, transaction
from django.db.utils import load_backend
from django.test import override_settings
from tests.founding import with_any_list

from cauce.access.actor import Actor
from cauce.corridor.file import shipped
from cauce.corridor.services import apply_corridor
from cauce.journal import clock, keys
from cauce.journal.ingest import Incoming, Taken, take_in
from cauce.journal.models import Entry, Head, Node
from cauce.journal.rebuild import rebuild
from cauce.journal.services import open_node, record
from cauce.journal.verify import verify
from cauce.sync.events import NodeEnrolled
from cauce.sync.outgoing import Outgoing, entries_for

HUB = "hub"
PLACES = {"bajo": ["bajo_chiquito"], "lajas": ["lajas_blancas"], "frontera": ["paso_canoas", "catem_sur"]}


@dataclass
class Store:
    """One node: its database, its folder, what it has told the hub and got from it."""

    name: str
    folder: Path
    connection: Any
    upto: int = 0
    cursor: str = ""
    got: list[Outgoing] = field(default_factory=list)
    undone: Any = None  # the transaction that a test's work in a shared database is undone with


class Nodes:
    """`with nodes.at("lajas"): …` works in that store; `nodes.meet("lajas")` lets it and the hub exchange."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stores: dict[str, Store] = {}

    def found(self, template: Any, actors: Mapping[str, Actor], *names: str) -> None:
        """Found the stores and let each station meet the hub once."""
        for name in (HUB, *names):
            place = self.folder / name
            (place / "keys").mkdir(parents=True)
            (place / "keys" / "master.key").write_bytes(os.urandom(32))
            self.stores[name] = Store(name, place, copied(template, f"of_{name}"))
            with self.at(name):
                open_node(name=name, training=False)
                apply_corridor(corridor=with_any_list(shipped()), by=actors["administrator"])
        with self.at(HUB):
            enrolled = [NodeEnrolled(node=HUB, role="hub", key="", recipient="")]
            enrolled += [
                NodeEnrolled(node=name, role="station", key="", recipient="", places=tuple(PLACES[name]))
                for name in names
            ]
            record(*enrolled, by=actors["administrator"])
        for name in names:
            self.meet(name)

    def copy(self) -> Nodes:
        """The same stores once more, for a test of their own.

        PostgreSQL takes a second or more to copy a database: there the test works in a transaction that is undone.
        """
        twin = Nodes(self.folder)
        for name, store in self.stores.items():
            shared = store.connection.vendor == "postgresql"
            made = store.connection if shared else copied(store.connection, name)
            twin.stores[name] = Store(name, store.folder, made, store.upto, store.cursor, list(store.got))
            if shared:
                with twin.at(name) as opened:
                    opened.undone = transaction.atomic()
                    opened.undone.__enter__()
        return twin

    @contextmanager
    def at(self, name: str) -> Iterator[Store]:
        store = self.stores[name]
        before = connections["default"]
        connections["default"] = store.connection
        Node.forget()
        try:
            with override_settings(CAUCE_DATA=store.folder, CAUCE_KEY_FILE=store.folder / "keys" / "master.key"):
                yield store
        finally:
            connections["default"] = before
            Node.forget()

    def meet(self, name: str, limit: int = 2_000) -> list[Taken]:
        """Everything the station has goes up, then everything that it is due comes down; what was taken in."""
        return [self.up(name), *self.down(name, limit)]

    def up(self, name: str) -> Taken:
        with self.at(name) as store:
            rows = list(Entry.objects.filter(node=name, seq__gt=store.upto).order_by("seq"))
            secrets = keys.secrets_of({row.person for row in rows if row.person and row.sealed})
            upto = Head.objects.get(node=name).seq
        with self.at(HUB):
            taken = take_in([_incoming(row) for row in rows], partial=False, keys=secrets)
        store.upto = upto
        return taken

    def down(self, name: str, limit: int = 2_000) -> list[Taken]:
        store, taken, more = self.stores[name], [], True
        while more:
            with self.at(HUB):
                told = entries_for(name, store.cursor, limit)
                secrets = keys.secrets_of(told.persons)
            with self.at(name):
                taken.append(take_in([_incoming(row) for row in told.entries], partial=True, keys=secrets))
            store.cursor, more = told.cursor, told.more
            store.got.append(told)
        return taken

    def got(self, name: str) -> list[Entry]:
        """Every entry that ever came down to the station."""
        return [entry for told in self.stores[name].got for entry in told.entries]

    def whole(self) -> None:
        """Every chain verifies, and every store rebuilds to the rows that it has."""
        for name in self.stores:
            with self.at(name):
                assert verify().first_bad is None, name
                bad = [table for table in rebuild().tables if not table.identical]
                assert not bad, (name, bad)

    def close(self) -> None:
        for store in self.stores.values():
            if store.undone is None:
                dropped(store.connection)
                continue
            with self.at(store.name):
                transaction.set_rollback(True)
                store.undone.__exit__(None, None, None)


def _incoming(row: Entry) -> Incoming:
    return Incoming(*(getattr(row, name) for name in Incoming._fields))


def copied(template: Any, name: str) -> Any:
    told = dict(template.settings_dict)
    if template.vendor == "sqlite":
        told["NAME"] = f"file:cauce-{name}-{os.getpid()}?mode=memory&cache=shared"
        made = load_backend(told["ENGINE"]).DatabaseWrapper(told, "default")
        template.ensure_connection()
        made.ensure_connection()
        template.connection.backup(made.connection)
        return made
    template.close()
    told["NAME"] = f"{template.settings_dict['NAME'].partition('_of_')[0]}_{name}"
    with template._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{told["NAME"]}"')
        cursor.execute(f'CREATE DATABASE "{told["NAME"]}" TEMPLATE "{template.settings_dict["NAME"]}"')
    return load_backend(told["ENGINE"]).DatabaseWrapper(told, "default")


def dropped(made: Any) -> None:
    name = made.settings_dict["NAME"]
    if made.vendor == "sqlite":
        made.connection.close()  # Django keeps one in memory open; with its last connection it is gone
        return
    made.close()
    with made._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


_founded: dict[tuple[str, ...], Nodes] = {}


@contextmanager
def opened(empty: Any, actors: Mapping[str, Actor], now: datetime, *names: str) -> Iterator[Nodes]:
    """A hub and these stations, founded once and copied for each test. The clock stands still at `now`."""
    before = connections["default"]
    with clock.stopped(now):
        try:
            if names not in _founded:
                _founded[names] = Nodes(Path(tempfile.mkdtemp(prefix="cauce-nodes-")))
                atexit.register(shutil.rmtree, _founded[names].folder, ignore_errors=True)
                _founded[names].found(empty, actors, *names)
            nodes = _founded[names].copy()
            try:
                yield nodes
            finally:
                nodes.close()
        finally:
            connections["default"] = before
            Node.forget()


def let_go() -> None:
    """The founded stores are needed no more."""
    for nodes in _founded.values():
        nodes.close()
    _founded.clear()
