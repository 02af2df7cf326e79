"""Forecasts: what they promise about bands, zeros, gaps, sums, sensors, events and time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cauce.journal.errors import Refused
from cauce.outlook.forecasting import bands, combine, daily, hedge, hierarchy
from cauce.outlook.forecasting.backtest import backtest
from cauce.outlook.forecasting.events import NOTHING, Event, Push, push, read_events
from cauce.outlook.forecasting.issue import forecast, paths
from cauce.outlook.forecasting.scores import LEVELS, MIDDLE, coverage, mase, wape, wis
from cauce.outlook.forecasting.sensors import shifts
from cauce.outlook.forecasting.series import Array, Place, index_of
from cauce.outlook.forecasting.year import WIDEST, of_year, remaining, walk
from cauce.outlook.shipped import series

pytestmark = pytest.mark.one_store
ORIGIN = index_of(date(2022, 12, 1), "month")


def noise(many: int, seed: int = 7) -> Array:
    return np.random.default_rng(seed).normal(0, 1, many)


def a_place(total: Array, name: str = "P", first: int = ORIGIN) -> Place:
    return Place(name, "month", first, total, (), np.zeros((0, len(total))))


def test_wis_is_the_interval_score_of_the_literature() -> None:
    quantiles, outcome = np.array([1, 2, 4, 7, 10, 13, 18, 25, 30.0]), 21.0
    pairs = [(0.05, 0, 8), (0.1, 1, 7), (0.2, 2, 6), (0.5, 3, 5)]
    total = 0.5 * abs(outcome - 10)
    for alpha, low, high in pairs:
        beyond = max(quantiles[low] - outcome, 0) + max(outcome - quantiles[high], 0)
        total += alpha / 2 * (quantiles[high] - quantiles[low] + 2 / alpha * beyond)
    assert wis(quantiles, np.array(outcome)) == pytest.approx(total / 4.5)


def test_scores_of_a_perfect_and_of_the_last_value_forecast() -> None:
    outcome, last = np.array([10.0, 20, 40]), np.array([5.0, 10, 20])
    assert wape(outcome, outcome) == 0
    assert mase(last, outcome, last) == 1
    assert wape(last, outcome) == 0.5
    assert coverage(np.tile(np.arange(9.0), (3, 1)), np.array([2.0, 6.0, 6.5]), 80) == pytest.approx(2 / 3)


def test_the_naive_forecast_is_a_walk_with_the_spread_of_known_changes() -> None:
    counts = np.array([10.0, 14, np.nan, 11, 17])
    sigma = np.sqrt((16 + 9 + 36) / 3)
    said = bands.naive(counts, 4)
    assert said[MIDDLE] == 17
    assert said[6] == pytest.approx(17 + 1.2815515655 * sigma * 2)


def test_the_seasonal_naive_forecast_is_the_same_month_a_year_before() -> None:
    counts = np.arange(1.0, 31)
    assert bands.seasonal_naive(counts, 1)[MIDDLE] == 19
    assert bands.seasonal_naive(counts, 12)[MIDDLE] == 30
    assert bands.seasonal_naive(counts, 13)[MIDDLE] == 19
    assert np.isnan(bands.seasonal_naive(counts[:5], 1)).all()


def test_the_zeros_of_2020_do_not_explode() -> None:
    whole = series("darien").until(index_of(date(2021, 2, 1), "month"))
    dead = np.concatenate([whole.total, [0.0, 0, 3, 0]])
    for past in (whole.total, dead, np.zeros(20), np.array([5.0])):
        said = combine.forecast(past, [1, 3, 6, 12])
        assert np.isfinite(said).all()
        assert said.max() <= max(40 * np.nanmax(past), 60), "a band without any bounds"


def test_a_gap_is_no_zero_and_no_drop() -> None:
    steady = np.full(40, 1000.0) + 20 * noise(40)
    holed = steady.copy()
    holed[[20, 21, 30]] = np.nan
    zeros = np.nan_to_num(holed)
    kept, with_gap, with_zero = (combine.forecast(x, [1])[0] for x in (steady, holed, zeros))
    assert with_gap[MIDDLE] == pytest.approx(kept[MIDDLE], rel=0.02)
    assert with_gap[6] - with_gap[2] < 0.5 * (with_zero[6] - with_zero[2])


@settings(max_examples=40, deadline=None)
@given(
    arrays(np.float64, st.integers(1, 40), elements=st.one_of(st.floats(0, 1e6), st.just(np.nan))),
    st.integers(1, 14),
)
def test_any_history_gives_quantiles_in_order_and_of_people(past: Array, h: int) -> None:
    past[-1] = 0.0 if np.isnan(past[-1]) else past[-1]
    said = hierarchy.ordered(combine.forecast(past, [h]))[0]
    assert np.isfinite(said).all()
    assert (said >= 0).all()
    assert (np.diff(said) >= 0).all()


def test_a_season_that_came_three_times_is_expected_again() -> None:
    months = np.arange(60)
    past = 1000 * (1 + 0.8 * np.sin(2 * np.pi * months / 12)) + 10 * noise(60)
    now = combine.forecast(past[:50], [3, 6])[:, MIDDLE]
    truth, last = past[[52, 55]], past[49]
    assert (np.abs(now - truth) < 0.6 * np.abs(last - truth)).all()


def test_a_forecast_knows_nothing_later_than_its_origin() -> None:
    place, sensor = series("honduras"), series("darien")
    cut = place.until(ORIGIN)
    later = sensor.total.copy()
    later[ORIGIN + 1 - sensor.first :] *= 50
    before = forecast(cut, 6, sensors=[sensor.until(ORIGIN)]).values
    np.testing.assert_array_equal(before, forecast(cut, 6, sensors=[replace(sensor, total=later)]).values)
    changed = place.total.copy()
    changed[ORIGIN + 1 - place.first :] = 1.0
    np.testing.assert_array_equal(
        before, forecast(replace(place, total=changed).until(ORIGIN), 6, sensors=[sensor]).values
    )


def test_nationalities_add_up_to_the_total_to_the_last_digit() -> None:
    place = series("darien").until(ORIGIN)
    said = forecast(place, 6, by_nationality=True)
    assert said.names[0] == "ALL"
    assert set(said.names[1:]) == set(place.names)
    hundredths = np.round(said.values[:, :, MIDDLE] * 100).astype(int)
    np.testing.assert_array_equal(hundredths[0], hundredths[1:].sum(axis=0))
    assert (np.diff(said.values, axis=2) >= 0).all()
    np.testing.assert_array_equal(said.total, forecast(place, 6).total)


def test_a_month_of_which_only_the_total_is_known_makes_nobody_rare() -> None:
    months = np.random.default_rng(1).poisson([[900.0], [300.0]], (2, 30)).astype(float)
    parts = np.concatenate([months, [[np.nan], [np.nan]]], axis=1)
    total = np.append(months.sum(axis=0), 1210.0)
    said = forecast(Place("P", "month", 24000, total, ("HTI", "VEN"), parts), 2, by_nationality=True)
    low, high = said.values[1, 0, [2, 6]]
    assert 500 < low < 900 < high < 1500
    assert said.values[1:, :, MIDDLE].sum(axis=0) == pytest.approx(said.total[:, MIDDLE], abs=1e-6)


def test_a_rare_nationality_gets_a_share_and_a_band_of_whole_people() -> None:
    said = hierarchy.rare(2.0)
    assert said[MIDDLE] == 2.0
    assert said[0] == 0
    assert said[-1] >= 5
    assert hierarchy.rare(0.0).tolist() == [0.0] * 9


def test_a_sensor_that_leads_moves_the_middle_and_a_stranger_does_not() -> None:
    leads, other = (1000 * np.exp(0.4 * noise(60, seed)) for seed in (1, 2))
    follows = np.concatenate([[leads[0]], leads[:-1]])
    place, scout, stranger = a_place(follows), a_place(leads, "UP"), a_place(other, "ELSEWHERE")
    told, random = shifts(place, [1], [scout])[1], shifts(place, [1], [stranger])[1]
    truth = np.log(leads[-1] / follows[-1])
    assert np.sign(told) == np.sign(truth)
    assert abs(random) < abs(told)
    assert shifts(place, [1], [place]) == {}, "the series itself is no sensor"
    assert shifts(place, [1], [a_place(leads[:5], "SHORT")]) == {}


def test_fresh_events_widen_bands_and_a_stated_effect_shifts_the_middle() -> None:
    past = np.full(40, 1000.0) + 50 * noise(40)
    place = a_place(past, first=ORIGIN - 39)
    closing = Event(date(2022, 12, 20), "closed", ("ALL",), None)
    plain, wide = forecast(place, 1), forecast(place, 1, events=[closing])
    assert wide.total[0, 6] - wide.total[0, 2] > 1.1 * (plain.total[0, 6] - plain.total[0, 2])
    halved = forecast(place, 1, events=[replace(closing, effect=-0.5)])
    assert halved.total[0, MIDDLE] < 0.7 * plain.total[0, MIDDLE]
    for not_yet in (date(2023, 1, 1), date(2022, 9, 1)):
        assert push([replace(closing, day=not_yet, effect=-0.5)], ORIGIN, "month").shift == 0
    assert push([replace(closing, affects=("VEN",))], ORIGIN, "month").widen == 1


def test_a_bad_file_of_events_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("date,event,affects,effect\n2022-12-20,closed,ALL;VEN,-0.3\n")
    (one,) = read_events(path)
    assert (one.affects, one.effect) == (("ALL", "VEN"), -0.3)
    for text, said in (
        ("date,event\n", "line 1: no column affects"),
        ("date,event,affects\nsoon,x,ALL\n", "line 2, column date"),
        ("date,event,affects,effect\n2022-01-01,x,ALL,-2\n", "line 2, column effect"),
        ("date;event;affects\n2022-01-01;x\n", "line 2, column affects: is empty"),
    ):
        path.write_text(text)
        with pytest.raises(Refused, match=said):
            read_events(path)


def test_sampled_paths_have_the_quantiles_of_the_forecast_and_hang_together() -> None:
    said = forecast(series("darien").until(ORIGIN), 6)
    drawn = paths(said, 4000, 11)
    np.testing.assert_array_equal(drawn, paths(said, 4000, 11))
    assert not np.array_equal(drawn, paths(said, 4000, 12))
    np.testing.assert_allclose(np.quantile(drawn, LEVELS, axis=0).T, said.total, rtol=0.02, atol=5)
    order = np.argsort(np.argsort(drawn, axis=0), axis=0)
    assert np.corrcoef(order[:, 0], order[:, 1])[0, 1] > np.corrcoef(order[:, 0], order[:, 5])[0, 1] > 0.2


def test_the_backtest_compares_like_with_like() -> None:
    place = series("darien")
    scores = {one.horizon: one for one in backtest(place, [1, 3], ORIGIN)}
    assert scores[1].origins == 16
    assert scores[3].origins == 14
    assert scores[1].first_origin == "2022-12"
    assert scores[1].last_origin == "2024-03"
    at = [ORIGIN + n - place.first for n in range(16)]
    naive = np.mean([wis(bands.naive(place.total[: t + 1], 1), np.array(place.total[t + 1])) for t in at])
    assert scores[1].wis_naive == pytest.approx(naive, abs=0.01)
    assert scores[1].to_naive == pytest.approx(scores[1].wis / scores[1].wis_naive, abs=1e-3)
    assert backtest(place, [1], place.last) == []


def test_the_backtest_sees_a_count_as_it_stood_then() -> None:
    """The last day lacks late entries when it is forecast from, and is whole when it is judged by."""
    place = a_place(1000 + 50 * noise(40))

    def then(origin: int) -> tuple[Place, Push]:
        seen = place.until(origin)
        return replace(
            seen, total=seen.total * np.where(np.arange(len(seen.total)) < origin - place.first, 1, 0.5)
        ), NOTHING

    whole, half = (backtest(place, [1], place.last - 12, then=how)[0] for how in (None, then))
    assert half.origins == whole.origins
    assert half.wis_naive > 2 * whole.wis_naive
    assert half.wis > 1.5 * whole.wis


def test_few_counts_are_no_reason_to_be_sure() -> None:
    """A month alone, and two or three that happen to be equal, get what series like it are expected to miss."""
    alone = combine.forecast(np.array([1000.0]), [1, 6])
    for past in (np.array([1000.0]), np.full(2, 1000.0), np.full(3, 1000.0)):
        said = combine.forecast(past, [1, 6])
        wide = (said[:, 6] - said[:, 2]) / said[:, MIDDLE]
        assert wide[1] > wide[0] > 0.1
    assert alone[0, 6] - alone[0, 2] > 500, "a month that came alone may be half again, or half"


def test_skill_on_the_published_series() -> None:
    """The figures of docs/forecasts.md, so that a change that loses them is seen."""
    start = index_of(date(2020, 1, 1), "month")
    for id_ in ("darien", "honduras"):
        for score in backtest(series(id_), [1, 3], start):
            assert score.to_naive is not None
            assert score.to_adaptive is not None
            assert score.to_naive <= 0.85, id_
            assert score.to_adaptive <= 0.95, id_
    for id_ in ("darien", "honduras", "mexico", "us_southwest", "colombia"):
        assert all((score.to_naive or 9) < 1 for score in backtest(series(id_), [1, 3, 6], start)), id_


def test_the_year_2023_was_held_by_bands_hardly_wider_than_a_walks() -> None:
    place = series("darien")
    first = index_of(date(2023, 1, 1), "month")
    came = place.total[first - place.first : first - place.first + 12].sum()
    for month in (3, 7, 9):
        said = of_year(place.until(first + month - 1))
        assert said.own[2] <= came <= said.own[6], month
        assert said.own[6] - said.own[2] < 1.2 * (said.naive[6] - said.naive[2]), month
    assert set(of_year(place.until(first + 11)).own) == {came}, "a year that is over is known"


def test_what_is_left_of_a_year_follows_earlier_years_and_comes_back_from_a_peak() -> None:
    month = np.arange(72)
    seasons = 1000 * (1 + 0.5 * np.cos(2 * np.pi * month / 12))  # most in month 0, least in month 6
    assert remaining(seasons[:61], 6)[MIDDLE] < 0.85 * 6 * seasons[60]
    assert remaining(seasons[:55], 6)[MIDDLE] > 1.15 * 6 * seasons[54]
    peak = 1000 + 30 * noise(30)
    peak[-1] = 4000
    assert remaining(peak, 3)[MIDDLE] < 0.85 * 3 * peak[-1]


@given(arrays(np.float64, st.integers(1, 30), elements=st.integers(0, 90_000)), st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_a_years_bands_are_finite_ordered_and_as_narrow_as_promised(past: Array, left: int) -> None:
    said, naive = remaining(past, left), walk(past, left)
    assert np.isfinite(said).all()
    assert (said >= 0).all()
    assert (np.diff(said) >= -1e-6).all()
    if len(past) >= 6 and naive[6] > naive[2]:
        assert said[6] - said[2] <= WIDEST * (naive[6] - naive[2]) * (1 + 1e-9)


def test_only_the_years_80_percent_band_is_cut() -> None:
    grown = np.concatenate([np.full(30, 100.0) + 5 * noise(30), 100 * 1.5 ** np.arange(1, 7)])
    said, naive = remaining(grown, 6), walk(grown, 6)
    assert said[6] - said[2] == pytest.approx(WIDEST * (naive[6] - naive[2]))
    assert said[8] - said[0] > WIDEST * (naive[8] - naive[0])


def test_months_of_a_year_that_were_not_counted_are_told() -> None:
    said = of_year(a_place(np.array([np.nan, 10.0, np.nan, 20, 30]), first=index_of(date(2022, 1, 1), "month")))
    assert (said.year, said.so_far, said.gaps) == (2022, 60, 2)


def test_a_jump_that_happened_once_is_not_expected_twice() -> None:
    """A series that is suddenly counted in full: half a year later its bands are those of its level."""
    past = np.concatenate([150 + 20 * noise(12), 30_000 + 4_000 * noise(8)])
    said = combine.forecast(past, [6])[0]
    assert said[8] < 5 * past[-1]
    assert 0.6 * past[-1] < said[MIDDLE] < 1.5 * past[-1]


def test_the_naive_forecast_is_taken_in_as_far_as_it_did_well() -> None:
    walked = np.maximum(5_000 + np.cumsum(200 * noise(60)), 500)
    shrunk = np.concatenate([walked, 40 + 5 * noise(30)])  # its naive bands are those of a hundredfold level
    own = np.full((90, 9), np.nan)
    own[62:89] = shrunk[62:89, None] + bands.NORMAL * 6
    assert hedge.share(shrunk, own, bands.walked(shrunk, 1, np.full(90, 10.0)), 1, 1) < 0.1
    poor = np.full((60, 9), np.nan)
    poor[20:59] = 3 * walked[20:59, None] + bands.NORMAL
    assert hedge.share(walked, poor, bands.walked(walked, 1, np.full(60, 200.0)), 1, 1) > 0.8
    assert hedge.share(walked[:1], own[:1], own[:1], 1, 1) == 1, "nothing is known that would better the naive one"


def test_weekdays_are_learnt_and_carried_on() -> None:
    first = date(2024, 1, 1).toordinal()  # a Monday
    pattern = np.array([1.3, 1.2, 1.1, 1.0, 1.0, 0.9, 0.5])
    past = np.tile(pattern, 12) * 700
    learnt = daily.weekdays(past, first)
    np.testing.assert_allclose(learnt, pattern / pattern.mean(), atol=0.12)
    said = daily.forecast(past, first, range(1, 15))
    assert said[6, MIDDLE] < 0.7 * said[0, MIDDLE], "Sundays stay quiet"
    np.testing.assert_allclose(said[:7, MIDDLE], said[7:, MIDDLE], rtol=0.1)


def test_days_that_only_scatter_are_hardly_less_known_a_fortnight_ahead() -> None:
    past = 900 * np.exp(0.25 * noise(120))
    near, far = daily.forecast(past, 1, [1, 14])
    assert far[6] - far[2] < 1.6 * (near[6] - near[2])


def test_late_entries_are_expected_as_they_came_before() -> None:
    table = np.zeros((60, daily.LATEST + 1))
    table[:, 0], table[:, 1], table[:, 3] = 60, 30, 10  # of 100: at once, a day late, three days late
    found = daily.settled(table)
    np.testing.assert_allclose(found.counts[:-3], 100)
    np.testing.assert_allclose(found.counts[-3:], 100, rtol=0.05)
    assert found.entered[-1] == pytest.approx(0.6, abs=0.02)
    whole, half = (daily.forecast(found.counts, 1, [1], daily.unsure(share))[0] for share in (1.0, 0.6))
    assert half[6] - half[2] > whole[6] - whole[2], "a day that is half entered says less"


def test_a_month_is_split_into_days_that_add_up_to_it() -> None:
    place = series("darien").until(ORIGIN)
    months = forecast(place, 2).total
    begins, days = daily.split(place, months)
    assert date.fromordinal(begins) == date(2023, 1, 1)
    assert days.shape == (31 + 28, 9)
    assert days[:31, MIDDLE].sum() == pytest.approx(months[0, MIDDLE])
    assert days[0, 6] / days[0, MIDDLE] > months[0, 6] / months[0, MIDDLE], "a day is less sure than its month"
