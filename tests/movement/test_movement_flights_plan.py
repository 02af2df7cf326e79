"""The planner of returns against brute force, against its own checker, and at the edges. No store."""

from __future__ import annotations

import itertools
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cauce.movement.flights.checking import faults
from cauce.movement.flights.greedy import greedy
from cauce.movement.flights.instance import Commercial, Flight, Group, Instance
from cauce.movement.flights.plans import Assignment, Plan, cost, made, worth
from cauce.movement.flights.solving import plan
from cauce.movement.flights.staying import why_not

pytestmark = pytest.mark.one_store

PLACES = ("AAA", "BBB")
DAY = st.integers(0, 3)
GROUPS = st.builds(
    lambda size, place, ready, window, weight, escorted, held, extra, daily: Group(
        "", size, place, ready, ready + window, weight, escorted, held, extra, daily
    ),
    st.integers(1, 4),
    st.sampled_from(PLACES),
    DAY,
    st.integers(-1, 2),
    st.integers(0, 5),
    st.booleans(),
    st.sampled_from((False, False, False, True)),
    st.sampled_from((0, 0, 3)),
    st.sampled_from((0, 0, 2)),
)
FLIGHTS = st.builds(
    lambda day, stops, seats, price: Flight("", day, tuple(stops), seats, 1, price),
    DAY,
    st.lists(st.sampled_from(PLACES), min_size=1, max_size=2, unique=True),
    st.integers(1, 9),
    st.integers(0, 30),
)
SEATS = st.builds(Commercial, st.just(""), st.integers(0, 12), st.integers(0, 3), st.integers(1, 3))
INSTANCES = st.builds(
    lambda budget, ratio, groups, flights, seats: Instance(
        budget,
        1,
        ratio,
        2,
        tuple(replace(each, id=f"g{k}") for k, each in enumerate(groups)),
        tuple(replace(each, id=f"f{k}") for k, each in enumerate(flights)),
        tuple(replace(each, destination=place) for place, each in zip(PLACES, seats, strict=False)),
    ),
    st.integers(0, 80),
    st.sampled_from((1, 2, 5, 2.5)),
    st.lists(GROUPS, max_size=5),
    st.lists(FLIGHTS, max_size=3),
    st.lists(SEATS, max_size=2),
)


def best_of_all(instance: Instance) -> tuple[float, float]:
    """The most worth and its least cost, by trying everything."""
    choices: list[list[Assignment | None]] = []
    for group in instance.groups:
        mine: list[Assignment | None] = [None]
        if not group.held:
            mine += [Assignment(group.id, flight=each.id) for each in instance.flights]
            mine += [
                Assignment(group.id, commercial=group.destination, day=day)
                for day in range(group.ready, group.until + 1)
                if group.destination in instance.fares
            ]
        choices.append([each for each in mine if each is None or not faults(instance, _as_plan(instance, [each]))])
    best = (0.0, 0.0)
    for tried in itertools.product(*choices):
        given = [each for each in tried if each]
        value, spent = worth(instance.group[each.group] for each in given), cost(instance, given)
        if (value, -spent) > (best[0], -best[1]) and not faults(instance, _as_plan(instance, given)):
            best = (value, spent)
    return best


def _as_plan(instance: Instance, given: list[Assignment]) -> Plan:
    moved = {each.group for each in given}
    reasons = {each.id: "-" for each in instance.groups if each.id not in moved}
    return made(instance, given, bound=1e9, seconds=0, why_not=reasons, method="optimised")


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(INSTANCES)
def test_a_small_instance_is_planned_as_well_as_trying_everything_and_for_the_least_money(instance: Instance) -> None:
    answer = plan(instance, time_limit=10)
    assert faults(instance, answer) == []
    assert (answer.value, answer.spent) == pytest.approx(best_of_all(instance))
    assert answer.bound == pytest.approx(answer.value)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(INSTANCES)
def test_the_way_of_large_instances_is_feasible_and_its_bound_true_on_small_ones(instance: Instance) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cauce.movement.flights.solving.SMALL", -1)
        patch.setattr("cauce.movement.flights.cheapening.SMALL", -1)
        answer = plan(instance, time_limit=10)
    assert faults(instance, answer) == []
    assert answer.bound >= best_of_all(instance)[0] - 1e-6


