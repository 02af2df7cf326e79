"""The other version of what a node wrote twice: kept with its keys, read by a person, told as matters, not dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from uuid import UUID

import orjson
from pydantic import ValidationError

from cauce.access.actor import Actor
from cauce.journal.events import Event, Recorded, new_id, reacts, receives
from cauce.journal.ingest import Incoming
from cauce.journal.keys import Ring
from cauce.journal.models import Entry, PersonKey
from cauce.journal.services import By, opened
from cauce.people.models import Person
from cauce.sync.enrolling import release
from cauce.sync.matter_events import MatterOpened, MatterSettled
from cauce.sync.matters import NAMED, raise_matters
from cauce.sync.matters_models import Matter
from cauce.sync.models import Conflict, Peer

NOTHING = b"null"


@dataclass(frozen=True, slots=True)
class Version:
    """One entry of the other version. `entry` is None where only its hash is here, `fact` for what cannot be read."""

    row: Conflict
    entry: Incoming | None
    fact: Event | None


def keep(node: str, entries: Iterable[Incoming], keys: Mapping[UUID, bytes]) -> None:
    """Keep these entries of the other version, and the keys that they need. In a transaction that holds the head."""
    now = datetime.now(UTC)
    others = list(entries)
    kept = [e for e in others if _keep(node, e.seq, e.hash, orjson.dumps(_as_text(e)), now)]
    needed = {entry.person for entry in kept if entry.person is not None and entry.sealed is not None}
    Ring().take({person: keys[person] for person in needed & keys.keys()})


def keep_hash(node: str, seq: int, there: str) -> None:
    """Keep that the other version ends with this hash; what it says did not come."""
    _keep(node, seq, there, NOTHING, datetime.now(UTC))


def is_let_go_on(node: str, entries: Iterable[Incoming], head: tuple[int, str]) -> bool:
    """At the hub: is this the version of the node that somebody let go on, and that has not been set aside yet? What it
    recorded since belongs to it; an entry that differs from it again makes it another one."""
    if Peer.objects.filter(name=node).exclude(quarantined_why="").exists():
        return False
    hashes = {entry.seq: entry.hash for entry in entries} | {head[0]: head[1]}
    known: dict[int, set[str]] = {}
    rows = Conflict.objects.filter(node=node, told=False, seq__range=(min(hashes), max(hashes)))
    for seq, there in rows.values_list("seq", "there"):
        known.setdefault(seq, set()).add(there)
    seen = [hashes[seq] in those for seq, those in known.items() if seq in hashes]
    return bool(seen) and all(seen)


def _keep(node: str, seq: int, there: str, content: bytes, at: datetime) -> bool:
    """Whether the content is kept: not where somebody has looked at it and let it go."""
    here = Entry.objects.filter(node=node, seq=seq).values_list("hash", flat=True).first() or ""
    defaults = {"here": here, "entry": content, "at": at}
    row, made = Conflict.objects.get_or_create(node=node, seq=seq, there=there, defaults=defaults)
    if not made and not row.told and bytes(row.entry) == NOTHING != content:
        row.entry = content
        row.save(update_fields=["entry"])
    return bytes(row.entry) != NOTHING


def _as_text(entry: Incoming) -> dict[str, object]:
    told = entry._asdict()
    for name in ("body", "sealed"):
        told[name] = bytes(told[name]).hex() if told[name] is not None else None
    return told


def _entry(content: bytes) -> Incoming | None:
    told = orjson.loads(content)
    if told is None:
        return None
    told["person"] = UUID(told["person"]) if told["person"] else None
    told["body"] = bytes.fromhex(told["body"])
    told["sealed"] = bytes.fromhex(told["sealed"]) if told["sealed"] is not None else None
    return Incoming(**told)


def versions_of(node: str = "") -> list[Version]:
    """What nodes (or this one) wrote a second time, in the order of their chains, opened as far as keys are here: for
    who shows of each no more than its reader may know."""
    rows = Conflict.objects.order_by("node", "seq", "id")
    return _read(list(rows.filter(node=node) if node else rows))


def decide(*, node: str, why: str, other: bool, by: Actor) -> int:
    """At the hub, after somebody looked at both versions: the machine goes on whose entries the hub has, or the `other`
    one, which sets its own aside. How many matters tell what only the version that goes has: none yet with `other`.

    Raises Refused for a station that is not in quarantine, Unknown, CauceError without a reason.
    """
    return release(name=node, why=why, by=by, after=int if other else lambda: tell_versions(node, by=by))


def _read(rows: Sequence[Conflict]) -> list[Version]:
    entries = [_entry(bytes(row.entry)) for row in rows]
    ring = Ring()
    ring.load({entry.person for entry in entries if entry is not None and entry.person is not None})
    return [Version(row, entry, _fact(entry, ring)) for row, entry in zip(rows, entries, strict=True)]


def _fact(entry: Incoming | None, ring: Ring) -> Event | None:
    try:
        return None if entry is None else opened(entry, 0, ring).event
    except (KeyError, ValueError, ValidationError):  # a newer Cauce wrote it
        return None


def tell_versions(node: str, *, by: By) -> int:
    """A matter for each person (and one for all else) about whom the other version of that node told something, unless
    that was told before; how many. Call it under the chain's lock."""
    fresh = _read(list(Conflict.objects.filter(node=node, told=False).order_by("seq", "id")))
    subjects = {version.row.id: _subject(version) for version in fresh}
    fresh.sort(key=lambda version: (subjects[version.row.id], version.row.seq))
    known = set(Person.objects.filter(id__in=[v.entry.person for v in fresh if v.entry]).values_list("id", flat=True))
    matters = [
        _matter(node, list(some), known) for _, some in groupby(fresh, key=lambda version: subjects[version.row.id])
    ]
    Conflict.objects.filter(id__in=subjects).update(told=True)
    return raise_matters(matters, by=by)


