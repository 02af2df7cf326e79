"""Which money may pay for what, and who pays first. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

PURPOSES = (
    "charter",
    "commercial",
    "escorts",
    "ground",
    "custody",
    "permits",
    "bus_seat",
    "reception",
    "other",
)
"""What money may be for: a whole aircraft, single tickets, escorts, ground transport, custody days, permits, subsidised
bus seats, reception on arrival. A grant names some of them."""
HELP = ("planes", "staff", "training", "goods")
"""What is promised in kind."""


@dataclass(frozen=True, slots=True)
class Purse:
    """What a tranche has left: `left` smallest units of `currency`, for days from `start` to `until` inclusive."""

    id: str
    currency: str
    left: int
    start: date
    until: date
    purposes: frozenset[str]

    def pays(self, purpose: str, day: date) -> bool:
        return purpose in self.purposes and self.start <= day <= self.until


@dataclass(frozen=True, slots=True)
class Need:
    """So many smallest units of `currency` for a purpose, on a day."""

    amount: int
    currency: str
    purpose: str
    day: date


@dataclass(frozen=True, slots=True)
class Share:
    """What one purse pays of one need (indices): `amount` in the purse's currency, `told` in the need's."""

    need: int
    purse: int
    amount: int
    told: int


Worth = Callable[[int, str, str, date], int | None]
"""`worth(amount, currency, into, day)`: the amount in another currency, rounded up; None where no rate is known."""


def shared_out(needs: Sequence[Need], purses: Sequence[Purse], worth: Worth) -> tuple[list[Share], list[int]]:
    """Who pays what, and what of each need nobody can pay.

    Needs are taken in the order of days, and of each day the one that fewest purses can pay; of the purses that can,
    those in the need's own currency pay first, of those the one that ends first, and of those the one that is good for
    the fewest purposes. With one purpose and currency nothing stays unpaid that could be paid (the earliest deadline
    first); otherwise it may, and a purse never pays what it may not.
    """
    left = [purse.left for purse in purses]
    unpaid = [need.amount for need in needs]
    shares: list[Share] = []
    for at in sorted(range(len(needs)), key=lambda n: (needs[n].day, len(_able(needs[n], purses)), n)):
        need = needs[at]
        for number in _able(need, purses):
            wanted = worth(unpaid[at], need.currency, purses[number].currency, need.day) if unpaid[at] else 0
            if not wanted or not left[number]:
                continue
            paid = min(wanted, left[number])
            told = unpaid[at] * paid // wanted
            if told:
                left[number] -= paid
                unpaid[at] -= told
                shares.append(Share(at, number, paid, told))
    return shares, unpaid


def _able(need: Need, purses: Sequence[Purse]) -> list[int]:
    able = [number for number, purse in enumerate(purses) if purse.pays(need.purpose, need.day)]

    def turn(number: int) -> tuple[bool, date, int, int]:
        purse = purses[number]
        return purse.currency != need.currency, purse.until, len(purse.purposes), number

    return sorted(able, key=turn)
