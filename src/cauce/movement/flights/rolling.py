"""A year of returns booked day by day, not knowing who comes next, against the same year known beforehand. Pure.

Invented: groups come at even rates to eight destinations, weights, windows and prices from the seed; every sixth day or
so a charter is offered, known a month ahead. Each evening tomorrow's charters and commercial seats are booked for those
already there. How: a linear programme over those who wait, charters and commercial seats of the next weeks, and the
arrivals of another, past year in place of those to come; money counts at its price in that past year, found anew each
month for the money and the days left. A charter flies if the programme is worth more with it than without; a group
boards if the programme does not keep its seat, or the group, for later.

Hindsight is the planner's bound on the whole year known beforehand, so the ratio is the smaller of what it may be.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, replace

from cauce.movement.flights.instance import Commercial, Flight, Group, Instance
from cauce.movement.flights.plans import Assignment, cost, worth
from cauce.movement.flights.pricing import of
from cauce.movement.flights.relaxing import Relaxation
from cauce.movement.flights.rooms import Room, by_weight
from cauce.movement.flights.seating import Seating
from cauce.movement.flights.solving import plan

AHEAD, MONTH = 21, 30
PEOPLE_A_DAY, CHARTERS_A_DAY, BUDGET_A_DAY = 15.0, 0.3, 9_000
PLACES = {"COL": 5.0, "ECU": 4.0, "VEN": 3.0, "PER": 2.0, "DOM": 1.5, "CUB": 1.0, "BRA": 1.0, "IND": 2.0}
HOURS = {"COL": 1.2, "ECU": 1.9, "VEN": 1.9, "PER": 3.2, "DOM": 2.0, "CUB": 2.1, "BRA": 5.6, "IND": 19.6}
SIZES = {1: 62, 2: 13, 3: 10, 4: 8, 5: 4, 6: 3}
LONG = 600.0  # seconds: a programme here takes a hundredth of a second


@dataclass(frozen=True)
class RollingResult:
    """What the year's bookings were worth, what they could have been worth at most, and the share."""

    policy_value: float
    hindsight_value: float
    ratio: float
    people: int
    spent: float
    budget: float
    charters: int


def replay(seed: int, days: int = 365, time_limit: float = 30.0) -> RollingResult:
    """Book so many invented days one by one; `time_limit` seconds are for the planner that knows them all."""
    true, past = invented(seed, days), invented(seed + 1_000_003, days)
    given = _Booking(true, past, days).run()
    hindsight = plan(true, time_limit=time_limit)
    value = worth(true.group[each.group] for each in given)
    return RollingResult(
        policy_value=value,
        hindsight_value=hindsight.bound,
        ratio=value / hindsight.bound if hindsight.bound else 1.0,
        people=sum(true.group[each.group].size for each in given),
        spent=cost(true, given),
        budget=true.budget,
        charters=len({each.flight for each in given if each.flight}),
    )


def invented(seed: int, days: int) -> Instance:
    """A time of so many days, all of it known."""
    rng = random.Random(f"rolling-{seed}")  # noqa: S311  (an invented year, no secret)
    groups: list[Group] = []
    flights: list[Flight] = []
    places, shares = list(PLACES), list(PLACES.values())
    mean = sum(size * share for size, share in SIZES.items()) / sum(SIZES.values())
    for day in range(days):
        for _ in range(_poisson(rng, PEOPLE_A_DAY / mean)):
            size = rng.choices(list(SIZES), list(SIZES.values()))[0]
            place, weight = rng.choices(places, shares)[0], rng.randint(5, 20)
            until = min(days - 1, day + rng.randint(7, 28))
            groups.append(Group(f"g{len(groups)}", size, place, day + 1, until, weight, rng.random() < 0.1))
        for _ in range(_poisson(rng, CHARTERS_A_DAY)):
            first = rng.choices(places, shares)[0]
            second = [place for place in rng.sample(places, 1) if place != first and rng.random() < 0.5]
            price = (15_000 + 17_200 * max(HOURS[each] for each in (first, *second))) * rng.uniform(0.85, 1.25)
            flights.append(Flight(f"f{len(flights)}", day, (first, *second), 90, 8, round(price)))
    seats = tuple(Commercial(place, round(150 + 55 * HOURS[place]), 2, 4) for place in places)
    return Instance(BUDGET_A_DAY * days, 25, 5, 2, tuple(groups), tuple(flights), seats)


