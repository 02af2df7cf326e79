"""How many people a border takes on a day."""

from __future__ import annotations

from datetime import date

import pytest
from corridor_texts import broken

from cauce.corridor.calendar import DayQuota, QuotaChange, quota_on
from cauce.corridor.file import parse
from cauce.corridor.shape import Corridor

PERIOD = """from = 2024-01-01
until = 2024-12-31
weekdays = ["mon", "tue", "wed", "thu", "fri", "sat"]"""
CLOSURE = """
[[closure]]
border = "crossing"
from = 2024-05-01
until = 2024-05-03
reason = "Flood"
source = "https://example.org"
"""
TUESDAY = date(2024, 4, 2)


@pytest.fixture
def corridor() -> Corridor:
    return parse(broken("from = 2024-01-01", PERIOD) + CLOSURE)


def change(per_day: int | None, start: date = TUESDAY, until: date | None = TUESDAY) -> QuotaChange:
    return QuotaChange("crossing", start, until, per_day, "asked for")


def test_a_weekday_within_the_period_has_the_quota(corridor: Corridor) -> None:
    assert quota_on(corridor, "crossing", TUESDAY) == DayQuota(100, True, "quota", "", True)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2024, 4, 7), "rest_day"),
        (date(2023, 12, 31), "no_quota"),
        (date(2025, 1, 1), "no_quota"),
        (date(2024, 5, 1), "closure"),
        (date(2024, 5, 3), "closure"),
    ],
)
def test_other_days_let_nobody_through_and_say_why(corridor: Corridor, day: date, why: str) -> None:
    quota = quota_on(corridor, "crossing", day)
    assert (quota.per_day, quota.open, quota.why) == (0, False, why)


def test_first_and_last_day_count(corridor: Corridor) -> None:
    assert quota_on(corridor, "crossing", date(2024, 1, 1)).open
    assert quota_on(corridor, "crossing", date(2024, 12, 31)).open
    assert quota_on(corridor, "crossing", date(2024, 5, 4)).open


def test_a_closure_gives_its_reason_and_source(corridor: Corridor) -> None:
    quota = quota_on(corridor, "crossing", date(2024, 5, 2))
    assert (quota.reason, quota.source) == ("Flood", "https://example.org")


def test_the_change_recorded_last_wins_over_file_and_closure(corridor: Corridor) -> None:
    changes = [change(None), change(40)]
    assert quota_on(corridor, "crossing", TUESDAY, changes) == DayQuota(40, True, "changed", reason="asked for")
    closed = quota_on(corridor, "crossing", TUESDAY, changes[::-1])
    assert (closed.per_day, closed.open, closed.why) == (0, False, "closed_by_change")
    reopened = change(10, date(2024, 5, 2), date(2024, 5, 2))
    assert quota_on(corridor, "crossing", date(2024, 5, 2), [reopened]).per_day == 10


def test_a_change_holds_only_on_its_days_and_its_border(corridor: Corridor) -> None:
    elsewhere = QuotaChange("another", TUESDAY, None, 1)
    assert quota_on(corridor, "crossing", date(2024, 4, 3), [change(40), elsewhere]).per_day == 100
    assert quota_on(corridor, "crossing", date(2030, 1, 1), [change(40, until=None)]).per_day == 40


def test_a_quota_of_nobody_is_a_closed_border(corridor: Corridor) -> None:
    assert not quota_on(corridor, "crossing", TUESDAY, [change(0)]).open


def test_an_unknown_border_is_an_error(corridor: Corridor) -> None:
    with pytest.raises(KeyError):
        quota_on(corridor, "nowhere", TUESDAY)
