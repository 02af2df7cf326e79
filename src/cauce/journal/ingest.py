"""Taking in what other nodes recorded: as it is, never refused by a rule, whole or not at all.

A whole chain (a station's, at the hub) is taken in only where it continues what is here already. Of a partial chain
(copies of what concerns this node) each entry stands for itself; whoever hands it over vouches for it.
"""

from __future__ import annotations

import gc
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import DataError, IntegrityError, OperationalError, connection, transaction

from cauce.journal import triggers
from cauce.journal.ahead import Early, finish
from cauce.journal.errors import Refused
from cauce.journal.events import Recorded, receivers_of
from cauce.journal.foreseeing import Foreseen, NoKey, Read, Whole, foresee, read_all
from cauce.journal.keys import ERASURES, Ring, at_hand, destroy
from cauce.journal.models import Contested, Entry, Head, Mention, Node, PersonKey, Projection
from cauce.journal.rows import append, found, insert, put, put_ready, together, upsert
from cauce.journal.services import (
    FOUNDING,
    GENESIS,
    MACHINE,
    apply,
    before_the_head,
    link,
    lock_head,
    mentioned,
    placed,
    total,
)

_log = logging.getLogger("cauce.journal")


class Incoming(NamedTuple):
    """An entry on its way: the columns of `Entry` but for the number that this store gives it."""

    node: str
    seq: int
    name: str
    version: int
    person: UUID | None
    account: str
    place: str
    happened_at: str
    recorded_at: str
    body: bytes
    sealed: bytes | None
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class Taken:
    """How many entries were new, how many were here already, and which of the new ones are contested (their ids)."""

    new: int = 0
    known: int = 0
    contested: tuple[int, ...] = ()


class Untrue(Refused):
    """An entry is not what its node wrote: its hash does not fit, or it does not follow its predecessor."""

    code = "untrue"


class Gap(Refused):
    """Entries before these are missing here. `seq` is the last one that is here."""

    code = "gap"

    def __init__(self, message: str, *, seq: int) -> None:
        super().__init__(message)
        self.seq = seq


class Forked(Refused):
    """A node wrote two different entries under one number: `seq`. `here` is the hash that was taken in before."""

    code = "forked"

    def __init__(self, message: str, *, node: str, seq: int, here: str, entries: Sequence[Incoming]) -> None:
        super().__init__(message)
        self.node, self.seq, self.here, self.entries = node, seq, here, tuple(entries)


@contextmanager
def collector_waits() -> Iterator[None]:
    """Inside, Python looks for no circles among its objects: a batch makes tens of thousands that all stay until its
    end, and looking through them again and again took a fifth of the time. What is used no more goes all the same.
    """
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looked:
            gc.enable()


def take_in(
    entries: Sequence[Incoming],
    *,
    partial: bool,
    keys: Mapping[UUID, bytes] | None = None,
    erased: Iterable[UUID] = (),
    own: bool = False,
) -> Taken:
    """Write other nodes' entries and the rows that follow from them, in one transaction; then `@receives` functions.

    `keys` are the secrets of persons whom the entries are about, `erased` those whose key their sender destroyed.
    `own` lets a restored store have its own chain back. Entries known already are passed over, so that the same again
    changes nothing. Raises Untrue, Gap, Forked or Refused, and then nothing was written. What a constraint refuses is
    kept and marked as `Contested`.
    """
    _check(entries, partial=partial, own=own)
    if not entries and not keys and not erased:
        return Taken()
    # SQLite looks at foreign keys when the outermost transaction ends: too late to tell whose entry it was. So it is
    # asked before that only when something was wrong, or when somebody else's transaction goes on.
    careful = connection.vendor == "sqlite" and connection.in_atomic_block
    batch = _Batch(entries, partial, dict(keys or {}), tuple(erased), own)
    batch.foresee()
    try:
        return batch.write(careful=careful)
    except IntegrityError:
        if connection.vendor != "sqlite" or careful:
            raise
        return batch.write(careful=True)


