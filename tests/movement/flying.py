"""Flights home for tests: offered with their permits by a coordinator, groups at the airport that may go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tests.movement.money import START
from tests.movement.returning import HOME, a_case
from tests.movement.rows import TODAY, a_group

from cauce.access.actor import Actor
from cauce.movement.charters import services
from cauce.movement.charters.services import NewFlight, Travelling

DAY = TODAY + timedelta(days=4)
PLACES = {"COL": "medellin", "ECU": "manta", "IND": "new_delhi"}


def a_flight(actors: Mapping[str, Actor], *countries: str, permits: bool = True, **facts: Any) -> UUID:
    """A charter from the airport with a permit for each stop: 20 seats, 2 of the crew, 60,000 USD."""
    stops = tuple((country, PLACES[country]) for country in (countries or ("COL",)))
    told: dict[str, Any] = {
        "origin": HOME, "day": DAY, "stops": stops, "seats": 20, "crew_seats": 2, "price": 6_000_000,
        "currency": "USD", "escort_ratio": 5, "escort_days": 2, "terms": ((30, 100), (7, 500), (2, 1000)),
    }  # fmt: skip
    by = actors["coordinator"]
    flight = services.offer_flight(flight=NewFlight(**{**told, **facts}), by=by)
    if permits:
        for country, _place in stops:
            services.record_permit(
                flight=flight, country=country, number="P-1", start=START, until=date(2023, 12, 31), by=by
            )
    return flight


def costs(actors: Mapping[str, Actor]) -> None:
    """25 USD a person to the aircraft, an escort 100 a day and 250 back, a landing 1,000."""
    told = {"ground": 2_500, "escort_day": 10_000, "escort_return": 25_000, "permit": 100_000}
    for item, amount in told.items():
        services.enter_cost(
            item=item, amount=amount, currency="USD", since=START, source="contract 12", by=actors["finance"]
        )


def a_party(size: int = 1, country: str = "COL", *, place: str = HOME, escorted: bool = False) -> Travelling:
    """A group with a case each, nothing against it, at the airport."""
    group, persons = a_group(size, place=place)
    for person in persons:
        a_case(person.id, destination=country, escort="escorted" if escorted else "none")
    return Travelling(group.id, tuple(person.id for person in persons), country, escorted)
