"""The card: an address nobody can guess, and a PIN that opens what the address alone does not show (P8).

The PIN follows from the person's own key and the address. So it is kept nowhere, not even as a hash; a slip can be
printed again; it is the same at every station that has the person; a new card has another one; and it is gone with the
key. A million PINs fall to any hash in minutes: what protects one is that key and the limit of attempts.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

from cauce.journal.keys import Key
from cauce.journal.sealing import key_of
from cauce.people.models import Person


@dataclass(frozen=True, slots=True)
class Card:
    """What is handed out: the person's number and the address's token."""

    number: str
    token: str


def make(number: str) -> Card:
    """A new card with a fresh token (128 bits)."""
    return Card(number, secrets.token_urlsafe(16))


def pin_with(key: Key | None, token: str | None, digits: int) -> str:
    """The PIN of the card with this token; empty without a card, and for whose key was destroyed."""
    return str(int(key.mark(f"pin\0{token}"), 16) % 10**digits).zfill(digits) if key and token else ""


def pin_of(person: Person, digits: int) -> str:
    """The PIN of the person's present card."""
    return pin_with(key_of(person), person.card_token, digits)


def pin_fits(person: Person, pin: str, digits: int) -> bool:
    """Whether that is the person's PIN. Never for an empty one; the caller counts attempts."""
    right = pin_of(person, digits)
    return bool(right) and hmac.compare_digest(right.encode(), pin.strip().encode())
