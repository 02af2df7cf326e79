"""A hub and a station, each a store in files; everything they do happens in processes of their own that can be killed.

A child is forked from a parent that has loaded all of Cauce and has no store open, so that a process costs
milliseconds. It dies by SIGKILL at a step that is told beforehand: before or after a statement of the database, a
commit, or something that is done to a file. Nothing runs at exit; what is left is what a machine finds after the power
went.
"""

from __future__ import annotations

import gc
import json
import os
import re
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from server import Server

HUB, STATION = "hub", "paso"
PLACE = "bajo_chiquito"
NEVER = 1 << 60
FEW = 4  # rows go into a server by COPY, that processes die in the middle of one though batches are small
_TABLE = re.compile(r'^\s*(\w+)(?:.*?"([a-z]\w+)")?', re.DOTALL)


@dataclass(frozen=True)
class Ended:
    """How a child ended: killed at its step, `where`, or with what it has to say and the steps that it took."""

    killed: bool
    said: Any = None
    steps: int = 0
    where: str = ""


class Steps:
    """Counts what happens to disks, and kills this very process at the one that was told, once it has said where."""

    def __init__(self, at: int = NEVER, told: int = 0) -> None:
        self.at, self.told, self.count = at, told, 0

    def __call__(self, where: str) -> None:
        self.count += 1
        if self.count == self.at:
            os.write(self.told, where.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, work: Callable[..., Any], name: str) -> Callable[..., Any]:
        def counted(*given: Any, **named: Any) -> Any:
            self("before " + name)
            result = work(*given, **named)
            self("after " + name)
            return result

        return counted

    def statement(self, execute: Callable[..., Any], query: str, *given: Any) -> Any:
        """A wrapper of Django's around each statement; it is called by its verb and the first table it names."""
        found = _TABLE.match(query)
        verb, table = found.groups() if found else ("statement", "")
        name = verb if verb in ("SAVEPOINT", "RELEASE", "ROLLBACK") else " ".join(filter(None, (verb, table)))
        self("before " + name)
        result = execute(query, *given)
        self("after " + name)
        return result


class World:
    """Two nodes under `folder`: `node/` is the store, `node.post` what it sent last.

    The hub's tables are a file too, or with a `server` the database at the address `hub`. `steps` is what counts in a
    child, and lets something die.
    """

    steps: type[Steps] = Steps

    def __init__(self, folder: Path, server: Server | None = None, hub: str = "") -> None:
        self.folder, self.server, self.hub = folder, server, hub

    @classmethod
    def found(cls, folder: Path, tables: Path, server: Server | None = None) -> World:
        """A hub and a station that are enrolled; `tables` are those without a row."""
        world = cls(folder, server, server.copied() if server else "")
        for node in (HUB, STATION):
            (folder / node / "keys").mkdir(parents=True)
            (folder / node / "keys" / "master.key").write_bytes(os.urandom(32))
            if node == STATION or not server:
                shutil.copy(tables, folder / node / "cauce.sqlite3")
        if server:
            world.run(HUB, _laid_out)
        for work in (_open_hub, _open_station, _admit, _join):
            world.run(*work)
        return world

    def copy(self, folder: Path) -> World:
        """The same two once more, as a restored backup would be."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return World(folder, self.server, self.server.copied(self.hub) if self.server else "")

    def drop(self) -> None:
        """Take away what does not lie in the folder."""
        if self.server:
            self.server.drop(self.hub)

    def run(self, node: str, work: Callable[[World], Any], *, at: int = NEVER) -> Ended:
        """Let a process of `node` do the work and die at its step `at`. RuntimeError for any other end."""
        heard, told = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(heard)
            self._live(node, work, at, told)
        os.close(told)
        with os.fdopen(heard, "rb") as pipe:
            said = pipe.read()
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            return Ended(killed=True, where=said.decode())
        if os.WEXITSTATUS(status):
            raise RuntimeError(f"{node}: {said.decode()}")
        steps, result = json.loads(said)
        return Ended(False, result, steps)

    def here(self, node: str, work: Callable[[World], Any]) -> Any:
        """Do the work in this very process, which closes the store again: what is loaded once, children have."""
        with self._being(node, Steps()):
            return work(self)

    def _live(self, node: str, work: Callable[[World], Any], at: int, told: int) -> None:
        code = 0
        gc.disable()
        try:
            steps = self.steps(at, told)
            with self._being(node, steps):
                result = work(self)
                answer = json.dumps([steps.count, result]).encode()
        except BaseException:
            code, answer = 1, traceback.format_exc().encode()
        try:
            os.write(told, answer)
        finally:
            os._exit(code)

    @contextmanager
    def _being(self, node: str, steps: Steps) -> Iterator[None]:
        """Make this process one of the node: its folder, its keys, its tables, every step counted."""
        import psycopg
        from django.conf import settings
        from django.db import connections
        from django.db.utils import load_backend

        from cauce.journal import copying, master, rows
        from cauce.journal.models import Node

        home, before = self.folder / node, connections["default"]
        settings.CAUCE_DATA, settings.CAUCE_KEY_FILE = home, home / "keys" / "master.key"
        for cached in vars(master).values():
            if hasattr(cached, "cache_clear"):
                cached.cache_clear()
        told = {**before.settings_dict, **self._tables(node)}
        made: Any = load_backend(told["ENGINE"]).DatabaseWrapper(told)
        connections["default"] = made
        Node.forget()
        made.execute_wrappers.append(steps.statement)
        with ExitStack() as patched:
            for of, name in (
                (made, "_commit"), (made, "_savepoint_commit"),
                (os, "fsync"), (os, "open"), (os, "replace"), (os, "rename"),
                (Path, "replace"), (Path, "rename"), (Path, "unlink"), (Path, "open"), (Path, "write_bytes"),
                (rows, "copy_in"), (psycopg.Copy, "write"),
            ):  # fmt: skip
                patched.enter_context(patch.object(of, name, steps.around(getattr(of, name), name.strip("_"))))
            for most in ("MANY", "LARGE"):
                patched.enter_context(patch.object(copying, most, FEW))
            try:
                yield
            finally:
                made.close()
                connections["default"] = before
                Node.forget()

    def _tables(self, node: str) -> dict[str, Any]:
        """Where the node's tables are, as its settings would say it."""
        from cauce.web.settings import _database

        if node != HUB or not self.server:
            return {"NAME": str(self.folder / node / "cauce.sqlite3")}
        with patch.dict(os.environ, CAUCE_DATABASE=self.hub):
            return _database()

    def post(self, node: str) -> Path:
        return self.folder / f"{node}.post"


