"""The plan of buses: the greedy rule, the model where it can do better, and the proof of how good it is. Pure."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cauce.movement.allot import ROOM, Filling, Ride, Way, allot, largest_of
from cauce.movement.buses.checking import faults
from cauce.movement.buses.instance import BusPlan, Day, Instance, Slot, Unit, delay_of, slots_of
from cauce.movement.buses.packing import pack, seat
from cauce.movement.reasons import Reason

if TYPE_CHECKING:
    from cauce.movement.buses.model import Answer

ALL, MODEL, GREEDY = "all", "model", "greedy"
RULES = (ALL, MODEL, GREEDY)
ROUNDS = 4
Days = list[list[Ride[int]]]


def plan(instance: Instance, *, time_limit: float = 10.0) -> BusPlan:
    """The plan with the least weighted delay that is found in `time_limit` seconds, and how good it is proven to be.

    With no time at all it is the greedy rule's. Where that fills every seat, or seats everybody, there is nothing to
    solve. Between plans of the same delay the one that moves the fewest groups to another vehicle is kept, so that
    asking again moves nobody.
    """
    start = time.perf_counter()
    could = _could(instance)
    at_once = _at_once(instance, could)
    bound = max(at_once, _by_room(instance, could))
    found = [days for days in (_standing(instance), greedy(instance)) if days is not None]
    best = min(found, key=lambda days: _rank(instance, days))
    rule = ALL if _delay(instance, best) <= at_once else GREEDY
    if _delay(instance, best) > bound and time_limit > 0:
        days, proven = _solved(instance, could, start + time_limit)
        bound = max(bound, proven)
        if days is not None and _rank(instance, days) < _rank(instance, best):
            best = days
        # The model also says how good the greedy rule's own plan is.
        rule = MODEL if days is not None else GREEDY
    return _explained(instance, best, could, bound, rule, time.perf_counter() - start)


def greedy(instance: Instance) -> Days:
    """The rule of `allot`, one day after another."""
    days: Days = []
    left = dict(instance.beds)
    waiting = instance.candidates
    for day in instance.days:
        beds = _beds(day, left)
        rides = day.copies()
        before = sum(ride.taken for ride in rides)
        allot([(one.key, one.size) for one in waiting], day.ways, rides, day.budgets, instance.company, beds)
        gone = {group for ride in rides for group, _ in ride.groups}
        sizes = {one.key: one.size for one in waiting}
        for ride in rides:
            if ride.way is not None and ride.way.destination in left:
                left[ride.way.destination] -= sum(n for group, n in ride.groups if group in sizes)
        assert sum(ride.taken for ride in rides) >= before
        waiting = tuple(one for one in waiting if one.key not in gone)
        days.append(rides)
    return days


def _beds(day: Day, left: Mapping[str, int]) -> dict[str, int]:
    both = {*day.limits, *left}
    return {
        place: max(0, min(day.limits.get(place, left.get(place, 0)), left.get(place, day.limits.get(place, 0))))
        for place in both
    }


def _could(instance: Instance) -> dict[int, list[Slot]]:
    """On which days and by which ways each unit could leave if nobody else did."""
    found: dict[int, list[Slot]] = {}
    for number, day in enumerate(instance.days):
        beds = _beds(day, instance.beds)
        for way in range(len(day.ways)):
            filling = Filling([day.ways[way]], list(day.rides), day.budgets, instance.company, beds)
            known: dict[tuple[object, ...], bool] = {}
            for at, unit in enumerate(instance.units):
                # Those alike find the same room: a station has thousands of people and few sizes.
                alike = (tuple(one.size for one in unit.members), unit.special, unit.apart)
                if alike not in known:
                    known[alike] = not isinstance(filling.place(unit.parts), Reason)
                if known[alike]:
                    found.setdefault(at, []).append((number, way))
    return found


def _at_once(instance: Instance, could: Mapping[int, list[Slot]]) -> int:
    """The delay if everybody left on the first day they could: no plan leaves less."""
    first = {one.key: min(could[at]) for at, unit in enumerate(instance.units) if at in could for one in unit.members}
    return delay_of(instance, first)


def _by_room(instance: Instance, could: Mapping[int, list[Slot]]) -> int:
    """The delay if people, not families, filled each day's seats and quotas, the heaviest first: no plan leaves less.

    It takes no solver, so that the greedy rule's plan too comes with a proof of how good it is.
    """
    last = len(instance.days)
    room = []
    for day in instance.days:
        seats = sum(ride.free for ride in day.rides)
        borders = {way.border for way in day.ways}
        left = sum(day.budgets[border].left if day.budgets[border].open else 0 for border in borders if border)
        room.append(seats if "" in borders else min(seats, left))
    total = sum(unit.cost * last for at, unit in enumerate(instance.units) if at not in could)
    people = [(unit.cost / unit.size, unit.size) for at, unit in enumerate(instance.units) if at in could]
    number, spent = 0, 0.0
    for weight, size in sorted(people, reverse=True):
        waiting = size
        while waiting and number < last:
            seated = min(waiting, room[number])
            spent += weight * seated * number
            waiting, room[number] = waiting - seated, room[number] - seated
            number += not room[number]
        spent += weight * waiting * last
    return total + math.ceil(spent - 1e-6)


def _delay(instance: Instance, days: Days) -> int:
    return delay_of(instance, slots_of(instance, days))


def _rank(instance: Instance, days: Days) -> tuple[int, int]:
    """The delay, then how many groups sit in another vehicle than they were proposed for before."""
    at = {group: number for number, ride in enumerate(days[0]) for group, _ in ride.groups}
    return _delay(instance, days), sum(at.get(group) != ride for group, ride in instance.standing.items())


def _standing(instance: Instance) -> Days | None:
    """What was proposed before, as far as it can still be had, in queue order; what is left over is filled."""
    if not instance.standing or len(instance.days) != 1:
        return None
    (day,) = instance.days
    rides = day.copies()
    filling = Filling(list(day.ways), rides, day.budgets, instance.company, _beds(day, instance.beds))
    for unit in instance.units:
        where = {instance.standing.get(one.key) for one in unit.members}
        at = where.pop()
        way = None if where or at is None else rides[at].way
        if at is None or way is None:
            continue
        mine = Filling([way], [rides[at]], day.budgets, instance.company, filling.beds, filling.spent)
        found = mine.place(unit.parts)
        if not isinstance(found, Reason):
            filling.take(unit.parts, *found)
    days = [rides]
    _fill(instance, days)
    gone = {group for ride in rides for group, _ in ride.groups}
    left = [unit for unit in instance.units if unit.members[0].key not in gone]
    return None if faults(instance, days) or _due_overtaken(instance, left, rides) else days


def _due_overtaken(instance: Instance, left: Sequence[Unit], rides: Sequence[Ride[int]]) -> bool:
    gone = {group for ride in rides for group, _ in ride.groups}
    staying = {one.key for unit in left if unit.due for one in unit.members}
    seen = False
    for unit in instance.units:
        seen = seen or unit.members[0].key in staying
        if seen and unit.members[0].key in gone:
            return True
    return False


def _solved(instance: Instance, could: Mapping[int, list[Slot]], until: float) -> tuple[Days | None, int]:
    """The model's plan with vehicles, and the least delay that it proved possible."""
    from cauce.movement.buses.model import Model

    apiece: frozenset[Slot] = frozenset()
    best: Days | None = None
    bound = 0
    for _ in range(ROUNDS):
        answer = Model(instance, could, apiece).solve(until - time.perf_counter())
        if answer is None:
            break
        bound = max(bound, math.ceil(answer.bound - 1e-6))
        days, over = _seated(instance, answer)
        _fill(instance, days)
        if best is None or _delay(instance, days) < _delay(instance, best):
            best = days
        if not over or _delay(instance, best) <= bound or over <= apiece or time.perf_counter() > until:
            break
        # Vehicles are shared by the ways of a day: where one names its own, all must.
        apiece |= {(day, way) for day, _ in over for way in range(len(instance.days[day].ways))}
    return best, bound


