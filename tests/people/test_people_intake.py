"""The pure parts of registration: numbers, dates, folding."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.people.dating import adult_on, partial_date, shown, years_later
from cauce.people.folding import fold, fold_number
from cauce.people.numbering import ALPHABET, group_number, normal, person_number

numbers = st.builds(person_number, st.text(min_size=1, max_size=40), st.integers(0, 2**40))


@given(numbers)
def test_a_number_is_known_however_it_is_typed(number: str) -> None:
    for typed in (number, number.lower(), number.replace("-", ""), f" {number.replace('-', ' ')} "):
        assert normal(typed) == number
    assert normal(number.replace("0", "O").replace("1", "I")) == number
    assert len(f"G-{number}") <= 20


@given(numbers, st.data())
def test_one_wrong_character_or_two_swapped_ones_are_noticed(number: str, data: st.DataObject) -> None:
    plain = number.replace("-", "")
    at = data.draw(st.integers(0, len(plain) - 2))
    other = data.draw(st.sampled_from([letter for letter in ALPHABET if letter != plain[at]]))
    assert normal(plain[:at] + other + plain[at + 1 :]) != number
    assert normal(plain[:at] + other + plain[at + 1 :]) is None
    swapped = plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :]
    assert swapped == plain or normal(swapped) is None


@given(st.text(max_size=40))
def test_nothing_typed_breaks_the_reading_of_numbers(text: str) -> None:
    assert normal(text) is None or normal(normal(text) or "") == normal(text)


def test_numbers_of_different_nodes_and_entries_differ() -> None:
    made = {person_number(node, seq) for node in ("lajas", "san_vicente", "hub") for seq in range(500)}
    assert len(made) == 1500
    assert normal(group_number("hub", 7)) == group_number("hub", 7)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1984", date(1984, 1, 1), date(1984, 12, 31)),
        ("1984-02", date(1984, 2, 1), date(1984, 2, 29)),
        ("1984-12", date(1984, 12, 1), date(1984, 12, 31)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
        (" 1984-05-17 ", date(1984, 5, 17), date(1984, 5, 17)),
    ],
)
def test_a_partial_date_is_the_range_it_may_mean(text: str, first: date, last: date) -> None:
    assert partial_date(text) == (first, last)
    assert shown(first, last) == text.strip()


@pytest.mark.parametrize(
    "text", ["", "84", "1984-5", "1984-13", "1984-02-30", "17/05/1984", "0000", "１９８４", "1984-05-17T00"]
)
def test_what_is_no_date_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ValueError):
        partial_date(text)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(14, 25))
def test_p2_nobody_comes_of_age_before_the_day_they_surely_have(born: date, years: int) -> None:
    day = years_later(born, years)
    assert day.year == born.year + years
    assert day - timedelta(days=1) < date(born.year + years, born.month, min(born.day, 28)) + timedelta(days=4)
    assert (day.month, day.day) >= (born.month, born.day)
    assert adult_on(None, years) is None


def test_p2_a_leap_day_child_comes_of_age_on_the_first_of_march() -> None:
    assert adult_on(date(2008, 2, 29), 18) == date(2026, 3, 1)
    assert adult_on(date(2004, 2, 29), 20) == date(2024, 2, 29)


@given(st.text(max_size=60))
def test_folding_gives_plain_words_and_is_stable(text: str) -> None:
    folded = fold(text)
    assert folded.isascii()
    assert folded == folded.lower()
    assert fold(folded) == folded


@given(st.text(max_size=60))
def test_a_folded_document_number_is_stable(text: str) -> None:
    assert fold_number(fold_number(text)) == fold_number(text)
    assert len(fold_number(text)) <= 60


def test_a_document_number_keeps_letter_and_figure_apart() -> None:
    assert fold_number("ab-12 3O<") == "AB123O"
    assert fold_number("AB1230") != fold_number("AB123O")
