"""What is told in confidence: sealed to those whose work needs it, inside what the person's key seals already.

A circle is who may read one sort of notes at a node: `protection`, `medical`. It has a pair of keys. The public half
is an event, so that every node that writes knows to whom; of the private half the store has nothing that the master
key opens: the accounts of the circle hold it (`access.confidants`). So a field marked `confided` is closed here, where
every event passes, and stays closed in the journal, in the tables, in a replay and on the way to the hub, until
somebody of the circle reads it. The person's key is around it: erasing the person ends the note for the circle too.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, TypeAlias
from uuid import UUID

import orjson
import pyrage
from django.utils.translation import gettext as _

from cauce.journal.events import Event, Recorded, applies, confided_names, event
from cauce.journal.models import Circle, Entry, Head, Node
from cauce.journal.rows import upsert
from cauce.journal.sealing import SealedText

MARK = "cauce letter 1\0"
"""Before everything closed, with the circle's name behind it. No form and no file brings a zero byte this far."""
Identity: TypeAlias = pyrage.x25519.Identity
Opener = Callable[[str], Sequence[Identity]]
"""A circle's name -> its private keys, as far as whoever asks holds them."""
Keeper = Callable[[str, Sequence[str]], Sequence[str]]
"""A circle's name and public halves of its pairs -> those of them whose private half an account of this node holds."""


class Unread(str):
    """A letter that nobody at hand can open: it reads as a sentence that says so, and `letter` is the thing itself."""

    __slots__ = ("letter",)
    letter: str

    @classmethod
    def of(cls, letter: str, *, other_keys: bool = False) -> Unread:
        """`other_keys`: whoever asks is let into these notes, and this one is sealed to keys that they do not have."""
        made = cls(
            _(
                "Sealed to keys that you do not have: earlier ones, or another node's. A colleague who reads it lets "
                "you in again under Your account; the hub may be able to read it. If nobody can, ask the person again "
                "and write it anew."
            )
            if other_keys
            else _("Sealed: only those who are let into these notes can read it.")
        )
        made.letter = letter
        return made


@event("journal.circle_opened", subject="", travels="everywhere")
@dataclass(frozen=True, kw_only=True)
class CircleOpened(Event):
    """Who reads one sort of confidential notes at the node that says so has keys now; this is the public half (age)."""

    circle: str
    recipient: str


@applies(CircleOpened)
def keep_circles(records: list[Recorded[CircleOpened]]) -> None:
    """The newest of a node counts: an earlier one was lost with the passwords of all who held it. No node speaks for
    another's circle: it is the chain's own that counts."""
    newest = {(r.node, r.event.circle): r for r in records}
    upsert(
        [
            Circle(id=f"{node}:{name}", node=node, name=name, recipient=r.event.recipient, opened_at=r.happened_at)
            for (node, name), r in newest.items()
        ],
        update=("recipient", "opened_at"),
    )


def closed(fact: Event) -> Event:
    """The event with its confided fields sealed to their circles; as it is where no circle is there to read them."""
    changes: dict[str, Any] = {}
    for name, circle in confided_names(type(fact)).items():
        text = getattr(fact, name)
        if isinstance(text, Unread):
            changes[name] = text.letter
        elif text and not text.startswith(MARK) and (to := _recipients(circle, getattr(fact, fact.subject))):
            changes[name] = _sealed(text, circle, to)
    return replace(fact, **changes) if changes else fact


_keepers: list[Keeper] = []


def kept_by(keeper: Keeper) -> None:
    """Register who knows which pairs of this node's circles still can be opened here."""
    _keepers.append(keeper)


def _recipients(circle: str, person: UUID) -> list[str]:
    """This node's circle, its hub's, and at a hub those of the stations that have written about the person."""
    rows = dict(Circle.objects.filter(name=circle).values_list("node", "recipient"))
    here = Node.here().name
    own = _openable(circle, here, rows.pop(here)) if here in rows else []
    if others := rows.keys():
        hub = set(Head.objects.filter(node__in=others, partial=True).values_list("node", flat=True))
        told = set(Entry.objects.filter(person=person, node__in=others).values_list("node", flat=True).distinct())
        rows = {node: recipient for node, recipient in rows.items() if node in hub | told}
    return [*(rows[node] for node in sorted(rows)), *own]


def _openable(circle: str, node: str, present: str) -> list[str]:
    """The present pair of this node's circle; its newest that somebody still holds where that one was lost with a
    restored copy; none where nobody holds any: what is sealed to such a pair could be read by nobody, ever.
    """
    if _kept(circle, [present]):
        return [present]
    told = Entry.objects.filter(node=node, person__isnull=True, name=CircleOpened.name).order_by("-seq")
    said = [orjson.loads(bytes(body)) for body in told.values_list("body", flat=True)]
    return list(_kept(circle, [each["recipient"] for each in said if each["circle"] == circle]))[:1]


def _kept(circle: str, pairs: Sequence[str]) -> Sequence[str]:
    return [pair for keeper in _keepers for pair in keeper(circle, pairs)]


def _sealed(text: str, circle: str, to: Sequence[str]) -> str:
    recipients = [pyrage.x25519.Recipient.from_str(each) for each in to]
    return f"{MARK}{circle}\0{b64encode(pyrage.encrypt(text.encode(), recipients)).decode()}"


_reader: ContextVar[Opener | None] = ContextVar("who reads letters", default=None)


@contextmanager
def read_by(opener: Opener) -> Iterator[None]:
    """While somebody of a circle is being answered, what was told to it opens where it is read."""
    token = _reader.set(opener)
    try:
        yield
    finally:
        _reader.reset(token)


def held(circle: str) -> Sequence[Identity]:
    """The private keys of the circle that whoever is being answered holds."""
    opener = _reader.get()
    return opener(circle) if opener is not None else ()


def read(text: str) -> str:
    """The text of a letter, for whoever is at hand; what is no letter as it is; `Unread` for what they cannot open."""
    if not text.startswith(MARK):
        return text
    circle, _, content = text.removeprefix(MARK).partition("\0")
    identities = held(circle)
    for identity in identities:
        try:
            return bytes(pyrage.decrypt(b64decode(content), [identity])).decode()
        except (pyrage.DecryptError, ValueError):
            continue  # of an earlier pair of keys, for another node's circle alone, or no letter but for its beginning
    return Unread.of(text, other_keys=bool(identities))


class SealedLetter(SealedText):
    """Text under the person's key that is a letter where a circle is there to read it; opens as `read` says."""

    def unpacked(self, plain: bytes) -> str:
        return read(super().unpacked(plain))

    def packed(self, value: str) -> bytes:
        return super().packed(value.letter if isinstance(value, Unread) else value)
