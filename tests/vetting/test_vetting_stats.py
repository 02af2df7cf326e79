"""How often screening alerts and is wrong, for whom and because of which list; how soon reviews are answered."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import NOON
from tests.vetting.conftest import BYSTANDER, LISTED, NAMED, Bring, Person

from cauce.access.actor import Actor
from cauce.journal.errors import Misused, NotAllowed
from cauce.people.services import erase
from cauce.vetting.models import Review
from cauce.vetting.selectors import reviews_for
from cauce.vetting.services import decide, lapse_due, run_pending
from cauce.vetting.stats_selectors import as_json, stats_for, too_false
from cauce.vetting.tally import COUNTS, Alert, Tally, rate_ratio, share_within, tally, wilson
from cauce.vetting.tally import Person as Searched

Actors = dict[str, Actor]
At = Callable[..., object]
BELOW = 10
WRONG, RIGHT, OPEN = Alert("x", "not_same"), Alert("x", "same"), Alert("x", "")


def people(n: int, nationality: str = "VEN", *alerts: Alert) -> list[Searched]:
    return [Searched((nationality, "latin", "F", "18-59"), alerts) for _ in range(n)]


def line(found: Tally, key: str) -> dict[str, int | None]:
    row = next(row for row in found.groups["nationality"] if row.key == key)
    return {name: getattr(row, name) for name in COUNTS}


def test_rates_count_people_and_shares_count_what_was_decided() -> None:
    found = tally([*people(960), *people(20, "VEN", WRONG), *people(10, "VEN", RIGHT), *people(10, "VEN", OPEN)], 5)
    assert (found.total.screened, found.total.alerted, found.total.decided, found.total.false) == (1000, 40, 30, 20)
    assert found.total.per_1000 == pytest.approx(40)
    assert found.total.false_share == pytest.approx(2 / 3, abs=1e-4)


def test_somebody_of_whom_one_match_is_true_is_no_false_alert() -> None:
    found = tally([*people(50), *people(12, "VEN", WRONG, RIGHT), *people(12, "VEN", WRONG, WRONG)], 5)
    assert (found.total.decided, found.total.false) == (24, 12)
    assert (found.lists[0].alerts, found.lists[0].false) == (48, 36)  # matches, not people


def test_small_cells_are_hidden_and_what_would_give_them_away() -> None:
    found = tally([*people(900), *people(40, "HTI"), *people(3, "HTI", WRONG), *people(60, "VEN", WRONG)], BELOW)
    assert line(found, "HTI") == {"screened": 43, "alerted": None, "decided": None, "false": None}
    assert line(found, "VEN")["alerted"] is None  # 63 less 60 would be 3
    alone = tally([*people(900), *people(4, "AFG")], BELOW)
    assert line(alone, "AFG")["screened"] is None


def test_what_is_part_of_something_hidden_is_hidden_too() -> None:
    """That none of a few was decided would tell of every one of them."""
    found = tally([*people(900), *people(30, "SYR"), *people(2, "SYR", OPEN), *people(2, "SYR", WRONG)], BELOW)
    assert line(found, "SYR") == {"screened": 34, "alerted": None, "decided": None, "false": None}
    assert (found.total.decided, found.total.false_share) == (None, None)


nations = st.sampled_from(["VEN", "HTI", "SYR"])
alerts = st.lists(st.sampled_from([WRONG, RIGHT, OPEN]), max_size=2).map(tuple)


@given(st.lists(st.tuples(nations, alerts, st.integers(1, 40)), max_size=8))
def test_no_count_of_one_to_nine_is_ever_shown(parts: list[tuple[str, tuple[Alert, ...], int]]) -> None:
    everybody = [one for nation, had, n in parts for one in people(n, nation, *had)]
    found = tally(everybody, BELOW)
    rows = [found.total, *(row for lines in found.groups.values() for row in lines)]
    counts = [getattr(row, name) for row in rows for name in COUNTS]
    counts += [count for one in found.lists for count in (one.alerts, one.decided, one.false)]
    assert not [count for count in counts if count is not None and 0 < count < BELOW]
    for row in rows:
        shown = [getattr(row, name) for name in COUNTS]
        assert shown == [None if None in shown[:at] else n for at, n in enumerate(shown)]  # hidden stays hidden


def test_a_group_that_pays_more_for_screening_than_others_stands_out() -> None:
    found = tally([*people(970), *people(30, "VEN", WRONG), *people(270, "AFG"), *people(30, "AFG", WRONG)], BELOW)
    afghan = next(row for row in found.groups["nationality"] if row.key == "AFG").ratio
    assert afghan is not None
    assert afghan.value == pytest.approx((30.5 / 300.5) / (30.5 / 1000.5))
    assert afghan.low > 1.5
    even = tally([*people(970), *people(30, "VEN", WRONG), *people(291, "AFG"), *people(9, "AFG", WRONG)], 2)
    fair = next(row for row in even.groups["nationality"] if row.key == "AFG").ratio
    assert fair is not None
    assert fair.low < 1 < fair.high


def test_no_ratio_is_told_of_too_few_people_or_of_no_false_alert() -> None:
    assert rate_ratio(29, 5, 1000, 50) is None
    assert rate_ratio(971, 5, 1000, 50) is None
    assert rate_ratio(500, 0, 1000, 0) is None
    one = rate_ratio(500, 0, 1000, 20)
    assert one is not None
    assert 0 < one.low < one.value < one.high < math.inf


@pytest.mark.parametrize(("part", "whole", "low", "high"), [(0, 10, 0.0, 0.2775), (81, 263, 0.2553, 0.3662)])
def test_the_interval_of_a_share_is_wilsons(part: int, whole: int, low: float, high: float) -> None:
    """Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    found = wilson(part, whole)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-4), pytest.approx(high, abs=5e-4))


