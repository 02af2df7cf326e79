"""Walks the chains and names the first entry that is not what was written.

A chain proves that nothing was changed, taken out, put in or cut off since its head was last known. Whoever can rewrite
every entry *and* the head leaves no trace in the store itself: so the heads are printed, to be kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from django.db import connection

from cauce.journal.errors import CauceError
from cauce.journal.keys import ERASURES, open_person
from cauce.journal.models import Entry, Head, Node, PersonKey, Taking
from cauce.journal.services import GENESIS, link, total

CHUNK = 5_000
Progress = Callable[[int], None]


class Bad(NamedTuple):
    """The first entry of a chain that cannot be trusted, and what is wrong with it."""

    node: str
    seq: int
    wrong: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`heads` are the ends of the chains as walked: (node, seq, hash)."""

    entries: int
    heads: tuple[tuple[str, int, str], ...]
    first_bad: Bad | None


@dataclass(slots=True)
class Walk:
    """How far one chain has been walked; `last` orders rows by receipt, whatever the chain's own numbers say."""

    node: str
    seq: int = 0
    hash: str = GENESIS
    last: int = 0


Other = Callable[[Walk, Progress], Bad | None]
_others: dict[str, Other] = {}
_proofs: list[Callable[[], Bad | None]] = []


def also(name: str) -> Callable[[Other], Other]:
    """Register another room's chain: a function that moves the walk on over its new rows, or names the bad one."""

    def register(function: Other) -> Other:
        _others[name] = function
        return function

    return register


def proof(function: Callable[[], Bad | None]) -> Callable[[], Bad | None]:
    """Register what another room keeps beside the chains and can prove: it names the first row that is not so."""
    _proofs.append(function)
    return function


def verify(progress: Progress | None = None) -> Verdict:
    """Walk every chain of this store to its head. `progress` is called with how many more entries were walked.

    Writers are not stopped: what they append meanwhile is walked too.
    """
    tell = progress or (lambda count: None)
    heads = []
    entries = 0
    partial = set(Head.objects.filter(partial=True).values_list("node", flat=True))
    for node in _chains():
        walk = Walk(node)
        bad = _copies(walk, tell) if node in partial else _to_the_head(walk, _others.get(node, _entries), tell)
        entries += walk.seq
        heads.append((node, walk.seq, walk.hash))
        if bad is not None:
            return Verdict(entries, tuple(heads), bad)
    bad = _founding() or _keys() or _taking() or next(filter(None, (prove() for prove in _proofs)), None)
    return Verdict(entries, tuple(heads), bad)


def _founding() -> Bad | None:
    """F7: what the store says of itself is what its first entry says."""
    node = Node.objects.first()
    first = Entry.objects.filter(node=node.name, seq=1).values_list("body", flat=True).first() if node else None
    if node is None or first is None:
        return None
    told = orjson.loads(bytes(first))
    if (told["training"], told["clock_offset"]) == (node.training, node.clock_offset):
        return None
    return Bad(node.name, 1, "the store says otherwise of itself whether it is for training, or what its clock shows")


def _keys() -> Bad | None:
    """Every key opens, and only an erasure destroyed one. Told as the chain `keys`, which has no numbers."""
    told = PersonKey.objects.filter(erased_elsewhere=True).values_list("person", flat=True)
    erased = {*told} | set(Entry.objects.filter(name__in=ERASURES).values_list("person", flat=True))
    known = set()
    for person, wrapped in PersonKey.objects.values_list("person", "wrapped").iterator(chunk_size=CHUNK):
        known.add(person)
        if wrapped is None and person not in erased:
            return Bad("keys", 0, f"the key of person {person} is gone, and no entry says that the person was erased")
        try:
            if wrapped is not None:
                open_person(bytes(wrapped), person)
        except CauceError as reason:
            return Bad("keys", 0, str(reason))
    sealed = Entry.objects.filter(sealed__isnull=False).exclude(person__isnull=True)
    for about in sealed.values_list("person", flat=True).distinct().iterator(chunk_size=CHUNK):
        if about not in known:
            return Bad("keys", 0, f"there is no key of person {about}, about whom entries are sealed")
    return None


