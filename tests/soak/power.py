"""Kill the hub's PostgreSQL server in the middle of a push, start it again, and look that nothing is lost or doubled.

    python tests/soak/power.py [--points 100] [--from 1] [--each 10] [--every 5] [--template FILE]

A cluster of its own is made by `scripts/postgres keep`, which saves to the disk as a hub's does. A station records
something and pushes it; at one step of what the hub does with it, or of its answer, the server and all its processes
die by SIGKILL. What the hub said before that must be there once it is up again; the same batch then comes once more.
The steps are gone through evenly, as in `soak.py`, and everything is looked at in the same way. The machine's own cache
of the disk outlives this: whether a disk keeps what it says it has written when the power goes is not tried.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from server import Server
from shards import Wrong, in_memory
from world import HUB, Steps, World, template, wake

from soak import TURN, Soak, answer, prepared

SCRIPT = Path(__file__).parents[2] / "scripts" / "postgres"
GONE = "gone"


class Cluster:
    """A server that this program alone uses, in a folder; `address` of a database there is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = self.start()

    def start(self) -> str:
        """Start it, as after a power cut; its log is replayed first."""
        done = subprocess.run([SCRIPT, "keep", self.folder], check=False, capture_output=True, text=True)
        if done.returncode:
            raise Wrong(f"the server does not start: {(self.folder / 'log').read_text()[-1500:]}")
        return dict(each.split("=", 1) for each in done.stdout.split())["CAUCE_TEST_DATABASE"]

    @property
    def process(self) -> int:
        """The first of its processes, as its own folder tells."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    @property
    def up(self) -> bool:
        return (self.folder / "data" / "postmaster.pid").exists()

    def kill(self) -> None:
        """Every process of this server at once, by their ids."""
        first = self.process
        os.kill(first, signal.SIGSTOP)  # so that it makes no other while they are counted
        others = (int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit())
        pids = [*(pid for pid in others if _parent(pid) == first), first]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(_state(pid) != "Z" for pid in pids):
            time.sleep(0.01)
        # After a power cut no process has that number; here one may linger that nobody has asked after.
        for left in (self.folder / "data" / "postmaster.pid", *self.folder.glob(".s.PGSQL.*")):
            left.unlink()

    def stop(self) -> None:
        if self.up:
            self.kill()
        shutil.rmtree(self.folder)


def _stat(pid: int) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return ["", "0"]


def _parent(pid: int) -> int:
    return int(_stat(pid)[1])


def _state(pid: int) -> str:
    return _stat(pid)[0] or "Z"


class Cuts(Steps):
    """At its step the server dies, and not the process that asks it."""

    cluster: Cluster

    def __call__(self, where: str) -> None:
        self.count += 1
        if self.count == self.at:
            self.cluster.kill()


def cut_off(world: World) -> str:
    """The hub's side, as a desk would meet it: whatever the driver raises when the server is gone."""
    from django.db import Error

    try:
        return answer(world)
    except Error:
        return GONE


class PowerCuts(Soak):
    """The same two nodes and the same looks, but it is the hub's server that dies."""

    def cut(self, cluster: Cluster) -> int:
        """One push with a cut in it; how many that was."""
        self._said("record", killed=False)
        self._said("rule", killed=False)
        self._run("ask")
        self.turn["answer"] += 1
        at = 1 + int(self.turn["answer"] * TURN % 1.0 * self.most["answer"])
        self.world.steps = Cuts
        ended = self.world.run(HUB, cut_off, at=at)
        self.world.steps = Steps
        if cluster.up:
            return 0  # the work was over before its turn came
        cluster.start()
        self.done["answered all the same" if ended.said != GONE else "cut off"] += 1
        if ended.said != GONE:  # what was answered counts: the station takes it for its receipt
            self._run("take")
        elif self._run("answer").said:
            raise Wrong("the same batch was refused once the server was up again")
        return 1


def walked(first: World, most: Counter[str], seed: int, given: argparse.Namespace, cluster: Cluster) -> dict[str, Any]:
    """A pair of stores like `first` with so many cuts."""
    with ExitStack() as kept:
        folder = kept.enter_context(tempfile.TemporaryDirectory(prefix="cauce-power-", dir=in_memory()))
        world = first.copy(Path(folder))
        pair = PowerCuts(world, seed, most)
        made = 0
        while made < given.each:
            made += pair.cut(cluster)
            if made % given.every == 0 or made >= given.each:
                pair.check()
        world.drop()
        return {"points": made, **pair.done}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=100)
    parser.add_argument("--from", type=int, default=1, dest="first", help="the first seed")
    parser.add_argument("--each", type=int, default=10, help="cuts of one pair of stores")
    parser.add_argument("--every", type=int, default=5, help="cuts between two looks at everything")
    parser.add_argument("--template", type=Path, help="tables without a row, if there are some already")
    given = parser.parse_args()
    told: Counter[str] = Counter()
    with ExitStack() as kept:
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="cauce-power-", dir=in_memory())))
        wake(folder)
        beside = Path(tempfile.mkdtemp(prefix="cauce-cluster-"))
        cluster = Cluster(beside)
        kept.callback(cluster.stop)
        Cuts.cluster = cluster
        first, most = prepared(folder, given.template or template(folder), Server(cluster.address))
        for seed in range(given.first, given.first + -(-given.points // given.each)):
            try:
                told.update(walked(first, most, seed, given, cluster))
            except (Wrong, RuntimeError) as wrong:
                print(f"seed {seed}: {wrong}", file=sys.stderr)
                return 1
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
