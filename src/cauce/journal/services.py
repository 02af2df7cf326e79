"""The one way to write: append events to this node's chain, apply them, let reactions follow, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from cauce.journal import clock, letters
from cauce.journal.clock_jumps import ClockJumped, since_last
from cauce.journal.commuting import pieces
from cauce.journal.errors import Refused
from cauce.journal.events import Event, Recorded, appliers_of, event, join, personal_names, reactions_of, split
from cauce.journal.keys import SEARCH, Ring, at_hand, node_secret, present
from cauce.journal.models import Entry, Head, Mention, Node
from cauce.journal.rows import first, insert_numbered, put, together, upsert

GENESIS = "0" * 64
N = TypeVar("N")


class By(Protocol):
    """Who writes: `access.Actor` is one."""

    @property
    def account(self) -> str: ...
    @property
    def place(self) -> str: ...


class Written(Protocol):
    """An entry, here already or on its way."""

    @property
    def node(self) -> str: ...
    @property
    def seq(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def person(self) -> UUID | None: ...
    @property
    def account(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def happened_at(self) -> str: ...
    @property
    def recorded_at(self) -> str: ...
    @property
    def body(self) -> Any: ...
    @property
    def sealed(self) -> Any: ...


def link(prev: str, row: Sequence[Any]) -> str:
    """SHA-256 over the previous hash and every column of the entry; sealed bytes enter as their own digest.

    `row` is (node, seq, name, version, person hex or "", account, place, happened_at, recorded_at, body, sealed).
    """
    node, seq, name, version, person, account, place, happened_at, recorded_at, body, sealed = row
    # One format of one string: a verification of millions of entries is mostly this line.
    text = f"{prev}\0{node}\0{seq}\0{name}\0{version}\0{person}\0{account}\0{place}\0{happened_at}\0{recorded_at}\0"
    inner = sha256(sealed).digest() if sealed is not None else b"-"
    return sha256(b"".join((text.encode(), inner, body))).hexdigest()


def total(before: str, hashes: Iterable[str]) -> str:
    """The sum of hashes modulo 2**256, as 64 hexadecimal digits: what the head of a partial chain keeps."""
    return f"{(int(before, 16) + sum(int(each, 16) for each in hashes)) % (1 << 256):064x}"


def lock_head() -> Head:
    """This node's chain head, locked until the transaction ends. Take it before checking what others might change."""
    if not connection.in_atomic_block:
        raise RuntimeError("a writer opens its transaction before it takes the chain head")
    found = first(_own_head)
    if found is None:
        raise Refused(
            "This store has lost the head of its own chain: nothing can be recorded. Restore the last backup.",
            code="no_head",
        )
    head = Head(node=found[0], seq=found[1], hash=found[2])
    head.last_at = found[3] or ""
    return head


_EARLY = 0x6361756365


