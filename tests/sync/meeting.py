"""A hub and a station, enrolled as in the field, with what the tests do to the bytes between them."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connections
from nodes import Nodes, Store, copied, dropped
from tests.founding import with_any_list

from cauce.access.actor import Actor
from cauce.corridor.file import shipped
from cauce.corridor.services import apply_corridor
from cauce.journal import clock
from cauce.journal.models import Node
from cauce.journal.rebuild import rebuild
from cauce.journal.services import open_node
from cauce.journal.verify import verify
from cauce.sync import enrolling, exchange
from cauce.sync.identity import mine
from cauce.sync.wire import Batch, opened, peeked

OPERATOR = Actor(account="operator", role="operator")


class Pair:
    """`pair.at("bajo")` works in that store; `pair.level()` lets station and hub exchange until both are level."""

    def __init__(self, template: Any, folder: Path, actors: Mapping[str, Actor]) -> None:
        self.template, self.actors = template, actors
        self.nodes = Nodes(folder)

    def open(self, name: str, *, like: str = "", training: bool = False) -> None:
        """A store of its own; `like` gives it another's name."""
        folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.nodes.folder))
        (folder / "keys").mkdir()
        (folder / "keys" / "master.key").write_bytes(os.urandom(32))
        self.nodes.stores[name] = Store(name, folder, copied(self.template, name))
        with self.at(name):
            open_node(name=like or name, training=training)
            apply_corridor(corridor=with_any_list(shipped()), by=self.actors["administrator"])

    def twin(self, prefix: str = "") -> Pair:
        """The same stores once more, for a test of their own."""
        twin = Pair(self.template, self.nodes.folder, self.actors)
        for name, store in self.nodes.stores.items():
            twin.nodes.stores[name] = Store(name, store.folder, copied(store.connection, prefix + name))
        return twin

    @contextmanager
    def at(self, name: str) -> Iterator[Store]:
        with self.nodes.at(name) as store:
            yield store

    def card(self) -> enrolling.Card:
        with self.at("hub"):
            return enrolling.card()

    def invited(self, name: str = "bajo", place: str = "bajo_chiquito") -> str:
        with self.at("hub"):
            return enrolling.invite(name=name, places=[place], by=OPERATOR)

    def asking(self, code: str, station: str = "bajo") -> bytes:
        hub = self.card()
        with self.at(station):
            return enrolling.asking(code, hub)

    def enrol(self, name: str, place: str) -> None:
        asked, hub = self.asking(self.invited(name, place), name), self.card()
        with self.at("hub"):
            answer = enrolling.admit(asked)
        with self.at(name):
            enrolling.joined(answer, hub, url="", insecure=False, by=OPERATOR)

    def level(self, name: str = "bajo") -> int:
        """Rounds until there is no more on either side."""
        for rounds in range(1, 200):
            with self.at(name):
                asked = exchange.question()
            with self.at("hub"):
                answer = exchange.answer(asked)
            with self.at(name):
                if not exchange.take(answer).more:
                    return rounds
        raise AssertionError("the two never come level")

    def peek(self, content: bytes) -> Batch:
        """What a station's question says, read as the hub would."""
        with self.at("hub"):
            opener = mine().opener
        return peeked(opened(content, opener))

    def peek_for(self, name: str, content: bytes) -> Batch:
        with self.at(name):
            opener = mine().opener
        return peeked(opened(content, opener))

    def copy(self, name: str, other: str) -> None:
        """A store as a backup would bring it back: everything, keys and all."""
        store = self.nodes.stores[name]
        folder = Path(tempfile.mkdtemp(prefix=f"{other}-", dir=self.nodes.folder))
        shutil.copytree(store.folder, folder, dirs_exist_ok=True)
        self.nodes.stores[other] = Store(other, folder, copied(store.connection, other))

    def replace(self, name: str, other: str) -> None:
        """The store is lost; the copy takes its place."""
        dropped(self.nodes.stores[name].connection)
        self.nodes.stores[name] = self.nodes.stores.pop(other)

    def whole(self) -> None:
        for name in self.nodes.stores:
            with self.at(name):
                assert verify().first_bad is None, name
                assert [table.name for table in rebuild().tables if not table.identical] == [], name


_founded: dict[str, Pair] = {}


@contextmanager
def met(empty: Any, actors: Mapping[str, Actor], now: datetime, *, enrolled: bool) -> Iterator[Pair]:
    """A hub and the station `bajo`, founded once and copied for each test; enrolled, or strangers yet."""
    before = connections["default"]
    with clock.stopped(now):
        try:
            # PostgreSQL takes longer to copy a database than to found a store.
            make = _fresh if empty.vendor == "postgresql" else _kept
            pair = make(empty, actors, enrolled)
            try:
                yield pair
            finally:
                pair.nodes.close()
        finally:
            connections["default"] = before
            Node.forget()


def _fresh(template: Any, actors: Mapping[str, Actor], enrolled: bool) -> Pair:
    folder = Path(tempfile.mkdtemp(prefix="cauce-pair-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    pair = Pair(template, folder, actors)
    pair.open("hub")
    pair.open("bajo")
    if enrolled:
        pair.enrol("bajo", "bajo_chiquito")
        pair.level()
    return pair


def _kept(template: Any, actors: Mapping[str, Actor], enrolled: bool) -> Pair:
    if not _founded:
        first = _fresh(template, actors, enrolled=False)
        _founded["strangers"] = first.twin("of_strangers_")
        first.enrol("bajo", "bajo_chiquito")
        first.level()
        _founded["enrolled"] = first.twin("of_enrolled_")
        first.nodes.close()
    return _founded["enrolled" if enrolled else "strangers"].twin()


def let_go() -> None:
    """The founded stores are needed no more."""
    for pair in _founded.values():
        pair.nodes.close()
    _founded.clear()