@settings(max_examples=40, deadline=None)
@given(INSTANCES)
def test_the_greedy_rule_keeps_every_rule(instance: Instance) -> None:
    answer = plan(instance, time_limit=0)
    assert answer.method == "greedy"
    assert faults(instance, answer) == []
    assert answer.bound >= answer.value


@settings(max_examples=40, deadline=None)
@given(INSTANCES)
def test_p1_a_held_group_never_moves_and_the_plan_says_so(instance: Instance) -> None:
    answer = plan(instance, time_limit=0)
    for group in instance.groups:
        if group.held:
            assert group.id not in {each.group for each in answer.assignments}
            assert answer.why_not[group.id] == "held"


def a_group(name: str = "g1", **given: Any) -> Group:
    return replace(Group(name, 3, "COL", 0, 12, 15), **given)


def an_instance(*groups: Group, **given: Any) -> Instance:
    asked = Instance(
        3_000_000,
        25,
        5,
        2,
        groups or (a_group(),),
        (Flight("f1", 4, ("COL", "ECU"), 135, 14, 61_000),),
        (Commercial("COL", 180, 6, 4),),
    )
    return replace(asked, **given)


def test_of_two_ways_worth_the_same_the_cheaper_is_taken() -> None:
    crowd = tuple(a_group(f"g{k}", size=6) for k in range(10))
    two = (Flight("dear", 4, ("COL",), 135, 14, 80_000), Flight("cheap", 5, ("COL",), 135, 14, 61_000))
    answer = plan(an_instance(*crowd, flights=two))
    assert answer.flown == ("cheap",)
    assert answer.spent == 61_000 + 60 * 25


def test_a_budget_that_just_reaches_is_spent_to_the_last_cent() -> None:
    group = a_group(size=5)
    assert plan(an_instance(group, budget=61_125)).people == 5
    assert plan(an_instance(group, budget=61_124.99)).people == 0
    cents = an_instance(a_group(size=3), flights=(), commercial=(Commercial("COL", 0.1, 6, 4),))
    assert plan(replace(cents, budget=0.3)).people == 3


def test_escorts_take_seats_and_cost_none() -> None:
    group = a_group(size=6, escorted=True)
    flight = Flight("f1", 4, ("COL",), 8, 0, 100)
    answer = plan(an_instance(group, flights=(flight,)))
    assert answer.spent == 100 + 6 * 25
    assert plan(an_instance(group, flights=(replace(flight, seats=7),))).people == 0


@pytest.mark.parametrize(
    ("group", "more", "reason"),
    [
        ({"held": True}, {}, "held"),
        ({"destination": "XXX"}, {}, "no flight and no commercial seats to its destination"),
        ({"ready": 5, "until": 3}, {}, "its window ends before it begins"),
        ({"ready": 5, "escorted": True}, {}, "escorted groups take no commercial seats"),
        ({"size": 200}, {}, "larger than any flight"),
        ({"ready": 5, "until": 9}, {"commercial": ()}, "nothing goes to its destination between"),
        ({"weight": 0}, {}, "its weight is 0"),
        ({}, {"budget": 0}, "costs more than the whole budget"),
    ],
)
def test_each_group_that_stays_hears_why(group: dict[str, Any], more: dict[str, Any], reason: str) -> None:
    asked = an_instance(a_group(**group), **more)
    answer = plan(asked)
    assert answer.people == 0
    assert reason in answer.why_not["g1"]


def test_the_reason_is_true_of_the_plan() -> None:
    one = Flight("f1", 4, ("COL",), 4, 0, 100)
    full = an_instance(a_group("heavy", size=4), a_group("light", size=2, weight=1), flights=(one,), commercial=())
    assert "seats" in plan(full).why_not["light"]
    poor = replace(full, flights=(replace(one, seats=9),), budget=100 + 4 * 25)
    assert "money" in plan(poor).why_not["light"] or "budget" in plan(poor).why_not["light"]
    assert why_not(full, greedy(full)).keys() == {"light"}


@pytest.mark.parametrize(
    "asked",
    [
        an_instance(groups=()),
        an_instance(flights=()),
        an_instance(flights=(), commercial=()),
        an_instance(budget=0),
        an_instance(a_group(weight=0)),
        an_instance(a_group(until=9_000_000, ready=-9_000_000)),
        an_instance(flights=(Flight("f1", 4, (), 10, 10, 0),)),
        an_instance(*[a_group(f"g{k}", held=True) for k in range(3)]),
    ],
)
def test_edges_are_planned_too(asked: Instance) -> None:
    answer = plan(asked, time_limit=5)
    assert faults(asked, answer) == []
    assert answer.gap is not None


