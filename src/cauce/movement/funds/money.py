"""Amounts of money: whole numbers of a currency's smallest unit, read, shown and converted without a float. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal, InvalidOperation

# ISO 4217: how many digits the smallest unit has where it is not two.
_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"), 0),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
_CODE = re.compile(r"[A-Z]{3}")
MOST = 10**15
"""No amount is larger: sums of thousands of them fit a store's whole numbers."""
RATE_UNIT = 10**9


@dataclass(frozen=True, slots=True)
class Rate:
    """One whole unit of `currency` is worth `billionths` billionths of a whole unit of `into`."""

    currency: str
    into: str
    billionths: int


def is_currency(code: str) -> bool:
    """Whether it is written like a currency of ISO 4217."""
    return bool(_CODE.fullmatch(code))


def digits(currency: str) -> int:
    """How many digits the currency has after the point."""
    return _DIGITS.get(currency, 2)


def parse(text: str, currency: str) -> int:
    """`1,140,846` or `670.50` as a number of smallest units; ValueError for what is none, or is finer or too large."""
    try:
        value = Decimal(text.replace(",", "").replace(" ", "").strip())
    except InvalidOperation:
        raise ValueError(f"{text!r} is no amount") from None
    if not value.is_finite():
        raise ValueError(f"{text!r} is no amount")
    whole = value.scaleb(digits(currency))
    if whole != whole.to_integral_value():
        raise ValueError(f"{text!r} is finer than {currency} goes")
    if not 0 <= whole <= MOST:
        raise ValueError(f"{text!r} lies outside 0 to {MOST}")
    return int(whole)


def major(amount: int, currency: str) -> Decimal:
    """Smallest units as whole ones."""
    return Decimal(amount).scaleb(-digits(currency))


def shown(amount: int, currency: str) -> str:
    """`1,140,846.00 USD`."""
    return f"{major(amount, currency):,.{digits(currency)}f} {currency}"


def rate_of(text: str) -> int:
    """A rate as typed (`0.00025`) in billionths; ValueError for none above zero."""
    try:
        value = Decimal(text.strip()).scaleb(9)
    except InvalidOperation:
        raise ValueError(f"{text!r} is no rate") from None
    if not value.is_finite() or not 1 <= value <= 10**18:
        raise ValueError(f"{text!r} is no rate above zero")
    return int(value.to_integral_value(rounding=ROUND_HALF_EVEN))


def converted(amount: int, rate: Rate) -> int:
    """`amount` of `rate.currency` in smallest units of `rate.into`, rounded up: never set too little aside."""
    whole = major(amount, rate.currency) * Decimal(rate.billionths) / RATE_UNIT
    return int(whole.scaleb(digits(rate.into)).to_integral_value(rounding=ROUND_CEILING))
