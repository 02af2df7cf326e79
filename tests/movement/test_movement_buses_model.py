"""The plan of buses as numbers: proven against every possible plan of small days, and every rule looked at apart."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest

from cauce.movement.allot import Budget, Fleet, Ride, Way, rides_of
from cauce.movement.buses.checking import faults
from cauce.movement.buses.instance import BusPlan, Candidate, Day, Instance, delay_of, slots_of, weight_of
from cauce.movement.buses.solving import greedy, plan
from cauce.movement.reasons import Reason

pytestmark = pytest.mark.one_store
WAY = Way("paso_canoas", "bus", "paso_canoas", 14)
FAR = Way("catem_sur", "bus", "", 15)


def a_day(
    seats: tuple[int, ...] = (10, 10), quota: int = 9999, ways: tuple[Way, ...] = (WAY,), **more: dict[str, int]
) -> Day:
    rides = [ride for number in seats for ride in rides_of([Fleet("bus", "bus", number, 1)])]
    return Day(ways, tuple(rides), {"paso_canoas": Budget(quota, quota, quota > 0)}, **more)


def waiting(*sizes: int) -> tuple[Candidate, ...]:
    """Groups in queue order: the first has waited longest."""
    return tuple(Candidate(n, size, weight_of(100 - 3 * n)) for n, size in enumerate(sizes))


def gone(made: BusPlan, day: int = 0) -> set[int]:
    return {group for ride in made.rides[day] for group, _ in ride.groups}


def solved(instance: Instance, time_limit: float = 20.0) -> BusPlan:
    made = plan(instance, time_limit=time_limit)
    assert faults(instance, made.rides) == []
    assert made.delay == delay_of(instance, slots_of(instance, made.rides))
    return made


def best_of_all(instance: Instance) -> int:
    """The least delay of every way to put each unit into one vehicle of one day, or none."""
    places = [(d, r) for d, day in enumerate(instance.days) for r in range(len(day.rides))]
    best = delay_of(instance, {})
    for chosen in itertools.product([None, *places], repeat=len(instance.units)):
        days: list[list[Ride[int]]] = [day.copies() for day in instance.days]
        for unit, place in zip(instance.units, chosen, strict=True):
            for one in unit.members if place else ():
                days[place[0]][place[1]].seat(WAY, one.key, one.size, one.special)  # type: ignore[index]
        if not faults(instance, days) and not overtakes_due(instance, days):
            best = min(best, delay_of(instance, slots_of(instance, days)))
    return best


def overtakes_due(instance: Instance, days: list[list[Ride[int]]]) -> bool:
    never = len(days)
    leaves = {group: day for day, rides in enumerate(days) for ride in rides for group, _ in ride.groups}
    queue = [(unit.due, leaves.get(unit.members[0].key, never)) for unit in instance.units]
    return any(
        due and later < mine for at, (due, mine) in enumerate(queue) for _, later in queue[at + 1 :]
    )  # every unit of these instances could leave on the first day if it were alone


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_of_a_small_day_is_better_than_the_model_s(seed: int) -> None:
    chance = random.Random(seed)
    sizes = [chance.choice((1, 1, 2, 3, 4)) for _ in range(6)]
    pairs = frozenset(p for p in itertools.combinations(range(6), 2) if chance.random() < 0.3)
    linked = (frozenset((0, 3)),) if seed % 3 == 0 else ()
    pairs = frozenset(p for p in pairs if p != (0, 3))
    one = tuple(replace(c, due=chance.random() < 0.25, weight=chance.randint(24, 140)) for c in waiting(*sizes))
    days = (a_day((8, 3), quota=chance.choice((7, 9, 100))),) if seed % 2 else (a_day((7,), 6), a_day((4,), 9))
    instance = Instance(one, days, linked, pairs)
    made = solved(instance)
    assert (made.delay, made.bound, made.gap) == (best_of_all(instance), made.delay, 0.0)


def test_the_model_fills_what_the_greedy_rule_leaves_empty_and_says_which_it_was() -> None:
    two = Instance(tuple(replace(c, weight=100) for c in waiting(5, 4, 3, 3, 5)), (a_day((10, 10)),))
    assert (gone(solved(two)), solved(two).rule) == ({0, 1, 2, 3, 4}, "model")
    assert solved(Instance(waiting(5, 4), two.days)).rule == "all"
    instance = Instance((), (a_day((10,)),))
    tight = replace(
        instance, days=(a_day((10,)),), candidates=tuple(replace(c, weight=50) for c in waiting(6, 3, 5, 5))
    )
    assert (gone(solved(tight, 0)), solved(tight, 0).rule) == ({0, 1}, "greedy")
    made = solved(tight)
    assert (gone(made), made.rule, made.gap) == ({2, 3}, "model", 0.0)
    assert 0 < solved(tight, 0).gap < 1


def test_every_group_left_behind_has_the_reason_that_binds() -> None:
    def left(instance: Instance) -> dict[int, Reason]:
        return solved(instance).left

    assert left(Instance(waiting(4, 4, 4), (a_day((10,), 8),)))[2] == Reason.QUOTA_FULL
    assert left(Instance(waiting(4, 4, 4), (a_day((8,)),)))[2] == Reason.NO_SEAT
    assert left(Instance(waiting(4), (a_day((8,), 0),)))[0] == Reason.QUOTA_CLOSED
    assert left(Instance(waiting(9), (a_day((8,)),)))[0] == Reason.TOO_LARGE
    assert left(Instance(waiting(4), (a_day((8,), ways=()),)))[0] == Reason.NO_WAY
    assert left(Instance(waiting(4, 4), (a_day((8,)),), apart=frozenset({(0, 1)})))[1] == Reason.KEPT_APART
    assert left(Instance(waiting(4, 4), (a_day((8,), limits={"paso_canoas": 5}),)))[1] == Reason.NO_BED
    assert left(Instance(waiting(4, 4), (a_day((8,)),), beds={"paso_canoas": 5}))[1] == Reason.NO_BED
    wheels = (replace(waiting(4)[0], special=1), replace(waiting(4, 4)[1], special=1))
    bus = tuple(rides_of([Fleet("bus", "bus", 8, 1, special=1)]))
    assert left(Instance(wheels, (replace(a_day(), rides=bus),)))[1] == Reason.NO_SPECIAL_SEAT


def test_p9_linked_groups_leave_in_one_vehicle_or_not_at_all() -> None:
    instance = Instance(waiting(5, 4, 5), (a_day((10,)),), together=(frozenset({1, 2}),))
    made = solved(instance)
    assert gone(made) in ({0}, {1, 2})
    assert solved(replace(instance, days=(a_day((10, 9)),))).left == {}


def test_p9_a_family_larger_than_any_vehicle_is_spread_and_no_other() -> None:
    made = solved(Instance(waiting(14, 5, 1), (a_day((10, 10)),)))
    assert gone(made) == {0, 1, 2}
    assert sorted(people for ride in made.rides[0] for group, people in ride.groups if group == 0) == [4, 10]


def test_those_kept_apart_never_share_a_vehicle_and_leave_on_another_day_if_there_is_one_only() -> None:
    apart = frozenset({(0, 1), (0, 2), (1, 2)})
    made = solved(Instance(waiting(1, 1, 1, 4), (a_day((10,)), a_day((10,)), a_day((10,))), apart=apart))
    assert [gone(made, day) for day in range(3)] == [{0, 3}, {1}, {2}]
    assert made.gap == 0


def test_f3_the_calendar_of_each_day_binds() -> None:
    made = solved(Instance(waiting(4, 4, 4), (a_day(quota=0), a_day(quota=4), a_day(quota=8))))
    assert [gone(made, day) for day in range(3)] == [set(), {0}, {1, 2}]


def test_a_leg_longer_than_the_driver_s_hours_is_not_that_vehicle_s() -> None:
    bus = tuple(rides_of([Fleet("bus", "bus", 10, 1, driver_hours=12)]))
    assert solved(Instance(waiting(2), (replace(a_day(), rides=bus),))).left == {0: Reason.NO_WAY}
    near = replace(WAY, hours=11)
    assert solved(Instance(waiting(2), (replace(a_day(ways=(WAY, near)), rides=bus),))).left == {}


def test_the_second_way_is_taken_when_the_first_is_full() -> None:
    made = solved(Instance(waiting(4, 4, 4), (a_day((6, 6, 6), 5, ways=(WAY, FAR)),)))
    assert gone(made) == {0, 1, 2}
    assert sorted(ride.way.destination for ride in made.rides[0] if ride.way) == [
        "catem_sur",
        "catem_sur",
        "paso_canoas",
    ]


def test_f4_nobody_behind_leaves_before_who_is_due_though_it_costs_seats() -> None:
    groups = waiting(4, 6, 4)
    assert gone(solved(Instance(groups, (a_day((8,)),)))) == {0, 2}
    due = (groups[0], replace(groups[1], due=True), groups[2])
    made = solved(Instance(due, (a_day((8,)),)))
    assert (gone(made), made.gap) == ({1}, 0.0)
    assert made.left[2] in (Reason.NO_SEAT, Reason.BEHIND_DUE)
    by_hand = solved(Instance(due, (a_day((8,)),)), 0)
    assert (gone(by_hand), by_hand.left[2]) == ({0}, Reason.BEHIND_DUE)
    assert by_hand.passed_over == set()


def test_f4_who_could_not_leave_today_at_all_keeps_nobody() -> None:
    due = (replace(waiting(9)[0], due=True), *waiting(9, 2, 2)[1:])
    made = solved(Instance(due, (a_day((8,)),)))
    assert (gone(made), made.left) == ({1, 2}, {0: Reason.TOO_LARGE})


@pytest.mark.parametrize("limit", [0.0, 20.0])
def test_f4_a_large_family_never_starves(limit: float) -> None:
    """Every day six come who fill the bus better than the nine of one family can; it leaves before a fourth day."""
    family, passes, number, standing = Candidate(0, 9, weight_of(30)), 0, 1, list[tuple[Candidate, int]]()
    for day in range(1, 5):
        standing += [(Candidate(number + n, 5, 24), day) for n in range(4)]
        number += 4
        aged = [replace(one, weight=weight_of(24 * (day - came))) for one, came in standing]
        mine = replace(family, weight=weight_of(30 + 24 * day), due=passes >= 2)
        made = solved(Instance((mine, *aged), (a_day((10,)),)), limit)
        if 0 in gone(made):
            break
        passes += 0 in made.passed_over
        standing = [(one, came) for one, came in standing if one.key not in gone(made)]
    assert (day, 0 in gone(made)) <= (3, True)
    assert 0 in gone(made)


def test_asking_again_moves_nobody_to_another_vehicle() -> None:
    groups = tuple(replace(c, weight=30) for c in waiting(*(1 + n % 4 for n in range(40))))
    first = solved(Instance(groups, (a_day((15, 15, 15, 15)),)))
    rides = [replace(ride, way=None, taken=0, groups=[]) for ride in first.rides[0]]
    standing = {group: at for at, ride in enumerate(first.rides[0]) for group, _ in ride.groups}
    day = replace(a_day(), rides=tuple(replace(ride, way=WAY) for ride in rides))
    again = solved(Instance(groups, (day,), standing=standing))
    assert {g: at for at, ride in enumerate(again.rides[0]) for g, _ in ride.groups} == standing
    assert again.delay == first.delay


@pytest.mark.parametrize("seats", [55, 50])
def test_a_full_station_is_planned_with_proof_and_few_empty_seats(seats: int) -> None:
    chance = random.Random(seats)
    sizes = [1] * 690
    while sum(sizes) < 1500:
        sizes[chance.randrange(690)] += 1
    groups = tuple(Candidate(n, size, weight_of(chance.uniform(0, 120))) for n, size in enumerate(sizes))
    pairs = frozenset(tuple(sorted(chance.sample(range(690), 2))) for _ in range(150))
    station = Instance(groups, (a_day((seats,) * 28),), apart=pairs)  # type: ignore[arg-type]
    made = solved(station)
    assert made.gap == 0
    assert sum(ride.taken for ride in made.rides[0]) >= 0.97 * seats * 28
    assert made.delay <= delay_of(station, slots_of(station, greedy(station)))


def a_tangle(seed: int) -> Instance:
    """Several ways, modes, limits, needs and pairs at once: whatever a corridor file may say together."""
    chance = random.Random(seed)
    number = chance.randint(5, 40)
    groups = tuple(
        Candidate(n, size, weight_of(chance.uniform(0, 200)), chance.choice((0, 0, 0, 1)), chance.random() < 0.1)
        for n, size in enumerate(chance.choices((1, 2, 3, 5, 9, 16), k=number))
    )
    legs = [WAY, FAR, Way("lajas_blancas", "canoe", "", 3)]
    days = []
    for _ in range(chance.choice((1, 1, 3))):
        fleets = [
            Fleet(mode, mode, chance.choice((8, 12, 20, 55)), chance.randint(0, 4), chance.choice((None, 0, 2)), hours)
            for mode, hours in (("bus", 14.5), ("bus", None), ("canoe", None))
        ]
        quota = chance.choice((0, 7, 20, 100))
        limits = {"catem_sur": chance.randint(0, 30)} if chance.random() < 0.4 else {}
        ways = tuple(chance.sample(legs, chance.randint(1, 3)))
        days.append(Day(ways, tuple(rides_of(fleets)), {"paso_canoas": Budget(quota, quota, quota > 0)}, limits))
    keys = chance.sample(range(number), 4)
    pairs = frozenset(p for p in itertools.combinations(range(number), 2) if chance.random() < 0.05)
    together = (frozenset(keys[:2]), frozenset(keys[2:]))
    pairs = frozenset(pair for pair in pairs if frozenset(pair) not in together)
    return Instance(groups, tuple(days), together, pairs, {"lajas_blancas": 25})


@pytest.mark.parametrize("seed", range(12))
def test_whatever_binds_together_no_rule_is_broken_and_the_greedy_rule_is_never_better(seed: int) -> None:
    instance = a_tangle(seed)
    by_hand = solved(instance, 0)
    made = solved(instance, 2)
    assert by_hand.bound <= made.delay <= by_hand.delay
    assert made.bound <= made.delay
    leaves = {group for ride in made.rides[0] for group, _ in ride.groups}
    assert leaves.isdisjoint(made.left)
    assert leaves | made.left.keys() == {one.key for one in instance.candidates}
