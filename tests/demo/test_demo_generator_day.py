"""A generated day: who arrives, with whom, under which names and papers."""

import csv
import os
import subprocess
import sys
import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from cauce.demo.generator import COLUMNS, Day, ListedName, describe, generate, listed_names, load_flows, write_csv
from cauce.demo.generator.describe import age_in
from cauce.people.mrz import fits, parse
from cauce.vetting.lists import read, shipped

FLOWS = load_flows()
DAY = date(2023, 8, 15)
VILLAGES = {"bajo_chiquito": 7, "canaan_membrillo": 3}
STATIONS = {"lajas_blancas": 500, "san_vicente": 544}
LISTED = (
    ListedName("10", "MARTINEZ ROJAS, Luis", "1971-04-12", "M", "VEN"),
    ListedName("11", "RODRIGUEZ SILVA, Pedro", "1980-12-31", "M", "VEN"),
    ListedName("12", "CASTILLO VERA, Carla", "1985-02-28", "F", "VEN"),
    ListedName("13", "PEREZ, Juan", "", "M", "VEN"),
    ListedName("14", "GUZMAN ARIAS, Ivan", "1969-07-01", "", "COL"),
    ListedName("15", "MOHAMMADI, Ahmad", "1979-03-03", "M", "AFG"),
    ListedName("16", "HAQQANI, Yusuf", "1970-06-06", "M", "AFG"),
    ListedName("17", "QASEMI, Hussein", "1975-09-09", "M", "AFG"),
)
Row = dict[str, str]


def make(day: date = DAY, people: int | None = None, seed: int = 1, listed: tuple[ListedName, ...] = ()) -> Day:
    return generate(
        day,
        people,
        seed,
        FLOWS,
        listed,
        arrival_places=VILLAGES,
        station_places=STATIONS,
        time_zone="America/Panama",
    )


@cache
def record_day() -> Day:
    return make(listed=LISTED)


def everybody() -> list[Row]:
    return record_day().rows + record_day().caseload


def groups(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["group_id"], []).append(row)
    return found


def age(row: Row) -> int:
    return age_in(row["birth_date"], DAY)


def test_exactly_the_monthly_mean_arrives_and_1500_wait_at_the_stations() -> None:
    day = record_day()
    assert len(day.rows) == 2643
    assert len(day.caseload) == 1500
    assert {row["arrived_at"][:10] for row in day.rows} == {"2023-08-15"}
    assert {row["arrived_at"][:10] for row in day.caseload} == {f"2023-08-{d}" for d in (10, 11, 12, 13, 14)}
    assert {row["place"] for row in day.rows} == set(VILLAGES)
    assert {row["place"] for row in day.caseload} == set(STATIONS)


def test_nationality_sex_and_age_are_in_the_published_shares_to_within_one() -> None:
    figures = describe(record_day())
    published = FLOWS.nationality[date(2023, 8, 1)]
    for code, count in published.items():
        assert abs(figures["nationality"].get(code, 0) - Fraction(count * 2643, 81946)) < 1, code
    for condition, count in FLOWS.condition[date(2023, 8, 1)].items():
        assert abs(figures["condition"][condition] - Fraction(count * 2643, 81946)) < 1, condition
    minors = figures["condition"]["boys"] + figures["condition"]["girls"]
    assert figures["minors_five_or_younger"] == (minors + 1) // 2


def test_people_arrive_in_daylight_with_the_offset_of_the_place() -> None:
    for row in everybody():
        arrived = datetime.fromisoformat(row["arrived_at"])
        assert row["arrived_at"].endswith("-05:00")
        assert 6 <= arrived.hour <= 18


def test_rows_have_the_import_columns_and_unique_ids() -> None:
    ids = [row["external_id"] for row in everybody()]
    assert len(set(ids)) == len(ids)
    assert all(tuple(row) == COLUMNS for row in everybody())
    assert all(row["full_name"] and row["arrived_at"] and row["place"] for row in everybody())


def test_a_group_is_at_one_place_at_one_time_and_has_one_focal_person() -> None:
    for members in groups(everybody()).values():
        assert len({(row["arrived_at"], row["place"]) for row in members}) == 1
        focal = [row for row in members if row["relation"] == "focal"]
        assert len(focal) == 1
        assert members[0] is focal[0]


def test_children_have_a_guardian_old_enough_in_their_group_unless_flagged_as_without() -> None:
    for members in groups(everybody()).values():
        by_id = {row["external_id"]: row for row in members}
        for child in (row for row in members if age(row) < 18):
            if child["guardian"]:
                guardian = by_id[child["guardian"]]
                assert age(guardian) >= 18
                assert age(guardian) - age(child) >= 15
                assert child["relation"] in ("son", "daughter", "grandchild")
            else:
                assert {"SC-UC", "SC-SC"} & set(child["needs"].split(";"))


