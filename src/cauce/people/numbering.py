"""Numbers of persons and groups: unique without asking another node, short, and safe against slips. Pure.

`7QK-00F3-M`: three letters from the node's name, the seq of the chain entry that registers, a check character. The
alphabet leaves out I, L, O and U. The check is one Reed-Solomon symbol over GF(32): it finds every single wrong
character and every swap of neighbours.
"""

from __future__ import annotations

import hashlib

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}
_SLIPS = str.maketrans("OILU", "011V", "- ")
_GROUP = "G"


def person_number(node: str, seq: int) -> str:
    """The number of the person whom entry `seq` of the chain of `node` registers."""
    payload = _prefix(node) + _digits(seq)
    return f"{payload[:3]}-{payload[3:]}-{check_character(payload)}"


def group_number(node: str, seq: int) -> str:
    """Like a person's, with a `G` before it."""
    return f"{_GROUP}-{person_number(node, seq)}"


def check_character(payload: str) -> str:
    """The character that follows `payload`; KeyError for letters outside the alphabet."""
    total = 0
    for letter in payload:
        total = _times_alpha(total ^ _VALUE[letter])
    return ALPHABET[total]


def normal(text: str) -> str | None:
    """The number as it is stored, from how somebody typed it; None when it is none or its check fails."""
    plain = text.strip().upper().translate(_SLIPS)
    group = plain.startswith(_GROUP) and len(plain) >= 9 and _checks(plain[1:])
    body = plain[1:] if group else plain
    if not group and not _checks(body):
        return None
    number = f"{body[:3]}-{body[3:-1]}-{body[-1]}"
    return f"{_GROUP}-{number}" if group else number


def _checks(body: str) -> bool:
    return len(body) >= 8 and set(body) <= _VALUE.keys() and check_character(body[:-1]) == body[-1]


def _prefix(node: str) -> str:
    bits = int.from_bytes(hashlib.sha256(node.encode()).digest()[:2], "big")
    return "".join(ALPHABET[(bits >> shift) & 31] for shift in (10, 5, 0))


def _digits(seq: int) -> str:
    letters = ""
    while seq or len(letters) < 4:
        letters = ALPHABET[seq & 31] + letters
        seq >>= 5
    return letters


def _times_alpha(value: int) -> int:
    """Multiply in GF(32) with the primitive polynomial x^5 + x^2 + 1."""
    doubled = value << 1
    return doubled ^ 0x25 if doubled & 32 else doubled
