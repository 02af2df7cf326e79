"""Screening on the command line: what goes in, what comes out, and what is told."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cauce.cli import main

pytestmark = pytest.mark.one_store

LISTED: list[dict[str, Any]] = [
    {"id": "q1", "type": "Person", "name": "AL-QAHTANI, Yusuf Abd-al-Karim", "dob": ["1971-04-23"], "gender": ["male"]},
    {"id": "g1", "name": "GARCIA, Juan", "dob": ["1975-06-07"], "passports": ["AK-3456789"], "nationality": ["co"]},
    {"id": "v1", "name": "VASILENKO, Dmitriy", "aliases": ["VASYLENKO, Dmytro"], "weak": ["MITYA"]},
    {"id": "ship", "type": "Vessel", "name": "JUAN GARCIA"},
]


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(one) for one in arguments])
    return int(end.value.code or 0)


def lines(path: Path, records: list[Any]) -> Path:
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in records), "utf-8")
    return path


def screened(tmp_path: Path, people: list[Any] | Path, *more: object, status: int = 0) -> list[dict[str, str]]:
    asked = people if isinstance(people, Path) else lines(tmp_path / "people.jsonl", people)
    watched = lines(tmp_path / "list.jsonl", LISTED)
    out = tmp_path / "hits.csv"
    assert run("screen", "--list", watched, "--people", asked, "--out", out, *more) == status
    return read(out)


def read(out: Path) -> list[dict[str, str]]:
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def notes(row: dict[str, str]) -> set[str]:
    return {piece["note"] for piece in json.loads(row["pieces"])}


def test_a_listed_person_alerts_with_the_name_that_was_met(tmp_path: Path) -> None:
    (row,) = screened(tmp_path, [{"id": "7", "name": "Yousef Abdulkarim al Kahtani", "dob": "1971-04-23"}])
    assert list(row) == ["person", "entry", "score", "alert", "matched_name", "pieces"]
    assert (row["person"], row["entry"], row["alert"]) == ("7", "q1", "1")
    assert row["matched_name"] == "AL-QAHTANI, Yusuf Abd-al-Karim"
    assert row["pieces"] == "[]"


def test_explained_hits_add_up_and_name_the_list_and_its_edition(tmp_path: Path) -> None:
    (row,) = screened(tmp_path, [{"id": "7", "name": "Juan Garcia", "dob": "1975-07-06"}], "--explain")
    pieces = json.loads(row["pieces"])
    assert sum(piece["weight"] for piece in pieces) == pytest.approx(float(row["score"]), abs=0.01)
    assert "day month swapped" in notes(row)
    assert pieces[-1]["right"].startswith("list ")


@pytest.mark.parametrize("year", [1974, 1976])
def test_a_birth_year_one_off_alerts(tmp_path: Path, year: int) -> None:
    people = [
        {"id": str(n), "name": "Juan Garcia", "dob": f"{year}{day}"} for n, day in enumerate(("", "-06-07", "-11-20"))
    ]
    assert [row["alert"] for row in screened(tmp_path, people)] == ["1", "1", "1"]


def test_eight_years_off_is_listed_and_alerts_only_with_the_document(tmp_path: Path) -> None:
    without = {"id": "a", "name": "Juan Garcia", "dob": "1983-06-07"}
    first, second = screened(tmp_path, [without, without | {"id": "b", "documents": ["ak3456789"]}], "--explain")
    assert "different birth date" in notes(first) & notes(second)
    assert (first["alert"], second["alert"]) == ("0", "1")


def test_people_as_a_table_give_the_same_answer(tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text(
        'id,name,dob,nat,gender,documents\nx,"Garcia, Juan",1983,COLOMBIA,male,A1234567;AK3456789\n', "utf-8"
    )
    record = {"id": "x", "name": "Garcia, Juan", "dob": "1983", "nat": "COL", "gender": "m"}
    record_documents = record | {"documents": ["A1234567", "AK3456789"]}
    assert screened(tmp_path, table, "--explain") == screened(tmp_path, [record_documents], "--explain")


@pytest.mark.parametrize("country", ["CO", "col", "cOlOmBiA"])
def test_countries_are_understood_in_any_case_and_change_no_score(tmp_path: Path, country: str) -> None:
    with_it, without = (
        screened(tmp_path, [{"id": "x", "name": "Juan Garcia", "nat": nat}], "--explain")[0] for nat in (country, "")
    )
    assert with_it["score"] == without["score"]
    assert "same nationality" in notes(with_it) - notes(without)


@pytest.mark.parametrize("born", ["1975", "1975-06", "1975-06-07", "1974/1976", "1975-01-01/1975-12-31"])
def test_dates_of_any_precision_are_understood(tmp_path: Path, born: str, capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = screened(tmp_path, [{"id": "x", "name": "Juan Garcia", "dob": born}])
    assert row["alert"] == "1"
    assert "not understood" not in capsys.readouterr().err


def test_what_is_not_understood_is_told_and_is_no_evidence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = {"id": "x", "name": "Juan Garcia", "dob": "19xx", "nat": "Narnia", "gender": "?", "documents": ["1", {}]}
    plain: dict[str, Any] = {"id": "x", "name": "Juan Garcia", "dob": None, "nat": "", "gender": [], "documents": None}
    assert screened(tmp_path, [odd]) == screened(tmp_path, [plain])
    told = capsys.readouterr().err
    for said in ("19xx", "Narnia", "'?'", "document number"):
        assert said in told


def test_somebody_who_cannot_be_screened_is_told_and_the_status_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = ["{broken", {"id": "nameless", "name": " "}, ["no", "object"], {"id": "x", "name": "Juan Garcia"}]
    rows = screened(tmp_path, people, status=1)
    assert [row["person"] for row in rows] == ["x"]
    told = capsys.readouterr().err
    assert "line 1" in told
    assert "nameless" in told
    assert "line 3" in told
    assert "3 people were not screened" in told


def test_a_person_without_a_name_is_screened_by_the_document(tmp_path: Path) -> None:
    (row,) = screened(tmp_path, [{"id": "x", "name": "", "documents": ["AK 3456789"]}], "--explain")
    assert (row["entry"], row["alert"]) == ("g1", "1")
    assert "same document" in notes(row)


def test_best_first_at_most_top_and_the_threshold_moves_alerts_only(tmp_path: Path) -> None:
    watched = lines(
        tmp_path / "many.jsonl", [{"id": f"g{n}", "name": "GARCIA, Juan", "dob": str(1970 + n)} for n in range(9)]
    )
    people = lines(tmp_path / "p.jsonl", [{"id": "x", "name": "Juan Garcia", "dob": "1970-05-05"}])
    out = tmp_path / "hits.csv"
    found = {}
    for threshold in (5, 9):
        assert (
            run("screen", "--list", watched, "--people", people, "--out", out, "--top", 3, "--threshold", threshold)
            == 0
        )
        found[threshold] = read(out)
    assert [row["entry"] for row in found[5]] == [row["entry"] for row in found[9]] == ["g0", "g1", "g2"]
    scores = [float(row["score"]) for row in found[5]]
    assert scores == sorted(scores, reverse=True)
    for threshold, rows in found.items():
        assert [row["alert"] for row in rows] == [str(int(float(row["score"]) >= threshold)) for row in rows]


def test_several_lists_keep_their_entries_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = lines(tmp_path / "one.jsonl", [{"id": "1", "name": "Juan Garcia"}])
    two = lines(tmp_path / "two.jsonl", [{"id": "1", "name": "Nadeem Qureshi"}, {"id": "2", "name": "Juan Garcia"}])
    people = lines(tmp_path / "p.jsonl", [{"id": "a", "name": "Juan Garcia"}, {"id": "b", "name": "Nadeem Qureshi"}])
    assert run("screen", "--list", one, "--list", two, "--people", people, "--out", "-", "--explain") == 0
    printed = capsys.readouterr()
    assert {(row["person"], row["entry"]) for row in csv.DictReader(printed.out.splitlines())} == {
        ("a", "1"), ("a", "2"), ("b", "two:1"),
    }  # fmt: skip
    assert "earlier list" in printed.err


def test_records_with_a_schema_are_follow_the_money(tmp_path: Path) -> None:
    record = {"id": "ftm", "schema": "Person", "properties": {"name": ["Juan Garcia"], "birthDate": ["1975-06-07"]}}
    watched = lines(tmp_path / "entities.jsonl", [record])
    people = lines(tmp_path / "p.jsonl", [{"id": "a", "name": "Juan Garcia"}])
    out = tmp_path / "hits.csv"
    assert run("screen", "--list", watched, "--people", people, "--out", out) == 0
    assert ",ftm," in out.read_text("utf-8")


def test_lists_that_cannot_be_read_are_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = lines(tmp_path / "p.jsonl", [{"id": "a", "name": "Juan Garcia"}])
    for name in ("nothing.jsonl", "odd.bin"):
        assert run("screen", "--list", tmp_path / name, "--people", people, "--out", tmp_path / "h.csv") == 2
        assert name in capsys.readouterr().err
    assert run("screen", "--people", people) == 2


def test_one_pair_prints_its_pieces(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("screen", "pair", "Juan Garcia", "GARCIA, Juan", "--dob-a", "1975", "--dob-b", "1983-01-02") == 0
    assert "different birth date" in capsys.readouterr().out
    assert run("screen", "pair", "Juan Garcia", "GARCIA, Juan", "--sex-a", "M", "--sex-b", "F", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["score"] == pytest.approx(sum(piece["weight"] for piece in answer["pieces"]), abs=0.01)
    assert run("screen", "pair", "Juan", "Juan", "--dob-a", "tomorrow") == 2


def test_who_stands_twice_in_a_file_is_found_once(tmp_path: Path) -> None:
    people = [
        {"id": "1", "name": "Marie-Claire Jean-Baptiste", "dob": "1990-02-03"},
        {"id": "2", "name": "Wilner Desrosiers", "dob": "1980-08-08"},
        {"id": "3", "name": "JEAN BAPTISTE Marie Claire", "dob": "1990-03-02"},
        {"id": "4", "name": "Wilner Desrosiers", "dob": "1961-01-20"},
        {"id": "2", "name": "Wilner Desrosier", "dob": "1980-08-08"},
    ]
    out = tmp_path / "pairs.csv"
    assert run("dedupe", "--people", lines(tmp_path / "p.jsonl", people), "--out", out) == 0
    rows = read(out)
    assert list(rows[0]) == ["a", "b", "score", "duplicate", "pieces"]
    assert {(row["a"], row["b"]) for row in rows if row["duplicate"] == "1"} == {("1", "3"), ("2", "2")}
    assert all(json.loads(row["pieces"]) for row in rows)


def test_screening_needs_no_store_and_no_django(tmp_path: Path) -> None:
    code = (
        "import sys; from cauce.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "assert not any(name.partition('.')[0] == 'django' for name in sys.modules)"
    )
    watched, people = (
        lines(tmp_path / "l.jsonl", LISTED),
        lines(tmp_path / "p.jsonl", [{"id": "x", "name": "Juan Garcia"}]),
    )
    arguments = ("screen", "--list", watched, "--people", people, "--out", "-")
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "x,g1" in done.stdout
