"""What entries on their way say, found out before anything is locked: opening and reading them needs no lock.

A hub takes in its stations one after the other, under the head of its own chain. What is done here goes on side by
side, and counts only if the keys are still the same once the lock is held.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import OperationalError

from cauce.journal.ahead import Block, Step, steps_of
from cauce.journal.binary import Parts
from cauce.journal.errors import Refused
from cauce.journal.events import Recorded, readable
from cauce.journal.keys import Foresight, Ring
from cauce.journal.models import Entry, Mention
from cauce.journal.rows import prepared
from cauce.journal.services import Said, Written, mentioned, placed, said
from cauce.journal.tables import Awaited

UNREAD = "unread"
UNKNOWN = f"{UNREAD}: unknown event"
"""Why an entry is contested that a newer Cauce wrote; the next rebuild of a newer Cauce here reads it."""


COLUMNS = (
    *("node", "seq", "name", "version", "person", "account", "place", "happened_at", "recorded_at"),
    *("body", "sealed", "prev", "hash"),
)
"""Of an entry, but for the number that the store gives it."""


class NoKey(Refused):
    """The key of a sealed entry neither came with it nor is here."""

    code = "no_key"


Read = Said | str | NoKey
"""What an entry says, or why it cannot be read: a code that it is contested with, or a refusal of all."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Entries as the keys of that moment opened them, by chain and number."""

    ring: Ring
    keys: Foresight
    read: Mapping[tuple[str, int], Read]
    whole: Whole | None  # if none of them was here


@dataclass(frozen=True, slots=True)
class Whole:
    """What follows from all the entries together, and the entries themselves, as the store is told of them."""

    steps: Sequence[Step | Block]
    entries: Parts | None
    mentions: Parts | None


def foresee(entries: Sequence[Written], secrets: Mapping[UUID, bytes]) -> Foreseen:
    """Read what is not here yet, with the keys that are here and those that came along."""
    ring = Ring()
    keys = ring.foresee((e.person for e in entries if e.person is not None), secrets)
    ends: dict[str, tuple[int, int]] = {}
    for entry in entries:
        first, last = ends.get(entry.node, (entry.seq, entry.seq))
        ends[entry.node] = (min(first, entry.seq), max(last, entry.seq))
    known = {
        (node, seq)
        for node, (first, last) in ends.items()
        for seq in Entry.objects.filter(node=node, seq__gte=first, seq__lte=last).values_list("seq", flat=True)
    }
    read = read_all((e for e in entries if (e.node, e.seq) not in known), ring)
    return Foreseen(ring, keys, read, None if known else _whole(entries, read, ring))


def _whole(entries: Sequence[Written], read: Mapping[tuple[str, int], Read], ring: Ring) -> Whole:
    records = _awaited(entries, read)
    mentions = mentioned((r.entry, r.event) for r in records)
    return Whole(
        steps_of(records, ring),
        prepared(Entry, COLUMNS, entries, counted=True),  # type: ignore[arg-type]
        prepared(Mention, ("person", "entry_id"), mentions),
    )


def _awaited(entries: Sequence[Written], read: Mapping[tuple[str, int], Read]) -> list[Recorded[Any]]:
    """The entries that can be read, their numbers to come."""
    told = ((at, entry, read[entry.node, entry.seq]) for at, entry in enumerate(entries))
    return [placed(entry, Awaited(at), said) for at, entry, said in told if isinstance(said, tuple)]  # type: ignore[arg-type]


def read_all(entries: Iterable[Written], ring: Ring) -> dict[tuple[str, int], Read]:
    return {(entry.node, entry.seq): _read(entry, ring) for entry in entries}


def _read(entry: Written, ring: Ring) -> Read:
    if not readable(entry.name, entry.version):
        return UNKNOWN
    if entry.sealed is not None and entry.person is not None and not ring.knows(entry.person):
        return NoKey(
            f"The key of person {entry.person} did not come with entry {entry.seq} of the chain {entry.node}. "
            "Nothing was taken in."
        )
    try:
        return said(entry, ring)
    except OperationalError:
        raise
    except Exception as reason:
        return f"{UNREAD}: {type(reason).__name__}"
