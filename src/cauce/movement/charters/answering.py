"""A plan that the money pays for on each day and for each purpose, and what each flight of it costs. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from cauce.movement.charters.asking import Asked
from cauce.movement.charters.bills import committed_for, rates_on
from cauce.movement.charters.costing import Aboard, Flown, parts
from cauce.movement.charters.models import Flight
from cauce.movement.charters.sooner import sooner
from cauce.movement.flights.instance import Instance
from cauce.movement.flights.plans import Assignment, Plan
from cauce.movement.flights.solving import plan as solve
from cauce.movement.funds.selectors import purses, worth
from cauce.movement.funds.terms import Need, shared_out

_ROUNDS = 12
_TRIMS = 3


@dataclass(frozen=True)
class Answer:
    """A plan that the money pays for, with what each flight would cost by purpose.

    `bound` is that of the plan before a flight was left out because no money is there on its day: it holds for all.
    """

    asked: Asked
    plan: Plan
    bound: float
    costs: Mapping[str, Mapping[str, int]]
    unfunded: tuple[str, ...] = ()

    change_cost: float = 0.0

    @property
    def gap(self) -> float | None:
        """How much more a better plan might be worth, as a share; who keeps the seat counts for that much more."""
        value = self.plan.value + self.change_cost * kept(self)
        return max(0.0, self.bound - value) / value if value else None


def kept(made: Answer) -> int:
    """When planning again: people who keep the place they had."""
    if made.asked.standing is None:
        return 0
    now = {each.group: each.flight for each in made.plan.assignments}
    had = made.asked.standing.assignments
    return sum(made.asked.instance.group[each.group].size for each in had if now.get(each.group) == each.flight)


def answer(asked: Asked, *, time_limit: float = 30.0, change_cost: float = 0.0) -> Answer:
    """The best plan that the money pays for on each day and for each purpose.

    The planner knows one budget, and of escorts only shares. Where all money together does not pay for whole ones, it
    plans again with so much less. When a flight of its plan still finds no money on its day, or none for
    its escorts, the one of those that gives least for its cost is left out and the rest is planned again; in the end
    all that are short.
    """
    instance = asked.instance
    unfunded: list[str] = []
    trims, dear = _TRIMS, set[str]()
    made = solve(instance, time_limit=time_limit, keep=asked.standing, change_cost=change_cost)
    bound = made.bound
    while True:
        made = sooner(instance, made, asked.held, asked.standing)
        costs = _costs(asked, made)
        short = _short(asked, costs)
        if not short:
            gone = [*unfunded, *sorted(dear - _on(made).keys() - set(unfunded))]
            return Answer(asked, made, max(bound, made.value), costs, tuple(gone), change_cost)
        beyond = _beyond(asked, costs) if trims else 0
        if beyond:
            trims -= 1
            dear.update(short)
            instance = replace(instance, budget=max(0.0, instance.budget - beyond))
            made = solve(instance, time_limit=time_limit / 2, keep=asked.standing, change_cost=change_cost)
            continue
        ratio = {name: _worth(instance, made, name) / max(1, sum(costs[name].values())) for name in short}
        by_worth = sorted(short, key=lambda name: (ratio[name], name))
        if not any(name in _on(made) for name in short):
            # What was proposed before is short by itself: nothing new can mend that.
            return Answer(asked, made, max(bound, made.value), costs, (*unfunded, *short), change_cost)
        by_worth = [name for name in by_worth if name in _on(made)]
        gone = by_worth[:1] if len(unfunded) < _ROUNDS else by_worth
        unfunded += gone
        instance = _without(instance, gone)
        made = solve(instance, time_limit=time_limit / 2, keep=asked.standing, change_cost=change_cost)


def _without(instance: Instance, names: Iterable[str]) -> Instance:
    """The instance without these charters, or without the tickets to a country (`COL@12`: bought for one day)."""
    gone = set(names)
    countries = {name.partition("@")[0] for name in gone if "@" in name}
    return replace(
        instance,
        flights=tuple(each for each in instance.flights if each.id not in gone),
        commercial=tuple(each for each in instance.commercial if each.destination not in countries),
    )


def _on(made: Plan) -> dict[str, list[Assignment]]:
    """The assignments of each charter, and of the tickets to a country on a day (`COL@12`)."""
    found: dict[str, list[Assignment]] = {}
    for each in made.assignments:
        found.setdefault(each.flight or f"{each.commercial}@{each.day}", []).append(each)
    return found


def _costs(asked: Asked, made: Plan) -> dict[str, dict[str, int]]:
    """What each flight costs by purpose, in the plan's currency; of a booked one what comes on top."""
    on = _on(made)
    standing = [name for name, who in asked.fixed.items() if who.people and asked.offers[name].status == "proposed"]
    found: dict[str, dict[str, int]] = {}
    for name in dict.fromkeys([*on, *standing]):
        given = on.get(name, [])
        new = [asked.instance.group[each.group] for each in given]
        row = asked.offers.get(name)
        if row is None:
            held = sum(asked.held.get(each.id, 0) for each in new)
            found[name] = _ticket_costs(asked, given[0], sum(each.size for each in new), held)
            continue
        was = asked.fixed.get(name, Aboard(0))
        who = Aboard(
            was.people + sum(each.size for each in new),
            was.escorted + sum(each.size for each in new if each.escorted),
            was.custody_days + sum(asked.held.get(each.id, 0) for each in new) * (row.day - asked.start).days,
        )
        price = worth(row.price, row.currency, asked.currency, row.day) or 0
        stops = row.stops.filter(refused=False).count()
        flown = Flown(row.kind, price, stops, row.escort_ratio, row.escort_days)
        whole = parts(flown, who, rates_on(row.day, asked.currency).known)
        found[name] = _less(whole, asked, row) if row.status == "booked" else whole
    return found


