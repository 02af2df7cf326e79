"""Passwords, stretched by Argon2id once for two things: the verifier in the table, and the key that opens notes.

Of the one output HKDF makes several values with labels of their own, as keys are made from a key: who has one of them
knows nothing of the others, so the verifier that lies in the table of accounts opens nothing. Guessing either takes the
same work, one Argon2id a guess.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from django.conf import settings
from django.contrib.auth.hashers import BasePasswordHasher, mask_hash, must_update_salt
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_noop as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_LENGTH = 32
_VERIFIER = b"cauce password verifier"
_known: ContextVar[dict[tuple[str, Cost, bytes], bytes] | None] = ContextVar("cauce_stretched", default=None)


class Cost(NamedTuple):
    """What one Argon2id takes: rounds, KiB of memory, lanes."""

    time: int
    memory: int
    lanes: int


def cost_now() -> Cost:
    """What new passwords are stretched with."""
    return Cost(*settings.PASSWORD_ARGON2)


@contextmanager
def once() -> Iterator[None]:
    """Until the block ends a password is stretched once for each salt and cost, however often that is asked for."""
    outer = _known.get()
    before = _known.set({} if outer is None else outer)
    try:
        yield
    finally:
        _known.reset(before)


def derived(password: str, salt: bytes, cost: Cost, label: bytes) -> bytes:
    """The 32 bytes for this label that the password gives under the salt."""
    known = _known.get()
    root = known.get((password, cost, salt)) if known is not None else None
    if root is None:
        root = hash_secret_raw(password.encode(), salt, *cost, _LENGTH, Type.ID)
        if known is not None:
            known[password, cost, salt] = root
    return HKDFExpand(SHA256(), _LENGTH, label).derive(root)


def salt_of(encoded: str) -> tuple[Cost, bytes] | None:
    """Under which cost and salt a stored password lies; None for one that another hasher wrote."""
    parts = encoded.split("$")
    if parts[0] != Stretched.algorithm or len(parts) != 4:
        return None
    return Cost(*map(int, parts[1].split(","))), parts[2].encode()


class Stretched(BasePasswordHasher):
    """Django's hasher for it. Stored is `argon2id-hkdf$ROUNDS,KIB,LANES$SALT$VERIFIER`."""

    algorithm = "argon2id-hkdf"

    def encode(self, password: str, salt: str) -> str:
        self._check_encode_args(password, salt)  # type: ignore[attr-defined]
        return self._encoded(password, salt, cost_now())

    def _encoded(self, password: str, salt: str, cost: Cost) -> str:
        verifier = base64.b64encode(derived(password, salt.encode(), cost, _VERIFIER)).decode()
        return f"{self.algorithm}${','.join(map(str, cost))}${salt}${verifier}"

    def decode(self, encoded: str) -> dict[str, Any]:
        algorithm, cost, salt, verifier = encoded.split("$")
        return {"algorithm": algorithm, "cost": Cost(*map(int, cost.split(","))), "salt": salt, "hash": verifier}

    def verify(self, password: str, encoded: str) -> bool:
        told = self.decode(encoded)
        return constant_time_compare(encoded, self._encoded(password, told["salt"], told["cost"]))

    def safe_summary(self, encoded: str) -> dict[StrOrPromise, Any]:
        told = self.decode(encoded)
        return {
            _("algorithm"): told["algorithm"],
            _("salt"): mask_hash(told["salt"]),
            _("hash"): mask_hash(told["hash"]),
        }

    def must_update(self, encoded: str) -> bool:
        told = self.decode(encoded)
        return told["cost"] != cost_now() or must_update_salt(told["salt"], self.salt_entropy)

    def harden_runtime(self, password: str, encoded: str) -> None:
        """A password that lies under other costs takes as long as those say: they change with a release, not daily."""
