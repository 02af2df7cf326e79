"""Kill a hub and a station at every step of what they do, and look that nothing is lost, doubled or changed.

    python tests/soak/soak.py [--points 10000] [--from 1] [--jobs N] [--each 100] [--every 50] [--template FILE]
                              [--hub-database postgresql://user@host/database] [--log FILE]

A point is a process killed with SIGKILL at one step of recording, asking (push), taking in and applying at the hub,
taking the answer, writing a backup, or changing the master key; or a batch that came damaged, cut off, twice, or out of
order. What one process died of the next one tries again, and dies at another step, a few times; then the two go on.
Every so many points they meet until level and everything is looked at: both chains verify, the hub has each entry that
was said to be saved, once and to the byte, a rebuild of either gives the same rows, and both have the same rows of each
person. Each seed is a pair of stores and `--each` points. Prints how far it is, then one line of JSON with what was
done and where processes were killed; exit status 1 and the seed when something is wrong.

`--hub-database` puts the hub on a PostgreSQL server: in databases of their own, made and dropped there, so the account
must be allowed to. `--log` keeps each seed that is done, and passes it over when the same is started again.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from server import Server
from shards import Wrong, in_memory, processors, spread
from world import HUB, NEVER, PLACE, STATION, Ended, World, template, wake

SAME = ("people.Person", "people.Group", "people.Stay", "people.Document", "people.Need", "protection.Hold")
SAYING = {"record": 0.5, "rule": 0.2, "portrait": 0.2}  # how often each comes before a mishap
KINDS = (*SAYING, "ask", "answer", "answer", "take", "take", "backup", "rotate", "batch", "batch", "ahead")
FAMILIES = 12  # of which a batch tells that has rows put into the hub's tables ahead of its lock
BORDER = "paso_canoas"
TURN = 0.6180339887498949  # steps that are this far apart, of a whole, come to lie everywhere
KEPT = 6  # batches that may come again, late
TRIES = 6  # of the same work, each killed at another step, before it goes on
SPOILT = 4  # batches that come damaged before the one that is whole
Work = Callable[[World], Any]


class Soak:
    """One pair of stores, and what was said to be saved in them. `most`: how many steps each work takes."""

    def __init__(self, world: World, seed: int, most: Counter[str], tries: int = TRIES) -> None:
        self.tries = tries
        self.world, self.chance, self.most = world, random.Random(seed), Counter(most)
        self.turn = Counter(dict.fromkeys(most, seed * 7))
        self.saved: set[str] = set()
        self.old: dict[str, list[bytes]] = {STATION: [], HUB: []}
        self.done: Counter[str] = Counter()
        self.where: Counter[str] = Counter()

    def point(self) -> int:
        """Go on a little, with some mishaps; how many points that was (a step beyond the end of the work is none)."""
        what = self.chance.choice(KINDS)
        if what in SAYING:
            return self._tried(lambda: self._said(what, killed=True))
        for each, share in SAYING.items():
            if self.chance.random() < share:
                self._said(each, killed=False)
        if what == "batch":
            return self._damaged()
        if what == "ahead":
            return self._ahead()
        if what in ("answer", "take"):
            self._run("ask")
        if what == "take":
            self._run("answer")
        return self._tried(lambda: self._killed(what))

    def _tried(self, point: Callable[[], int]) -> int:
        """The same work until it is done once, or has died often enough: each finds what the one before left."""
        made = 0
        while made < self.tries and point():
            made += 1
        return made

    def _killed(self, what: str) -> int:
        """Let it die at the next step that has its turn."""
        self.turn[what] += 1
        ended = self._run(what, at=1 + int(self.turn[what] * TURN % 1.0 * self.most[what]))
        if not ended.killed:
            return 0
        self.where[f"{what}: {ended.where}"] += 1
        self.done[f"killed: {what}"] += 1
        return 1

    def _run(self, what: str, at: int = NEVER) -> Ended:
        node, work = WORKS[what]
        ended = self.world.run(node, work, at=at)
        self.most[what] = max(self.most[what], ended.steps)
        return ended

    def _said(self, what: str, *, killed: bool) -> int:
        """Record something and say so. What was said before the kill must be there ever after, at both."""
        told = self.world.folder / "saved"
        told.unlink(missing_ok=True)
        made = 0
        if killed:
            made = self._killed(what)
        else:
            self._run(what)
        text = told.read_text() if told.exists() else ""
        if text.endswith("]"):  # else it died while it said so
            self.saved |= set(json.loads(text))
        return made

    def _ahead(self) -> int:
        """A batch of which the hub knows nothing yet, and the hub dies over it: with one that it knows in part no rows
        go ahead of the lock."""
        for what in ("ask", "answer", "take"):
            self._run(what)
        self._said("families", killed=False)
        self._run("ask")
        made = self._killed("answer")
        for what in ("answer", "take"):
            self._run(what)
        return made

    def _damaged(self) -> int:
        """A batch comes damaged and cut off, then whole, twice or after newer ones; up or down."""
        up = self.chance.random() < 0.5
        self._run("ask")
        if not up:
            self._run("answer")
        source, what = (STATION, "answer") if up else (HUB, "take")
        post = self.world.post(source)
        whole = post.read_bytes()
        for _ in range(SPOILT):
            kind, spoilt = self._spoilt(whole)
            post.write_bytes(spoilt)
            said = self._run(what).said
            if said != "unreadable":
                raise Wrong(f"a batch that was {kind} was taken for a good one: {said}")
            self._did(kind, up)
        post.write_bytes(whole)
        self._run(what)
        late = self.old[source] and self.chance.random() < 0.5
        if late:
            post.write_bytes(self.chance.choice(self.old[source]))
        self._run(what)
        self._did("reordered" if late else "twice", up)
        post.write_bytes(whole)
        self.old[source] = [*self.old[source][1 - KEPT :], whole]
        return SPOILT + 1

    def _spoilt(self, whole: bytes) -> tuple[str, bytes]:
        if self.chance.random() < 0.5:
            return "cut", whole[: self.chance.randrange(len(whole))]
        bad = bytearray(whole)
        bad[self.chance.randrange(len(bad))] ^= 1 << self.chance.randrange(8)
        return "flipped", bytes(bad)

    def _did(self, kind: str, up: bool) -> None:
        self.done[f"{kind}: {'up' if up else 'down'}"] += 1

    def check(self) -> None:
        """Let them meet until level, and look at everything."""
        for _ in range(50):
            self._run("ask")
            self._run("answer")
            if self._run("take").said == "level":
                break
        else:
            raise Wrong("they never came level")
        station = self.world.run(STATION, looked_at).said
        hub = self.world.run(HUB, looked_at).said
        for node, told in ((STATION, station), (HUB, hub)):
            if told["wrong"]:
                raise Wrong(f"{node}: {told['wrong']}")
        for what in ("chain", "rows", "rules", "erased", "portraits"):
            if station[what] != hub[what]:
                raise Wrong(f"the {what} differ: {_difference(station[what], hub[what])}")
        if None in station["portraits"].values():
            raise Wrong(f"a photograph is gone: {station['portraits']}")
        if missing := self.saved - set(station["ids"]):
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


def families(world: World) -> None:
    """So many that their rows are worth putting together."""
    from datetime import UTC, datetime

    from tests.factories import adult, child

    from cauce.access.actor import Actor
    from cauce.people import services as people

    by, came = Actor(account="rosa", role="registrar"), datetime.now(UTC)
    told = [people.register_group(place=PLACE, arrived_at=came, members=[adult(head=True), child()], by=by)
            for _ in range(FAMILIES)]  # fmt: skip
    _say(world, [person for made in told for person in made.person_ids])


def portrait(_world: World) -> None:
    """Somebody's photograph is taken, again, or taken off; or who it was is forgotten."""
    from cauce.access.actor import Actor
    from cauce.people import services as people
    from cauce.people.models import Person
    from cauce.protection.services import record_consent

    known = list(Person.objects.filter(erased=False).order_by("id").values_list("id", "photo"))
    if not known:
        return
    person, photo = known[os.urandom(1)[0] % len(known)]
    by, lot = Actor(account="rosa", role="registrar"), os.urandom(1)[0] % 8
    if lot == 0:
        people.erase(person=person, reason="asked", by=Actor(account="ana", role="administrator"))
    elif lot <= 2 and photo:
        people.remove_photo(person=person, reason="asked", by=by)
    else:
        record_consent(person=person, purpose="photo", given=True, language="es", by=by)
        people.take_photo(person=person, image=_picture(), by=by)


