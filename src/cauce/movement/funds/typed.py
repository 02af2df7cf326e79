"""Amounts as they are typed at a command line."""

from __future__ import annotations

from cauce.journal.errors import Misused
from cauce.movement.funds.money import is_currency, parse


def money(text: str, currency: str) -> int:
    """Smallest units; Misused for what is no amount of that currency."""
    if not is_currency(currency):
        raise Misused(f"{currency!r} is no currency: three capital letters, as USD.")
    try:
        return parse(text, currency)
    except ValueError as reason:
        raise Misused(f"{reason}: write a number, as 1140846 or 670.50.") from None


def whole(text: str) -> int:
    """A whole number from 0 on; Misused for anything else."""
    if not text.isdecimal() or len(text) > 9:
        raise Misused(f"{text!r} is no whole number.")
    return int(text)