def test_guardians_are_never_recorded_for_adults() -> None:
    assert not [row for row in everybody() if row["guardian"] and age(row) >= 18]


def test_brothers_and_sisters_are_twins_or_born_months_apart() -> None:
    for members in groups(everybody()).values():
        born = sorted(
            {date.fromisoformat(row["birth_date"]) for row in members if row["relation"] in ("son", "daughter")}
        )
        gaps = [(later - earlier).days for earlier, later in pairwise(born)]
        assert not [gap for gap in gaps if gap < 300], members[0]["group_id"]


def test_the_default_day_has_what_a_training_needs() -> None:
    rows = record_day().rows
    needs = Counter(code for row in rows for code in row["needs"].split(";") if code)
    assert needs["SC-UC"] >= 1
    assert needs["SM-CC"] >= 2
    assert needs["LP-RR"] >= 1
    complete = [
        members
        for members in groups(rows).values()
        if any(row["relation"] in ("son", "daughter") for row in members)
        and all(row["document_number"] and not row["needs"] for row in members)
        and all(row["document_expiry"] > "2023-08-15" or row["document_type"] == "birth_certificate" for row in members)
    ]
    assert complete


def test_every_zone_is_valid_and_says_what_the_row_says() -> None:
    zones = [row for row in everybody() if row["mrz"]]
    assert {parse(row["mrz"]).format for row in zones} == {"TD1", "TD3"}
    for row in zones:
        zone = parse(row["mrz"], DAY)
        assert zone.valid, row
        assert zone.nationality == zone.issuer == row["nationality"]
        assert (zone.birth_date, zone.sex, zone.expiry_date) == (row["birth_date"], row["sex"], row["document_expiry"])
        assert zone.document_number == row["document_number"]
        line = row["mrz"].split("|")[2 if zone.format == "TD1" else 0]
        assert fits(zone.format or "", f"{row['family_names']}, {row['given_names']}", line), row


def test_some_papers_have_expired_some_people_have_none_and_numbers_are_not_shared() -> None:
    rows = everybody()
    venezuelan = [row for row in rows if row["nationality"] == "VEN" and row["document_type"] == "passport"]
    expired = sum(row["document_expiry"] < "2023-08-15" for row in venezuelan)
    assert len(venezuelan) / 2 < expired < len(venezuelan)
    assert any(not row["document_type"] for row in rows if age(row) >= 18)
    numbers = Counter((row["nationality"], row["document_type"], row["document_number"]) for row in rows)
    assert max(count for (_, kind, _), count in numbers.items() if kind) == 1


@pytest.mark.parametrize(
    ("nationality", "first", "last"),
    [
        ("CHN", "一", "鿿"),
        ("NPL", "ऀ", "ॿ"),
        ("BGD", "ঀ", "৿"),
        ("AFG", "؀", "ۿ"),
        ("SYR", "؀", "ۿ"),
        ("ETH", "ሀ", "፿"),
        ("ERI", "ሀ", "፿"),
    ],
)
def test_names_stand_in_the_script_of_their_papers(nationality: str, first: str, last: str) -> None:
    planted = {item.external_id for item in record_day().planted}
    rows = [row for row in everybody() if row["nationality"] == nationality and row["external_id"] not in planted]
    names = [row["full_name"] for row in rows]
    assert names
    for name in names:
        assert all(first <= letter <= last or letter in " \u200c" for letter in name), name


def test_latin_names_accompany_every_name_in_another_script() -> None:
    for row in everybody():
        letters = [letter for letter in row["family_names"] + row["given_names"] if letter not in " -ʻ"]
        assert letters
        assert all(unicodedata.name(letter).startswith("LATIN") for letter in letters), row


def test_central_asian_surnames_agree_with_the_sex() -> None:
    rows = [row for seed in range(3) for row in make(date(2021, 9, 15), 3000, seed).rows if row["nationality"] == "UZB"]
    assert {row["sex"] for row in rows} == {"F", "M"}
    assert all(row["family_names"].endswith("a") == (row["sex"] == "F") for row in rows)


def test_children_born_in_chile_and_brazil_travel_with_haitian_parents() -> None:
    by_group = groups(make(date(2021, 9, 15)).rows)
    born_abroad = [
        (row, members)
        for members in by_group.values()
        for row in members
        if row["nationality"] in ("CHL", "BRA") and row["guardian"]
    ]
    haitian = [1 for _, members in born_abroad if members[0]["nationality"] == "HTI"]
    assert len(haitian) > len(born_abroad) / 2


