"""Invent an instance for the planner of returns: `python benchmarks/make_returns.py SEED [--kind mixed] > asked.json`.

5,000 people in groups of one to six, 15 destinations, 60 charters over 30 days whose prices sum to 12-14 million for
a budget of 3 million, 7 in 100 groups held, 12 in 100 escorted. 62 of 100 are single: of the people in `corridor`, of
the groups in the others. Three kinds, so that the planner is not tuned to one habit of inventing:

corridor  Prices follow flight hours there and back at US$8,600 an hour (the published figure for chartered removals)
          and a fixed part of US$ 15,000; near destinations have most people and most flights; a flight's further stops
          are its neighbours; a person's weight grows with the days waited and with needs.
mixed     Destinations, stops and prices independent of each other; weights are whole numbers from 1 to 20.
narrow    As mixed with windows of a week at most, continuous weights, and up to four stops a flight.

All three scale their prices to a sum drawn evenly from 12 to 14 million. Hours are great-circle distances from Panama
at 800 km/h, rounded; shares of people are invented.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from typing import Any

KINDS = ("corridor", "mixed", "narrow")
# Destination: hours one way, share of people, neighbours that one flight can serve.
PLACES: dict[str, tuple[float, float, tuple[str, ...]]] = {
    "COL": (1.2, 24, ("ECU", "VEN")),
    "ECU": (1.9, 15, ("COL", "PER")),
    "VEN": (1.9, 14, ("COL", "DOM")),
    "PER": (3.2, 8, ("ECU", "BOL")),
    "HTI": (1.9, 7, ("DOM", "CUB")),
    "DOM": (2.0, 4, ("HTI", "CUB")),
    "CUB": (2.1, 4, ("HTI", "DOM")),
    "BRA": (5.6, 4, ("BOL", "PER")),
    "BOL": (4.0, 2, ("PER", "BRA")),
    "CMR": (13.0, 3, ("AGO",)),
    "AGO": (14.2, 2, ("CMR",)),
    "IND": (19.6, 5, ("NPL", "BGD")),
    "NPL": (19.4, 3, ("IND", "BGD")),
    "BGD": (20.3, 2, ("IND", "NPL")),
    "CHN": (19.0, 3, ("NPL",)),
}
HOUR, FIXED, DAYS, PEOPLE, FLIGHTS = 8_600, 15_000, 30, 5_000, 60
# How many of 100 are of each size.
SIZES = {1: 62, 2: 11, 3: 10, 4: 9, 5: 5, 6: 3}


def invented(seed: int, kind: str = "mixed", people: int = PEOPLE, flights: int = FLIGHTS) -> dict[str, Any]:
    """The instance as JSON would hold it; the same for the same arguments, whatever the machine."""
    rng = random.Random(f"{kind}-{seed}-{people}-{flights}")
    offers = _flights(rng, kind, flights)
    return {
        "budget": 3_000_000 * flights // FLIGHTS,
        "seat_cost": 25,
        "escort_ratio": 5,
        "commercial_escorts": 2,
        "groups": _groups(rng, kind, people),
        "flights": offers,
        "commercial": [_seats(rng, kind, place) for place in PLACES],
    }


def _flights(rng: random.Random, kind: str, many: int) -> list[dict[str, Any]]:
    places = list(PLACES)
    wanted = rng.uniform(12e6, 14e6) * many / FLIGHTS
    found = []
    for number in range(many):
        if kind == "corridor":
            first = rng.choices(places, [PLACES[each][1] ** 0.5 for each in places])[0]
            near = [each for each in PLACES[first][2] if rng.random() < 0.35]
            stops = [first, *near]
            seats = rng.choice((90, 135, 135, 160)) if PLACES[first][0] < 10 else rng.choice((160, 210))
            price = (FIXED + 2 * HOUR * PLACES[first][0] + 12_000 * len(near)) * rng.uniform(0.85, 1.25)
        else:
            stops = rng.sample(places, rng.choices((1, 2, 3, 4), (5, 3, 2, 1 if kind == "narrow" else 0))[0])
            seats = rng.choice((90, 135, 135, 180))
            price = rng.uniform(60_000, 380_000)
        found.append(
            {
                "id": f"f{number + 1}",
                "day": rng.randrange(DAYS),
                "stops": stops,
                "seats": seats,
                "crew_seats": rng.choice((6, 10, 14)),
                "price": price,
            }
        )
    scale = wanted / sum(each["price"] for each in found)
    for each in found:
        each["price"] = round(each["price"] * scale, -2)
    return found


def _groups(rng: random.Random, kind: str, people: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    left = people
    places = list(PLACES)
    shares = [PLACES[each][1] for each in places] if kind == "corridor" else [1 + place % 4 for place in range(15)]
    per_group = [share / size if kind == "corridor" else share for size, share in SIZES.items()]
    while left:
        size = min(left, rng.choices(list(SIZES), per_group)[0])
        left -= size
        ready = rng.randrange(-5, DAYS - 3)
        window = rng.randrange(1, 8) if kind == "narrow" else rng.randrange(4, 21)
        weight: float = rng.randint(1, 20)
        if kind == "corridor":
            weight = 5 + rng.randrange(20) + (10 if rng.random() < 0.1 else 0) + max(0, 12 - ready) // 2
        elif kind == "narrow":
            weight = round(rng.lognormvariate(1.5, 0.6), 3)
        found.append(
            {
                "id": f"g{len(found) + 1}",
                "size": size,
                "destination": rng.choices(places, shares)[0],
                "ready": max(0, ready),
                "until": min(DAYS - 1, max(0, ready) + window),
                "weight": weight,
                "escorted": rng.random() < 0.12,
                "held": rng.random() < 0.07,
            }
        )
    return found


def _seats(rng: random.Random, kind: str, place: str) -> dict[str, Any]:
    hours = PLACES[place][0]
    fare = 120 + 55 * hours * rng.uniform(0.8, 1.3) if kind == "corridor" else rng.uniform(150, 1_400)
    return {"destination": place, "fare": round(fare), "seats_per_day": rng.choice((2, 4, 6)), "max_group": 4}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seed", type=int)
    parser.add_argument("--kind", choices=KINDS, default="mixed")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--flights", type=int, default=FLIGHTS)
    given = parser.parse_args()
    json.dump(invented(given.seed, given.kind, given.people, given.flights), sys.stdout, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