def _chains() -> list[str]:
    """Every chain: those that have a head before those that are only entries, so that a strayed entry is named."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT node FROM journal_head")
        headed = {node for (node,) in cursor.fetchall()} | _others.keys()
        cursor.execute("SELECT DISTINCT node FROM journal_entry")
        return sorted(headed) + sorted({node for (node,) in cursor.fetchall()} - headed)


def _to_the_head(walk: Walk, onward: Other, tell: Progress) -> Bad | None:
    """Walk until the head is reached. It is read after the entries, so in a whole store it is never behind them."""
    before = -1
    while True:
        bad = onward(walk, tell)
        if bad is not None:
            return bad
        head = Head.objects.filter(node=walk.node).values_list("seq", "hash").first()
        if head is None:
            return Bad(walk.node, 1, "the chain has no head") if walk.seq else None
        if head == (walk.seq, walk.hash):
            return None
        if head[0] > walk.seq and walk.seq == before:
            return Bad(walk.node, walk.seq + 1, f"the chain is cut off: its head stands at {head[0]}")
        if head[0] < walk.seq:
            return Bad(walk.node, head[0] + 1, f"it lies beyond the head, which stands at {head[0]}")
        if head[0] == walk.seq:
            return Bad(walk.node, walk.seq, "the head has another hash than the last entry")
        before = walk.seq


def _entries(walk: Walk, tell: Progress) -> Bad | None:
    for rows in _chunks(walk):
        for row in rows:
            wrong = _step(walk, row)
            if wrong:
                return Bad(walk.node, walk.seq + 1, wrong)
        tell(len(rows))
    return None


def _copies(walk: Walk, tell: Progress) -> Bad | None:
    """A partial chain: each entry is what was written, neighbours follow each other, and none of them went missing."""
    held, summed, last, before = 0, GENESIS, 0, ""
    for rows in _chunks(walk):
        for row in rows:
            if link(row[12], row[1:12]) != row[13] or (row[2] == last + 1 and row[12] != (before or GENESIS)):
                return Bad(walk.node, row[2], "its hash does not fit its content, or its predecessor")
            last, before = row[2], row[13]
        held, summed, walk.seq = held + len(rows), total(summed, (row[13] for row in rows)), last
        tell(len(rows))
    walk.seq, walk.hash = held, summed
    head = Head.objects.filter(node=walk.node).values_list("seq", "hash").get()
    if head == (held, summed):
        return None
    return Bad(walk.node, last, f"of its copies {head[0]} came in and {held} are here, or others than came in")


def _taking() -> Bad | None:
    """While this row stands, no rule guards anything."""
    if not Taking.objects.exists():
        return None
    return Bad("taking", 0, "somebody put a row into journal_taking, and the rules of the database are asleep")


def _step(walk: Walk, row: tuple[Any, ...]) -> str:
    """Move the walk over one row: (id, the columns of `link`, prev, hash). What is wrong, or nothing."""
    if row[2] != walk.seq + 1:
        return f"it is missing: the next entry is {row[2]}"
    if row[0] <= walk.last:
        return "it was put in the order of receipt before its predecessor"
    if row[12] != walk.hash:
        return "it does not follow its predecessor"
    try:
        expected = link(walk.hash, row[1:12])
    except TypeError:
        return "its body is not what was written"
    if row[13] != expected:
        return "its hash does not fit its content"
    walk.last, walk.seq, walk.hash = row[0], row[2], expected
    return ""


def _chunks(walk: Walk) -> Iterator[list[tuple[Any, ...]]]:
    person = "person" if connection.vendor == "sqlite" else "replace(person::text, '-', '')"
    query = (
        f"SELECT id, node, seq, name, version, coalesce({person}, ''), account, place, happened_at, recorded_at, body, "  # noqa: S608
        "sealed, prev, hash FROM journal_entry WHERE node = %s AND seq > %s ORDER BY seq LIMIT %s"
    )
    while True:
        with connection.cursor() as cursor:
            cursor.execute(query, [walk.node, walk.seq, CHUNK])
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows
