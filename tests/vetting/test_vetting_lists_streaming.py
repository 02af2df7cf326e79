"""A list in parts is the same list: whatever the size of the parts, nothing is lost between them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cauce.vetting.lists import Entry, Problem, format_of, read, stream
from cauce.vetting.lists.records import read_jsonl
from cauce.vetting.lists.streaming import lines
from cauce.vetting.screening.people import read_chunk, read_people

pytestmark = pytest.mark.one_store
SAMPLES = Path(__file__).parent.parent / "data" / "lists"
FTM = SAMPLES / "opensanctions_entities.ftm.json"


def ours(tmp_path: Path, count: int = 50) -> Path:
    path = tmp_path / "list.jsonl"
    records = [
        {"id": f"n{n}", "name": f"Name Number{n}", "dob": ["not said" if n == 31 else "1980"]} for n in range(count)
    ]
    path.write_text("\n".join([*map(json.dumps, records), "broken", '{"id": "last", "name": "Last One"}']), "utf-8")
    return path


def collected(path: Path, kind: str, chunk: int) -> tuple[list[Entry], list[Problem]]:
    parts = list(stream(path, kind, chunk=chunk))
    return [entry for entries, _ in parts for entry in entries], [one for _, told in parts for one in told]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chunk=st.integers(1, 3000), packed=st.booleans())
def test_parts_of_any_size_make_the_whole_with_the_same_lines(tmp_path: Path, chunk: int, packed: bool) -> None:
    path = ours(tmp_path)
    whole = read(path, "jsonl")
    if packed:
        with zipfile.ZipFile(tmp_path / "list.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(path, "list.jsonl")
        path = tmp_path / "list.zip"
    entries, problems = collected(path, "jsonl", chunk)
    assert tuple(entries) == whole.entries
    assert [one.line for one in problems] == [32, 51]
    assert tuple(problems) == whole.problems


@pytest.mark.parametrize("chunk", [1, 100, 333, 10_000])
def test_papers_find_their_holder_in_another_part(chunk: int) -> None:
    entries, problems = collected(FTM, "ftm-json", chunk)
    whole = read(FTM, "ftm-json")
    assert tuple(entries) == whole.entries
    assert len(entries[0].documents) == 2
    assert sorted(problems) == sorted(whole.problems)


@pytest.mark.parametrize("name", ["eu.xml", "uk_sanctions_list.csv", "interpol.json"])
def test_other_formats_are_one_part(name: str) -> None:
    kind = format_of(SAMPLES / name)
    ((entries, problems),) = stream(SAMPLES / name, kind)
    whole = read(SAMPLES / name, kind)
    assert (tuple(entries), tuple(problems)) == (whole.entries, whole.problems)


def test_utf16_is_read_in_parts_as_well(tmp_path: Path) -> None:
    path = ours(tmp_path)
    whole = read(path, "jsonl")
    path.write_bytes(path.read_text("utf-8").encode("utf-16"))
    assert tuple(collected(path, "jsonl", 100)[0]) == whole.entries


def test_an_id_in_two_parts_is_told_and_the_first_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    text = "".join(f'{{"id": "same", "name": "Name {"abc"[n % 3]}", "x": "{"y" * 300}"}}\n' for n in range(30_000))
    path.write_text(text, "utf-8")
    found = read(path, "jsonl")
    assert [one.names[0].text for one in found.entries] == ["Name a"]
    assert len(found.problems) == 29_999


@given(data=st.binary(max_size=80), cuts=st.lists(st.integers(1, 9), max_size=12))
def test_lines_are_never_cut_nor_lost(data: bytes, cuts: list[int]) -> None:
    data = data.replace(b"\x00", b"x").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    parts, rest = [], data
    for cut in cuts:
        parts.append(rest[:cut])
        rest = rest[cut:]
    found = list(lines([*parts, rest]))
    numbered = [(first + n, line) for first, some in found for n, line in enumerate(some.split(b"\n"))]
    assert [pair for pair in numbered if pair[1]] == [pair for pair in enumerate(data.split(b"\n"), 1) if pair[1]]


def test_a_worker_reads_some_lines_of_a_list_or_of_people() -> None:
    data = b'{"id": "a", "name": "A B", "dob": ["sometime"]}\n\n{"id": "a", "name": "C D"}\nbroken'
    entries, problems = read_jsonl(data, "x.jsonl", 100)
    assert [one.names[0].text for one in entries] == ["A B"]
    assert [one.line for one in problems] == [100, 102, 103]
    people, told, unread = read_chunk(data, "x.jsonl", 100)
    assert [one.names for one in people] == [("A B",), ("C D",)]
    assert ([one.line for one in told], unread) == ([100, 102, 103], 1)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    record=st.fixed_dictionaries(
        {},
        optional={
            "id": st.sampled_from(["7", 7, "", None, ["7"]]),
            "name": st.sampled_from(["Juan Garcia", "خوان", "", "!?", ["Juan", "Garcia"], 12, None]),
            "dob": st.sampled_from(["1980-01-02", "1980", ["1980"], ["1980", "1981"], "sometime", "", None, 1980]),
            "nat": st.sampled_from(["HT", "Haiti", "Ruritania", "", ["HT"], None]),
            "gender": st.sampled_from(["m", "Female", "?", "", None]),
            "documents": st.sampled_from(
                [[], None, ["AB12345"], "AB12345", ["-"], [{"number": "AB12345", "country": "HT"}]]
            ),
        },
    )
)
def test_a_person_read_the_short_way_is_the_same_person(tmp_path: Path, record: dict[str, object]) -> None:
    from cauce.vetting.screening.people import person

    told: list[str] = []
    careful = person(record, 1, told.append)
    found = read_people(path_of(tmp_path, record))
    assert found.queries == ((careful,) if careful else ())
    assert [one.message.partition(": ")[2] for one in found.problems] == told


def path_of(tmp_path: Path, record: dict[str, object]) -> Path:
    path = tmp_path / "people.jsonl"
    path.write_text(json.dumps(record) + "\n", "utf-8")
    return path


def test_the_first_part_is_no_larger_than_the_others() -> None:
    """A short list is cut in a part a processor: were the first two one, a processor would wait."""
    parts = [b"a\nb", b"b\nc\n", b"d\ne"]
    assert list(lines(parts)) == [(1, b"a"), (2, b"bb\nc"), (4, b"d"), (5, b"e")]
