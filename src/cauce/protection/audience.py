"""P7: who hears which word for a hold. Pure.

The true kind is for the officers in charge, and for the person in private. Everybody else, the person's own card page
included, hears of a confidential hold only what an ordinary appointment sounds like.
"""

from __future__ import annotations

from typing import Literal

Audience = Literal["officer", "gate", "queue", "board", "card", "person_in_private", "public"]
AUDIENCES: tuple[Audience, ...] = ("officer", "gate", "queue", "board", "card", "person_in_private", "public")

INTERVIEW = "interview_to_come"
"""The one public word, "an interview is still to come": the same for every confidential kind, whatever it blocks."""

_ALL = frozenset({"protection", "operator"})
_IN_CHARGE_OF_SECURITY = _ALL | {"analyst"}


def in_charge(role: str, *, protection: bool) -> bool:
    """Whether an officer of that role is in charge of such holds: analysts answer for those that protect nobody."""
    return role in (_ALL if protection else _IN_CHARGE_OF_SECURITY)


def word(kind: str, *, confidential: bool, protection: bool, audience: Audience, role: str = "") -> str:
    """What that audience hears: the hold's kind, or INTERVIEW. `role` matters for the audience `officer` only."""
    if not confidential or audience == "person_in_private":
        return kind
    if audience == "officer" and in_charge(role, protection=protection):
        return kind
    return INTERVIEW
