"""Per-person keys: AES-256-GCM, each wrapped by the node's master key, all outside the journal."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from cauce.journal.errors import CauceError
from cauce.journal.models import PersonKey
from cauce.journal.rows import found, insert

NONCE = 12


@lru_cache(maxsize=4)
def _master(path: str) -> AESGCM:
    try:
        return AESGCM(Path(path).read_bytes())
    except (OSError, ValueError) as reason:
        raise CauceError(
            f"The master key {path} cannot be read ({reason}). Without it personal data stays closed: "
            "put the key file back, or point CAUCE_KEY_FILE at it.",
            code="no_master_key",
        ) from reason


def _wrapper() -> AESGCM:
    return _master(str(settings.CAUCE_KEY_FILE))


def wrap(secret: bytes, person: UUID) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + _wrapper().encrypt(nonce, secret, person.bytes)


def unwrap(wrapped: bytes, person: UUID) -> bytes:
    try:
        return _wrapper().decrypt(wrapped[:NONCE], wrapped[NONCE:], person.bytes)
    except (InvalidTag, ValueError) as reason:
        raise CauceError(
            f"The key of person {person} does not open with this node's master key: the wrong key file is in use, "
            "or the key was changed. Restore the last backup.",
            code="wrong_master_key",
        ) from reason


class Ring:
    """The keys one piece of work needs, opened once. `get` is None for a person whose key was destroyed."""

    def __init__(self) -> None:
        self._open: dict[UUID, AESGCM | None] = {}

    def load(self, persons: set[UUID]) -> None:
        missing = persons - self._open.keys()
        for person, (wrapped,) in found(PersonKey, missing, "wrapped").items():
            self._open[person] = AESGCM(unwrap(bytes(wrapped), person)) if wrapped else None

    def make(self, persons: set[UUID]) -> None:
        """Open the keys of these persons, making those that do not exist yet."""
        self.load(persons)
        fresh = []
        for person in sorted(persons - self._open.keys()):
            secret = AESGCM.generate_key(256)
            fresh.append(PersonKey(person=person, wrapped=wrap(secret, person)))
            self._open[person] = AESGCM(secret)
        insert(fresh)

    def get(self, person: UUID) -> AESGCM | None:
        return self._open.get(person)

    def seal(self, person: UUID, plain: bytes, about: str) -> bytes | None:
        """Ciphertext of `plain`, bound to the event's name; None when the person was erased."""
        key = self._open.get(person)
        if key is None:
            return None
        nonce = os.urandom(NONCE)
        return nonce + key.encrypt(nonce, plain, about.encode())

    def unseal(self, person: UUID | None, sealed: bytes | None, about: str) -> bytes | None:
        """The plain bytes, or None when there are none or the key is gone."""
        key = self._open.get(person) if person and sealed else None
        if key is None or sealed is None:
            return None
        return key.decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())


def destroy(person: UUID) -> None:
    """Forget a person's key for good. What it sealed stays in the chain and can never be read again."""
    PersonKey.objects.update_or_create(person=person, defaults={"wrapped": None})


ERASURES: set[str] = set()
"""Names of the events that may destroy a key; the room that erases registers its own with `erases`."""


def erases(name: str) -> None:
    ERASURES.add(name)