def _picture() -> bytes:
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (64, 80), tuple(os.urandom(3))).save(out, "PNG")
    return out.getvalue()


def rule(world: World) -> None:
    """What all stations hear of."""
    from datetime import date

    from cauce.access.actor import Actor
    from cauce.corridor.services import change_quota

    by = Actor(account="ana", role="administrator")
    start = date(2023, 8, 1 + os.urandom(1)[0] % 28)
    _say(world, [change_quota(border=BORDER, start=start, until=start, per_day=start.day, reason="told", by=by)])


def _say(world: World, made: Any) -> None:
    """What a screen does once it is saved; the file is only written after the commit."""
    with (world.folder / "saved").open("w") as out:
        json.dump([str(each) for each in made], out)


def ask(world: World) -> None:
    from cauce.sync.exchange import question
    from cauce.sync.sticks import write_whole

    write_whole(world.post(STATION), question())


def answer(world: World) -> str:
    from cauce.journal.errors import Refused
    from cauce.sync import exchange
    from cauce.sync.sticks import write_whole

    try:
        write_whole(world.post(HUB), exchange.answer(world.post(STATION).read_bytes(), way="stick"))
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


def rotate(_world: World) -> None:
    """Another master key, which every other key is wrapped with."""
    from cauce.journal import rotation

    rotation.rotate(rotation.plain)


