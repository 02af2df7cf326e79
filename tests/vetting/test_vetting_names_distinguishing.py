"""One letter may be a spelling or another person: what the matcher takes for whom by name alone, and what it tells."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cauce.vetting.lists.model import Alias, DateRange, Document, Entry
from cauce.vetting.names import Index, Query
from cauce.vetting.screening import DEFAULT_NATS, read_lists, read_people
from cauce.vetting.screening.judging import names_score
from cauce.vetting.screening.running import pair

pytestmark = pytest.mark.one_store


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hossein Karimpour", "Hassan Karimpour"),
        ("Michael Ferreiro", "Michelle Ferreiro"),
        ("Mario Castellani", "Maria Castellani"),
        ("Aleksandr Belov", "Aleksandra Belova"),
        ("Ruslan Akhmetov", "Rustam Akhmetov"),
        ("Zhang Li", "Zhang Lei"),
        ("Wang Wei", "Wang Wen"),
        ("Ivan Olegovich Sorokin", "Pyotr Olegovich Sorokin"),
    ],
)
def test_names_that_are_both_common_are_two_names_however_alike(one: str, other: str) -> None:
    assert names_score(one, other) < DEFAULT_NATS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Дмитро Миколайович Гончар", "Dmitry Nikolaevich Gonchar"),
        ("Ганна Сергіївна Коваль", "Anna Koval"),
        ("Євген Юрійович Мороз", "Evgeny Moroz"),
        ("Jurijs Ozolins", "Yuri Ozolins"),
        ("राजेन्द्र चतुर्वेदी", "Rajendra Chaturvedi"),
        ("Sergey Sergey Vasilenko", "Sergey Vasilenko"),
        ("Vasilenko Vasilenko Sergey", "Sergey Vasilenko"),
        ("Ivan Sorokin", "Ivan Olegovich Sorokin"),
    ],
)
def test_one_name_in_two_languages_or_said_twice_alerts(one: str, other: str) -> None:
    assert names_score(one, other) >= DEFAULT_NATS


def test_a_repeated_word_takes_nothing_from_an_exact_name() -> None:
    assert names_score("Sergey Sergey Vasilenko", "Sergey Vasilenko") == pytest.approx(
        names_score("Sergey Vasilenko", "Sergey Vasilenko")
    )


def test_a_reading_in_a_less_likely_language_weighs_less_and_says_so() -> None:
    likely, less = (pair(Query("a", ("张勇",)), Query("b", (name,))) for name in ("Zhang Yong", "Cheung Yung"))
    assert likely is not None
    assert less is not None
    assert likely.score >= DEFAULT_NATS > less.score
    assert "other_reading" in {piece.note_code for piece in less.pieces}
    assert less.score == pytest.approx(sum(piece.weight for piece in less.pieces))
    assert "other_reading" not in {piece.note_code for piece in likely.pieces}


@pytest.mark.parametrize(
    ("written", "latin"), [("金正恩", "Kim Jong Un"), ("張學良", "Cheung Hok Leung"), ("梁振英", "Leung Chun Ying")]
)
def test_korean_family_names_and_old_characters_are_read_as_their_own_languages(written: str, latin: str) -> None:
    assert names_score(written, latin) >= DEFAULT_NATS


def test_one_word_is_a_whole_name_only_where_nobody_is_known_by_more() -> None:
    called = Entry("known", "person", (Alias("Hamid Reza Tavakoli"), Alias("Abd al-Rahman")))
    only = Entry("only", "person", (Alias("Abd al-Rahman"),))
    query = Query("q", ("Abdul Rahman", "Ihsan Abdul Rahman Tikriti"))
    assert Index([only]).search(Query("q", ("Abdul Rahman",)))
    assert not Index([called]).search(query)


def test_a_document_that_agrees_alerts_under_any_name_and_date() -> None:
    paper = Document("passport", "AK3456789", "PAK")
    listed = Entry(
        "paper",
        "person",
        (Alias("QURESHI, Nadeem"),),
        (DateRange(date(1969, 2, 2), date(1969, 2, 2)),),
        documents=(paper,),
    )
    other = Query("q", ("Somebody Else",), DateRange(date(1990, 5, 5), date(1990, 5, 5)), documents=(paper,))
    (hit,) = Index([listed]).search(other)
    assert {"same_document", "different_birth_date"} <= {piece.note_code for piece in hit.pieces}
    short = Document("passport", "34567", "PAK")
    listed.documents = (short,)
    assert not Index([listed]).search(Query("q", ("Somebody Else",), other.birth_date, documents=(short,)))


@pytest.mark.parametrize("long", [False, True], ids=["read-at-once", "read-in-parts"])
def test_listed_names_that_are_not_compared_or_not_whole_are_told(tmp_path: Path, long: bool) -> None:
    from cauce.vetting.screening import loading

    path = tmp_path / "list.jsonl"
    words = " ".join(f"name{chr(97 + n)}" for n in range(14))
    path.write_text(
        '{"id": "a", "name": "\U0001f642", "passports": ["AK3456789"]}\n'
        f'{{"id": "b", "name": "Juan Garcia", "aliases": ["\U0001f642", "{words}"]}}\n',
        "utf-8",
    )
    problems = loading._long(path).problems if long else read_lists([path]).problems
    told = [problem.message for problem in problems]
    assert any("entry a has no name that can be read" in one for one in told)
    assert any("entry b has a name that cannot be read" in one for one in told)
    assert any("entry b has a name of 14 words" in one for one in told)


@pytest.mark.parametrize("name", ["people.csv", "people.jsonl"])
def test_a_file_with_nobody_in_it_is_told_alike_in_either_form(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("", "utf-8")
    people = read_people(tmp_path / name)
    assert (people.queries, people.unread, len(people.problems)) == ((), 0, 1)