@pytest.mark.parametrize(
    ("false", "decided", "told"), [(19, 19, False), (40, 40, True), (35, 40, False), (98, 100, True), (95, 100, False)]
)
def test_a_list_is_named_when_it_is_surely_nearly_always_wrong(false: int, decided: int, told: bool) -> None:
    found = tally([*people(500), *people(false, "VEN", WRONG), *people(decided - false, "VEN", RIGHT)], 1)
    assert found.lists[0].nearly_all_false is told


def test_the_hours_within_which_a_share_was_done() -> None:
    assert share_within([], 0.5) is None
    assert share_within([4.0, 1.0, 2.0], 0.5) == 2.0
    assert share_within([float(n) for n in range(1, 11)], 0.9) == 9.0


@pytest.fixture
def screened(store: Actors, bring: Bring, person: Person) -> list[UUID]:
    """Twelve who bear a listed name, and thirty who do not."""
    bring(LISTED, BYSTANDER)
    found = [person(**NAMED) for _ in range(12)]
    for _ in range(30):
        person(full_name="李伟", given_names="", family_names="")
    run_pending()
    return found


def test_the_figures_follow_from_what_was_searched_and_decided(store: Actors, screened: list[UUID]) -> None:
    for who in screened[:11]:
        review = Review.objects.get(person=who)
        decide(review=review.id, outcome="not_same", reason="another scar", by=store["analyst"])
    found = stats_for(store["analyst"])
    total = found.tally.total
    assert (total.screened, total.alerted, total.false_share) == (42, 12, None)  # 12 less 11 is one: hidden
    scripts = {row.key: row.screened for row in found.tally.groups["script"]}
    assert scripts == {"latin": 12, "han": 30}
    decide(review=Review.objects.get(person=screened[11]).id, outcome="not_same", reason="taller", by=store["analyst"])
    found = stats_for(store["protection"])
    assert (found.tally.total.decided, found.tally.total.false_share) == (12, 1.0)
    assert (found.tally.lists[0].name, found.tally.lists[0].decided) == ("un-sc", 12)
    assert too_false(found) == []  # of twelve nothing is sure


