"""Per-person keys: AES-256-GCM, each wrapped by the node's master key, all outside the journal.

From a person's secret two things are derived: what seals entries and blobs, with random nonces, and what seals columns
of rows (`sealing`), with nonces that follow from the content, so that a replay makes the same rows to the byte.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, transaction

from cauce.journal import master
from cauce.journal.errors import CauceError
from cauce.journal.models import NodeKey, PersonKey
from cauce.journal.rows import found, put

NONCE = 12
SEARCH = "search"
"""The node's own key that document numbers are hashed with, so that equal ones are found and none can be guessed."""


class Key:
    """One person's secret, opened."""

    __slots__ = ("_entries", "_rows", "secret")

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self._entries: AESGCM | None = None
        self._rows: tuple[AESGCM, bytes] | None = None

    def seal(self, plain: bytes, about: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._entry_key().encrypt(nonce, plain, about)

    def unseal(self, sealed: bytes, about: bytes) -> bytes:
        """InvalidTag for what was not sealed with this key about this."""
        return self._entry_key().decrypt(sealed[:NONCE], sealed[NONCE:], about)

    def seal_cell(self, plain: bytes, about: bytes) -> bytes:
        """The same ciphertext for the same content of the same cell: whoever sees two knows only that."""
        cipher, chooser = self._row_keys()
        nonce = blake2b(about + b"\0" + plain, key=chooser, digest_size=NONCE).digest()
        return nonce + cipher.encrypt(nonce, plain, about)

    def unseal_cell(self, sealed: bytes, about: bytes) -> bytes:
        """InvalidTag for the content of another cell, or one that was changed."""
        return self._row_keys()[0].decrypt(sealed[:NONCE], sealed[NONCE:], about)

    def mark(self, text: str) -> str:
        """A short name for `text` that only this person's key can make: equal on every node, a guess for nobody."""
        return blake2b(text.encode(), key=self._row_keys()[1], digest_size=10, person=b"mark").hexdigest()

    def _entry_key(self) -> AESGCM:
        if self._entries is None:
            self._entries = AESGCM(self.secret)
        return self._entries

    def _row_keys(self) -> tuple[AESGCM, bytes]:
        if self._rows is None:
            derived = blake2b(b"rows", key=self.secret, digest_size=64).digest()
            self._rows = AESGCM(derived[:32]), derived[32:]
        return self._rows


def wrap(secret: bytes, about: bytes) -> bytes:
    """`secret` under the master key in force, bound to what it is for. Inside a transaction that holds the head."""
    return master.in_force(_named_in_store()).wrap(secret, about)


def unwrap(wrapped: bytes, about: bytes, whose: str) -> bytes:
    """CauceError when the master key it was wrapped with is not here, or it was changed; `whose` names it there."""
    try:
        return master.named(wrapped[: master.NAME]).unwrap(wrapped, about)
    except (InvalidTag, KeyError, ValueError) as reason:
        raise CauceError(
            f"The key of {whose} does not open with this node's master key: the wrong key file is in use, "
            "or the key was changed. Restore the last backup.",
            code="wrong_master_key",
        ) from reason


def open_person(wrapped: bytes, person: UUID) -> bytes:
    return unwrap(wrapped, person.bytes, f"person {person}")


def _named_in_store() -> bytes | None:
    """The name of the master key that the store's keys are wrapped with; None in a store that has none yet.

    Read each time: another process may have rotated it since, and whoever wraps holds the chain's head.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT wrapped FROM journal_nodekey WHERE name = %s", [SEARCH])
        row = cursor.fetchone()
    return bytes(row[0])[: master.NAME] if row else None


@dataclass(frozen=True, slots=True)
class Foresight:
    """What the store had of the keys that were opened before a lock, and those that came along, wrapped already."""

    asked: Collection[UUID]
    before: Mapping[UUID, tuple[Any, ...]]
    master: bytes | None
    fresh: Mapping[UUID, bytes]

    def confirm(self) -> bool:
        """Under the lock: keep the new keys, if nothing has changed since: nobody was erased, no key was replaced."""
        if found(PersonKey, self.asked, "wrapped") != self.before or _named_in_store() != self.master:
            return False
        put(PersonKey, ("person", "wrapped"), self.fresh.items())
        return True


class Ring:
    """The keys one piece of work needs, opened once. `get` is None for a person whose key was destroyed."""

    def __init__(self) -> None:
        self._open: dict[UUID, Key | None] = {}

    def load(self, persons: Iterable[UUID]) -> None:
        missing = {person for person in persons if person not in self._open}
        if not missing:
            return
        for person, (wrapped,) in found(PersonKey, missing, "wrapped").items():
            self._open[person] = Key(open_person(bytes(wrapped), person)) if wrapped else None

    def foresee(self, persons: Iterable[UUID], secrets: Mapping[UUID, bytes]) -> Foresight:
        """Open, before anything is locked, what `load` and `take` would open; under the lock it has to be confirmed."""
        asked = {*persons, *secrets}
        before = found(PersonKey, asked, "wrapped")
        for person, (kept,) in before.items():
            self._open[person] = Key(open_person(bytes(kept), person)) if kept else None
        fresh = {person: secret for person, secret in secrets.items() if person not in before}
        name = _named_in_store()
        wrapped: dict[UUID, bytes] = {}
        if fresh:
            key = master.in_force(name)
            wrapped = {person: key.wrap(secret, person.bytes) for person, secret in fresh.items()}
        self._open.update((person, Key(secret)) for person, secret in fresh.items())
        return Foresight(asked, before, name, wrapped)

    def make(self, persons: set[UUID]) -> None:
        """Open the keys of these persons, making those that do not exist yet."""
        self.load(persons)
        fresh = {person: AESGCM.generate_key(256) for person in sorted(persons - self._open.keys())}
        self._keep(fresh)

    def take(self, secrets: Mapping[UUID, bytes]) -> None:
        """Keys that another node made come along with what they seal; one that was destroyed here stays destroyed."""
        self.load(secrets.keys())
        self._keep({person: secret for person, secret in secrets.items() if person not in self._open})

    def _keep(self, fresh: Mapping[UUID, bytes]) -> None:
        if not fresh:
            return
        key = master.in_force(_named_in_store())
        wrapped = ((person, key.wrap(secret, person.bytes)) for person, secret in fresh.items())
        put(PersonKey, ("person", "wrapped"), wrapped)
        self._open.update((person, Key(secret)) for person, secret in fresh.items())

    def get(self, person: UUID) -> Key | None:
        return self._open.get(person)

    def knows(self, person: UUID) -> bool:
        """Whether it was looked for, and then is open or gone."""
        return person in self._open

    def seal(self, person: UUID, plain: bytes, about: str) -> bytes | None:
        """Ciphertext of `plain`, bound to the event's name; None when the person was erased."""
        key = self._open.get(person)
        return None if key is None else key.seal(plain, about.encode())

    def unseal(self, person: UUID | None, sealed: bytes | None, about: str) -> bytes | None:
        """The plain bytes, or None when there are none or the key is gone."""
        key = self._open.get(person) if person and sealed else None
        if key is None or sealed is None:
            return None
        return key.unseal(sealed, about.encode())


_at_hand: ContextVar[Ring | None] = ContextVar("ring at hand", default=None)


@contextmanager
def at_hand(ring: Ring) -> Iterator[Ring]:
    """While rows are written, the keys that are open already: no row asks for its own."""
    token = _at_hand.set(ring)
    try:
        yield ring
    finally:
        _at_hand.reset(token)


def present() -> Ring:
    """The ring at hand, or a new one."""
    return _at_hand.get() or Ring()


def secrets_of(persons: Iterable[UUID]) -> dict[UUID, bytes]:
    """The secrets themselves, for a node that gets what they seal, in a batch sealed to it; the destroyed left out."""
    ring = Ring()
    asked = set(persons)
    ring.load(asked)
    return {person: key.secret for person in asked if (key := ring.get(person)) is not None}


DESTROYED: list[Callable[[UUID], None]] = []
"""Who hears that a key is about to be gone, inside the transaction."""


def destroy(person: UUID) -> None:
    """Forget a person's key for good. What it sealed stays in the chain and can never be read again."""
    PersonKey.objects.update_or_create(person=person, defaults={"wrapped": None})
    for told in DESTROYED:
        told(person)


def node_secret(name: str) -> bytes:
    """32 bytes of this node's own for one use, made when first asked for; every node has others."""
    row = NodeKey.objects.filter(name=name).values_list("wrapped", flat=True).first()
    if row is None:
        with transaction.atomic():
            secret = os.urandom(32)
            NodeKey.objects.create(name=name, wrapped=wrap(secret, node_label(name)))
        return secret
    return open_node_secret(bytes(row), name)


def keep_node_secret(name: str, secret: bytes) -> None:
    """Keep what else is this node's alone, wrapped like every key; it replaces an earlier one of that name."""
    with transaction.atomic():
        NodeKey.objects.update_or_create(name=name, defaults={"wrapped": wrap(secret, node_label(name))})


def open_node_secret(wrapped: bytes, name: str) -> bytes:
    return unwrap(wrapped, node_label(name), f"this node ({name})")


def node_label(name: str) -> bytes:
    return b"node\0" + name.encode()


def search_keys(texts: Iterable[str]) -> dict[str, str]:
    """Text -> the hash that it is found by on this node, empty for the empty one. HMAC with the node's own key."""
    asked = set(texts)
    secret = node_secret(SEARCH) if asked - {""} else b""
    return {text: blake2b(text.encode(), key=secret, digest_size=16).hexdigest() if text else "" for text in asked}


ERASURES: set[str] = set()
"""Names of the events that may destroy a key; the room that erases registers its own with `erases`."""


def erases(name: str) -> None:
    ERASURES.add(name)
