"""Cauce's own table and JSON lines, FollowTheMoney, and files that are none of these."""

import contextlib
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cauce.vetting.lists import FORMATS, Alias, DateRange, Document, Problem, UnreadableListError, read
from cauce.vetting.lists.dates import parse_range

TABLE = """id;name;aliases;weak;dob;nationality;gender;passports;ids;pob;colour
1;"GÓMEZ FICTICIA, Ana";"Ana Gomes;A. Gómez";La Nadie;1980-02-03;;female;X123456;;Quito;blue
2;Nadie Inventado;;;"1970/1972";"ec";m;;0912345678;;
"""


def write(tmp_path: Path, text: str | bytes, name: str = "list.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def test_a_table_is_read_by_its_header_whatever_separates_its_columns(tmp_path: Path) -> None:
    edition = read(write(tmp_path, TABLE), "csv", name="Own")
    ana, nadie = edition.entries
    assert ana.names == (
        Alias("GÓMEZ FICTICIA, Ana"),
        Alias("Ana Gomes"),
        Alias("A. Gómez"),
        Alias("La Nadie", "weak"),
    )
    assert ana.birth_dates == (DateRange(date(1980, 2, 3), date(1980, 2, 3)),)
    assert (ana.sexes, ana.nationalities, ana.birth_places) == (("F",), (), ("Quito",))
    assert ana.documents == (Document("passport", "X123456", ""),)
    assert nadie.nationalities == ("ECU",)
    assert nadie.birth_dates == (DateRange(date(1970, 1, 1), date(1972, 12, 31)),)
    assert edition.problems == (Problem(1, "list.csv: column 'colour' is not known and was not read"),)


def test_rows_without_id_or_name_and_repeated_ones_are_reported(tmp_path: Path) -> None:
    edition = read(write(tmp_path, "id,name,dob\n1,Ana Uno,1990\n,Sin Id,\n3,,\n1,Otra Vez,\n5,Bien,mañana\n"), "csv")
    assert [one.id for one in edition.entries] == ["1", "5"]
    assert [problem.line for problem in edition.problems] == [3, 4, 5, 6]


def test_lines_may_end_as_old_spreadsheets_end_them(tmp_path: Path) -> None:
    assert [one.id for one in read(write(tmp_path, "id,name\r1,Ana Uno\r2,Otro Dos\r"), "csv").entries] == ["1", "2"]


def test_a_table_without_the_needed_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableListError, match="at least id and name"):
        read(write(tmp_path, "nombre,fecha\nAna,1990\n"), "csv")


def test_json_lines_take_the_same_fields(tmp_path: Path) -> None:
    record = {
        "id": "x-1",
        "type": "Person",
        "name": "Ana Uno",
        "aliases": ["Anne One"],
        "dob": ["1990-05"],
        "gender": [],
    }
    edition = read(write(tmp_path, json.dumps(record) + "\nnot json\n[1]\n", "l.jsonl"), "jsonl")
    assert edition.entries[0].birth_dates == (DateRange(date(1990, 5, 1), date(1990, 5, 31)),)
    assert [problem.line for problem in edition.problems] == [2, 3]


def test_follow_the_money_gives_parties_and_their_passports(tmp_path: Path) -> None:
    records = [
        {
            "id": "p1",
            "schema": "Person",
            "caption": "Ana Uno",
            "properties": {"name": ["Ana Uno"], "weakAlias": ["Nita"], "birthDate": ["1990"], "nationality": ["ht"],
                           "gender": ["female"], "passportNumber": ["AA11223"]},
        },
        {"id": "c1", "schema": "Company", "properties": {"name": ["Nada SA"]}},
        {"id": "d1", "schema": "Passport", "properties": {"holder": ["p1"], "number": ["BB44556"], "country": ["ht"]}},
        {"id": "a1", "schema": "Address", "properties": {"full": ["Calle 1"]}},
    ]  # fmt: skip
    edition = read(write(tmp_path, "\n".join(map(json.dumps, records)), "ftm.json"), "ftm-json")
    ana = edition.persons[0]
    assert ana.names == (Alias("Ana Uno"), Alias("Nita", "weak"))
    assert (ana.sexes, ana.nationalities) == (("F",), ("HTI",))
    assert ana.documents == (Document("passport", "AA11223", ""), Document("passport", "BB44556", "HTI"))
    assert edition.others == 1
    assert [problem.message for problem in edition.problems] == [
        "ftm.json: 1 records of schema Address are not listed parties"
    ]


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("03 May 1938", date(1938, 5, 3), date(1938, 5, 3)),
        ("1938", date(1938, 1, 1), date(1938, 12, 31)),
        ("Feb 1960", date(1960, 2, 1), date(1960, 2, 29)),
        ("circa 1951", date(1950, 1, 1), date(1952, 12, 31)),
        ("1974 to 1976", date(1974, 1, 1), date(1976, 12, 31)),
        ("26 Sep 1946 to 07 Dec 1946", date(1946, 9, 26), date(1946, 12, 7)),
        ("1969/1971", date(1969, 1, 1), date(1971, 12, 31)),
        ("1946-00-00", date(1946, 1, 1), date(1946, 12, 31)),
        ("31/12/1999", date(1999, 12, 31), date(1999, 12, 31)),
    ],
)
def test_dates_are_as_wide_as_the_list_leaves_them(said: str, first: date, last: date) -> None:
    assert parse_range(said) == DateRange(first, last)


@pytest.mark.parametrize("said", ["", "unknown", "1980-13-01", "30 Feb 1990", "1976 to 1974", "99"])
def test_a_date_that_cannot_be_is_not_guessed(said: str) -> None:
    assert parse_range(said) is None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400) | st.text(max_size=300).map(str.encode), kind=st.sampled_from(FORMATS))
def test_no_file_makes_a_reader_crash(tmp_path: Path, data: bytes, kind: str) -> None:
    path = write(tmp_path, data, "sdn.csv")
    with contextlib.suppress(UnreadableListError):
        assert all(entry.names or edition.problems for edition in [read(path, kind)] for entry in edition.entries)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 400), noise=st.binary(min_size=1, max_size=6))
def test_a_damaged_row_never_takes_the_last_entry_with_it(tmp_path: Path, at: int, noise: bytes) -> None:
    rows = "".join(f'{n},"NAME, Number{n}","individual","X"{",-0- " * 8}\n' for n in range(1, 40)).encode()
    damaged = rows[:at] + noise.replace(b"\n", b"").replace(b"\r", b"") + rows[at:]
    edition = read(write(tmp_path, damaged, "sdn.csv"), "ofac-csv")
    assert edition.entries[-1].id == "ofac-39"
    assert len(edition.entries) + len(edition.problems) >= 39