def test_a_plan_with_a_person_on_it_twice_or_where_it_may_not_go_is_found_out() -> None:
    asked = an_instance(a_group("g1"), a_group("g2", size=5, held=True), a_group("g3", escorted=True, size=4))
    good = plan(asked)
    assert faults(asked, good) == []
    asked = replace(asked, flights=(*asked.flights, Flight("f2", 20, ("ECU",), 5, 1, 1)))

    def broken(*given: Assignment, **more: Any) -> str:
        return "; ".join(faults(asked, replace(_as_plan(asked, list(given)), assignments=given, **more)))

    assert "assigned 2 times" in broken(Assignment("g1", flight="f1"), Assignment("g1", flight="f1"))
    assert "g2 is held" in broken(Assignment("g2", flight="f1"))
    assert "does not stop in COL" in broken(Assignment("g1", flight="f2"))
    assert "no flight of the instance" in faults(asked, replace(good, assignments=(Assignment("g1", flight="x"),)))[0]
    assert "outside 0 to 12" in broken(Assignment("g1", commercial="COL", day=13))
    assert "is escorted and has commercial seats" in broken(Assignment("g3", commercial="COL", day=3))
    assert "no group" in faults(asked, replace(good, assignments=(Assignment("x", flight="f1"),)))[0]
    wrong = replace(good, value=good.value + 1, spent=0, people=9, flown=(), bound=0, why_not={})
    said = "; ".join(faults(asked, wrong))
    for part in ("value says", "spent says", "people says", "flown says", "the bound", "g2 stays without a reason"):
        assert part in said


def test_seats_days_and_money_that_are_sold_twice_are_found_out() -> None:
    pair = (a_group("g1", size=4), a_group("g2", size=4))
    small = Flight("f1", 4, ("COL",), 6, 0, 100)
    asked = an_instance(*pair, flights=(small,), budget=500)
    both = [Assignment("g1", flight="f1"), Assignment("g2", flight="f1")]
    assert "carries 8 people" in faults(asked, _as_plan(asked, both))[0]
    guarded = replace(
        asked, groups=tuple(replace(each, escorted=True) for each in pair), flights=(replace(small, seats=9),)
    )
    assert "carries 10 people and escorts" in faults(guarded, _as_plan(guarded, both))[0]
    seats = [Assignment("g1", commercial="COL", day=1), Assignment("g2", commercial="COL", day=1)]
    said = "; ".join(faults(asked, _as_plan(asked, seats)))
    assert "8 commercial seats to COL on day 1: 6 are on offer" in said
    assert "it spends 1440.0 of 500" in said
    large = replace(asked, groups=(a_group("g1", size=5), pair[1]), budget=10_000)
    assert "more than 4" in "; ".join(faults(large, _as_plan(large, seats[:1])))


def test_hundreds_of_people_are_planned_with_proof_and_alike_each_time() -> None:
    asked = invented()
    first, second = plan(asked, time_limit=60), plan(asked, time_limit=60)
    assert faults(asked, first) == []
    assert first.method == "optimised"
    assert first.gap is not None
    assert first.gap <= 0.005
    assert first.assignments == second.assignments
    assert first.value > plan(asked, time_limit=0).value


def invented(seed: int = 5, people: int = 450, flights: int = 8) -> Instance:
    """As `benchmarks/make_returns.py` makes them, smaller."""
    import json

    from cauce.movement.flights.reading import read

    home = str(Path(__file__).parents[2] / "benchmarks")
    sys.path.insert(0, home)
    try:
        from make_returns import invented as invent
    finally:
        sys.path.remove(home)
    asked, notes = read(json.dumps(invent(seed, "mixed", people, flights)))
    assert notes == []
    return asked


def test_a_tiny_time_limit_still_gives_a_plan() -> None:
    asked = invented(people=1_500, flights=20)
    for limit in (0, 0.21, 0.6):
        answer = plan(asked, time_limit=limit)
        assert faults(asked, answer) == []
        assert answer.people > 0