def test_a_list_that_is_nearly_always_wrong_is_named_with_its_owner(
    store: Actors, bring: Bring, person: Person
) -> None:
    bring(LISTED, BYSTANDER)
    for _ in range(40):
        person(**NAMED)
    run_pending()
    for review in Review.objects.all():
        decide(review=review.id, outcome="not_same", reason="another scar", by=store["analyst"])
    (one,) = too_false(stats_for(store["supervisor"]))
    assert one[0].name == "un-sc"
    assert one[1] is not None
    assert "Security Council" in one[1].owner


def test_who_was_registered_on_another_day_or_erased_is_not_counted(
    store: Actors, screened: list[UUID], at: At
) -> None:
    erase(person=screened[0], reason="asked for it", by=store["administrator"])
    assert stats_for(store["analyst"]).tally.total.screened == 41
    assert stats_for(store["analyst"], until=date(2023, 8, 14)).tally.total.screened == 0
    assert stats_for(store["analyst"], since=date(2023, 8, 15)).tally.total.screened == 41
    with at(NOON + timedelta(days=31)):
        assert stats_for(store["analyst"]).tally.total.screened == 0
    with pytest.raises(Misused, match="before it begins"):
        stats_for(store["analyst"], since=date(2023, 8, 2), until=date(2023, 8, 1))


def test_the_service_level_tells_how_soon_reviews_were_answered(store: Actors, screened: list[UUID], at: At) -> None:
    lines = [line.id for line in reviews_for(store["analyst"])]
    for hours, review in enumerate(lines[:4], start=1):
        with at(NOON + timedelta(hours=hours)):
            decide(review=review, outcome="not_same", reason="x", by=store["analyst"])
    with at(NOON + timedelta(hours=5)):
        decide(review=lines[4], outcome="same", reason="x", by=store["analyst"])
    with at(NOON + timedelta(hours=30)):
        decide(review=lines[4], outcome="same", reason="x", by=store["analyst2"])
        lapse_due()
        (one,) = stats_for(store["analyst"]).service
    assert (one.list_name, one.opened, one.decided, one.open, one.overdue) == ("un-sc", 12, 5, 7, 7)
    assert one.within_limit == pytest.approx(4 / 12, abs=1e-4)  # one was decided late, seven are overdue
    assert (one.first_answer_median, one.first_answer_p90) == (3.0, 5.0)
    assert (one.closing_median, one.closing_p90) == (3.0, 30.0)
    assert one.oldest_open == 30.0


@pytest.mark.parametrize("role", ["registrar", "coordinator", "partner"])
def test_the_figures_are_for_those_who_answer_for_them(store: Actors, role: str) -> None:
    with pytest.raises(NotAllowed):
        stats_for(store[role])


def test_the_json_has_the_keys_that_are_promised(store: Actors, screened: list[UUID]) -> None:
    told = json.loads(json.dumps(as_json(stats_for(store["analyst"]))))
    assert list(told) == [
        "since", "until", "corridor", "training", "suppressed_below", "screened", "alerted", "alerts_per_1000",
        "decided", "false", "false_share", "groups", "lists", "service",
    ]  # fmt: skip
    assert list(told["groups"]) == ["nationality", "script", "sex", "age_band"]
    assert list(told["groups"]["sex"][0]) == [
        "key", "screened", "alerted", "alerts_per_1000", "decided", "false", "false_share", "false_ratio",
        "false_ratio_low", "false_ratio_high",
    ]  # fmt: skip
    assert list(told["lists"][0]) == [
        "list", "owner", "alerts", "alerts_per_1000", "decided", "false", "false_share", "false_share_low",
        "nearly_all_false",
    ]  # fmt: skip
    assert list(told["service"][0]) == [
        "list", "limit_hours", "opened", "decided", "within_limit_share", "first_answer_hours_median",
        "first_answer_hours_p90", "closing_hours_median", "closing_hours_p90", "open", "oldest_open_hours", "overdue",
    ]  # fmt: skip


def test_the_figures_take_a_fixed_number_of_queries(
    store: Actors, screened: list[UUID], django_assert_max_num_queries: Callable[..., object]
) -> None:
    stats_for(store["analyst"])
    with django_assert_max_num_queries(10):  # type: ignore[attr-defined]
        stats_for(store["analyst"])
