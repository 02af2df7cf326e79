"""What would change a review's answer, with the weights of the matcher itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cauce.vetting.counterfactual import Review, What, what_would_change
from cauce.vetting.entry_changes import changes
from cauce.vetting.lists import Alias, DateRange, Document, Entry
from cauce.vetting.names import Index, Query
from cauce.vetting.names.scale import score_at
from cauce.vetting.review_words import what_words

BORN = date(1971, 3, 9)
THRESHOLD = score_at(0.5)
ENTRY = Entry(
    "e1",
    "person",
    (Alias("Zarbuk Ostrovoy Qandil"),),
    (DateRange(BORN, BORN),),
    ("M",),
    ("SYR",),
    (Document("passport", "N1234567", "SYR"), Document("national", "99887766", "SYR")),
    ("Aleppo",),
    (),
    "Scar on the left hand",
)


def asked(query: Query, entry: Entry = ENTRY) -> Review:
    """The review that the matcher would open of that person and entry."""
    hit = Index([entry]).search(query, 0.0)[0]
    return Review(
        pieces=[
            {"kind": p.kind, "weight": p.weight, "left": p.left, "right": p.right, "note": p.note_code}
            for p in hit.pieces
        ],
        threshold=THRESHOLD,
        born=query.birth_date,
        sex=query.sex,
        numbers=tuple(document.number for document in query.documents),
        listed={
            "names": [name.text for name in entry.names],
            "alias": hit.matched_alias,
            "birth_dates": [str(born) for born in entry.birth_dates],
            "birth_places": list(entry.birth_places),
            "documents": [list(document) for document in entry.documents],
            "remarks": entry.remarks,
        },
    )


def person(name: str = "Zarbuk Qandil", born: date | None = BORN, **facts: Any) -> Query:
    return Query("p", (name,), DateRange(born, born) if born else None, **facts)


def found(review: Review) -> dict[str, What]:
    return {what.code: what for what in what_would_change(review)}


def test_what_is_said_of_the_birth_date_is_what_the_matcher_then_answers() -> None:
    """Moved by so many years it alerts no more; by one year less it still does."""
    review = asked(person())
    years = found(review)["another_year"].number
    index = Index([ENTRY])

    def alerts(apart: int) -> bool:
        moved = date(BORN.year + apart, 6, 15)
        return bool([hit for hit in index.search(person(born=moved), 0.0) if hit.score >= THRESHOLD])

    assert not alerts(years)
    assert years == 1 or alerts(years - 1)


def test_a_whole_name_that_alerts_by_itself_is_not_said_to_hang_on_the_date() -> None:
    document = (Document("passport", "N1234567", "SYR"),)
    codes = found(asked(person("Zarbuk Ostrovoy Qandil", documents=document)))
    assert "another_year" not in codes
    assert "no_date_ends_it" in codes


def test_who_said_no_birth_date_is_asked_for_it() -> None:
    codes = found(asked(person("Zarbuk Ostrovoy Qandil", born=None)))
    assert {"birth_date_decides", "birth_date_would_help"} & codes.keys()


def test_numbers_settle_it_and_who_carries_another_is_told_apart() -> None:
    without = found(asked(person()))["number_settles"]
    assert (without.number, without.listed) == (2, ("N1234567", "99887766"))
    other = found(asked(person(documents=(Document("passport", "X0000001", "SYR"),))))
    assert "number_settles" not in other
    assert "number_differs" in other


def test_a_match_by_number_alone_says_that_it_rests_on_it() -> None:
    strange = person("Walter Ingram", born=None, documents=(Document("passport", "N 1234567", "SYR"),))
    assert found(asked(strange))["rests_on_number"].said == "N 1234567"


def test_another_sex_is_told_and_what_to_ask_and_look_at() -> None:
    codes = found(asked(person(sex="F")))
    assert {"sex_contradicts", "ask_birth_place", "look_at_remarks"} <= codes.keys()
    assert codes["ask_birth_place"].listed == ("Aleppo",)


def test_every_code_has_a_sentence_with_its_values() -> None:
    reviews = [
        asked(person()),
        asked(person(born=None)),
        asked(person(sex="F", documents=(Document("passport", "X0000001", "SYR"),))),
        asked(person("Walter Ingram", documents=(Document("passport", "N1234567", "SYR"),))),
        asked(person("Zarbuk Ostrovoy Qandil", born=date(1972, 8, 20))),
    ]
    sentences = [text for review in reviews for text in what_words(what_would_change(review))]
    assert len(sentences) > 12
    assert not [text for text in sentences if "%(" in text or "()" in text]
    assert any("Aleppo" in text for text in sentences)
    assert any("2 numbers" in text for text in sentences)


@pytest.mark.parametrize("listed", [{}, {"birth_dates": ["sometime"]}, {"documents": []}])
def test_an_entry_that_says_little_raises_no_question_about_it(listed: dict[str, Any]) -> None:
    review = Review(pieces=[], threshold=THRESHOLD, born=None, sex="", numbers=(), listed=listed)
    assert what_would_change(review) == []


def test_what_a_list_changed_about_an_entry_is_told_field_by_field() -> None:
    before = {"alias": "A B", "names": ["A B"], "birth_dates": ["1971"], "documents": [["passport", "N1", "SYR"]]}
    now = {"alias": "A C", "names": ["A B", "A C"], "birth_dates": ["1972"], "documents": []}
    told = {change.field: (change.gone, change.new) for change in changes(before, now)}
    assert told == {
        "names": ((), ("A C",)),
        "birth_dates": (("1971",), ("1972",)),
        "documents": (("passport N1 SYR",), ()),
    }
    assert changes(now, {**now, "alias": "A B"}) == []  # which name was met is no change of the entry