def row_of(entry: Incoming | Entry) -> tuple[Any, ...]:
    """What of an entry enters its hash, in the order of `services.link`."""
    return (
        entry.node,
        entry.seq,
        entry.name,
        entry.version,
        entry.person.hex if entry.person is not None else "",
        entry.account,
        entry.place,
        entry.happened_at,
        entry.recorded_at,
        bytes(entry.body),
        bytes(entry.sealed) if entry.sealed is not None else None,
    )


def _check(entries: Sequence[Incoming], *, partial: bool, own: bool) -> None:
    """What can be said of the entries by themselves, before anything is locked."""
    here = Node.here().name
    if not partial and len({entry.node for entry in entries}) > 1:
        raise ValueError("a whole chain is taken in alone")
    before: Incoming | None = None
    for entry in entries:
        if entry.node == here and not own and not partial:
            raise Refused(f"These are entries of this node itself ({here}): it takes in none of its own.", code="own")
        if link(entry.prev, row_of(entry)) != entry.hash:
            raise Untrue(
                f"Entry {entry.seq} of the chain {entry.node} is not what was written there: its hash does not fit. "
                "Nothing was taken in. Send it again; if it stays so, look at that store with `cauce journal verify`."
            )
        if not partial and before is not None and (entry.seq, entry.prev) != (before.seq + 1, before.hash):
            raise Untrue(
                f"Entry {entry.seq} of the chain {entry.node} does not follow entry {before.seq}. Nothing was taken in."
            )
        if entry.name == FOUNDING and entry.node != here and orjson.loads(entry.body).get("training"):
            raise Refused(f"{entry.node} is a training store: nothing of it is taken in.", code="training")
        before = entry


class _Anew(Exception):
    """Rows that were put into the store before the lock stand in the way: once more, all in its place."""


class _Ahead(NamedTuple):
    """What follows from the entries, made ready before the lock, the numbers that they have now, and what is there."""

    whole: Whole
    numbers: Sequence[int]
    early: Early | None