def _ticket_costs(asked: Asked, given: Assignment, people: int, held: int) -> dict[str, int]:
    offer = asked.tickets[given.commercial]
    day = asked.start + timedelta(days=given.day or 0)
    fare = worth(offer.fare, offer.currency, asked.currency, day) or 0
    who = Aboard(people, 0, held * (given.day or 0))
    return parts(Flown("commercial", fare * people), who, rates_on(day, asked.currency).known)


def _less(whole: dict[str, int], asked: Asked, row: Flight) -> dict[str, int]:
    have = committed_for(row.id)
    told = {purpose: worth(amount, row.currency, asked.currency, row.day) or 0 for purpose, amount in have.items()}
    rest = {purpose: amount - told.get(purpose, 0) for purpose, amount in whole.items()}
    return {purpose: amount for purpose, amount in rest.items() if amount > 0}


def _short(asked: Asked, costs: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Flights of the plan for which money is missing on their day."""
    needs, names = [], []
    for name, purposes in costs.items():
        row = asked.offers.get(name)
        day = row.day if row is not None else asked.start + timedelta(days=int(name.partition("@")[2]))
        for purpose, amount in purposes.items():
            needs.append(Need(amount, asked.currency, purpose, day))
            names.append(name)
    end = asked.start + timedelta(days=asked.days - 1)
    _shares, unpaid = shared_out(needs, purses(asked.start, end), worth)
    return sorted({names[at] for at, missing in enumerate(unpaid) if missing})


def _beyond(asked: Asked, costs: Mapping[str, Mapping[str, int]]) -> int:
    """What the plan costs beyond all money of these days, whatever each part of it may pay for."""
    end = asked.start + timedelta(days=asked.days - 1)
    sums = [worth(purse.left, purse.currency, asked.currency, asked.start) or 0 for purse in purses(asked.start, end)]
    return max(0, sum(sum(parts_.values()) for parts_ in costs.values()) - sum(sums))


def _worth(instance: Instance, made: Plan, name: str) -> float:
    return sum(instance.group[each.group].value for each in _on(made).get(name, ()))
