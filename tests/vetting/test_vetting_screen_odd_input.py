"""Broken, hostile and odd lists and people: reported or handled, never a crash, never a silent miss."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cauce.vetting.lists import Entry, UnreadableListError
from cauce.vetting.lists.model import Alias
from cauce.vetting.names import Index, Query
from cauce.vetting.screening import duplicates, format_of, read_lists, read_people, screen, write_hits
from cauce.vetting.screening.running import DEFAULT_NATS

pytestmark = pytest.mark.one_store
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ("id", "name", "aliases", "weak", "type", "dob", "nationality", "nat", "gender", "passports", "documents")
RECORDS = st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON)), max_size=5)


def written(path: Path, records: list[object], *more: bytes) -> Path:
    path.write_bytes(b"\n".join([*(json.dumps(one).encode() for one in records), *more]))
    return path


@FEW
@given(records=RECORDS, noise=st.binary(max_size=60))
def test_any_record_and_any_line_is_read_or_told(tmp_path: Path, records: list[object], noise: bytes) -> None:
    sound = {"id": "sound", "name": "Juan Garcia"}
    watched = read_lists([written(tmp_path / "l.jsonl", [*records, sound], noise)], "jsonl")
    assert any("Juan Garcia" in [name.text for name in entry.names] for entry in watched.entries)
    people = read_people(written(tmp_path / "p.jsonl", [*records, sound], noise))
    assert len(people.queries) + people.unread >= len(records) + 1
    assert people.unread <= len(people.problems)
    with (tmp_path / "hits.csv").open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        write_hits(
            file, screen(Index(watched.entries), people.queries, DEFAULT_NATS, 5), DEFAULT_NATS, watched.edition_of
        )
    rows = list(csv.DictReader((tmp_path / "hits.csv").read_text("utf-8").splitlines(keepends=True)))
    assert any(row["person"] == "sound" and row["alert"] == "1" for row in rows)


@FEW
@given(data=st.binary(max_size=200), ending=st.sampled_from([".jsonl", ".csv", ".xml", ".zip", "", ".tsv"]))
def test_any_bytes_are_a_list_or_are_refused(tmp_path: Path, data: bytes, ending: str) -> None:
    path = tmp_path / f"list{ending}"
    path.write_bytes(data)
    refused = ""
    try:
        read_lists([path])
    except UnreadableListError as reason:
        refused = str(reason)
    assert not refused or str(path) in refused
    read_people(path)


def test_mixed_encodings_cost_nobody(tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_bytes("id,name\n1,José Muñoz\n".encode() + "2,José Muñoz\n".encode("cp1252"))
    people = read_people(table)
    assert [query.names[0] for query in people.queries] == ["José Muñoz"] * 2
    assert [problem.line for problem in people.problems] == [3]


@pytest.mark.parametrize(
    "name",
    [
        "\u202eJuan\u202c \u200fGarcia\u200e",
        "Juаn Gаrciа",
        "JUAN\u00a0GARCÍA",
        "Ju\u0301an Garci\u0301a",
        "ＪＵＡＮ ＧＡＲＣＩＡ",
        "Juan   de la   Garcia",
    ],
)
def test_marks_homoglyphs_and_forms_hide_nobody(name: str) -> None:
    index = Index([Entry("g", "person", (Alias("GARCIA, Juan"),))])
    assert [hit.entry_id for hit in index.search(Query("q", (name,)))] == ["g"]


@pytest.mark.parametrize("name", ["X", "x" * 5000, "ab " * 2500, "م" * 5000, "王" * 5000, "\u202e" * 10, "🙂 🙂"])
def test_names_of_any_length_are_answered_on_either_side(name: str) -> None:
    index = Index([Entry("odd", "person", (Alias(name),)), Entry("g", "person", (Alias("GARCIA, Juan"),))])
    assert index.search(Query("q", ("Juan Garcia",)))[0].entry_id == "g"
    index.search(Query("q", (name,)), 0.0)
    duplicates([Query("1", (name,)), Query("2", (name,))], DEFAULT_NATS)


def test_ten_thousand_aliases_in_a_file_hide_nobody(tmp_path: Path) -> None:
    record = {"id": "many", "name": "Boss", "aliases": [f"Given{n} Name{n}" for n in range(10_000)]}
    watched = read_lists([written(tmp_path / "l.jsonl", [record, {"id": "g", "name": "Juan Garcia"}])])
    index = Index(watched.entries)
    assert index.search(Query("q", ("Name9999, Given9999",)))[0].entry_id == "many"
    assert index.search(Query("q", ("Juan Garcia",)))[0].entry_id == "g"


def test_formats_are_told_from_endings_and_content(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "a.jsonl", tmp_path / "b.json"
    ours.write_text('broken\n{"id": 1}\n', "utf-8")
    theirs.write_text('{"schema": "Person", "id": "x"}\n', "utf-8")
    assert (format_of(ours), format_of(theirs), format_of(tmp_path)) == ("jsonl", "ftm-json", "ofac-csv")
    assert (format_of(Path("sdn.csv")), format_of(Path("x.xml")), format_of(Path("x.csv"))) == (
        "ofac-csv",
        "un-xml",
        "csv",
    )


PEOPLE = [
    Query(str(n), (f"{given} {family}",))
    for n, (given, family) in enumerate(
        (given, family)
        for given in ("Juan", "Jaun", "Yusuf", "Yousef", "Wilner", "Мария", "يوسف", "建平")
        for family in (
            "Garcia",
            "Garsia",
            "Garzia",
            "Qahtani",
            "Kahtani",
            "Desrosiers",
            "Desrosier",
            "Петрова",
            "القحطاني",
        )
    )
]


def test_the_answer_never_depends_on_who_else_or_how_many_are_asked_about() -> None:
    listed = [Entry(person.id, "person", (Alias(person.names[0]),)) for person in PEOPLE]
    together = {person.id: hits for person, hits in screen(Index(listed), PEOPLE * 3, 1.0, 10)}
    for person in PEOPLE:
        ((_, alone),) = screen(Index(listed), [person], 1.0, 10)
        assert alone == together[person.id], person.names
