"""What a partner has of a bulletin beside its counts, or of several, or of a bulletin and the report of a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from cauce.outlook.warning import partner, telling
from cauce.outlook.warning.issuing import Issued, for_partners

DAY = date(2023, 8, 15)
BELOW = 10
FULL: list[dict[str, Any]] = [
    {"date": "2023-08-15", "low95": 1, "low80": 2, "middle": 12, "high80": 14, "high95": 15, "naive": 12}
]


def _told(sizes: list[int], noise: float = 0.0) -> dict[str, Any]:
    """The partners' edition where so many came each day, the last yesterday; `noise` the epsilon of one drawn as 40."""
    cells = [{("lajas_blancas", "VEN"): people} if people else {} for people in sizes]
    days = [partner.noisy_day(one, noise, lambda _part: 40) if noise else partner.safe_day(one, BELOW) for one in cells]
    said = {DAY - timedelta(days=len(days) - at): one for at, one in enumerate(days)}
    figures: dict[str, Any] = {"ahead": FULL, "warnings": [], "edition": "full"}
    return for_partners(figures, said, DAY, noise)


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
def test_noise_is_not_taken_away_by_the_forecast_beside_it() -> None:
    ahead = _told([12] * 30, noise=0.05)["ahead"]
    assert {one["naive"] for one in ahead} == {52}
    assert all(one["middle"] > 30 for one in ahead)


@pytest.mark.one_store
def test_partners_who_were_told_of_too_few_days_have_no_forecast() -> None:
    assert _told([3] * 17 + [40] * 13)["ahead"] == []
    assert _told([3] * 16 + [40] * 13 + [3])["ahead"] == []
    assert [one["date"] for one in _told([3] * 15 + [40] * 14 + [3])["ahead"]][:1] == [DAY.isoformat()]