def looked_at(_world: World) -> dict[str, Any]:
    """What is wrong with this store by itself, and what must be the same in the other one."""
    from hashlib import sha256

    from tests.chains import rows

    from cauce.corridor.models import QuotaChange
    from cauce.journal.errors import Refused
    from cauce.journal.models import Contested, Entry, PersonKey
    from cauce.journal.rebuild import projections, rebuild
    from cauce.people.models import Person
    from cauce.sync.models import Peer

    try:
        rebuilt = rebuild()  # walks all chains before anything else
    except Refused as reason:
        return {"wrong": str(reason)}
    wrong = [f"{table.name} is another one when it is rebuilt" for table in rebuilt.tables if not table.identical]
    wrong += [f"entry {each.entry} is contested: {each.why}" for each in Contested.objects.all()]
    told = rows(without=frozenset(model._meta.label for model in projections()) - set(SAME))
    chain = Entry.objects.filter(node=STATION).order_by("seq").values_list("seq", "hash")
    return {
        "wrong": "; ".join(wrong),
        "chain": [list(each) for each in chain],
        "rows": {name: [sha256(row.encode()).hexdigest()[:16] for row in told[name]] for name in SAME},
        "erased": sorted(map(str, PersonKey.objects.filter(wrapped=None).values_list("person", flat=True))),
        "portraits": {str(person): _seen(person, photo) for person, photo in Person.objects.values_list("id", "photo")},
        "rules": sorted(str(each) for each in QuotaChange.objects.values_list("id", "border", "start", "per_day")),
        "ids": [str(each) for model in (Person, QuotaChange) for each in model.objects.values_list("id", flat=True)],
        "quarantined": list(Peer.objects.exclude(quarantined_why="").values_list("name", flat=True)),
    }


def _seen(person: UUID, photo: str) -> str | None:
    """A digest of the photograph, nothing where there is none; None when it is not on the disk."""
    from hashlib import sha256

    from cauce.journal import blobs
    from cauce.people.photos import PURPOSE

    plain = blobs.read(person, photo, PURPOSE) if photo else b""
    return None if plain is None else sha256(plain).hexdigest()[:16]


WORKS: dict[str, tuple[str, Work]] = {
    "record": (STATION, record),
    "rule": (HUB, rule),
    "families": (STATION, families),
    "portrait": (STATION, portrait),
    "ask": (STATION, ask),
    "answer": (HUB, answer),
    "take": (STATION, take),
    "backup": (STATION, backup),
    "rotate": (STATION, rotate),
}


@dataclass(frozen=True)
class Round:
    """`Round(…)(seed)`: a pair of stores like `first`, `points` mishaps, a look at everything after each `every`."""

    first: World
    most: Counter[str]
    points: int
    every: int
    tries: int

    def __call__(self, seed: int) -> dict[str, Any]:
        with ExitStack() as kept:
            folder = kept.enter_context(tempfile.TemporaryDirectory(prefix="cauce-soak-", dir=in_memory()))
            world = self.first.copy(Path(folder))
            kept.callback(world.drop)
            pair = Soak(world, seed, self.most, self.tries)
            made = looked = checks = 0
            while made < self.points:
                made += pair.point()
                if made - looked >= self.every or made >= self.points:
                    looked = made
                    pair.check()
                    checks += 1
        return {"points": made, "checks": checks, "done": pair.done, "where": pair.where}


def prepared(folder: Path, tables: Path, server: Server | None = None) -> tuple[World, Counter[str]]:
    """The pair that all others are copies of, and how many steps each work takes there."""
    first = World.found(folder / "first", tables, server)
    world, most = first.copy(folder / "tried"), Counter[str]()
    for node, work in WORKS.values():
        world.here(node, work)
    for what, (node, work) in WORKS.items():
        most[what] = world.run(node, work).steps
    gc.freeze()  # children do not walk over what they have from here
    return first, most


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=10_000)
    parser.add_argument("--from", type=int, default=1, dest="first", help="the first seed")
    parser.add_argument("--jobs", type=int, default=processors())
    parser.add_argument("--each", type=int, default=100, help="points of one pair of stores")
    parser.add_argument("--every", type=int, default=50, help="points between two looks at everything")
    parser.add_argument("--tries", type=int, default=TRIES, help="how often the same work dies before it goes on")
    parser.add_argument("--minutes", type=float, default=0.0, help="begin no new pair after so long")
    parser.add_argument("--template", type=Path, help="tables without a row, if there are some already")
    parser.add_argument("--hub-database", default="", help="a PostgreSQL server for the hub: postgresql://…")
    parser.add_argument("--log", type=Path, help="keep each seed that is done in this file")
    given = parser.parse_args()
    until = time.time() + given.minutes * 60 if given.minutes else 0.0
    with ExitStack() as kept:
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="cauce-soak-", dir=in_memory())))
        wake(folder)
        server = Server(given.hub_database) if given.hub_database else None
        if server:
            kept.callback(server.sweep)
        first, most = prepared(folder, given.template or template(folder), server)
        seeds = range(given.first, given.first + -(-given.points // given.each))
        piece = Round(first, most, given.each, given.every, given.tries)
        return spread(piece, seeds, jobs=given.jobs, unit="points", until=until, log=given.log)


if __name__ == "__main__":
    sys.exit(main())