def _seated(instance: Instance, answer: Answer) -> tuple[Days, frozenset[Slot]]:
    """Vehicles for those who leave, and the slots in which somebody found none."""
    days = [day.copies() for day in instance.days]
    over = set()
    for number, day in enumerate(instance.days):
        used: set[int] = set()
        for way, leg in enumerate(day.ways):
            slot = (number, way)
            mine = [unit for n, unit in enumerate(instance.units) if answer.leaves.get(n) == slot]
            if not mine:
                continue
            chosen, fixed, fillings = _chosen(instance, answer, slot, days[number], used)
            if not _into(instance, mine, leg, chosen, fixed, fillings, days[number]):
                over.add(slot)
    return days, frozenset(over)


Chosen = tuple[list[Ride[int]], dict[int, Ride[int]], list[tuple[int, ...]]]


def _chosen(instance: Instance, answer: Answer, slot: Slot, rides: list[Ride[int]], used: set[int]) -> Chosen:
    """The vehicles that go a way, who sits in which where the model says so, and the sizes that it puts into each."""
    from cauce.movement.buses.model import kind_of

    day = instance.days[slot[0]]
    if slot in answer.seats:
        at = {instance.units[n].members[0].key: next(iter(found)) for n, found in answer.seats[slot].items()}
        real: dict[int, int] = {}
        for named in sorted({ride for found in answer.seats[slot].values() for ride in found}):
            # Each way counts its vehicles from the first of a kind: here they become different ones.
            kind = kind_of(day.rides[named])
            real[named] = next(n for n, row in enumerate(day.rides) if n not in used and kind_of(row) == kind)
            used.add(real[named])
        return [rides[n] for n in real.values()], {key: rides[real[named]] for key, named in at.items()}, []
    want = {kind: count for (where, kind), count in answer.counts.items() if where == slot}
    fillings = {kind: list(found) for (where, kind), found in answer.fillings.items() if where == slot}
    chosen, sizes = [], []
    for number, row in enumerate(day.rides):
        kind = kind_of(row)
        if number not in used and want.get(kind, 0) > 0 and row.serves(day.ways[slot[1]]):
            want[kind] -= 1
            chosen.append(rides[number])
            sizes.append(fillings[kind].pop() if fillings.get(kind) else ())
            used.add(number)
    return chosen, {}, sizes if fillings else []


