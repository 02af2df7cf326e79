"""What a flight costs with those who have a place on it, from rows and entered costs; what is committed of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cauce.movement.charters.costing import ITEMS, Aboard, Flown, parts
from cauce.movement.charters.models import CostItem, Flight, Place
from cauce.movement.funds.models import Commitment
from cauce.movement.funds.selectors import worth


@dataclass(frozen=True, slots=True)
class Rates:
    """What each of ITEMS costs on a day in one currency; `unknown`: entered in a currency without a rate into it."""

    known: dict[str, int]
    unknown: tuple[str, ...]


def rates_on(day: date, currency: str) -> Rates:
    """The costs entered last for the day, in that currency, rounded up. What nobody entered is not in it."""
    known: dict[str, int] = {}
    unknown = []
    newest: dict[str, CostItem] = {}
    for row in CostItem.objects.filter(since__lte=day).order_by("since", "entry"):
        newest[row.item] = row
    for item in ITEMS:
        if item not in newest:
            continue
        amount = worth(newest[item].amount, newest[item].currency, currency, day)
        if amount is None:
            unknown.append(item)
        else:
            known[item] = amount
    return Rates(known, tuple(unknown))


def flown(row: Flight, stops: int) -> Flown:
    return Flown(row.kind, row.price, stops, row.escort_ratio, row.escort_days)


def aboard(places: Iterable[Place]) -> Aboard:
    """Everybody who has a place, not who stands by."""
    taken = [place for place in places if place.live and place.status == "reserved"]
    return Aboard(
        people=sum(place.people for place in taken),
        escorted=sum(place.people for place in taken if place.escorted),
        custody_days=sum(place.custody_days for place in taken),
    )


def places_of(flight: UUID) -> list[Place]:
    """Who has a place or stands by, in the order in which they got it."""
    return list(Place.objects.filter(flight=flight, live=True).order_by("at", "id"))


def cost_of(row: Flight, who: Aboard) -> dict[str, int]:
    """The cost by purpose in the flight's currency, with these people aboard."""
    landings = row.stops.filter(refused=False).count()
    return parts(flown(row, landings), who, rates_on(row.day, row.currency).known)


def committed_for(flight: UUID) -> dict[str, int]:
    """What is committed for it by purpose, as it was told: in the flight's currency. What was released is gone."""
    found: dict[str, int] = {}
    for row in Commitment.objects.filter(about=flight):
        whole = row.amount + row.released
        told = row.told_amount * row.amount // whole if whole else 0
        found[row.purpose] = found.get(row.purpose, 0) + told
    return found
