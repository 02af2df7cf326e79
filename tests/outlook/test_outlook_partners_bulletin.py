"""What a partner has of a bulletin beside its counts, or of several, or of a bulletin and the report of a day."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import NOON
from tests.factories import adult

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.outlook import report
from cauce.outlook.counting import published
from cauce.outlook.forecasting.issue import forecast
from cauce.outlook.forecasting.series import Place, index_of
from cauce.outlook.selectors import report_for
from cauce.outlook.telling import write_quantiles
from cauce.outlook.warning import partner, telling
from cauce.outlook.warning.issuing import Issued, for_partners, issue
from cauce.outlook.warning.quiet import with_quiet_days
from cauce.people.services import register_group

DAY = date(2023, 8, 15)
BELOW = 10
FULL: list[dict[str, Any]] = [
    {"date": "2023-08-15", "low95": 1, "low80": 2, "middle": 12, "high80": 14, "high95": 15, "naive": 12}
]


def _told(sizes: list[int], noise: float = 0.0, draw: Callable[[float], int] = lambda _part: 40) -> dict[str, Any]:
    """The partners' edition where so many came each day, the last yesterday; `noise` the epsilon of what is drawn."""
    cells = [{("lajas_blancas", "VEN"): people} if people else {} for people in sizes]
    days = [partner.noisy_day(one, noise, draw) if noise else partner.safe_day(one, BELOW) for one in cells]
    said = {DAY - timedelta(days=len(days) - at): one for at, one in enumerate(days)}
    figures: dict[str, Any] = {"ahead": FULL, "warnings": [], "edition": "full"}
    return for_partners(figures, said, DAY, noise, BELOW)


@pytest.mark.one_store
def test_a_partners_forecast_is_the_same_however_many_came_on_a_day_that_is_hidden() -> None:
    sizes = [12, 20, 16, 31, 14, 25] * 5
    few, fewer = ([*sizes[:-3], hidden, *sizes[-2:]] for hidden in (9, 1))
    assert _told(few) == _told(fewer)
    assert len(_told(few)["ahead"]) == 14
    assert {one["naive"] for one in _told(few)["ahead"]} == {None}, "seven means of a week would tell the hidden day"
    assert {one["naive"] for one in _told(sizes)["ahead"]} == {round(sum(sizes[-7:]) / 7)}
    text = telling.as_text(Issued("", DAY, "Darién", "partner", training=False, said=_told(few)))
    assert "80 % band\n" in text, "no mean where none may be told"


@pytest.mark.one_store
def test_a_partners_forecast_of_a_quiet_place_is_not_that_of_its_busy_days_alone() -> None:
    """A third of the days hides that few came; who takes the others for all days expects a fifth too many."""
    chance = np.random.default_rng(5)
    ratios = []
    for _round in range(30):
        sizes = chance.negative_binomial(18, 0.6, 30).tolist()  # 12 a day, variance 20
        if sum(people >= BELOW or not people for people in sizes) >= 14:
            ratios.append(np.mean([one["middle"] for one in _told(sizes)["ahead"]]) / 12)
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.1)


@pytest.mark.one_store
@given(st.lists(st.one_of(st.just(np.nan), st.integers(0, 400)), min_size=1, max_size=30), st.integers(0, 9))
def test_days_that_are_hidden_are_filled_with_what_would_be_hidden_or_left(told: list[float], turn: int) -> None:
    days = np.array(told, float)
    filled = with_quiet_days(days, 738_000 + turn, BELOW)
    hidden = np.isnan(days)
    assert (filled[~hidden] == days[~hidden]).all()
    assert np.isnan(filled[hidden]).all() or ((filled[hidden] >= 1) & (filled[hidden] < BELOW)).all()


@pytest.mark.one_store
def test_a_day_hidden_among_busy_ones_is_not_taken_for_a_quiet_one() -> None:
    """What hides 43 people is that the report of the day said 40 while it lasted: see below."""
    busy = np.array([300.0, 340, 280, np.nan, 310, 295, 330] * 4)
    assert np.isnan(with_quiet_days(busy, 738_000, BELOW)).sum() == 4
    quiet = np.array([14.0, 12, np.nan, 11, np.nan, 16, 10] * 4)
    filled = with_quiet_days(quiet, 738_000, BELOW)
    assert not np.isnan(filled).any()
    assert len(set(filled[np.isnan(quiet)])) > 3, "spread as what is hidden is, or bands would be too narrow"


@pytest.mark.one_store
def test_noise_is_not_taken_away_by_the_forecast_beside_it() -> None:
    ahead = _told([12] * 30, noise=1)["ahead"]
    assert {one["naive"] for one in ahead} == {52}
    assert all(one["middle"] > 30 for one in ahead)