@receives(MatterOpened)
def taken_up(records: list[Recorded[MatterOpened]], by: By) -> None:
    """At the hub: a station that was let go on with its own version has set that aside, and tells it as matters itself.
    Whatever brings it once more is a second store again."""
    own = {r.node for r in records if r.event.kind == "written_twice" and r.event.told.get("node") == r.node}
    Conflict.objects.filter(node__in=own, told=False).update(told=True)


@receives(MatterSettled)
@reacts(MatterSettled)
def let_go(records: list[Recorded[MatterSettled]], by: By) -> None:
    """P16: once somebody has recorded again what was missing, what the other version says goes, with keys that nothing
    else needs; that there was one stays, with its hash."""
    settled = Matter.objects.filter(id__in=[r.event.id for r in records], kind="written_twice")
    for node, about in settled.values_list("told__node", "about"):
        told = _read(list(Conflict.objects.filter(node=node, told=True)))
        subjects = [_subject(version) for version in told if _about(version.row) == about]
        gone = [version for version in told if _subject(version) in subjects]
        Conflict.objects.filter(id__in=[version.row.id for version in gone]).update(entry=NOTHING)
        persons = {version.entry.person for version in gone if version.entry and version.entry.person}
        needed = Entry.objects.filter(person__in=persons).values("person")
        PersonKey.objects.filter(person__in=persons, wrapped__isnull=False).exclude(person__in=needed).delete()


def _about(row: Conflict) -> str:
    return f"{row.seq}:{row.there}"


def _subject(version: Version) -> str:
    return version.entry.person.hex if version.entry and version.entry.person else ""


def _matter(node: str, some: Sequence[Version], known: set[UUID]) -> MatterOpened:
    person = some[0].entry.person if some[0].entry else None
    kinds = [version.entry.name if version.entry else "?" for version in some]
    counts = Counter(kind for kind in kinds if kind in NAMED)
    names = [name if count == 1 else f"{name} ({count})" for name, count in counts.items()]
    names += [f"… ({rest})"] if (rest := len(kinds) - counts.total()) else []
    return MatterOpened(
        id=new_id(),
        kind="written_twice",
        person=person if person in known else None,
        place=next((version.entry.place for version in some if version.entry), ""),
        about=_about(some[0].row),
        told={"node": node, "first": str(some[0].row.seq), "last": str(some[-1].row.seq), "events": ", ".join(names)},
    )
