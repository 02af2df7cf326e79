"""A hub and a station, each a store in files; everything they do happens in processes of their own that can be killed.

A child is forked from a parent that has loaded Cauce and opened no store, so that a process costs milliseconds. It dies
by SIGKILL at a step that is told beforehand: between two statements of the database, at a commit, at a file that is put
on the disk. Nothing runs at exit; what is left is what a machine finds after the power went.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HUB, STATION = "hub", "paso"
PLACE = "bajo_chiquito"
NEVER = 1 << 60


@dataclass(frozen=True)
class Ended:
    """How a child ended: killed at its step, or with what it has to say and the steps that it took."""

    killed: bool
    said: Any = None
    steps: int = 0


class Steps:
    """Counts what happens to disks, and kills this very process at the one that was told."""

    def __init__(self, at: int) -> None:
        self.at, self.count = at, 0

    def __call__(self) -> None:
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any, **named: Any) -> Any:
            self()
            result = work(*given, **named)
            self()
            return result

        return counted


class World:
    """Two nodes under `folder`: `node/` is the store, `node.post` what it sent last."""

    def __init__(self, folder: Path, template: Path) -> None:
        self.folder = folder
        for node in (HUB, STATION):
            (folder / node / "keys").mkdir(parents=True)
            (folder / node / "keys" / "master.key").write_bytes(os.urandom(32))
            shutil.copy(template, folder / node / "cauce.sqlite3")
        for work in (_open_hub, _open_station, _admit, _join):
            self.run(*work)

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
            return Ended(killed=True)
        if os.WEXITSTATUS(status):
            raise RuntimeError(f"{node}: {said.decode()}")
        steps, result = json.loads(said)
        return Ended(False, result, steps)

    def _live(self, node: str, work: Callable[[World], Any], at: int, told: int) -> None:
        code = 0
        try:
            steps = Steps(at)
            self._be(node, steps)
            result = work(self)
            answer = json.dumps([steps.count, result]).encode()
        except BaseException:
            code, answer = 1, traceback.format_exc().encode()
        try:
            os.write(told, answer)
        finally:
            os._exit(code)

    def _be(self, node: str, steps: Steps) -> None:
        """Make this process one of the node: its folder, its keys, its tables, every step counted."""
        from django.conf import settings
        from django.db import connections
        from django.db.utils import load_backend

        from cauce.journal import master
        from cauce.journal.models import Node

        home = self.folder / node
        settings.CAUCE_DATA, settings.CAUCE_KEY_FILE = home, home / "keys" / "master.key"
        for cached in vars(master).values():
            if hasattr(cached, "cache_clear"):
                cached.cache_clear()
        told = dict(settings.DATABASES["default"], NAME=str(home / "cauce.sqlite3"))
        made: Any = load_backend(told["ENGINE"]).DatabaseWrapper({**connections["default"].settings_dict, **told})
        connections["default"] = made
        Node.forget()
        made.execute_wrappers.append(lambda execute, *given: steps.around(execute)(*given))
        for name in ("_commit", "_savepoint_commit"):
            setattr(made, name, steps.around(getattr(made, name)))
        os.fsync, os.replace, os.rename = map(steps.around, (os.fsync, os.replace, os.rename))
        Path.replace, Path.unlink = map(steps.around, (Path.replace, Path.unlink))  # type: ignore[method-assign]

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
        "desk.backup",
        "people.photos",
    ):
        import_module(f"cauce.{name}")
    sys.path.insert(0, str(Path(__file__).parents[2]))
    import_module("tests.factories")
    import_module("tests.chains")


def template(folder: Path) -> Path:
    """Tables without a row, made by a process of its own so that this one opens no store."""
    made = folder / "cauce.sqlite3"
    child = os.fork()
    if child == 0:
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        connection.close()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError("the tables could not be made")
    return made
