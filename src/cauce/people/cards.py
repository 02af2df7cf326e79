"""The card: an address nobody can guess, and a PIN that opens what the address alone does not show (P8)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

_SCHEME = "b2"


@dataclass(frozen=True, slots=True)
class Card:
    """What is handed out: the person's number, the address's token, the PIN in clear, and what is kept of the PIN."""

    number: str
    token: str
    pin: str
    pin_hash: str


def make(number: str, digits: int) -> Card:
    """A new card with a fresh token (128 bits)."""
    token = secrets.token_urlsafe(16)
    pin = pin_of(token, digits)
    return Card(number, token, pin, pin_hash(pin, secrets.token_hex(8)))


def pin_of(token: str, digits: int) -> str:
    """The PIN that goes with a token on this node. It can be made again: a slip is printed whenever it is needed."""
    raw = hashlib.blake2b(token.encode(), key=_key(str(settings.CAUCE_KEY_FILE), b"pin"), digest_size=16).digest()
    return str(int.from_bytes(raw, "big") % 10**digits).zfill(digits)


def pin_hash(pin: str, salt: str) -> str:
    """Keyed and salted, not slow: a million PINs fall to any hash in minutes once its key is known.

    What protects a PIN is the node's key, which the database does not hold, and the limit of attempts; a slow hash
    would add nothing but a second a person to every import.
    """
    key = _key(str(settings.CAUCE_KEY_FILE), b"pin-hash")
    digest = hashlib.blake2b(pin.encode(), key=key, salt=bytes.fromhex(salt)[:16], digest_size=24).hexdigest()
    return f"{_SCHEME}${salt}${digest}"


def pin_fits(kept: str, pin: str) -> bool:
    """Whether `pin` is the one that `pin_hash` kept. Never for an empty one; the caller counts attempts."""
    scheme, _, rest = kept.partition("$")
    salt, _, _ = rest.partition("$")
    return scheme == _SCHEME and bool(pin) and hmac.compare_digest(kept, pin_hash(pin.strip(), salt))


@lru_cache(maxsize=8)
def _key(path: str, use: bytes) -> bytes:
    return hashlib.blake2b(Path(path).read_bytes(), person=use, digest_size=32).digest()
