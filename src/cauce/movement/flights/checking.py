"""Whether a plan keeps every rule, worked out anew from the instance alone: nothing of the planner is used. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from math import ceil

from cauce.movement.flights.instance import Flight, Group, Instance
from cauce.movement.flights.plans import Assignment, Plan

CLOSE = 1e-6


def faults(instance: Instance, plan: Plan) -> list[str]:
    """What is wrong with the plan, a sentence each; empty when it keeps every rule and its figures are true."""
    groups = {each.id: each for each in instance.groups}
    flights = {each.id: each for each in instance.flights}
    found = [f"{name} is assigned {times} times" for name, times in _times(plan).items() if times > 1]
    known: list[tuple[Group, Assignment]] = []
    for each in plan.assignments:
        wrong = _alone(instance, groups, flights, each)
        if wrong:
            found.append(wrong)
        else:
            known.append((groups[each.group], each))
    found += _seats(instance, flights, known)
    found += _figures(instance, flights, known, plan)
    moved = {each.group for each in plan.assignments}
    found += [f"{name} moves and has a reason why not" for name in plan.why_not if name in moved]
    found += [f"{name} stays without a reason" for name in groups if name not in moved and not plan.why_not.get(name)]
    return found


def _times(plan: Plan) -> Counter[str]:
    return Counter(each.group for each in plan.assignments)


def _alone(instance: Instance, groups: dict[str, Group], flights: dict[str, Flight], given: Assignment) -> str:
    """What is wrong with one assignment whatever the others are."""
    group = groups.get(given.group)
    if group is None:
        return f"{given.group} is no group of the instance"
    if group.held:
        return f"{group.id} is held"
    if bool(given.flight) == bool(given.commercial):
        return f"{group.id} needs a charter or commercial seats, one of the two"
    if given.flight:
        flight = flights.get(given.flight)
        if flight is None:
            return f"{group.id} is on {given.flight}, which is no flight of the instance"
        if group.destination not in flight.stops:
            return f"{group.id} is on {flight.id}, which does not stop in {group.destination}"
        day: int | None = flight.day
    else:
        offers = [each for each in instance.commercial if each.destination == given.commercial]
        if not offers or given.commercial != group.destination:
            return f"{group.id} has commercial seats to {given.commercial}, which are not on offer for it"
        if group.escorted:
            return f"{group.id} is escorted and has commercial seats"
        if group.size > offers[0].max_group:
            return f"{group.id} has {group.size} people and more than {offers[0].max_group} may not share"
        day = given.day
    if day is None or not group.ready <= day <= group.until:
        return f"{group.id} goes on day {day}, outside {group.ready} to {group.until}"
    return ""


def _seats(instance: Instance, flights: dict[str, Flight], known: list[tuple[Group, Assignment]]) -> list[str]:
    aboard: defaultdict[str, list[Group]] = defaultdict(list)
    sold: Counter[tuple[str, int]] = Counter()
    for group, given in known:
        if given.flight:
            aboard[given.flight].append(group)
        else:
            sold[given.commercial, given.day or 0] += group.size
    found = []
    ratio = Fraction(instance.escort_ratio)
    for name, sitting in aboard.items():
        escorted = sum(each.size for each in sitting if each.escorted)
        taken = sum(each.size for each in sitting) + (ceil(Fraction(escorted) / ratio) if escorted else 0)
        seats = flights[name].seats - flights[name].crew_seats
        if taken > seats:
            found.append(f"{name} carries {taken} people and escorts on {seats} seats")
    limit = {each.destination: each.seats_per_day for each in instance.commercial}
    found += [
        f"{people} commercial seats to {where} on day {day}: {limit[where]} are on offer"
        for (where, day), people in sold.items()
        if people > limit[where]
    ]
    return found


def _figures(
    instance: Instance, flights: dict[str, Flight], known: list[tuple[Group, Assignment]], plan: Plan
) -> list[str]:
    flown = {given.flight for _, given in known if given.flight}
    fare = {each.destination: Fraction(each.fare) for each in instance.commercial}
    spent = sum((Fraction(flights[name].price) for name in flown), Fraction(0))
    for group, given in known:
        spent += group.size * (Fraction(instance.seat_cost) if given.flight else fare[given.commercial])
        if given.flight:
            spent += Fraction(group.extra) + Fraction(group.daily) * flights[given.flight].day
    value = sum((Fraction(group.weight) * group.size for group, _ in known), Fraction(0))
    people = sum(group.size for group, _ in known)
    found = []
    if spent > Fraction(instance.budget) * (1 + Fraction(1, 10**9)):
        found.append(f"it spends {float(spent)} of {instance.budget}")
    if sorted(plan.flown) != sorted(flown):
        found.append(f"flown says {sorted(plan.flown)}, the assignments {sorted(flown)}")
    told = {"value": (plan.value, value), "spent": (plan.spent, spent), "people": (plan.people, Fraction(people))}
    for name, (said, true) in told.items():
        if abs(Fraction(said) - true) > CLOSE * max(Fraction(1), abs(true)):
            found.append(f"{name} says {said}, the assignments {float(true)}")
    if plan.bound < plan.value - CLOSE * max(1, abs(plan.value)):
        found.append(f"the bound {plan.bound} is below the value {plan.value}")
    return found
