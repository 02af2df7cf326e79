"""Longest wait first, bounded overtaking, whole families: the rules as pure functions."""

from __future__ import annotations

import inspect
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cauce.movement.allot import Allotment, Budget, Fleet, Way, allot, rides_of
from cauce.movement.queue import Waiting, head_start, order, overtaken
from cauce.movement.reasons import Reason

START = datetime(2023, 8, 10, tzinfo=UTC)
HOURS = {"SM": 24.0, "SC": 500.0, "ER-FR": 12.0, "XX": -5.0}
LONGEST = 48.0
BUS = Way("paso_canoas", "bus", "paso_canoas")
OTHER = Way("catem_sur", "bus", "paso_canoas")
CANOE = Way("lajas_blancas", "canoe")


def waits(group: int, hours: float = 0.0, *needs: str, passed: bool = False, size: int = 1) -> Waiting[int]:
    since = START + timedelta(hours=hours)
    return Waiting(group, f"G-{group:04d}", size, since, frozenset(needs), passed)


waiting = st.builds(
    waits,
    st.integers(0, 10_000),
    st.floats(0, 500),
    st.sampled_from(["SM", "SC-UC", "ER-FR", "ER-NF", "XX", "ZZ"]),
    passed=st.booleans(),
)


def test_the_longest_wait_goes_first_and_ties_go_by_number() -> None:
    queue = order([waits(3), waits(1, 5), waits(2), waits(4, -1)], HOURS, LONGEST)
    assert [(p.waiting.group, p.position) for p in queue] == [(4, 1), (2, 2), (3, 3), (1, 4)]


def test_a_need_gives_a_head_start_and_a_sub_code_inherits_it() -> None:
    assert head_start(waits(1, 0, "SM-MI"), HOURS, LONGEST) == 24
    assert head_start(waits(1, 0, "ER-FR", "SM"), HOURS, LONGEST) == 24
    assert head_start(waits(1, 0, "ER-NF"), HOURS, LONGEST) == 0
    assert [p.waiting.group for p in order([waits(1), waits(2, 20, "SM")], HOURS, LONGEST)] == [2, 1]


@settings(deadline=None)
@given(st.lists(waiting, max_size=40))
def test_f4_nobody_is_overtaken_by_who_came_more_than_the_longest_head_start_later(groups: list[Waiting[int]]) -> None:
    queue = order(groups, HOURS, LONGEST)
    assert sorted(id(p.waiting) for p in queue) == sorted(id(g) for g in groups)
    for at, ahead in enumerate(queue):
        for behind in queue[at + 1 :]:
            assert ahead.waiting.since - behind.waiting.since <= timedelta(hours=LONGEST)


def test_f4_a_head_start_is_never_longer_than_the_corridor_allows_nor_negative() -> None:
    assert head_start(waits(1, 0, "SC"), HOURS, LONGEST) == LONGEST
    assert head_start(waits(1, 0, "XX"), HOURS, LONGEST) == 0
    assert head_start(waits(1, passed=True), HOURS, LONGEST) == LONGEST
    for told, counts in ((36.0, 24.0), (1e300, 24.0), (6.0, 6.0)):  # by another station
        assert head_start(replace(waits(1), told=told), {"SM": 24.0}, LONGEST) == counts


def test_overtaken_names_those_ahead_of_whom_somebody_later_stands() -> None:
    queue = order([waits(1), waits(2, 20, "SM"), waits(3, 30)], HOURS, LONGEST)
    assert overtaken(queue) == {1}


def test_f4_nationality_and_money_are_not_even_known_to_the_queue() -> None:
    names = {f.name for f in fields(Waiting)} | set(inspect.signature(order).parameters)
    assert names == {"group", "number", "size", "since", "needs", "passed_over", "unit", "told", "groups", "hours",
                     "longest"}  # fmt: skip


def day(
    groups: list[tuple[int, int]], quota: int = 1000, *, buses: int = 2, seats: int = 10, ways: tuple[Way, ...] = (BUS,)
) -> Allotment[int]:
    budgets = {"paso_canoas": Budget(quota, quota, quota > 0)}
    return allot(groups, ways, rides_of([Fleet("bus", "bus", seats, buses)]), budgets)


def seated(plan: Allotment[int]) -> set[int]:
    return {group for ride in plan.rides for group, _ in ride.groups}


def test_p9_a_family_sits_in_one_vehicle() -> None:
    plan = day([(1, 6), (2, 6), (3, 4), (4, 4)])
    assert [ride.groups for ride in plan.rides] == [[(1, 6), (3, 4)], [(2, 6), (4, 4)]]
    assert plan.left == {}


