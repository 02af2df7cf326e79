"""The United Nations' XML: a sample of invented people here, the real list where CAUCE_UN_LIST says it is."""

import os
from datetime import date
from pathlib import Path

import pytest

from cauce.vetting.lists import Alias, DateRange, Document, UnreadableListError, read

SAMPLE = Path(__file__).parent.parent / "data" / "un_sample.xml"


def test_everything_the_list_says_of_a_person_is_read() -> None:
    edition = read(SAMPLE, "un-xml")
    person = edition.persons[0]
    assert edition.date == date(2026, 1, 15)
    assert person.id == "un-900001"
    assert person.names == (
        Alias("SALIM INVENTED AL-MITHALI"),
        Alias("سالم المثالي", "strong", "arabic"),
        Alias("Saleem al Mithaly"),
        Alias("Abu Sample", "weak"),
    )
    assert person.birth_dates == (
        DateRange(date(1971, 2, 3), date(1971, 2, 3)),
        DateRange(date(1973, 1, 1), date(1974, 12, 31)),
        DateRange(date(1965, 1, 1), date(1967, 12, 31)),
    )
    assert (person.sexes, person.nationalities, person.birth_places) == (("M",), ("YEM",), ("Aden, Yemen",))
    assert person.documents == (Document("passport", "Y 0099887", "YEM"), Document("national", "1-78-09", ""))
    assert "SAi.001" in person.remarks


def test_what_is_not_understood_is_told_with_its_line() -> None:
    lines = SAMPLE.read_text("utf-8").splitlines()
    for line, message, _cut in read(SAMPLE, "un-xml").problems:
        assert "<INDIVIDUAL>" in lines[line - 1], message
    messages = " ".join(problem.message for problem in read(SAMPLE, "un-xml").problems)
    assert "country not understood: 'Atlantis'" in messages
    assert "without DATAID" in messages
    assert "birth date not understood: 'sometime'" in messages


def test_entities_are_kept_apart_from_people() -> None:
    edition = read(SAMPLE, "un-xml")
    assert [one.id for one in edition.persons] == ["un-900001", "un-900002"]
    assert edition.others == 1


def test_a_file_cut_short_gives_what_stood_before_the_cut(tmp_path: Path) -> None:
    text = SAMPLE.read_text("utf-8")
    cut = tmp_path / "cut.xml"
    cut.write_text(text[: text.index("900002")], "utf-8")
    edition = read(cut, "un-xml")
    assert [one.id for one in edition.entries] == ["un-900001"]
    assert any("broken XML" in problem.message for problem in edition.problems)


def test_bytes_that_are_not_utf8_cost_no_entry(tmp_path: Path) -> None:
    mixed = tmp_path / "mixed.xml"
    mixed.write_bytes(SAMPLE.read_bytes().replace(b"FICTICIA", "NUÑEZ".encode("latin-1")))
    edition = read(mixed, "un-xml")
    assert edition.persons[1].names == (Alias("ANA NUÑEZ"),)
    assert any("Windows-1252" in problem.message for problem in edition.problems)


def test_another_file_is_refused_in_words(tmp_path: Path) -> None:
    other = tmp_path / "other.xml"
    other.write_text("<html><body>404</body></html>", "utf-8")
    with pytest.raises(UnreadableListError, match="no entry found as un-xml"):
        read(other, "un-xml")


if "CAUCE_UN_LIST" in os.environ:  # the list may not be shipped: whoever has a copy points here

    def test_the_real_list_is_read_whole() -> None:
        edition = read(os.environ["CAUCE_UN_LIST"], "un-xml")
        assert len(edition.persons) > 500
        assert edition.others > 200
        assert sum(any(alias.script == "arabic" for alias in one.names) for one in edition.persons) > 200
        assert len(edition.problems) < 10
