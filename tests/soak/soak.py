"""Kill a hub and a station at every step of what they do, and look that nothing is lost, doubled or changed.

    python tests/soak/soak.py [--points 10000] [--seed 1] [--jobs 2] [--every 100] [--template FILE]

A point is a process killed with SIGKILL at one step of recording, asking (push), taking in and applying at the hub,
taking the answer, or writing a backup; or a batch that came damaged, cut off, twice, or after a newer one. After every
point the two go on; every so many they meet until level and everything is looked at: both chains verify, the hub has
each entry that was said to be saved, once and to the byte, a rebuild of either gives the same rows, and both have the
same rows of every person. Prints one line of JSON with what it did; exit status 1 and the seed when something is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from world import HUB, NEVER, PLACE, STATION, Ended, World, template, wake

FRESH = 400  # points after which a new pair of stores begins: checks grow with them
SAME = ("people.Person", "people.Group", "people.Stay", "people.Document", "people.Need", "protection.Hold")
Work = Callable[[World], Any]


class Wrong(AssertionError):
    """Something was lost, doubled or changed."""


class Soak:
    """One pair of stores, and what was said to be saved in them."""

    def __init__(self, folder: Path, tables: Path, chance: random.Random) -> None:
        self.world, self.chance = World(folder, tables), chance
        self.saved: set[str] = set()
        self.old: list[bytes] = []
        self.most: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.steps: set[tuple[str, int]] = set()

    def point(self) -> int:
        """Go on a little, with one mishap; how many points that was (a step beyond the end of the work is none)."""
        what = self.chance.choice(("record", "ask", "answer", "answer", "take", "take", "backup", "batch", "batch"))
        if what == "record":
            return self._record(killed=True)
        if self.chance.random() < 0.5:
            self._record(killed=False)
        if what == "batch":
            return self._damaged()
        if what == "backup":
            return self._killed("backup", STATION, backup)
        if what != "ask":
            self.world.run(STATION, ask)
        if what == "take":
            self.world.run(HUB, answer)
        work = {"ask": ask, "answer": answer, "take": take}[what]
        return self._killed(what, HUB if what == "answer" else STATION, work)

    def _killed(self, what: str, node: str, work: Work) -> int:
        ended = self._run(what, node, work)
        if not ended.killed:
            return 0
        self.done[f"killed: {what}"] += 1
        return 1

    def _run(self, what: str, node: str, work: Work) -> Ended:
        at = self.chance.randint(1, self.most[what]) if self.most[what] else NEVER
        ended = self.world.run(node, work, at=at)
        if ended.killed:
            self.steps.add((what, at))
        self.most[what] = max(self.most[what], ended.steps)
        return ended

    def _record(self, *, killed: bool) -> int:
        """Register a family and say so. What was said before the kill must be there ever after."""
        told = self.world.folder / "saved"
        told.unlink(missing_ok=True)
        ended = self._run("record", STATION, record) if killed else self.world.run(STATION, record)
        if told.exists():
            self.saved |= set(json.loads(told.read_text()))
        self.done["killed: record"] += ended.killed
        return int(ended.killed)

    def _damaged(self) -> int:
        """A batch comes damaged, cut off, twice, or after a newer one; up or down."""
        up = self.chance.random() < 0.5
        self.world.run(STATION, ask)
        if not up:
            self.world.run(HUB, answer)
        source, node, work = (STATION, HUB, answer) if up else (HUB, STATION, take)
        post = self.world.post(source)
        whole = post.read_bytes()
        self.old = [*self.old[-5:], *([whole] if up else [])]
        kind = self.chance.choice(("flipped", "cut", "twice", "late"))
        if kind == "flipped":
            bad = bytearray(whole)
            bad[self.chance.randrange(len(bad))] ^= 1 << self.chance.randrange(8)
            post.write_bytes(bad)
        elif kind == "cut":
            post.write_bytes(whole[: self.chance.randrange(len(whole))])
        elif kind == "late" and up and self.old:
            post.write_bytes(self.chance.choice(self.old))
        said = self.world.run(node, work).said
        if kind in ("flipped", "cut") and said != "unreadable":
            raise Wrong(f"a batch that was {kind} was taken for a good one: {said}")
        if kind in ("twice", "late"):
            self.world.run(node, work)
        post.write_bytes(whole)
        self.done[f"{kind}: {'up' if up else 'down'}"] += 1
        return 1

    def check(self) -> None:
        """Let them meet until level, and look at everything."""
        for _ in range(50):
            self.world.run(STATION, ask)
            self.world.run(HUB, answer)
            if self.world.run(STATION, take).said == "level":
                break
        else:
            raise Wrong("they never came level")
        station = self.world.run(STATION, looked_at).said
        hub = self.world.run(HUB, looked_at).said
        for node, told in ((STATION, station), (HUB, hub)):
            if told["bad"] or told["different"] or told["contested"]:
                raise Wrong(f"{node}: {told['bad']} {told['different']} {told['contested']}")
        for what in ("chain", "rows"):
            if station[what] != hub[what]:
                raise Wrong(f"the {what} differ: {_difference(station[what], hub[what])}")
        if missing := self.saved - set(station["persons"]):
            raise Wrong(f"said to be saved, and lost: {sorted(missing)[:3]}")
        if hub["quarantined"]:
            raise Wrong(f"put into quarantine without a fork: {hub['quarantined']}")


def _difference(one: Any, other: Any) -> Any:
    if isinstance(one, dict):
        return {name: _difference(one[name], other[name]) for name in one if one[name] != other.get(name)}
    return {"station only": [x for x in one if x not in other][:2], "hub only": [x for x in other if x not in one][:2]}


# What the processes do. Each is one step of an exchange, as the command line does it with a stick.


def record(world: World) -> None:
    from dataclasses import replace
    from datetime import UTC, datetime

    from tests.factories import adult, child

    from cauce.access.actor import Actor
    from cauce.people import services as people

    by = Actor(account="rosa", role="registrar")
    salt = os.urandom(4).hex()
    named = [
        replace(each, full_name=f"Soak {salt} {n}", documents=()) for n, each in enumerate((adult(head=True), child()))
    ]
    made = people.register_group(place=PLACE, arrived_at=datetime.now(UTC), members=named, by=by)
    _say(world, made.person_ids)
    people.correct(person=made.person_ids[0], changes={"next_of_kin": "sister"}, reason="told later", by=by)
    people.flag_need(person=made.person_ids[1], code="SM-MI", by=by)


def _say(world: World, persons: Any) -> None:
    """What a screen does once it is saved; the file is only written after the commit."""
    with (world.folder / "saved").open("w") as out:
        json.dump([str(person) for person in persons], out)


def ask(world: World) -> None:
    from cauce.sync.exchange import question

    world.post(STATION).write_bytes(question())


def answer(world: World) -> str:
    from cauce.journal.errors import Refused
    from cauce.sync import exchange

    try:
        world.post(HUB).write_bytes(exchange.answer(world.post(STATION).read_bytes(), way="stick"))
    except Refused as reason:
        return reason.code if reason.code != "signature" else "unreadable"
    return ""


def take(world: World) -> str:
    from cauce.journal.errors import Refused
    from cauce.sync import exchange

    try:
        met = exchange.take(world.post(HUB).read_bytes(), way="stick")
    except Refused as reason:
        return reason.code if reason.code != "signature" else "unreadable"
    return "more" if met.more else "level"


def backup(world: World) -> None:
    """Export: the store to a file, the one that was there replaced only by a whole one."""
    from cauce.desk.backup import read_backup, write_backup

    file, again = world.folder / "backup", world.folder / "restored"
    if file.exists():
        import shutil

        shutil.rmtree(again, ignore_errors=True)
        read_backup(file, again)
        file.unlink()
    write_backup(world.folder / STATION, file)


def looked_at(_world: World) -> dict[str, Any]:
    from hashlib import sha256

    from tests.chains import rows

    from cauce.journal.models import Contested, Entry
    from cauce.journal.rebuild import projections, rebuild
    from cauce.journal.verify import verify
    from cauce.people.models import Person
    from cauce.sync.models import Peer

    verdict = verify()
    rebuilt = rebuild()
    told = rows(without=frozenset(model._meta.label for model in projections()) - set(SAME))
    chain = Entry.objects.filter(node=STATION).order_by("seq").values_list("seq", "hash")
    return {
        "bad": str(verdict.first_bad or ""),
        "different": [table.name for table in rebuilt.tables if not table.identical],
        "contested": Contested.objects.count(),
        "chain": [list(each) for each in chain],
        "rows": {name: [sha256(row.encode()).hexdigest()[:16] for row in told[name]] for name in SAME},
        "persons": [str(person) for person in Person.objects.values_list("id", flat=True)],
        "quarantined": list(Peer.objects.exclude(quarantined_why="").values_list("name", flat=True)),
    }


def soak(points: int, seed: int, every: int, tables: Path) -> dict[str, Any]:
    """Go through so many points from this seed; what was done. Raises Wrong."""
    chance = random.Random(seed)
    done: Counter[str] = Counter()
    steps: set[tuple[str, int]] = set()
    made = checks = 0
    began = time.monotonic()
    while made < points:
        with tempfile.TemporaryDirectory(prefix="cauce-soak-") as folder:
            pair = Soak(Path(folder), tables, chance)
            goal, looked = made + min(FRESH, points - made), made
            while made < goal:
                made += pair.point()
                if made - looked >= every or made == goal:
                    looked = made
                    pair.check()
                    checks += 1
            done += pair.done
            steps |= pair.steps
    return {
        "points": made,
        "seed": seed,
        "checks": checks,
        "different steps": len(steps),
        "seconds": round(time.monotonic() - began, 1),
        "done": dict(sorted(done.items())),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--every", type=int, default=100, help="points between two looks at everything")
    parser.add_argument("--template", type=Path, help="tables without a row, if there are some already")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cauce-soak-") as folder:
        wake(Path(folder))
        tables = given.template or template(Path(folder))
        children = []
        for job in range(given.jobs):
            child = os.fork()
            if child == 0:
                os._exit(_job(given.points // given.jobs, given.seed + job, given.every, tables))
            children.append(child)
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    return max(codes, key=abs)


def _job(points: int, seed: int, every: int, tables: Path) -> int:
    try:
        told = soak(points, seed, every, tables)
    except (Wrong, RuntimeError) as reason:
        print(f"seed {seed}: {reason}", file=sys.stderr, flush=True)
        return 1
    print(json.dumps(told), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