def test_p9_only_a_family_larger_than_any_vehicle_is_spread_over_two() -> None:
    plan = day([(1, 13), (2, 8)])
    assert [ride.groups for ride in plan.rides] == [[(1, 10)], [(1, 3)]]
    assert plan.left == {2: Reason.NO_SEAT}


def test_what_a_family_cannot_use_goes_to_those_behind_and_the_family_is_remembered() -> None:
    plan = day([(1, 8), (2, 8), (3, 3), (4, 2)])
    assert seated(plan) == {1, 2, 4}
    assert plan.left == {3: Reason.NO_SEAT}
    assert plan.passed_over == {3}


def test_who_is_left_with_nobody_behind_was_not_passed_over() -> None:
    plan = day([(1, 8), (2, 8), (3, 3)])
    assert (plan.left, plan.passed_over) == ({3: Reason.NO_SEAT}, frozenset())


def test_the_quota_of_the_border_binds_every_way_across_it() -> None:
    plan = day([(1, 4), (2, 4), (3, 1)], quota=5, ways=(BUS, OTHER))
    assert seated(plan) == {1, 3}
    assert plan.left == {2: Reason.QUOTA_FULL}


@pytest.mark.parametrize(
    ("groups", "quota", "why"),
    [
        ([(1, 4)], 0, Reason.QUOTA_CLOSED),
        ([(1, 4)], 3, Reason.TOO_LARGE),
        ([(1, 21)], 1000, Reason.TOO_LARGE),
    ],
)
def test_each_reason_is_told_apart(groups: list[tuple[int, int]], quota: int, why: Reason) -> None:
    assert day(groups, quota).left == {1: why}


def test_without_a_way_or_a_vehicle_nobody_leaves() -> None:
    assert day([(1, 1)], ways=()).left == {1: Reason.NO_WAY}
    assert day([(1, 1)], ways=(CANOE,)).left == {1: Reason.NO_WAY}


parties = st.lists(st.integers(1, 14), max_size=30).map(lambda sizes: list(enumerate(sizes)))


@settings(deadline=None)
@given(parties, st.integers(0, 60))
def test_no_seat_no_quota_and_no_family_is_ever_broken(groups: list[tuple[int, int]], quota: int) -> None:
    plan = day(groups, quota, buses=3)
    sizes = dict(groups)
    got: dict[int, int] = {}
    for ride in plan.rides:
        assert ride.taken == sum(people for _, people in ride.groups) <= ride.seats
        for group, people in ride.groups:
            got[group] = got.get(group, 0) + people
    assert sum(got.values()) <= quota
    assert got == {group: sizes[group] for group in got}
    assert got.keys() | plan.left.keys() == sizes.keys()
    assert not got.keys() & plan.left.keys()


@settings(deadline=None)
@given(parties, st.integers(0, 60), st.integers(0, 29))
def test_f4_whoever_stands_behind_changes_nothing_for_those_ahead(
    groups: list[tuple[int, int]], quota: int, cut: int
) -> None:
    ahead = groups[:cut]
    assert seated(day(ahead, quota, buses=3)) == seated(day(groups, quota, buses=3)) & dict(ahead).keys()


@settings(deadline=None)
@given(st.integers(1, 10), st.integers(0, 200), st.lists(st.integers(1, 4), min_size=5, max_size=25))
def test_f4_a_large_family_never_starves(size: int, rush: int, newcomers: list[int]) -> None:
    """Every day a crowd with the longest head start arrives, more than the border takes. On each day that the family
    does not go, those ahead of it take so much that it does not fit, and they are only who came before it or up to two
    days after it."""
    crowd = [waits(n, 0.001 * n, size=newcomers[n % len(newcomers)]) for n in range(1, rush % 40)]
    family = waits(9_999, 1.0, size=size)
    standing, number = [*crowd, family], 20_000
    ahead = sum(g.size for g in crowd) + 2 * sum(newcomers)
    taken_ahead = min(12 - size + 1, 2 * (10 - size + 1))
    days = 0
    passed: frozenset[int] = frozenset()
    while any(g.group == family.group for g in standing):
        days += 1
        assert days <= ahead // taken_ahead + 1
        for people in newcomers:
            number += 1
            standing.append(waits(number, 24.0 * days, "SC", size=people))
        standing = [waits_again(g, g.group in passed) for g in standing]
        queue = order(standing, HOURS, LONGEST)
        plan = day([(p.waiting.group, p.waiting.size) for p in queue], 12, buses=2)
        passed |= plan.passed_over
        gone = seated(plan)
        standing = [g for g in standing if g.group not in gone]


def waits_again(group: Waiting[int], passed: bool) -> Waiting[int]:
    return Waiting(group.group, group.number, group.size, group.since, group.needs, passed)