def _into(
    instance: Instance,
    units: Sequence[Unit],
    way: Way,
    rides: Sequence[Ride[int]],
    fixed: Mapping[int, Ride[int]],
    fillings: Sequence[Sequence[int]],
    all_rides: Sequence[Ride[int]],
) -> bool:
    """Seat the units in the rides; whether all found one. Who is larger than every vehicle is spread first."""
    largest = largest_of(way, all_rides)
    fitting = [unit for unit in units if unit.size <= largest]
    spread = [unit for unit in units if unit.size > largest]
    # Where the model names each vehicle it has left room for those who are spread; elsewhere they choose first.
    before = [] if fixed else spread
    over = [unit for unit in before if not seat(unit, way, rides, largest, instance.company)]
    standing = dict(fixed) or {
        key: all_rides[at] for key, at in instance.standing.items() if any(all_rides[at] is ride for ride in rides)
    }
    places, left = pack(fitting, rides, standing, fillings)
    for at, ride in places.items():
        for one in fitting[at].members:
            ride.seat(way, one.key, one.size, one.special)
    after = spread if fixed else []
    over += [unit for unit in after if not seat(unit, way, rides, largest, instance.company)]
    return not over and not left


def _fill(instance: Instance, days: Days) -> None:
    """Whoever still fits somewhere is seated, in queue order; where the plan is the model's best, nobody does."""
    left = dict(instance.beds)
    gone = {group for rides in days for ride in rides for group, _ in ride.groups}
    planned = {one.key for one in instance.candidates}
    for number in range(len(instance.days)):
        for ride in days[number]:
            if ride.way is not None and ride.way.destination in left:
                left[ride.way.destination] -= sum(n for g, n in ride.groups if g in planned)
    for number in range(len(instance.days)):
        filling = _filling(instance, number, days[number], left)
        barred = False
        for unit in instance.units:
            if unit.members[0].key in gone:
                continue
            placed = filling.place(unit.parts)
            if isinstance(placed, Reason) or barred:
                barred = barred or unit.due
                continue
            filling.take(unit.parts, *placed)
            gone.update(one.key for one in unit.members)
            if placed[0].destination in left:
                left[placed[0].destination] -= unit.size


def _filling(instance: Instance, number: int, rides: list[Ride[int]], left: Mapping[str, int]) -> Filling[int]:
    """What of that day is still to be had behind these vehicles."""
    day = instance.days[number]
    planned = {one.key for one in instance.candidates}
    spent: dict[str, int] = {}
    limits = dict(day.limits)
    for ride in rides:
        if ride.way is None:
            continue
        people = sum(n for group, n in ride.groups if group in planned)
        spent[ride.way.border] = spent.get(ride.way.border, 0) + people
        if ride.way.destination in limits:
            limits[ride.way.destination] -= people
    beds = _beds(replace(day, limits=limits), left)
    return Filling(list(day.ways), rides, day.budgets, instance.company, beds, spent)


def _explained(
    instance: Instance, days: Days, could: Mapping[int, list[Slot]], bound: int, rule: str, seconds: float
) -> BusPlan:
    """The plan with why each group stays on the first day, and whom somebody behind them passed on it."""
    delay = _delay(instance, days)
    total = dict(instance.beds)
    planned = {one.key for one in instance.candidates}
    for ride in days[0]:
        if ride.way is not None and ride.way.destination in total:
            total[ride.way.destination] -= sum(n for g, n in ride.groups if g in planned)
    filling = _filling(instance, 0, days[0], total)
    gone = {group for ride in days[0] for group, _ in ride.groups}
    left: dict[int, Reason] = {}
    waiting: list[int] = []
    passed: set[int] = set()
    barred = False
    for at, unit in enumerate(instance.units):
        if unit.members[0].key in gone:
            passed.update(waiting)
            waiting.clear()
            continue
        why = filling.place(unit.parts)
        reason = why if isinstance(why, Reason) else (Reason.BEHIND_DUE if barred else Reason.NO_SEAT)
        barred = barred or (unit.due and any(day == 0 for day, _ in could.get(at, ())))
        left |= {one.key: reason for one in unit.members}
        if reason & ROOM:
            waiting += [one.key for one in unit.members]
    rides = tuple([ride for ride in of_day if ride.groups] for of_day in days)
    return BusPlan(rides, left, frozenset(passed), delay, min(bound, delay), rule, seconds)