@pytest.mark.one_store
def test_partners_who_were_told_of_too_few_days_have_no_forecast() -> None:
    assert _told([3] * 17 + [40] * 13)["ahead"] == []
    assert _told([3] * 16 + [40] * 13 + [3])["ahead"] == []
    assert [one["date"] for one in _told([3] * 15 + [40] * 14 + [3])["ahead"]][:1] == [DAY.isoformat()]


@pytest.mark.one_store
@pytest.mark.parametrize(("noise", "empty"), [(0.0, 0), (1.0, 0), (1.0, 18)])
def test_days_before_anybody_was_recorded_are_no_days_on_which_nobody_came(noise: float, empty: int) -> None:
    """A station's first five days are no forecast, whatever stands in front of them; fourteen are, and it is theirs."""
    assert _told([0] * 25 + [300] * 5, noise, lambda _part: empty)["ahead"] == []
    ahead = _told([0] * 16 + [300] * 14, noise, lambda _part: empty)["ahead"]
    assert len(ahead) == 14
    assert all(one["low95"] > 150 for one in ahead), "as if it had been quiet for weeks before"


def _came(actors: Mapping[str, Actor], people: int, at: datetime, nationality: str = "VEN") -> None:
    members = [adult(nationality=nationality, documents=()) for _ in range(people)]
    register_group(place="lajas_blancas", arrived_at=at, members=members, by=actors["registrar"])


def _week(actors: Mapping[str, Actor]) -> dict[str, Any]:
    week: dict[str, Any] = issue(by=actors["coordinator"], edition="partner").said["arrivals"]["7"]
    return week


@pytest.mark.parametrize("asked", [True, False], ids=["report first", "bulletin first"])
def test_the_report_while_a_day_lasts_and_a_bulletin_give_nobody_away(
    store: Mapping[str, Actor], *, asked: bool
) -> None:
    _came(store, 20, NOON - timedelta(hours=3))
    _came(store, 14, NOON - timedelta(hours=3), "CUB")
    assert report_for(store["partner"], DAY).figures["arrivals"].total == 34
    _came(store, 3, NOON - timedelta(hours=2))
    with clock.stopped(NOON + timedelta(days=1)):
        if asked:
            assert report_for(store["partner"], DAY).figures["arrivals"].total is None
        week = _week(store)
        assert report_for(store["partner"], DAY).figures["arrivals"].total is None
    assert week["total"] == {"people": 0, "at_least": True}, "43 less 40 would be the three who came since"
    assert week["nationality"] == {"other": {"people": 0, "at_least": True}}


@pytest.mark.parametrize("report_first", [True, False])
def test_report_and_bulletin_of_different_moments_fix_no_small_cell(
    store: Mapping[str, Actor], *, report_first: bool
) -> None:
    yesterday = NOON - timedelta(hours=30)
    for people, nationality in ((20, "VEN"), (12, "CUB"), (3, "HTI")):
        _came(store, people, yesterday, nationality)

    def report() -> dict[str, int | None]:
        figure = report_for(store["partner"], yesterday.date()).figures["arrivals"]
        return {"": figure.total, **figure.breakdowns["nationality"]}

    def bulletin() -> dict[str, int | None]:
        week = _week(store)
        cells = {"": week["total"], **week["nationality"]}
        return {key: None if cell["at_least"] else cell["people"] for key, cell in cells.items()}

    first, second = (report, bulletin) if report_first else (bulletin, report)
    before = first()
    assert before == {"": 35, "VEN": 20, "other": None}
    _came(store, 8, yesterday, "HTI")  # entered late: eleven now, which alone might be told
    after = second()
    assert "CUB" not in after, "with it the three are 35 - 20 - 12"
    assert after[""] in (None, 35)


@pytest.mark.one_store
def test_no_file_that_goes_out_runs_what_somebody_wrote() -> None:
    said, run = _told([12] * 30), '=HYPERLINK("http://example.org")'
    warning = {"measure": "rise", "id": "x", "state": "raised", "since": None, "asks": run}
    bulletin = telling.as_csv(
        Issued("", DAY, "Darién", "partner", training=False, said={**said, "warnings": [warning]}), tags=True
    )
    empty: dict[str, dict[str, int | None]] = {"place": {run: 12}}
    day = report.as_csv(report.Report(DAY, "Darién", {"arrivals": report.Figure(12, empty)}, {}, None))
    year = published.as_csv([published.Table(1, "País", "", 2023, (published.Row(run, (12,) * 12),))])
    place = Place(run, "month", index_of(DAY, "month") - 29, np.linspace(400.0, 900.0, 30), (), np.empty((0, 30)))
    out = io.StringIO()
    with redirect_stdout(out):
        write_quantiles(Path("-"), [forecast(place, 1)])
    for text in (bulletin, day, year, out.getvalue()):
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert f"'{run}" in cells
        assert run not in cells