def before_the_head(*, alone: bool = False) -> None:
    """Said in a transaction before it has the chain head, by whoever writes rows by then, and by whoever locks tables.

    The second is `alone`: it waits until none of the first is at work, and lets none begin, or each would wait for the
    other. SQLite has one writer at a time.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock{'' if alone else '_shared'}(%s)", [_EARLY])


def _own_head() -> QuerySet[Head, Any]:
    own = Head.objects.select_for_update().filter(node__in=Node.objects.values("name"))
    last = Entry.objects.filter(node=OuterRef("node"), seq=OuterRef("seq")).values("recorded_at")
    return own.annotate(last=Subquery(last)).values_list("node", "seq", "hash", "last")


def record(*events: Event, by: By, happened_at: datetime | None = None) -> list[Recorded[Any]]:
    """Append `events` to this node's chain, apply them and run reactions, all or nothing.

    `happened_at` (aware) defaults to now. Returns the recorded events, reactions' own not included. Raises whatever
    a database rule says as IntegrityError; `guard.refusals()` turns that into a Refused with a sentence.
    """
    if not events:
        return []
    with transaction.atomic():
        ring = Ring()
        appended = _append(events, by, happened_at, ring)
        apply(appended, ring)
        records = appended[-len(events) :]
        for kind, batch in groupby(records, key=lambda r: type(r.event)):
            same = list(batch)
            for reaction in reactions_of(kind):
                reaction(same, by)
    return records


def apply(records: Sequence[Recorded[Any]], ring: Ring | None = None, *, gathered: bool = False) -> None:
    """Write the rows that follow from these events, as many of one kind at once as gives the same rows.

    `ring` has the keys that the entries were read with, for the columns that are sealed with the same. `gathered`,
    where no rule is asked: each row is written once, however many events speak of it.
    """
    with at_hand(ring or present()), together() if gathered else nullcontext():
        for same in pieces(records):
            for applier in appliers_of(type(same[0].event)):
                applier(same)


def _append(
    events: Sequence[Event], by: By, happened_at: datetime | None, ring: Ring | None = None
) -> list[Recorded[Any]]:
    """The events, behind what the machine noted of its clock, if it jumped since the last entry."""
    head = lock_head()
    ring = ring or Ring()
    recorded_at = clock.now()
    jump = since_last(head.last_at, recorded_at)
    noted: list[Recorded[Any]] = []
    if jump is not None and not isinstance(events[0], ClockJumped):
        noted = _chained(head, (jump,), MACHINE, (recorded_at, recorded_at), ring)
    return noted + _chained(head, events, by, (happened_at or recorded_at, recorded_at), ring)


def _chained(
    head: Head, events: Sequence[Event], by: By, times: tuple[datetime, datetime], ring: Ring
) -> list[Recorded[Any]]:
    """Seal the events and put them behind the head; `times` are when they happened and when they are recorded."""
    happened, recorded_at = times
    told = (clock.stamp(happened), clock.stamp(recorded_at))
    events = [letters.closed(fact) for fact in events]
    halves = [split(fact) for fact in events]
    subjects = [_subject(fact) for fact in events]
    ring.make({s for s, (_, secret) in zip(subjects, halves, strict=True) if s is not None and secret is not None})
    facts: list[Event] = []
    entries = []
    for fact, subject, (body, secret) in zip(events, subjects, halves, strict=True):
        sealed = ring.seal(subject, secret, fact.name) if subject is not None and secret is not None else None
        # Rows follow from what a replay will read, not from what was handed in: the two can never differ. About
        # somebody whose key is gone that is the public half alone.
        facts.append(join(fact.name, fact.version, body, secret if sealed is not None else None))
        entries.append(_entry(head, fact, subject, by, told, body, sealed))
    numbers = insert_numbered(entries)
    upsert([head], update=("seq", "hash"))
    put(Mention, ("person", "entry_id"), mentioned(zip(numbers, events, strict=True)))
    return [
        Recorded(fact, number, e.node, e.seq, e.account, e.place, happened, recorded_at)
        for fact, number, e in zip(facts, numbers, entries, strict=True)
    ]


def mentioned(told: Iterable[tuple[N, Event]]) -> Iterator[tuple[UUID, N]]:
    """Each person whom these events, told with the numbers of their entries, mention, once an entry."""
    for number, fact in told:
        for person in dict.fromkeys(fact.mentions()):
            yield person, number


def _subject(fact: Event) -> UUID | None:
    """Whose key seals the event; ValueError when it has something to seal and nobody to seal it for."""
    subject: UUID | None = getattr(fact, fact.subject, None) if fact.subject else None
    if subject is None and personal_names(type(fact)):
        raise ValueError(f"{fact.name} has personal fields, so it needs the person in its field {fact.subject!r}")
    return subject


def _entry(
    head: Head, fact: Event, subject: UUID | None, by: By, times: tuple[str, str], body: bytes, sealed: bytes | None
) -> Entry:
    head.seq += 1
    person = subject.hex if subject is not None else ""
    row = (head.node, head.seq, fact.name, fact.version, person, by.account, by.place, *times, body, sealed)
    prev, head.hash = head.hash, link(head.hash, row)
    return Entry(
        node=head.node,
        seq=head.seq,
        name=fact.name,
        version=fact.version,
        person=subject,
        account=by.account,
        place=by.place,
        happened_at=times[0],
        recorded_at=times[1],
        body=body,
        sealed=sealed,
        prev=prev,
        hash=head.hash,
    )


def replayed(entries: Iterator[Entry] | Sequence[Entry], ring: Ring | None = None) -> list[Recorded[Any]]:
    """Entries read back as recorded events, opened with the keys that still exist."""
    rows = list(entries)
    ring = ring or Ring()
    ring.load({e.person for e in rows if e.person is not None and e.sealed is not None})
    return [opened(e, e.id, ring) for e in rows]


def opened(entry: Written, number: int, ring: Ring) -> Recorded[Any]:
    """The event of one entry, as much of it as the ring opens; `number` is the entry's own here."""
    return placed(entry, number, said(entry, ring))


Said = tuple[Event, datetime, datetime]
"""What an entry says: its event, when it happened, when it was recorded."""


def said(entry: Written, ring: Ring) -> Said:
    """What the entry says, as much of it as the ring opens. KeyError and the like for what this program cannot read."""
    secret = ring.unseal(entry.person, _bytes(entry.sealed), entry.name)
    fact = join(entry.name, entry.version, bytes(entry.body), secret)
    return fact, clock.unstamp(entry.happened_at), clock.unstamp(entry.recorded_at)


def placed(entry: Written, number: int, told: Said) -> Recorded[Any]:
    """What an entry says, with its place in this store."""
    fact, happened, recorded = told
    return Recorded(fact, number, entry.node, entry.seq, entry.account, entry.place, happened, recorded)


def ruling(records: Sequence[Recorded[Any]]) -> list[Recorded[Any]]:
    """Those that say what holds here: this node's own, and its hub's, whose chain is here in copies.

    A hub has the whole chains of its stations; what held there before they had a hub is history, and rules nobody.
    """
    whole = set(Head.objects.filter(partial=False).exclude(node=Node.here().name).values_list("node", flat=True))
    return [record for record in records if record.node not in whole]


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)


FOUNDING = "journal.node_opened"


@event(FOUNDING, subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class NodeOpened(Event):
    """The first entry of every chain. It says for good whether this is a training store."""

    node: str
    training: bool
    clock_offset: float = 0.0


class _Machine:
    account = "system"
    place = ""


MACHINE: By = _Machine()
"""Who records what nobody did: the founding of a chain, what follows from another node's entries."""


def open_node(*, name: str, training: bool, clock_offset: float = 0.0) -> Node:
    """Found this store's chain. Refuses (IntegrityError) a second node in one store."""
    with transaction.atomic():
        node = Node.objects.create(name=name, training=training, clock_offset=clock_offset, opened_at=datetime.now(UTC))
        Head.objects.create(node=name, seq=0, hash=GENESIS)
        node_secret(SEARCH)
        Node.forget()
        record(NodeOpened(node=name, training=training, clock_offset=clock_offset), by=MACHINE)
    return node
