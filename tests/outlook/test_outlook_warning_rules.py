"""A warning is raised at one level and ends below another, days later; the same days give the same states."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.corridor.shape import WarningRule
from cauce.outlook.warning.rules import CLEARING, QUIET, RAISED, State, measured, run

pytestmark = pytest.mark.one_store
FIRST = date(2024, 6, 1)
# The rule of June 2024: seven-day mean of 2,500 or more suspends; 14 days after it falls below 1,500 it is lifted.
ASYLUM = WarningRule(
    id="us_asylum", title="Asylum suspended", measure="level", over_days=7, raise_at=2500, clear_below=1500,
    clear_after_days=14, asks="",
)  # fmt: skip


def states(rule: WarningRule, *days: tuple[int, float]) -> list[State]:
    """`days`: how many days of which measure."""
    return run(rule, FIRST, [measure for many, measure in days for _ in range(many)])


def test_the_us_rule_of_2024_suspends_at_2500_and_is_lifted_14_days_after_it_fell_below_1500() -> None:
    found = states(ASYLUM, (3, 2499), (1, 2500), (5, 2000), (1, 1499.9), (14, 1600))
    assert [one.state for one in found[:9]] == [QUIET] * 3 + [RAISED] * 6
    assert found[9].ends == found[9].day + timedelta(days=14)
    assert [one.state for one in found[9:23]] == [CLEARING] * 14
    assert found[23].state == QUIET
    assert found[22].since == FIRST + timedelta(days=3)


def test_reaching_the_level_again_while_it_clears_starts_all_over() -> None:
    found = states(ASYLUM, (1, 3000), (10, 1000), (1, 2500), (13, 1000), (2, 1000))
    assert found[11].state == RAISED
    assert found[11].since == FIRST
    assert [one.state for one in found[12:26]] == [CLEARING] * 14
    assert found[26].state == QUIET


def test_where_the_days_must_hold_one_above_makes_them_count_anew() -> None:
    days = ((1, 2500), (10, 1400), (1, 1500), (10, 1400))
    assert states(ASYLUM, *days)[15].state == QUIET
    strict = states(replace(ASYLUM, must_hold=True), *days)
    assert strict[11].state == RAISED
    assert strict[21].ends == strict[12].day + timedelta(days=14)


def test_a_day_that_nobody_counted_changes_nothing() -> None:
    found = run(ASYLUM, FIRST, [2600, None, None, 1000, None])
    assert [one.state for one in found] == [RAISED, RAISED, RAISED, CLEARING, CLEARING]


def test_a_mean_needs_all_its_days_and_counts_people_of_every_nationality() -> None:
    counts = np.array([[1000.0, 500.0]] * 6 + [[4500.0, 4000.0]] * 3)
    level = measured(ASYLUM, counts)
    assert level[:6] == [None] * 6
    assert level[6] == pytest.approx((6 * 1500 + 8500) / 7)


def test_a_rise_and_a_change_of_mix_are_told_from_the_days_before() -> None:
    rise = replace(ASYLUM, measure="rise", over_days=2)
    mix = replace(ASYLUM, measure="mix", over_days=2)
    counts = np.array([[80.0, 20.0]] * 2 + [[80.0, 120.0]] * 2)
    assert measured(rise, counts)[3] == pytest.approx(2.0)
    assert measured(mix, counts)[3] == pytest.approx(0.4)
    # A family where nobody came before is neither.
    nobody = np.array([[0.0, 0.0]] * 2 + [[1.0, 4.0]] * 2)
    assert measured(rise, nobody)[3] == 0.0
    assert measured(mix, nobody)[3] == 0.0


@given(
    days=st.lists(st.one_of(st.none(), st.floats(0, 4000)), max_size=80),
    hold=st.booleans(), wait=st.integers(0, 5), cut=st.integers(0, 80),
)  # fmt: skip
def test_states_follow_from_the_days_so_far_and_never_end_without_a_day_below(
    days: list[float | None], hold: bool, wait: int, cut: int
) -> None:
    rule = replace(ASYLUM, must_hold=hold, clear_after_days=wait)
    found = run(rule, FIRST, days)
    assert run(rule, FIRST, days[:cut]) == found[:cut]
    for before, after in pairwise(found):
        if not before.stands and after.stands:
            assert after.measure is not None
            assert after.measure >= rule.raise_at
        if before.stands and not after.stands:
            below = [one for one in found if one.day <= after.day - timedelta(days=wait) and one.measure is not None]
            assert any(one.measure < rule.clear_below for one in below if one.measure is not None)
