"""The engine: one answer for one person, whichever way and wherever it is computed; and people who are hard on it."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.vetting.engine_answers import people

from cauce.vetting.lists.model import Alias, DateRange, Document, Entry
from cauce.vetting.names import Index, Query, jit
from cauce.vetting.names.weights import MOST_SCORED
from cauce.vetting.screening import load, loading

ANSWERS = Path(__file__).parent / "engine_answers.py"
ENTRIES, ASKED = people(120)
INDEX = Index(ENTRIES)


def day(number: int) -> DateRange:
    one = date(1950, 1, 9) + timedelta(days=number)
    return DateRange(one, one)


def person(key: str, *names: str, born: DateRange | None = None, papers: tuple[Document, ...] = ()) -> Entry:
    return Entry(key, "person", tuple(map(Alias, names)), (born,) if born else (), documents=papers)


def answers(way: str) -> str:
    done = subprocess.run([sys.executable, ANSWERS, way], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def plain() -> str:
    return answers("plain")


@pytest.mark.slow
def test_machine_code_gives_the_answers_of_the_plain_functions(plain: str) -> None:
    assert plain.count("Hit(") > 250
    assert plain.count("same_document") > 20
    assert answers("compiled") == plain


def test_compiling_disturbs_nobody_who_is_being_searched(plain: str) -> None:
    assert answers("meanwhile") == plain


def test_an_answer_does_not_depend_on_who_else_is_asked_about_nor_on_threads() -> None:
    together = INDEX.search_many(ASKED, 0.02, 20)
    assert sum(map(len, together)) > 100
    order = list(range(len(ASKED)))
    random.Random(7).shuffle(order)
    shuffled = INDEX.search_many([ASKED[at] for at in order], 0.02, 20)
    assert [shuffled[order.index(at)] for at in range(len(ASKED))] == together
    with ThreadPoolExecutor(4) as threads:
        alone = list(threads.map(lambda one: INDEX.search(one, 0.02, 20), ASKED))
    assert alone == together


def test_an_index_from_a_folder_answers_as_the_one_that_was_saved(tmp_path: Path) -> None:
    INDEX.save(tmp_path / "kept")
    opened = Index.open(tmp_path / "kept")
    assert list(opened.entries) == ENTRIES
    assert opened.search_many(ASKED, 0.02, 20) == INDEX.search_many(ASKED, 0.02, 20)
    with pytest.raises(FileExistsError):
        INDEX.save(tmp_path / "kept")


@pytest.mark.parametrize("cut", [0, 100, -1])
def test_a_folder_that_is_not_whole_is_refused(tmp_path: Path, cut: int) -> None:
    INDEX.save(tmp_path / "kept")
    for name in ("texts.npy", "listed.token.npy", "tokens.letters.npy"):
        file = tmp_path / "kept" / name
        whole = file.read_bytes()
        file.write_bytes(whole[:cut])
        with pytest.raises(ValueError, match="not whole"):
            Index.open(tmp_path / "kept")
        file.write_bytes(whole)
    (tmp_path / "kept" / "listed.start.npy").unlink()
    with pytest.raises(FileNotFoundError):
        Index.open(tmp_path / "kept")


def test_a_folder_of_another_list_or_another_make_is_refused(tmp_path: Path) -> None:
    INDEX.save(tmp_path / "one")
    Index(ENTRIES[:10]).save(tmp_path / "two")
    (tmp_path / "two" / "texts.npy").replace(tmp_path / "one" / "texts.npy")
    with pytest.raises(ValueError, match="texts is another one's"):
        Index.open(tmp_path / "one")
    told = tmp_path / "two" / "index.json"
    told.write_text(json.dumps({**json.loads(told.read_text()), "made_by": "0123456789ab"}))
    with pytest.raises(ValueError, match="another version"):
        Index.open(tmp_path / "two")
    told.write_text("[]")
    with pytest.raises(ValueError, match="another version"):
        Index.open(tmp_path / "two")


def test_nobody_compiles_in_the_middle_of_a_search() -> None:
    if jit.is_compiled():
        pytest.skip("this process is compiled already")
    with jit.unchanged(), jit.unchanged(), pytest.raises(RuntimeError, match="middle"):
        jit.compile_kernels()


def test_a_long_list_read_in_parts_is_the_list_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = tmp_path / "list.jsonl"
    rows = [
        json.dumps({"id": one.id, "name": one.names[0].text, "dob": [str(born) for born in one.birth_dates]})
        for one in ENTRIES
    ]
    rows[20:20] = ["{broken", '{"id": "nameless"}', "7", '{"id": "d", "name": "Qandil Wexford", "dob": "sometime"}', ""]
    rows.append(json.dumps({"id": ENTRIES[0].id, "name": "Somebody Else Altogether"}))
    rows.append(json.dumps({"id": ENTRIES[-1].id, "name": "Somebody Else Altogether"}))
    rows.append('{"id": "ship", "name": "Ocean Wanderer", "type": "vessel"}')
    listed.write_text("\n".join(rows), encoding="utf-8")
    whole = load([listed])
    monkeypatch.setattr(loading, "LONG", 1)
    monkeypatch.setattr(loading, "CHUNK", 1000)
    parts = load([listed])
    assert list(parts.index.entries) == list(whole.index.entries)
    assert parts.index.search_many(ASKED, 0.02, 20) == whole.index.search_many(ASKED, 0.02, 20)
    assert sorted(one.message for one in parts.problems) == sorted(one.message for one in whole.problems)
    assert sum("stands twice" in one.message for one in parts.problems) == 2
    some = ENTRIES[3].id
    assert parts.edition_of[some].split()[0] == whole.edition_of[some].split()[0] == "list"


def test_a_person_known_by_a_document_only_is_found() -> None:
    papers = (Document("passport", "AK-345678", "PAK"),)
    index = Index([*ENTRIES, person("mine", "Nadeem Qureshi", papers=papers)])
    (hit,) = index.search(Query("q", (), None, "", "", (Document("passport", "ak345678", ""),)))
    assert (hit.entry_id, [piece.note_code for piece in hit.pieces]) == ("mine", ["same_document"])


def test_an_entry_of_ten_thousand_names_is_found_by_its_last_and_found_once() -> None:
    syllables = ("ba", "do", "ki", "lu", "me", "no", "ra", "su", "ti", "ve")
    names = [
        "".join(syllables[int(figure)] for figure in f"{at:04d}") + " zorbantz" + syllables[at % 10]
        for at in range(10_000)
    ]
    index = Index([*ENTRIES, person("many", *names)])
    for at in (0, 4711, 9999):
        hits = index.search(Query("q", (names[at],)))
        assert [hit.entry_id for hit in hits] == ["many"]
        assert hits[0].matched_alias == names[at]


@pytest.mark.parametrize("name", ["A", "李", "я", "x" * 5000, "ab " * 2500, "é" * 5000, "Ali " + "z" * 5000, " ", "-"])
def test_names_of_one_letter_and_of_thousands(name: str) -> None:
    index = Index([*ENTRIES, person("odd", name, born=day(7))])
    for asked in (name, "Muhammad Abbas"):
        hits = index.search(Query("q", (asked,), day(7)), 0.02)
        assert all(hit.score == pytest.approx(sum(piece.weight for piece in hit.pieces)) for hit in hits)
    if len(name) > 2:
        assert index.search(Query("q", (name,), day(7)))[0].entry_id == "odd"


@pytest.mark.parametrize("place", [0, 137, 2 * MOST_SCORED + 99])
def test_among_many_of_one_name_the_one_born_that_day_comes_first(place: int) -> None:
    same = [person(f"e{at}", "Mohamed Ali", born=day(at * 41)) for at in range(2 * MOST_SCORED + 100)]
    index = Index(same)
    hits = index.search(Query("q", ("Muhammad Ali",), day(place * 41)))
    assert hits[0].entry_id == f"e{place}"
    assert "same_day" in [piece.note_code for piece in hits[0].pieces]


def test_a_hundred_people_of_one_name_are_each_found_by_their_date() -> None:
    index = Index([person(f"e{at}", "Mohamed Ali", born=day(at * 97)) for at in range(100)])
    asked = [Query(f"q{at}", ("Ali Mohammed",), day(at * 97)) for at in range(100)]
    assert [hits[0].entry_id for hits in index.search_many(asked)] == [f"e{at}" for at in range(100)]


def test_among_many_of_one_name_the_one_with_the_paper_comes_first() -> None:
    same = [person(f"e{at}", "Mohamed Ali") for at in range(2 * MOST_SCORED)]
    index = Index([*same, person("mine", "Mohamed Ali", papers=(Document("passport", "K7654321", "EGY"),))])
    asked = Query("q", ("Mohamed Ali",), None, "", "", (Document("passport", "K7654321", "EGY"),))
    assert index.search(asked)[0].entry_id == "mine"
