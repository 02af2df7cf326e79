"""Returns after something changed, prices of seats, and booking day by day. No store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cauce.movement.charters.sooner import sooner
from cauce.movement.flights.checking import faults
from cauce.movement.flights.instance import Commercial, Flight, Group, Instance
from cauce.movement.flights.plans import Assignment, Plan, made
from cauce.movement.flights.pricing import prices
from cauce.movement.flights.replanning import changed, replan
from cauce.movement.flights.rolling import invented, replay
from cauce.movement.flights.solving import plan

pytestmark = pytest.mark.one_store

ASKED = Instance(
    2_000,
    1,
    5,
    2,
    tuple(Group(f"g{k}", 1 + k % 3, ("AAA", "BBB")[k % 2], 0, 9, 1 + k % 7, k % 6 == 5) for k in range(40)),
    (
        Flight("f1", 2, ("AAA",), 14, 2, 600),
        Flight("f2", 4, ("BBB",), 14, 2, 600),
        Flight("f3", 6, ("AAA", "BBB"), 22, 2, 700),
        Flight("f4", 8, ("AAA", "BBB"), 22, 2, 750),
    ),
    (Commercial("AAA", 30, 1, 2),),
)


@pytest.fixture(scope="module")
def before() -> Plan:
    return plan(ASKED)


def test_a_new_hold_takes_the_group_off_and_moves_nobody_else(before: Plan) -> None:
    taken = before.assignments[0].group
    groups = tuple(replace(each, held=each.held or each.id == taken) for each in ASKED.groups)
    now = replace(ASKED, groups=groups)
    answer = replan(now, before)
    assert faults(now, answer.plan) == []
    assert taken in answer.unseated
    assert answer.plan.why_not[taken] == "held"
    assert answer.reseated == ()
    assert changed(before, answer.plan, now) == 0


@pytest.mark.parametrize("lost", ["f1", "f2", "f3", "f4"])
def test_of_a_cancelled_flight_only_its_own_people_hear(before: Plan, lost: str) -> None:
    now = replace(ASKED, flights=tuple(each for each in ASKED.flights if each.id != lost))
    answer = replan(now, before)
    assert faults(now, answer.plan) == []
    theirs = {each.group for each in before.assignments if each.flight == lost}
    assert {*answer.reseated, *answer.unseated} <= theirs
    kept = {each for each in before.assignments if each.group not in theirs}
    assert kept <= set(answer.plan.assignments)
    assert answer.plan.bound >= answer.plan.value


def test_a_refused_landing_a_smaller_plane_and_a_smaller_budget_are_kept_to(before: Plan) -> None:
    flown = before.flown[0]
    for change in (
        {"stops": ("CCC",)},
        {"seats": 8},
        {"price": 1_500.0},
    ):
        flights = tuple(replace(each, **change) if each.id == flown else each for each in ASKED.flights)  # type: ignore[arg-type]
        now = replace(ASKED, flights=flights)
        assert faults(now, replan(now, before).plan) == []
    poor = replace(ASKED, budget=700)
    assert faults(poor, replan(poor, before).plan) == []
    gone = replace(ASKED, groups=ASKED.groups[5:])
    assert faults(gone, replan(gone, before).plan) == []


def test_with_a_cost_of_change_people_keep_their_seats() -> None:
    """Two charters alike: without the cost either will do; with it the one that was chosen before stays."""
    asked = replace(ASKED, flights=(ASKED.flights[2], replace(ASKED.flights[2], id="twin")), commercial=())
    before = plan(asked)
    other = "twin" if before.flown[0] == "f3" else "f3"
    flights = tuple(replace(each, price=each.price - (each.id == other)) for each in asked.flights)
    cheaper = replace(asked, flights=flights)
    if len(before.flown) == 1:
        assert plan(cheaper).flown == (other,)
    kept = plan(cheaper, keep=before, change_cost=5)
    assert faults(cheaper, kept) == []
    assert changed(before, kept, cheaper) == 0


def test_a_scarce_seat_and_scarce_money_have_a_price_and_plenty_has_none() -> None:
    crowd = tuple(Group(f"g{k}", 1, "AAA", 0, 9, 1 + k) for k in range(30))
    many = Instance(700, 0, 5, 0, crowd, (Flight("f1", 2, ("AAA",), 10, 0, 700),))
    told = prices(many)
    assert told.seats["f1"] > 0 or told.money > 0
    assert told.gain(many, many.groups[29], "f1") > told.gain(many, many.groups[0], "f1")
    plenty = prices(replace(many, budget=10_000, flights=(replace(many.flights[0], seats=100),)))
    assert plenty.money == pytest.approx(0)


def test_days_booked_one_by_one_stay_close_to_hindsight_and_within_every_rule() -> None:
    told = replay(4, days=21)
    assert 0.9 <= told.ratio <= 1
    assert told.policy_value <= told.hindsight_value
    assert told.spent <= told.budget
    assert invented(4, 30) == invented(4, 30)
    assert invented(4, 30) != invented(5, 30)


def _seats(first: int, standing: bool = False) -> dict[str, str]:
    """Where each group flies, once those in custody (`held`) may fly earlier; `first`: seats of the first charter."""
    groups = [Group(name, 2, "AAA", 0, 9, 1) for name in ("free", "held", "late")]
    groups = [replace(one, ready=4) if one.id == "late" else one for one in groups]
    asked = Instance(
        2_000,
        1,
        5,
        2,
        tuple(groups),
        tuple(Flight(f"f{d}", d, ("AAA",), n, 2, 10) for d, n in ((2, first + 2), (5, 6))),
    )
    given = [Assignment("free", "f2"), Assignment("held", "f5"), Assignment("late", "f5")]
    before = made(asked, given, bound=9, seconds=0, why_not={}, method="optimised")
    after = sooner(asked, before, {"held": 2, "late": 2}, before if standing else None)
    assert faults(asked, after) == []
    assert (after.people, after.value, after.spent) == (before.people, before.value, before.spent)
    return {each.group: each.flight for each in after.assignments}


def test_who_is_in_custody_flies_earlier_where_there_is_room_or_changes_with_who_is_free() -> None:
    assert _seats(4) == {"free": "f2", "held": "f2", "late": "f5"}, "there is room; who is not ready then waits"
    assert _seats(2) == {"free": "f5", "held": "f2", "late": "f5"}, "there is none: two change places"
    assert _seats(4, standing=True) == {"free": "f2", "held": "f5", "late": "f5"}, "a standing place is kept"
