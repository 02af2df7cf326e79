"""Three days of stations that were alone: chains as thirty stations would bring them to a hub.

One station's days are played through the services (registrations, checks, needs and holds, corrections, manifests) and
kept; the others get the same days with people, keys, numbers and hashes of their own.
"""

from __future__ import annotations

import os
import pickle
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import orjson

START = datetime(2023, 8, 15, 5, 0, tzinfo=UTC)  # midnight at the stations
PLACE = "lajas_blancas"
A_DAY = 1_500
DAYS = 3
NODE = "base"
_UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Days:
    """What one station recorded: columns of its entries, with the plain text of what is sealed."""

    rows: list[tuple[Any, ...]]
    kinds: Counter[str]


def days(kept: Path) -> Days:
    """One station's three days, played if they are not kept in the file."""
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(".partial")
        partial.write_bytes(pickle.dumps(_played()))
        partial.rename(kept)
    found: Days = pickle.loads(kept.read_bytes())
    return found


def _played() -> Days:
    """Play in a process's own store, which the caller has founded, and read the chain back."""
    from cauce.journal import clock
    from cauce.journal.keys import Ring
    from cauce.journal.models import Entry

    chance = Random(20230815)
    wanted = A_DAY * DAYS
    for day in range(DAYS):
        hour = 0
        while Entry.objects.count() < A_DAY * (day + 1) - 150 and hour < 24 * 60:
            with clock.stopped(START + timedelta(days=day, minutes=hour)):
                _an_hour(chance)
            hour += 20
        with clock.stopped(START + timedelta(days=day, hours=25)):  # an hour after midnight: tomorrow's
            _buses(START.date() + timedelta(days=day + 1))
    rows = list(Entry.objects.order_by("seq")[:wanted])
    ring = Ring()
    ring.load({row.person for row in rows if row.person})
    told = [
        (
            row.seq,
            row.name,
            row.version,
            row.person,
            row.account,
            row.place,
            row.happened_at,
            row.recorded_at,
            bytes(row.body),
            ring.unseal(row.person, bytes(row.sealed), row.name) if row.sealed is not None else None,
        )
        for row in rows
    ]
    return Days(told, Counter(row.name for row in rows))


def _an_hour(chance: Random) -> None:
    """Some families come, what waits is checked, and now and then something is put right or flagged."""
    from crowd import SIZES, _members

    from cauce.access.actor import Actor
    from cauce.journal import clock
    from cauce.people import services as people
    from cauce.people.models import Person
    from cauce.protection import services as protection

    officer = Actor(account="rosa", role="registrar")
    for _ in range(chance.randint(2, 5)):
        members = list(islice(_members(chance), chance.choice(SIZES)))
        people.register_group(place=PLACE, arrived_at=clock.now(), members=members, by=officer)
    _checked()
    known = list(Person.objects.order_by("-registered_at").values_list("id", flat=True)[:40])
    if chance.random() < 0.4:
        changes = {"next_of_kin": f"sister, +507 6{chance.randint(100, 999)} 4411"}
        people.correct(person=chance.choice(known), changes=changes, reason="told later", by=officer)
    if chance.random() < 0.2:
        people.flag_need(person=chance.choice(known), code="SM-MI", by=officer)
    if chance.random() < 0.1:
        by = Actor(account="carmen", role="protection")
        protection.place_hold(person=chance.choice(known), kind="medical", reason="fever", by=by)


def _checked() -> None:
    """What the machine finds of nearly everybody: nothing."""
    from cauce.access.actor import SYSTEM
    from cauce.corridor.selectors import in_force
    from cauce.journal.services import record
    from cauce.vetting.events import ChecksCompleted
    from cauce.vetting.models import CheckResult

    waiting = CheckResult.objects.filter(result="pending").order_by("started", "person")
    clear = {check.id: "clear" for check in in_force().checks}
    persons = dict.fromkeys(waiting.values_list("person", flat=True))
    record(*(ChecksCompleted(person=person, results=clear) for person in persons), by=SYSTEM)


def _buses(day: date) -> None:
    from cauce.access.actor import Actor
    from cauce.journal.errors import Refused
    from cauce.movement.aboard.services import inspect, name_driver
    from cauce.movement.models import Manifest, Seat
    from cauce.movement.services import depart, dispatch, roll_call, seal

    by = Actor(account="luis", role="coordinator")
    dispatch(place=PLACE, date=day, by=by)
    for manifest in Manifest.objects.filter(origin=PLACE, date=day, status="proposed"):
        seats = list(Seat.objects.filter(manifest=manifest, live=True).values_list("person", flat=True))
        try:
            seal(manifest=manifest.id, by=by)
            roll_call(manifest=manifest.id, boarded=seats, by=by)
            inspect(manifest=manifest.id, plate="CB 4711", passed=True, valid_until=day, by=by)
            name_driver(manifest=manifest.id, driver="on the list", hours_driven=0, rest_hours=12, by=by)
            depart(manifest=manifest.id, by=by)
        except Refused:  # nobody on it, or somebody who may not leave: it stays as proposed
            continue


def chain_of(station: str, told: Days) -> tuple[list[Any], dict[UUID, bytes]]:
    """The days as `station` would have recorded them: entries as they travel, and the keys of its people."""
    from cauce.journal.ingest import Incoming, row_of
    from cauce.journal.keys import Key
    from cauce.journal.services import GENESIS, link

    other = _Other(station)
    keys: dict[UUID, Key] = {}
    entries: list[Incoming] = []
    before = GENESIS
    for seq, name, version, person, account, place, happened, recorded, body, secret in told.rows:
        whose = other.id(person) if person else None
        sealed = None
        if whose is not None and secret is not None:
            key = keys.setdefault(whose, Key(os.urandom(32)))
            sealed = key.seal(other.text(secret), name.encode())
        columns = (station, seq, name, version, whose, account, place, happened, recorded)
        entry = Incoming(*columns, other.text(body), sealed, before, "")
        entry = entry._replace(hash=link(before, row_of(entry)))
        before = entry.hash
        entries.append(entry)
    return entries, {person: key.secret for person, key in keys.items()}


class _Other:
    """Makes somebody else's ids, numbers and tokens of those of the station that was played."""

    def __init__(self, station: str) -> None:
        self.station = station
        self.mask = int.from_bytes(blake2b(station.encode(), digest_size=6).digest())
        self.digest = blake2b(station.encode(), digest_size=8).hexdigest()

    def id(self, one: UUID) -> UUID:
        """Its time stays: keys of a store grow as they do when people are registered."""
        return UUID(int=one.int ^ self.mask)

    def text(self, content: bytes) -> bytes:
        moved = _UUID.sub(lambda found: str(self.id(UUID(found[0].decode()))).encode(), content)
        return orjson.dumps(self._told(orjson.loads(moved)), option=orjson.OPT_SORT_KEYS)

    def _told(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: self._told(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [self._told(each, name) for each in value]
        if name == "node" and value == NODE:
            return self.station
        if name in ("number", "card_token") and isinstance(value, str) and value:
            return f"{value[:14]}{self.digest[:6]}"
        return value


def in_batches(entries: list[Any], most: int) -> Iterator[list[Any]]:
    for start in range(0, len(entries), most):
        yield entries[start : start + most]