@dataclass(slots=True)
class _Batch:
    """One piece of taking in, as far as it got."""

    entries: Sequence[Incoming]
    partial: bool
    keys: dict[UUID, bytes]
    erased: tuple[UUID, ...]
    own: bool
    careful: bool = False
    contested: dict[int, str] = field(default_factory=dict)
    foreseen: Foreseen | None = None

    def foresee(self) -> None:
        """Do before the lock what needs none; what tells of erased people is rare, and is left for later."""
        if not self.erased:
            self.foreseen = foresee(self.entries, self.keys)

    def write(self, *, careful: bool) -> Taken:
        """All in one transaction: with rows that go ahead of the lock, and where that fails without."""
        whole = self.foreseen.whole if self.foreseen is not None else None
        early = Early(whole.steps) if whole is not None else None
        if early is not None and early.models:
            try:
                with transaction.atomic():
                    self._put(early)
                    return self._write(careful, early)
            except (_Anew, IntegrityError, DataError, OperationalError) as reason:
                if isinstance(reason, OperationalError) and (not is_deadlock(reason) or connection.in_atomic_block):
                    raise  # nothing that it would be otherwise without; or what is around this was broken off too
                self.foreseen = None
        with transaction.atomic():
            return self._write(careful, None)

    def _put(self, early: Early) -> None:
        before_the_head()
        with triggers.held_back():
            early.put()
            self._check_keys()

    def _write(self, careful: bool, early: Early | None) -> Taken:
        self.careful, self.contested = careful, {}
        lock_head()
        fresh = self._fresh()
        ring, read, whole = self._read(fresh)
        if early is not None and whole is None:
            raise _Anew
        numbers = append(Entry, Incoming._fields, fresh, whole.entries if whole else None)
        records = self._placed(fresh, numbers, read)
        self._settle(records, ring, _Ahead(whole, numbers, early) if whole else None)
        self._forget(fresh)
        at = datetime.now(UTC)
        if whole is not None and whole.mentions is not None:
            whole.mentions.numbers = numbers
            put_ready(Mention, whole.mentions)
        else:
            put(Mention, ("person", "entry_id"), mentioned((r.entry, r.event) for r in records))
        insert(Contested(entry_id=entry, why=why[:120], at=at) for entry, why in sorted(self.contested.items()))
        if not self.own:
            self._receive(records)
        return Taken(len(fresh), len(self.entries) - len(fresh), tuple(sorted(self.contested)))

    def _fresh(self) -> list[Incoming]:
        """What is not here yet, its chains' heads locked and moved on."""
        fresh: list[Incoming] = []
        for node, some in groupby(sorted(self.entries, key=lambda e: e.node), key=lambda e: e.node):
            chain = list(some)
            head = _locked(node, partial=self.partial)
            known = _known(node, [entry.seq for entry in chain])
            for entry in chain:
                if known.get(entry.seq, entry.hash) != entry.hash:
                    raise _forked(entry, known[entry.seq], chain)
            new = [entry for entry in chain if entry.seq not in known]
            if self.partial:
                _sum_up(head, new)
            else:
                _continue(head, new, chain)
            if new:
                upsert([head], update=("seq", "hash"))
            fresh += new
        if len({entry.node for entry in fresh}) > 1:
            wanted = set(fresh)
            fresh = [entry for entry in self.entries if entry in wanted]  # the order in which they were handed over
        return fresh

    def _ring(self, fresh: Sequence[Incoming]) -> Ring:
        ring = Ring()
        ring.load({e.person for e in fresh if e.person is not None} | self.keys.keys())
        gone = {person for person in self.erased if not ring.knows(person)}
        here = found(PersonKey, gone, "erased_elsewhere")
        insert(PersonKey(person=p, wrapped=None, erased_elsewhere=True) for p in sorted(gone - here.keys()))
        ring.take({person: secret for person, secret in self.keys.items() if person not in gone})
        ring.load(gone)
        return ring

    def _read(self, fresh: Sequence[Incoming]) -> tuple[Ring, Mapping[tuple[str, int], Read], Whole | None]:
        """What they say: as it was read before the lock, if no key has changed since; and what follows, once."""
        foreseen, self.foreseen = self.foreseen, None
        if foreseen is not None and foreseen.keys.confirm():
            return foreseen.ring, foreseen.read, foreseen.whole if len(fresh) == len(self.entries) else None
        ring = self._ring(fresh)
        return ring, read_all(fresh, ring), None

    def _placed(
        self, fresh: Sequence[Incoming], numbers: Sequence[int], read: Mapping[tuple[str, int], Read]
    ) -> list[Recorded[Any]]:
        """The entries as events; those that this program cannot read are contested and left out."""
        records = []
        for entry, number in zip(fresh, numbers, strict=True):
            told = read[entry.node, entry.seq]
            if isinstance(told, NoKey):
                raise told
            if isinstance(told, str):
                self.contested[number] = told
            else:
                records.append(placed(entry, number, told))
        return records

    def _settle(self, records: Sequence[Recorded[Any]], ring: Ring, ahead: _Ahead | None) -> None:
        """Apply all at once; if the store refuses, halve until it is known whose entry it was."""
        with triggers.held_back(), at_hand(ring):
            self._apply(records, ahead)

    def _apply(self, records: Sequence[Recorded[Any]], ahead: _Ahead | None = None) -> None:
        if not records:
            return
        try:
            with transaction.atomic():
                if ahead is None:
                    apply(records, gathered=True)
                else:
                    self._finish(records, ahead)
                self._check_keys()
        except OperationalError:
            raise
        except Exception as reason:
            if ahead is not None and ahead.early is not None:
                raise _Anew from reason
            # Whatever it is, one entry must not keep a station's whole chain away from the hub.
            if len(records) == 1 and ahead is None:
                self.contested[records[0].entry] = _why(reason)
                _log.warning("entry %s of the chain %s is contested: %s", records[0].seq, records[0].node, _why(reason))
                return
            half = len(records) // 2
            self._apply(records[:half])
            self._apply(records[half:])

    def _finish(self, records: Sequence[Recorded[Any]], ahead: _Ahead) -> None:
        """Apply what was made ready before the lock, in the same order as `apply` would."""
        places = {number: at for at, number in enumerate(ahead.numbers)}
        with together():
            finish(ahead.whole.steps, ahead.numbers, {places[r.entry]: r for r in records}, ahead.early)

    def _check_keys(self) -> None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        elif self.careful:
            connection.check_constraints(table_names=_tables())

    def _forget(self, fresh: Sequence[Incoming]) -> None:
        """Erasing reaches copies: the key goes here too."""
        for person in {e.person for e in fresh if e.name in ERASURES and e.person is not None}:
            destroy(person)

    def _receive(self, records: Sequence[Recorded[Any]]) -> None:
        heard: dict[Callable[..., None], list[Recorded[Any]]] = {}
        for record in records:
            if record.entry not in self.contested:
                for function in receivers_of(type(record.event)):
                    heard.setdefault(function, []).append(record)
        # Each once for all that came: a station's three days are thousands of entries of mixed kinds.
        for function, some in heard.items():
            function(some, MACHINE)


