"""Amounts, who pays what first, what a seat costs and what a carrier keeps: no store is needed for these."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cauce.movement.charters.calendar import beside, weeks
from cauce.movement.charters.costing import Aboard, Flown, kept, parts, per_person
from cauce.movement.funds.money import RATE_UNIT, Rate, converted, parse, rate_of, shown
from cauce.movement.funds.terms import Need, Purse, shared_out

pytestmark = pytest.mark.one_store
FIRST = date(2024, 8, 1)


def same(amount: int, currency: str, into: str, _day: date) -> int | None:
    return amount if currency == into else None


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [("1,140,846", "USD", 114_084_600), ("670.5", "USD", 67_050), ("25000", "VND", 25_000), ("1.234", "KWD", 1_234)],
)
def test_an_amount_is_read_to_the_smallest_unit_of_its_currency(text: str, currency: str, amount: int) -> None:
    assert parse(text, currency) == amount


@pytest.mark.parametrize("text", ["", "much", "1.001", "-5", "NaN", "1e30", "Infinity"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"amount|finer|outside"):
        parse(text, "USD")


def test_amounts_are_shown_with_their_currency() -> None:
    assert shown(114_084_600, "USD") == "1,140,846.00 USD"
    assert shown(25_000, "VND") == "25,000 VND"


@given(st.integers(0, 10**12), st.integers(1, 10**12))
def test_a_converted_amount_is_never_too_little_and_less_than_one_unit_too_much(amount: int, billionths: int) -> None:
    made = converted(amount, Rate("COP", "USD", billionths))
    true = amount * billionths
    assert made * RATE_UNIT >= true > (made - 1) * RATE_UNIT or made == true == 0
    with pytest.raises(ValueError, match="no rate"):
        rate_of("0")


purses = st.lists(
    st.builds(
        lambda left, start, days, purposes: Purse(
            "", "USD", left, FIRST + timedelta(start), FIRST + timedelta(start + days), frozenset(purposes)
        ),
        st.integers(1, 500), st.integers(0, 20), st.integers(0, 20),
        st.sets(st.sampled_from(["charter", "escorts"]), min_size=1),
    ),
    max_size=6,
)  # fmt: skip
needs = st.lists(
    st.builds(
        lambda amount, purpose, day: Need(amount, "USD", purpose, FIRST + timedelta(day)),
        st.integers(1, 400), st.sampled_from(["charter", "escorts"]), st.integers(0, 40),
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(needs, purses)
def test_f10_no_purse_pays_more_than_it_has_nor_what_it_may_not(asked: list[Need], found: list[Purse]) -> None:
    shares, unpaid = shared_out(asked, found, same)
    for at, purse in enumerate(found):
        assert sum(share.amount for share in shares if share.purse == at) <= purse.left
    for at, need in enumerate(asked):
        assert unpaid[at] + sum(share.told for share in shares if share.need == at) == need.amount
    assert all(found[share.purse].pays(asked[share.need].purpose, asked[share.need].day) for share in shares)


@settings(max_examples=40, deadline=None)
@given(needs, purses)
def test_of_one_purpose_nothing_stays_unpaid_that_could_be_paid(asked: list[Need], found: list[Purse]) -> None:
    asked = [Need(one.amount, "USD", "charter", one.day) for one in asked]
    found = [Purse("", "USD", one.left, one.start, one.until, frozenset({"charter"})) for one in found]
    _shares, unpaid = shared_out(asked, found, same)
    assert sum(asked_for.amount for asked_for in asked) - sum(unpaid) == _most(asked, found)


def _most(asked: list[Need], found: list[Purse]) -> int:
    """The most that can be paid, by paths that make room: another method, unit by unit of a flow."""
    left = [purse.left for purse in found]
    paid = [[0] * len(found) for _ in asked]
    total = 0
    for at, need in enumerate(asked):
        for _ in range(need.amount):
            path = _path(at, asked, found, left, paid, set())
            if path is None:
                break
            for one, new, old in path:
                paid[one][new] += 1
                if old is not None:
                    paid[one][old] -= 1
            left[path[-1][1]] -= 1
            total += 1
    return total


def _path(
    at: int, asked: list[Need], found: list[Purse], left: list[int], paid: list[list[int]], seen: set[int]
) -> list[tuple[int, int, int | None]] | None:
    """Purses that shift a unit along until one has room: (need, purse that pays now, purse that paid before)."""
    for number, purse in enumerate(found):
        if number in seen or not purse.pays("charter", asked[at].day):
            continue
        seen.add(number)
        if left[number]:
            return [(at, number, None)]
        for other in range(len(asked)):
            if paid[other][number]:
                further = _path(other, asked, found, left, paid, seen)
                if further is not None:
                    first = further[0]
                    return [(at, number, None), (first[0], first[1], number), *further[1:]]
    return None


def test_every_part_of_a_seat_is_costed() -> None:
    rates = {"ground": 25, "custody_day": 40, "escort_day": 100, "escort_return": 300, "permit": 1_000, "reception": 10}
    flown = Flown("charter", 61_000, stops=2, escort_ratio=5, escort_days=2)
    found = parts(flown, Aboard(100, escorted=11, custody_days=30), rates)
    assert found == {
        "charter": 61_000, "permits": 2_000, "escorts": 3 * (200 + 300), "ground": 2_500, "custody": 1_200,
        "reception": 1_000,
    }  # fmt: skip
    assert per_person(sum(found.values()), 100) == 692
    assert per_person(sum(found.values()), 100, no_show=0.1) == 769
    assert per_person(61_000, 0) is None


@pytest.mark.parametrize(
    ("days", "lost"), [(31, 0), (30, 100), (8, 100), (7, 500), (3, 500), (2, 1000), (0, 1000), (-1, 1000)]
)
def test_what_a_carrier_keeps_follows_its_terms(days: int, lost: int) -> None:
    assert kept(1_000, days, ((30, 100), (7, 500), (2, 1000))) == lost
    assert kept(1_000, days, ()) == 0


def test_a_month_is_laid_out_by_weeks() -> None:
    laid = weeks(date(2024, 2, 1))
    assert [len(week) for week in laid] == [7] * 5
    assert sum(day is not None for week in laid for day in week) == 29
    assert beside(date(2024, 1, 1)) == ("2023-12", "2024-02")
