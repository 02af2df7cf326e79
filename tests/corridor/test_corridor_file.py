"""A corridor file is read, or every fault is told with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from corridor_texts import SMALL, broken, line_of
from hypothesis import given
from hypothesis import strategies as st

from cauce.corridor.file import check, check_bytes, load, parse
from cauce.corridor.problem import CorridorError, Problem
from cauce.corridor.shape import Figure


def only(text: str) -> Problem:
    problems = check(text)
    assert len(problems) == 1, problems
    return problems[0]


def test_the_smallest_corridor_is_read_whole() -> None:
    corridor = parse(SMALL)
    assert (corridor.id, corridor.adult_at, corridor.suppress_below) == ("example", 18, 10)
    assert corridor.languages == ("es", "en")
    station, crossing = corridor.places
    assert station.registers
    assert station.figure == Figure(assumed=True)
    assert (station.time_zone, crossing.time_zone) == ("America/Panama", "America/Costa_Rica")
    (quota,) = corridor.quotas
    assert (quota.start, quota.until, quota.weekdays) == (date(2024, 1, 1), None, frozenset(range(7)))
    assert corridor.legs[0].origin == "station"
    assert corridor.checks[0].suffices == {"onward": ("clear", "waived")}
    assert corridor.queue.max_head_start_hours == 48.0


def test_a_syntax_error_is_told_alone_with_line_and_column() -> None:
    text = broken("beds = 100", "beds = = 100")
    problem = only(text)
    assert (problem.where, problem.line, problem.column) == ("syntax", line_of(text, "= ="), 8)


def test_a_text_that_ends_too_early_is_a_syntax_error_at_its_end() -> None:
    assert only('[corridor]\nid = "x').where == "syntax"
    assert only("a = " + "[" * 5000).todo
    assert only("a = " + "9" * 5000).where == "syntax"


def test_all_errors_of_content_are_told_in_the_order_of_the_file() -> None:
    text = broken("lat = 8.5\n", "lat = 98.5\n")
    text = broken('id = "bus"\n', 'id = "Bus"\n', text)
    text = broken("per_day = 100", "per_day = -1", text)
    text = broken('country = "CRI"', 'country = "Costa Rica"', text)
    problems = check(text)
    assert [(problem.line, problem.where) for problem in problems] == [
        (line_of(text, "lat = 98.5"), "place[1].lat"),
        (line_of(text, "Costa Rica"), "place[2].country"),
        (line_of(text, 'id = "Bus"'), "vehicle[1].id"),
        (line_of(text, "per_day = -1"), "quota[1].per_day"),
    ]
    assert all(problem.todo for problem in problems)


@pytest.mark.parametrize(
    ("old", "new", "where", "hint"),
    [
        ("registers = true", "register = true", "place[1].register", "registers"),
        ("[[vehicle]]", "[[vehicles]]", "vehicles", "vehicle"),
        ('mode = "bus"\nkind', 'mode = "buss"\nkind', "leg[1].mode", "bus"),
        ("{ onward = ", "{ onwards = ", "check[1].suffices.onwards", "onward"),
        ('"clear", "waived"', '"cleer", "waived"', "check[1].suffices.onward[1]", "clear"),
        (
            'time_zone = "America/Costa_Rica"',
            'time_zone = "America/CostaRica"',
            "place[2].time_zone",
            "America/Costa_Rica",
        ),
        ('to = "crossing"', 'to = "crosing"', "leg[1].to", "crossing"),
        ('place = "station"', 'place = "stetion"', "vehicle[1].place", "station"),
        ('role = "station"', 'role = "camp"', "place[1].role", "station"),
        ('"identity_card"', '"id_card"', "evidence[1].accepts[2]", "identity_card"),
    ],
)
def test_what_is_not_known_is_an_error_with_the_likeliest_word(old: str, new: str, where: str, hint: str) -> None:
    problem = next(problem for problem in check(broken(old, new)) if problem.where == where)
    assert hint in problem.todo


@pytest.mark.parametrize(
    ("old", "where"),
    [
        ('name = "Example"\n', "corridor.name"),
        ("suppress_below = 10\n", "report.suppress_below"),
        ("beds = 100\n", "place[1].beds"),
        ('role = "border"\n', "place[2].role"),
        ("seats = 50\n", "vehicle[1].seats"),
        ("from = 2024-01-01\n", "quota[1].from"),
        ("protection = true\n", "hold[1].protection"),
        ("[card]\ndays_after_departure = 30\npin_digits = 6\npin_attempts = 5\n", "card"),
    ],
)
def test_what_must_be_there_is_missed(old: str, where: str) -> None:
    assert where in [problem.where for problem in check(broken(old, ""))]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("beds = 100", 'beds = "100"', "place[1].beds"),
        ("beds = 100", "beds = 1.5", "place[1].beds"),
        ("beds = 100", "beds = true", "place[1].beds"),
        ("beds = 100", "beds = -1", "place[1].beds"),
        ("lon = -78.0", "lon = nan", "place[1].lon"),
        ("lon = -78.0", "lon = -181", "place[1].lon"),
        ("adult_at = 18", "adult_at = inf", "corridor.adult_at"),
        ("registers = true", "registers = 1", "place[1].registers"),
        ("from = 2024-01-01", 'from = "2024-01-01"', "quota[1].from"),
        ("from = 2024-01-01", "from = 2024-01-01T00:00:00Z", "quota[1].from"),
        ('["es", "en"]', '["es", "es"]', "corridor.languages[2]"),
        ('["es", "en"]', '["Spanish"]', "corridor.languages[1]"),
        ('["es", "en"]', "[]", "corridor.languages"),
        ('name = "Station"', 'name = " "', "place[1].name"),
        ('name = "Station"', 'name = "Sta\\ntion"', "place[1].name"),
        ("per_day = 100", "per_day = 100\nweekdays = []", "quota[1].weekdays"),
        ("per_day = 100", 'per_day = 100\nweekdays = ["monday"]', "quota[1].weekdays[1]"),
        ("extend_hours = 72", "extend_hours = 73", "review.extend_hours"),
        ("[report]\nsuppress_below", "[[report]]\nsuppress_below", "report"),
    ],
)
def test_a_value_of_the_wrong_type_or_range_is_told(old: str, new: str, where: str) -> None:
    assert [problem.where for problem in check(broken(old, new))] == [where]


def test_an_id_stands_once_and_the_error_names_the_first_line() -> None:
    text = broken('id = "crossing"', 'id = "station"')
    problem = next(problem for problem in check(text) if problem.where == "place[2].id")
    assert f"line {SMALL[: SMALL.index('[[place]]')].count(chr(10)) + 1}" in problem.message


def test_a_figure_without_source_that_is_not_assumed_is_an_error() -> None:
    for old, where in [
        ("count = 2\nassumed = true", "vehicle[1]"),
        ("from = 2024-01-01\nassumed = true", "quota[1]"),
    ]:
        unsourced = broken(old, old.replace("assumed = true", "assumed = false"))
        assert only(unsourced).where == where
        assert check(broken(old, old.replace("assumed = true", 'source = "https://example.org"'))) == []


def test_the_beds_of_a_place_may_stand_alone() -> None:
    assert check(broken("registers = true\nassumed = true", "registers = true")) == []


def test_a_border_is_a_place_that_is_one() -> None:
    text = SMALL.replace('border = "crossing"', 'border = "station"')
    assert [problem.where for problem in check(text)] == ["leg[1].border", "quota[1].border"]


def test_a_period_ends_after_it_begins() -> None:
    assert only(broken("from = 2024-01-01", "from = 2024-01-01\nuntil = 2023-12-31")).where == "quota[1].until"


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ("from = 2024-01-01", "from = 2025-01-01", True),
        ("from = 2024-01-01\nuntil = 2024-12-31", "from = 2025-01-01", False),
        ("from = 2024-01-01\nuntil = 2025-01-01", "from = 2025-01-01", True),
        ("from = 2026-01-01", "from = 2025-01-01\nuntil = 2025-12-31", False),
        ('from = 2024-01-01\nweekdays = ["sat"]', 'from = 2024-01-01\nweekdays = ["sun"]', False),
        ('from = 2024-01-01\nweekdays = ["sat", "sun"]', 'from = 2024-01-01\nweekdays = ["sun"]', True),
    ],
)
def test_two_quotas_of_a_border_never_hold_on_one_day(first: str, second: str, overlap: bool) -> None:
    text = broken("from = 2024-01-01", first)
    text += f'\n[[quota]]\nborder = "crossing"\nper_day = 5\nassumed = true\n{second}\n'
    assert ["quota[2]" for problem in check(text) if "overlaps" in problem.message] == (["quota[2]"] if overlap else [])


def test_a_need_that_raises_a_hold_exists() -> None:
    problem = only(broken('["asylum_wish"]', '["SC"]'))
    assert problem.where == "hold[1].raised_by[1]"


def test_wrong_encodings_are_told_with_their_place(tmp_path: Path) -> None:
    assert "UTF-16" in check_bytes(SMALL.encode("utf-16"))[0].message
    assert "byte order mark" in check_bytes(SMALL.encode("utf-8-sig"))[0].message
    latin = broken('name = "Example"', 'name = "Darién"').encode("latin-1")
    (problem,) = check_bytes(latin)
    assert (problem.line, problem.column) == (3, 13)
    file = tmp_path / "corridor.toml"
    file.write_bytes(latin)
    with pytest.raises(CorridorError, match="UTF-8"):
        load(file)


def test_line_ends_of_windows_change_nothing() -> None:
    assert parse(SMALL.replace("\n", "\r\n")) == parse(SMALL)
    text = broken("beds = 100", "beds = -100").replace("\n", "\r\n")
    assert only(text).line == line_of(text, "beds = -100")


@given(st.data())
def test_no_damage_to_a_file_crashes_the_check(data: st.DataObject) -> None:
    lines = SMALL.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    value = data.draw(
        st.sampled_from(["0", "-1", "nan", '""', "[]", "{}", "[[1]]", "2024-01-01", "10:00:00", "true", "1e400", '"x"'])
    )
    if "=" in lines[number]:
        lines[number] = lines[number].split("=")[0] + "= " + value
    else:
        lines[number] = data.draw(st.text(max_size=8))
    text = "\n".join(lines)
    problems = check(text)
    assert all(1 <= problem.line <= len(text.splitlines()) + 1 for problem in problems)
    if not problems:
        parse(text)