def _locked(node: str, *, partial: bool) -> Head:
    Head.objects.get_or_create(node=node, defaults={"seq": 0, "hash": GENESIS, "partial": partial})
    head = Head.objects.select_for_update().get(node=node)
    if head.partial != partial:
        held, sent = ("partial", "whole") if head.partial else ("whole", "partial")
        if node == Node.here().name:
            return head
        raise Refused(f"The chain {node} is {held} here; a {sent} one was sent. Nothing was taken in.", code="kind")
    return head


def _known(node: str, seqs: Sequence[int]) -> dict[int, str]:
    if not seqs:
        return {}
    rows = Entry.objects.filter(node=node, seq__gte=min(seqs), seq__lte=max(seqs)).values_list("seq", "hash")
    return dict(rows)


def _sum_up(head: Head, new: Sequence[Incoming]) -> None:
    if new and not head.partial:
        raise Refused(
            f"The hub has {len(new)} entries of this node's own chain that this store does not have: it was restored "
            "from an older backup. `cauce sync recover` gets them back.",
            code="own",
        )
    if len({entry.seq for entry in new}) != len(new):
        raise Untrue("The same entry stands twice among these. Nothing was taken in.")
    head.seq += len(new)
    head.hash = total(head.hash, (entry.hash for entry in new))


def _continue(head: Head, new: Sequence[Incoming], chain: Sequence[Incoming]) -> None:
    if not new:
        return
    first = new[0]
    if first.seq > head.seq + 1:
        last = first.seq - 1
        missing = f"entries {head.seq + 1} to {last}" if last > head.seq + 1 else f"entry {last}"
        raise Gap(
            f"The chain {head.node} lacks {missing} here, so what follows was not taken in. Send it first.",
            seq=head.seq,
        )
    if first.prev != head.hash:
        raise _forked(first, head.hash, chain)
    head.seq, head.hash = new[-1].seq, new[-1].hash


def _forked(entry: Incoming, here: str, chain: Sequence[Incoming]) -> Forked:
    return Forked(
        f"{entry.node} wrote entry {entry.seq} of its chain twice, in two ways: what came now does not fit what came "
        "before. Nothing was taken in. Was the store copied, or an old backup used beside the present one?",
        node=entry.node,
        seq=entry.seq,
        here=here,
        entries=[each for each in chain if each.seq >= entry.seq],
    )


def is_deadlock(reason: OperationalError) -> bool:
    """Whether the server broke off one of two that waited for each other."""
    return getattr(reason.__cause__, "sqlstate", "") == "40P01"


def _tables() -> list[str]:
    from django.apps import apps

    return [model._meta.db_table for model in apps.get_models() if issubclass(model, Projection)]


def _why(reason: Exception) -> str:
    """The constraint's name or a code; never the values, which a store likes to put into its messages."""
    text = str(reason)
    named = re.search(r'constraint "(\w+)"|constraint failed: ([\w., ]+)|cauce:(\w+)', text)
    if named:
        return next(group for group in named.groups() if group)
    return "foreign key" if "foreign key" in text.lower() else type(reason).__name__