def _poisson(rng: random.Random, mean: float) -> int:
    """How many come when `mean` are expected: waits between them are exponential."""
    many, waited = 0, rng.expovariate(1.0)
    while waited < mean:
        many, waited = many + 1, waited + rng.expovariate(1.0)
    return many


class _Booking:
    """The evenings of one invented time. It looks at nobody who has not come yet."""

    def __init__(self, true: Instance, past: Instance, days: int) -> None:
        self.true, self.days = true, days
        self.past = replace(past, groups=tuple(replace(each, id=f"past {each.id}") for each in past.groups))
        self.later = tuple(replace(each, id=f"past {each.id}") for each in past.flights)
        self.given: list[Assignment] = []
        self.gone: set[str] = set()
        self.left = float(true.budget)
        self.price = 0.0

    def run(self) -> list[Assignment]:
        for today in range(-1, self.days - 1):
            if (today + 1) % MONTH == 0:
                self.price = self._price(today)
            self._evening(today)
        return self.given

    def _known(self, today: int, until: int) -> tuple[list[Group], list[Group]]:
        """Who waits, with the window that is left of it, and who came on the days ahead in the past year."""
        here = [
            replace(each, ready=today + 1)
            for each in self.true.groups
            if each.ready <= today + 1 <= each.until and each.id not in self.gone
        ]
        return here, [each for each in self.past.groups if today + 1 < each.ready <= until]

    def _price(self, today: int) -> float:
        """What money is worth for the rest of the time, as far as the past year tells."""
        here, come = self._known(today, self.days)
        seen = today + MONTH
        flights = [each for each in self.true.flights if today < each.day <= seen]
        flights += [each for each in self.later if each.day > seen]
        relaxation = self._programme([*here, *come], flights, 0.0)
        relaxation.solve({}, time.monotonic() + LONG)
        return of(relaxation).money

    def _programme(self, groups: list[Group], flights: list[Flight], price: float) -> Relaxation:
        asked = replace(self.true, budget=self.left, groups=tuple(groups), flights=tuple(flights))
        return Relaxation(asked, groups, Room.whole(asked), price_of_money=price)

    def _evening(self, today: int) -> None:
        here, come = self._known(today, today + AHEAD)
        if not here:
            return
        flights = [each for each in self.true.flights if today < each.day <= today + AHEAD]
        relaxation = self._programme([*here, *come], flights, self.price)
        fixed: dict[int, int] = {}
        for k, flight in enumerate(relaxation.open):
            if flight.day == today + 1:
                worths = [relaxation.solve({**fixed, k: flown}, time.monotonic() + LONG).bound for flown in (0, 1)]
                fixed[k] = int(worths[1] > worths[0] and flight.price <= self.left)
        values = relaxation.solve(fixed, time.monotonic() + LONG).values
        flying = [relaxation.open[k] for k, flown in fixed.items() if flown]
        seating = Seating(replace(relaxation.instance, groups=tuple(here)), flying)
        waiting = {each.id for each in here}
        shares = [each for each in relaxation.shares(values) if each[0].id in waiting]
        self._board(seating, shares, relaxation)
        self._tickets(seating, shares, today + 1)
        for given in seating.given.values():
            self.gone.add(given.group)
            self.given.append(given)
        self.left -= cost(seating.instance, seating.given.values())

    def _board(self, seating: Seating, shares: list[tuple[Group, str, float]], relaxation: Relaxation) -> None:
        """Those whom the programme puts on a charter of tomorrow, then those for whom it has nothing better."""
        for group, flight, _ in sorted(shares, key=lambda each: (-each[2], -each[0].weight, each[0].id)):
            if flight in seating.flights and group.id not in seating.given:
                seating.board(group, [seating.flights[flight]])
        placed = {group.id for group, _, share in shares if share > 0.5}
        for group in by_weight(seating.instance.groups):
            paid = self.price * relaxation.instance.seat_cost * group.size
            if group.id not in seating.given and group.id not in placed and group.value > paid:
                seating.board(group)

    def _tickets(self, seating: Seating, shares: list[tuple[Group, str, float]], day: int) -> None:
        """Of those the programme sends commercially, the ones who can wait least go tomorrow."""
        chosen = [group for group, flight, share in shares if not flight and share > 0.5]
        for group in sorted(chosen, key=lambda g: (g.until, -g.size, g.id)):
            offer = seating.instance.commercial_for(group)
            if offer is None or group.id in seating.given or offer.fare * group.size > seating.left:
                continue
            if seating.sold_on(offer, day) + group.size <= offer.seats_per_day:
                seating.take(group, Assignment(group.id, commercial=offer.destination, day=day))
