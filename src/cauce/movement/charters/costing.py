"""What a flight costs, seat by seat, and what is lost when it is called off. Whole numbers of one currency. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ITEMS = ("ground", "custody_day", "escort_day", "escort_return", "permit", "reception")
"""`ground`: taking a person to the aircraft; `custody_day`: a person's day in custody until then; `escort_day` and
`escort_return`: an escort's day away and way back; `permit`: a landing; `reception`: a person's hand-over there."""


@dataclass(frozen=True, slots=True)
class Aboard:
    """Who is on a flight: people, how many of them are escorted, and days in custody until it leaves, all together."""

    people: int
    escorted: int = 0
    custody_days: int = 0


@dataclass(frozen=True, slots=True)
class Flown:
    """What a flight asks for besides: its price, landings, how many escorted one escort goes with, days away."""

    kind: str  # charter, commercial
    price: int
    stops: int = 1
    escort_ratio: int = 1
    escort_days: int = 0


def escorts(escorted: int, ratio: int) -> int:
    """Escorts that so many escorted people need."""
    return -(-escorted // ratio) if escorted else 0


def parts(flown: Flown, aboard: Aboard, rates: Mapping[str, int]) -> dict[str, int]:
    """The cost by what it is for (`funds.terms.PURPOSES`), nothing for what costs nothing.

    `rates`: the price of each of ITEMS in the flight's currency; what is not in it is not known and counts nothing.
    A commercial flight's price is that of its tickets together.
    """
    guards = escorts(aboard.escorted, flown.escort_ratio)
    found = {
        flown.kind: flown.price,
        "permits": flown.stops * rates.get("permit", 0) if flown.kind == "charter" else 0,
        "escorts": guards * (flown.escort_days * rates.get("escort_day", 0) + rates.get("escort_return", 0)),
        "ground": aboard.people * rates.get("ground", 0),
        "custody": aboard.custody_days * rates.get("custody_day", 0),
        "reception": aboard.people * rates.get("reception", 0),
    }
    return {purpose: amount for purpose, amount in found.items() if amount}


def per_person(total: int, people: int, no_show: float = 0.0) -> int | None:
    """What one person who really leaves costs, rounded up, when this share of those who have a seat do not come."""
    leaving = people * (1.0 - no_show)
    return int(-(-total // leaving)) if leaving > 0 else None


def kept(price: int, days_left: int, terms: Sequence[Sequence[int]]) -> int:
    """What the carrier keeps of the price when it is called off `days_left` days before, rounded up.

    `terms`: pairs (days before, thousandths kept from then on). Before the first of them nothing is kept.
    """
    due = [(days, thousandths) for days, thousandths in terms if days_left <= days]
    return -(-price * min(due)[1] // 1000) if due else 0
