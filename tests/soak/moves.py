"""A million operations at random on a store: nobody who is held back is ever on a sealed manifest.

    python tests/soak/moves.py [--operations 1000000] [--from 1] [--jobs N] [--each 1000]

Each seed is a walk of `--each` operations through a store of its own in memory, in a process of its own. Prints how
far it is, then one line of JSON with what was done and what the rules refused; exit status 1 and the seed when
something was wrong. The same seed takes the same walk again.
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
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shards import Wrong, apart, in_memory, processors, spread

if TYPE_CHECKING:
    from cauce.access.actor import Actor

ROOT = Path(__file__).parents[2]
START = datetime(2023, 8, 15, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Walked:
    """`Walked(…)(seed)`: a walk of so many steps through a copy of the store in `file`, in a process of its own."""

    file: Path
    actors: Mapping[str, Actor]
    steps: int

    def __call__(self, seed: int) -> dict[str, Any]:
        told = apart(lambda: self.here(seed))
        if told["wrong"]:
            raise Wrong("; ".join(told["wrong"]))
        parts = {name: Counter(told[name]) for name in ("done", "refused")}
        return {"operations": sum(map(Counter.total, parts.values())), **parts}

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
            with transaction.atomic():
                wrong = walk.go(self.steps)
        finally:
            connections["default"].connection.close()
            connections["default"] = before
            Node.forget()
        return {"wrong": wrong, "done": walk.done, "refused": walk.refused}


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
    parser.add_argument("--each", type=int, default=500, help="operations of one walk")
    parser.add_argument("--minutes", type=float, default=0.0, help="begin no new walk after so long")
    parser.add_argument("--log", type=Path, help="keep each seed that is done in this file")
    given = parser.parse_args()
    until = time.time() + given.minutes * 60 if given.minutes else 0.0
    if os.environ.get("PYTHONHASHSEED") != "0":  # the order of sets of words is part of a walk
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
    with tempfile.TemporaryDirectory(prefix="cauce-moves-", dir=in_memory()) as folder:
        file, actors = founded(Path(folder))
        Walked(file, actors, 100).here(0)  # what is loaded once, all walks have
        gc.freeze()
        seeds = range(given.first, given.first + -(-given.operations // given.each))
        walked = Walked(file, actors, given.each)
        return spread(walked, seeds, jobs=given.jobs, unit="operations", until=until, log=given.log)


if __name__ == "__main__":
    sys.exit(main())