def operator() -> Any:
    from cauce.access.actor import SYSTEM

    return SYSTEM


def _found(name: str) -> Callable[[World], None]:
    def found(_world: World) -> None:
        from cauce.corridor.file import shipped
        from cauce.corridor.services import apply_corridor
        from cauce.journal.services import open_node

        open_node(name=name, training=False)
        apply_corridor(corridor=shipped(), by=operator())

    return found


def _invite(world: World) -> None:
    from cauce.access.actor import Actor
    from cauce.sync.enrolling import card, invite

    code = invite(name=STATION, places=[PLACE], by=Actor(account="ana", role="administrator"))
    told = card()
    (world.folder / "code").write_text(json.dumps([code, told.name, told.key, told.recipient]))


def _invited(world: World) -> tuple[str, Any]:
    from cauce.sync.enrolling import Card

    code, *card = json.loads((world.folder / "code").read_text())
    return code, Card(*card)


def _asked(world: World) -> None:
    from cauce.sync.enrolling import asking

    world.post(STATION).write_bytes(asking(*_invited(world)))


def _admitted(world: World) -> None:
    from cauce.sync.enrolling import admit

    world.post(HUB).write_bytes(admit(world.post(STATION).read_bytes()))


def _joined(world: World) -> None:
    from cauce.access.actor import Actor
    from cauce.sync.enrolling import joined

    by = Actor(account="ana", role="administrator")
    joined(world.post(HUB).read_bytes(), _invited(world)[1], url="", insecure=False, by=by)


def _then(*works: Callable[[World], None]) -> Callable[[World], None]:
    def both(world: World) -> None:
        for work in works:
            work(world)

    return both


_open_hub = (HUB, _then(_found(HUB), _invite))
_open_station = (STATION, _then(_found(STATION), _asked))
_admit = (HUB, _admitted)
_join = (STATION, _joined)


def wake(folder: Path) -> None:
    """Load all of Cauce in this process, on a store that is never opened here."""
    os.environ["CAUCE_DATA"] = str(folder)
    os.environ["CAUCE_DATABASE"] = ""
    os.environ["DJANGO_SETTINGS_MODULE"] = "cauce.web.settings"
    import django

    django.setup()
    from importlib import import_module

    for name in (
        "sync.exchange",
        "sync.enrolling",
        "journal.rebuild",
        "journal.verify",
        "sync.sticks",
        "desk.backup",
        "people.photos",
        "journal.rotation",
    ):
        import_module(f"cauce.{name}")
    sys.path.insert(0, str(Path(__file__).parents[2]))
    import_module("tests.factories")
    import_module("tests.chains")


def _laid_out(_world: World) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def template(folder: Path) -> Path:
    """Tables without a row, made by a process of its own so that this one opens no store."""
    made = folder / "cauce.sqlite3"
    child = os.fork()
    if child == 0:
        from django.db import connection

        _laid_out(World(folder))
        connection.close()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError("the tables could not be made")
    return made
