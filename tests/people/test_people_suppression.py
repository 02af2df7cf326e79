"""What partners see cannot be worked back to a handful of people."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cauce.people.suppression import figure, table, total

BELOW = 10
cells = st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(0, 60), max_size=8)


def test_a_small_cell_never_stands_alone_in_hiding() -> None:
    assert table({"VEN": 80, "HTI": 40, "ERI": 3}, BELOW) == {"VEN": 80, "HTI": None, "ERI": None}


def test_two_small_cells_whose_sum_is_small_take_a_third_along() -> None:
    assert table({"VEN": 80, "SOM": 1, "ERI": 1}, BELOW) == {"VEN": None, "SOM": None, "ERI": None}


def test_nobody_is_shown_as_nobody() -> None:
    assert table({"VEN": 80, "ERI": 0}, BELOW) == {"VEN": 80, "ERI": 0}


def test_a_part_that_differs_from_its_whole_by_few_is_hidden() -> None:
    assert table({"VEN": 78, "HTI": 30}, BELOW, whole={"VEN": 80, "HTI": 60})["VEN"] is None
    assert total(95, BELOW, whole=100) is None
    assert total(100, BELOW, whole=100) == 100


def test_a_small_total_hides_every_breakdown() -> None:
    assert figure(7, {"sex": {"F": 7, "M": 0}}, BELOW) == (None, {"sex": {"F": None, "M": 0}})


def test_that_nobody_of_a_few_was_cleared_is_not_told() -> None:
    whole = {"VEN": 80, "HTI": 40, "PAK": 3}
    _, tables = figure(110, {"nationality": {"VEN": 75, "HTI": 35}}, BELOW, (123, {"nationality": whole}))
    assert tables["nationality"]["PAK"] is None
    assert tables["nationality"]["HTI"] is None, "it would give the three away"


def test_the_only_cell_of_a_table_is_not_given_away_by_its_total() -> None:
    whole = (135, {"sex": {"F": 35, "M": 100}})
    assert figure(30, {"sex": {"F": 30}}, BELOW, whole) == (None, {"sex": {"F": None}})


@given(cells)
def test_what_is_missing_is_at_least_the_threshold_in_two_cells_or_the_whole_table(counts: dict[str, int]) -> None:
    everyone = sum(counts.values())
    shown, tables = figure(everyone, {"nationality": counts}, BELOW)
    safe = tables["nationality"]
    hidden = [key for key, value in safe.items() if value is None]
    assert not [key for key, value in safe.items() if value is not None and 0 < value < BELOW]
    if shown is not None and hidden:
        assert sum(counts[key] for key in hidden) >= BELOW
        assert len(hidden) >= 2


@given(cells, st.data())
def test_no_small_difference_to_the_whole_is_left_standing(counts: dict[str, int], data: st.DataObject) -> None:
    part = {key: data.draw(st.integers(0, count)) for key, count in counts.items()}
    shown, tables = figure(sum(part.values()), {"sex": part}, BELOW, whole=(sum(counts.values()), {"sex": counts}))
    for key, value in tables["sex"].items():
        assert not value or counts[key] - value == 0 or counts[key] - value >= BELOW
    assert not shown or not 0 < sum(counts.values()) - shown < BELOW
