"""A million operations at random on a store: nobody who is held back is ever on a sealed manifest.

    python tests/soak/moves.py [--operations 1000000] [--from 1] [--jobs N] [--each 200] [--branches 9] [--log FILE]

Each seed is a walk of `--each` operations through a store of its own in memory, in a process of its own, and as many
on each of `--branches` that go on from there. Rows that are written by hand, one statement each and taken back, are
told by themselves and do not count as operations. Prints how far it is, then one line of JSON with what was done and
what the rules refused; exit status 1 and the seed when something was wrong. The same seed takes the same walk again.
`--log` keeps each seed that is done, and passes it over when the same is started again.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shards import Wrong, apart, in_memory, processors, spread

if TYPE_CHECKING:
    from tests.soak.going_home import HomeWalk

    from cauce.access.actor import Actor

ROOT = Path(__file__).parents[2]
START = datetime(2023, 8, 15, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Walked:
    """`Walked(…)(seed)`: a walk through a copy of the store in `file`, in a process of its own, and so many branches.

    A walk takes `steps` until a store is peopled; from there each branch goes its own way, for as many steps, in a
    fork of that process: what lies in memory is two stores from then on.
    """

    file: Path
    actors: Mapping[str, Actor]
    steps: int
    branches: int

    def __call__(self, seed: int) -> dict[str, Any]:
        told = apart(lambda: self.here(seed))
        if told["wrong"]:
            raise Wrong("; ".join(told["wrong"]))
        parts = {name: Counter(told[name]) for name in ("done", "refused")}
        by_hand = sum(count for each in parts.values() for name, count in each.items() if name.startswith("by hand"))
        operations = sum(map(Counter.total, parts.values())) - by_hand
        return {"operations": operations, "by_hand": by_hand, **parts}

    def here(self, seed: int) -> dict[str, Any]:
        """The same in this process. In one transaction and in memory: a disk's pace is not what is tried here."""
        from django.db import connections, transaction
        from tests.soak.going_home import HomeWalk

        from cauce.journal.models import Node

        before = connections["default"]
        connections["default"] = _copied(before, self.file)
        Node.forget()
        walk = HomeWalk(self.actors, seed, START)
        try:
            with transaction.atomic(), walk.numbers():
                told = [_told(walk, walk.go(self.steps))]
                for branch in range(self.branches):
                    told.append(apart(partial(self._branch, walk, branch)))
        finally:
            connections["default"].connection.close()
            connections["default"] = before
            Node.forget()
        return {
            "wrong": [said for each in told for said in each["wrong"]],
            **{name: sum((Counter(each[name]) for each in told), Counter()) for name in ("done", "refused")},
        }

    def _branch(self, walk: HomeWalk, branch: int) -> dict[str, Any]:
        walk.turn_off(branch)
        return _told(walk, walk.go(self.steps))


def _told(walk: HomeWalk, wrong: list[str]) -> dict[str, Any]:
    return {"wrong": wrong, "done": Counter(walk.done), "refused": Counter(walk.refused)}


def _copied(like: Any, file: Path) -> Any:
    """The store in memory, by SQLite's own backup."""
    import sqlite3
    from contextlib import closing

    from django.db.utils import load_backend

    made: Any = load_backend(like.settings_dict["ENGINE"]).DatabaseWrapper(dict(like.settings_dict, NAME=":memory:"))
    made.ensure_connection()
    with closing(sqlite3.connect(file)) as source:
        source.backup(made.connection)
    return made


def founded(folder: Path) -> tuple[Path, dict[str, Actor]]:
    """A store with a watchlist, and three actors of each role; Cauce is loaded, and the store closed again."""
    from cauce.store import found_store, open_store

    sys.path.insert(0, str(ROOT))
    corridor = ROOT / "corridors" / "darien" / "corridor.toml"
    found_store(folder, corridor=corridor, name="lajas", training=False)
    operator = open_store(folder)
    from django.db import connection
    from tests.conftest import ROLES
    from tests.soak.walking import LISTED

    from cauce.access.actor import Actor
    from cauce.vetting.services import import_list

    (folder / "list.csv").write_text(LISTED)
    import_list(path=folder / "list.csv", format="csv", name="un-sc", by=operator)
    (folder / "other.csv").write_text("id,name\nN,Quillfeather Ostermondt\n")
    import_list(path=folder / "other.csv", format="csv", name="ofac-sdn", by=operator)  # nobody is clear without it
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    actors = {f"{role}{n}": Actor(account=f"{role}{n}", role=role) for role in ROLES for n in ("", "2", "3")}
    return folder / "cauce.sqlite3", actors


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--operations", type=int, default=1_000_000)
    parser.add_argument("--from", type=int, default=1, dest="first", help="the first seed")
    parser.add_argument("--jobs", type=int, default=processors())
    parser.add_argument("--each", type=int, default=200, help="operations of one walk, and of a branch of it")
    parser.add_argument("--branches", type=int, default=9, help="of each walk")
    parser.add_argument("--minutes", type=float, default=0.0, help="begin no new walk after so long")
    parser.add_argument("--log", type=Path, help="keep each seed that is done in this file")
    given = parser.parse_args()
    until = time.time() + given.minutes * 60 if given.minutes else 0.0
    if os.environ.get("PYTHONHASHSEED") != "0":  # the order of sets of words is part of a walk
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
    with tempfile.TemporaryDirectory(prefix="cauce-moves-", dir=in_memory()) as folder:
        file, actors = founded(Path(folder))
        Walked(file, actors, 100, 0).here(0)  # what is loaded once, all walks have
        gc.freeze()
        seeds = range(given.first, given.first + -(-given.operations // (given.each * (1 + given.branches))))
        walked = Walked(file, actors, given.each, given.branches)
        return spread(walked, seeds, jobs=given.jobs, unit="operations", until=until, log=given.log)


if __name__ == "__main__":
    sys.exit(main())
