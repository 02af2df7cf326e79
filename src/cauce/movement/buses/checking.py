"""Whether a plan keeps every rule, looked at from the plan alone and not by the code that made it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cauce.movement.allot import Ride, Way, largest_of
from cauce.movement.buses.instance import Instance


def faults(instance: Instance, rides: Sequence[Sequence[Ride[int]]]) -> list[str]:
    """What is wrong with these vehicles of each day, in plain words; empty for a plan that keeps every rule.

    F4 is looked at too: nobody behind a group that is due leaves earlier than it, if it could leave at all.
    """
    found = [*_families(instance, rides), *_company(instance, rides)]
    for day, of_day in enumerate(rides):
        found += [f"day {day}: {one}" for one in _vehicles(instance, of_day)]
        found += [f"day {day}: {one}" for one in _limits(instance, day, of_day)]
    sent = Counter(d for of_day in rides for d in _destinations(of_day))
    found += [
        f"{place} has {beds} beds for {sent[place]}" for place, beds in instance.beds.items() if sent[place] > beds
    ]
    return found


def _families(instance: Instance, rides: Sequence[Sequence[Ride[int]]]) -> list[str]:
    sizes = {one.key: one.size for one in instance.candidates}
    seats: Counter[int] = Counter()
    times: dict[int, set[tuple[int, str, str]]] = {}
    spread: Counter[int] = Counter()
    way_of: dict[int, Way] = {}
    for day, of_day in enumerate(rides):
        for ride in of_day:
            for group, people in ride.groups:
                seats[group] += people
                spread[group] += 1
                assert ride.way is not None
                way_of[group] = ride.way
                times.setdefault(group, set()).add((day, ride.way.destination, ride.way.mode))
    wrong = [f"group {g} has {n} seats for {sizes[g]} people" for g, n in seats.items() if g in sizes and n != sizes[g]]
    wrong += [f"group {g} leaves on several days or ways" for g, found in times.items() if len(found) > 1]
    for group, vehicles in spread.items():
        day = next(iter(times[group]))[0]
        largest = largest_of(way_of[group], instance.days[day].rides)
        if vehicles > 1 and group in sizes and sizes[group] <= largest:
            wrong.append(f"group {group} sits in {vehicles} vehicles")
    return wrong


def _company(instance: Instance, rides: Sequence[Sequence[Ride[int]]]) -> list[str]:
    day_of = {group: day for day, of_day in enumerate(rides) for ride in of_day for group, _ in ride.groups}
    never = len(instance.days)
    wrong = [
        f"linked groups {sorted(unit)} do not leave together"
        for unit in instance.together
        if len({day_of.get(group, never) for group in unit}) > 1
    ]
    for of_day in rides:
        for ride in of_day:
            inside = {group for group, _ in ride.groups}
            wrong += [f"{a} and {b} sit in one vehicle" for a, b in instance.apart if a in inside and b in inside]
    return wrong


def _vehicles(instance: Instance, of_day: Sequence[Ride[int]]) -> list[str]:
    special = {one.key: one.special for one in instance.candidates}
    sizes = {one.key: one.size for one in instance.candidates}
    wrong = [f"{r.vehicle} has {r.seats} seats for {r.taken}" for r in of_day if r.taken > r.seats]
    wrong += [f"{r.vehicle} says {r.taken} people" for r in of_day if r.taken != sum(n for _, n in r.groups)]
    for ride in of_day:
        # Of a family in several vehicles, its special seats are in one of them.
        needed = sum(special.get(group, 0) for group, people in ride.groups if people == sizes.get(group))
        if ride.special is not None and needed > ride.special:
            wrong.append(f"{ride.vehicle} has {ride.special} special seats for {needed}")
        if ride.way is not None and ride.driver_hours is not None and ride.way.hours > ride.driver_hours:
            wrong.append(f"{ride.vehicle} may not be driven {ride.way.hours} hours")
    return wrong


def _limits(instance: Instance, day: int, of_day: Sequence[Ride[int]]) -> list[str]:
    before = instance.days[day].rides
    planned = {one.key for one in instance.candidates}
    crossing = Counter(
        ride.way.border
        for ride in of_day
        for group, n in ride.groups
        if ride.way and group in planned
        for _ in range(n)
    )
    wrong = [
        f"{border} takes {budget.left if budget.open else 0} people, not {crossing[border]}"
        for border, budget in instance.days[day].budgets.items()
        if crossing[border] > (budget.left if budget.open else 0)
    ]
    sent = Counter(_destinations(of_day))
    already = Counter(_destinations(before))
    return wrong + [
        f"{place} takes {limit} people, not {sent[place] - already[place]}"
        for place, limit in instance.days[day].limits.items()
        if sent[place] - already[place] > max(0, limit)
    ]


def _destinations(of_day: Sequence[Ride[int]]) -> list[str]:
    return [ride.way.destination for ride in of_day for _, people in ride.groups if ride.way for _ in range(people)]
