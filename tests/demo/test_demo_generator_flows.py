"""The published figures, and whole people in their proportions."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.demo.generator import NoSuchMonth, load_flows
from cauce.demo.generator.shares import apportion, fit

FLOWS = load_flows()


def test_the_record_month_brings_2643_people_a_day() -> None:
    assert FLOWS.daily_mean(date(2023, 8, 15)) == 2643


@pytest.mark.parametrize(
    ("day", "people"),
    [
        (date(2020, 4, 10), 0),  # border closed: the series leaves the month out
        (date(2020, 8, 8), 1),  # six people in the whole month
        (date(2024, 2, 29), 1282),
    ],
)
def test_quiet_months_stay_quiet(day: date, people: int) -> None:
    assert FLOWS.daily_mean(day) == people


@pytest.mark.parametrize("day", [date(2019, 12, 31), date(2024, 5, 1)])
def test_a_day_outside_the_series_is_refused_with_what_to_do(day: date) -> None:
    with pytest.raises(NoSuchMonth, match="2020-01 to 2024-04"):
        FLOWS.daily_mean(day)


def test_missing_splits_come_from_the_nearest_published_month() -> None:
    assert FLOWS.nationalities_of(date(2020, 4, 10))[0] == date(2020, 3, 1)
    assert FLOWS.nationalities_of(date(2020, 7, 10))[0] == date(2020, 6, 1)  # as near as August: the earlier
    assert FLOWS.conditions_of(date(2020, 4, 10))[0] == date(2021, 1, 1)
    assert FLOWS.conditions_of(date(2025, 1, 10))[0] == date(2024, 4, 1)


def test_months_that_count_minors_as_men_and_women_are_divided_by_the_nearest_that_does_not() -> None:
    _, counts = FLOWS.conditions_of(date(2021, 9, 15))
    model = FLOWS.condition[date(2023, 1, 1)]
    assert counts["men"] + counts["boys"] == 15264
    assert counts["women"] + counts["girls"] == 10241
    assert counts["boys"] / 15264 == Fraction(model["boys"], model["boys"] + model["men"])
    assert counts["girls"] > 0


def test_every_published_nationality_total_equals_the_month() -> None:
    for month, total in FLOWS.totals.items():
        assert sum(FLOWS.nationality[month].values()) == total


@given(
    weights=st.dictionaries(st.text("ABCDEFGH", min_size=1, max_size=2), st.integers(0, 10**6), min_size=1),
    total=st.integers(0, 5000),
)
def test_parts_are_whole_add_up_and_lie_within_one_of_their_share(weights: dict[str, int], total: int) -> None:
    parts = apportion({key: Fraction(weight) for key, weight in weights.items()}, total)
    whole = sum(weights.values())
    if not whole:
        assert set(parts.values()) == {0}
        return
    assert sum(parts.values()) == total
    for key, weight in weights.items():
        assert abs(parts[key] - Fraction(weight * total, whole)) < 1


@given(
    rows=st.lists(st.integers(0, 400), min_size=1, max_size=12),
    columns=st.lists(st.integers(1, 50), min_size=2, max_size=4),
    prior=st.randoms(use_true_random=False),
)
def test_a_fitted_table_meets_both_margins(rows: list[int], columns: list[int], prior) -> None:  # type: ignore[no-untyped-def]
    row_counts = {f"r{at}": count for at, count in enumerate(rows) if count}
    weights = {f"c{at}": Fraction(weight) for at, weight in enumerate(columns)}
    column_counts = apportion(weights, sum(rows))
    table = fit(
        row_counts, column_counts, {row: {c: prior.choice([0.0005, 0.3, 0.9]) for c in weights} for row in row_counts}
    )
    assert {row: sum(cells.values()) for row, cells in table.items()} == row_counts
    if row_counts:
        assert {c: sum(cells[c] for cells in table.values()) for c in weights} == column_counts
    assert all(count >= 0 for cells in table.values() for count in cells.values())
