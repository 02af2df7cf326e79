"""One-time codes: a secret, and the fingerprint of the hub that it is for, in letters that can be read out. Pure."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SLIPS = str.maketrans("OILU", "011V", "- \t\n")
_SECRET, _HUB = 15, 10  # bytes
_CHECK = 5  # bits


@dataclass(frozen=True, slots=True)
class Code:
    secret: bytes
    hub: bytes

    @property
    def digest(self) -> str:
        """What the hub keeps of it."""
        return sha256(b"cauce code\n" + self.secret).hexdigest()

    def __str__(self) -> str:
        """Groups of five letters; the last one checks the others."""
        number = int.from_bytes(self.secret + self.hub, "big")
        letters = "".join(ALPHABET[(number >> shift) & 31] for shift in range((_SECRET + _HUB) * 8 - _CHECK, -1, -5))
        letters += _check(letters)
        return "-".join(letters[at : at + 5] for at in range(0, len(letters), 5))


def new(hub: bytes) -> Code:
    return Code(secrets.token_bytes(_SECRET), hub)


def read(text: str) -> Code | None:
    """The code that somebody typed, whatever its dashes and case; None when it is none."""
    letters = text.upper().translate(_SLIPS)
    size = (_SECRET + _HUB) * 8 // 5
    if len(letters) != size + 1 or not set(letters) <= set(ALPHABET):
        return None
    if not hmac.compare_digest(_check(letters[:-1]), letters[-1]):
        return None
    number = 0
    for letter in letters[:-1]:
        number = number << 5 | ALPHABET.index(letter)
    content = number.to_bytes(_SECRET + _HUB, "big")
    return Code(content[:_SECRET], content[_SECRET:])


def _check(letters: str) -> str:
    return ALPHABET[sha256(letters.encode()).digest()[0] & 31]