def test_planted_people_bear_listed_names_exactly_or_nearly() -> None:
    day = record_day()
    rows = {row["external_id"]: row for row in day.rows}
    listed = {name.entry: name for name in LISTED}
    assert [item.variation for item in day.planted] == [
        "exact",
        "spelling",
        "exact",
        "birth_year",
        "transliteration",
    ]
    for item in day.planted:
        row, name = rows[item.external_id], listed[item.entry]
        same_name = f"{row['family_names']}, {row['given_names']}".upper() == name.name.upper()
        same_birth = row["birth_date"] == name.birth_date
        assert same_name == (item.variation in ("exact", "birth_year"))
        assert same_birth == (item.variation != "birth_year")
        assert item.kind == ("exact" if same_name and same_birth else "near")
        assert row["nationality"] == name.nationality
        assert name.sex in ("", row["sex"])
        assert row["document_type"] == "passport"
        assert len(groups(day.rows)[row["group_id"]]) == 1


def test_planting_changes_no_share() -> None:
    plain, planted = describe(make()), describe(record_day())
    assert plain["nationality"] == planted["nationality"]
    assert plain["condition"] == planted["condition"]
    assert (plain["planted"], planted["planted"]) == ({}, {"exact": 2, "near": 3})


def test_entries_without_a_full_birth_date_or_of_children_are_never_planted() -> None:
    unusable = (LISTED[3], replace(LISTED[0], birth_date="1971"), replace(LISTED[0], birth_date="2015-01-01"))
    assert make(people=300, listed=unusable).planted == []


def test_somebody_listed_without_a_sex_is_planted_as_a_man() -> None:
    day = make(people=300, listed=(replace(LISTED[2], sex=""),))
    sexes = {row["sex"] for row in day.rows if row["external_id"] == day.planted[0].external_id}
    assert sexes == {"M"}


def test_the_shipped_list_offers_individuals_with_a_full_birth_date() -> None:
    names = listed_names(read(shipped(), "ofac-csv").entries)
    assert len(names) > 5000
    assert all(date.fromisoformat(name.birth_date) for name in names)
    day = make(listed=tuple(names))
    assert Counter(item.kind for item in day.planted) == {"exact": 2, "near": 3}
    assert len({item.entry for item in day.planted}) == 5


@pytest.mark.parametrize("day", [date(2020, 4, 10), date(2020, 8, 8), date(2021, 1, 31), date(2024, 2, 29)])
@pytest.mark.parametrize("people", [0, 1, 2, 9, 60, 333])
def test_any_number_of_people_on_any_day_is_met_exactly(day: date, people: int) -> None:
    made = make(day, people, listed=LISTED)
    figures = describe(made)
    assert len(made.rows) == people
    assert len(made.caseload) == round(people * 1500 / 2643)
    assert {k: v for k, v in figures["wanted"]["condition"].items() if v} == figures["condition"]
    assert {k: v for k, v in figures["wanted"]["nationality"].items() if v} == figures["nationality"]


def test_a_closed_border_brings_nobody() -> None:
    closed = make(date(2020, 4, 10))
    assert closed.rows == closed.caseload == []


def test_a_day_of_children_alone_still_has_everybody() -> None:
    only_children = replace(FLOWS, condition={date(2023, 8, 1): {"boys": 5, "girls": 5}}, undivided=frozenset())
    made = generate(DAY, 10, 1, only_children, arrival_places=VILLAGES, station_places={}, time_zone="America/Panama")
    assert len(made.rows) == 10
    assert all("SC-UC" in row["needs"] for row in made.rows)


def test_no_place_to_arrive_is_said() -> None:
    with pytest.raises(ValueError, match="arrival place"):
        generate(DAY, 5, 1, FLOWS, arrival_places={}, station_places={}, time_zone="America/Panama")


def test_seeds_differ_and_none_means_the_mean() -> None:
    assert make(people=2643, listed=LISTED).rows == record_day().rows
    assert make(seed=2, people=50).rows != make(seed=1, people=50).rows


def test_the_same_bytes_come_out_whatever_the_hash_seed(tmp_path: Path) -> None:
    program = (
        "import sys; from datetime import date; from pathlib import Path; from cauce.demo.generator import *\n"
        "day = generate(date(2023, 8, 15), 400, 7, load_flows(), arrival_places={'a': 1, 'b': 2},"
        " station_places={'c': 1}, time_zone='America/Panama')\n"
        "write_csv(day.rows + day.caseload, Path(sys.argv[1]))"
    )
    written = []
    for hash_seed in ("0", "4711"):
        path = tmp_path / f"{hash_seed}.csv"
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        subprocess.run([sys.executable, "-c", program, str(path)], check=True, env=environment)
        written.append(path.read_bytes())
    assert written[0] == written[1]


def test_the_file_reads_back_as_it_was_written(tmp_path: Path) -> None:
    rows = make(people=40).rows
    write_csv(rows, tmp_path / "day.csv")
    with (tmp_path / "day.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == rows
