"""The lists of OFAC (XML), the EU, the UK and INTERPOL: samples of invented people in their owners' own layouts."""

from datetime import date
from pathlib import Path

import pytest

from cauce.vetting.lists import Alias, DateRange, Document, Entry, ListEdition, UnreadableListError, format_of, read

pytestmark = pytest.mark.one_store
SAMPLES = Path(__file__).parent.parent / "data" / "lists"
BORN = DateRange(date(1971, 2, 3), date(1971, 2, 3))
ABOUT_1965 = DateRange(date(1964, 1, 1), date(1966, 12, 31))
IN_1965 = DateRange(date(1965, 1, 1), date(1965, 12, 31))
ARABIC = Alias("سالم المثالي", "strong", "arabic")
PASSPORT = Document("passport", "AB123456", "HTI")


def edition_of(name: str) -> ListEdition:
    path = SAMPLES / name
    return read(path, format_of(path))


def told(edition: ListEdition) -> list[tuple[int, str]]:
    return [(problem.line, problem.message.partition(": ")[2]) for problem in edition.problems]


def salim(edition: ListEdition) -> Entry:
    return edition.entries[0]


def test_ofacs_advanced_xml_says_all_it_knows_of_a_person() -> None:
    edition = edition_of("ofac_advanced.xml")
    assert (edition.format, edition.date) == ("ofac-xml", date(2026, 2, 27))
    assert salim(edition) == Entry(
        id="ofac-900101",
        kind="person",
        names=(
            Alias("INVENTADO, Salim"),
            Alias("المثالي, سالم", "strong", "arabic"),
            Alias("虛 無名", "strong", "han"),
            Alias("EL NADIE", "weak"),
        ),
        birth_dates=(BORN, ABOUT_1965),
        sexes=("M",),
        nationalities=("HTI", "COL"),
        documents=(PASSPORT, Document("national", "5-556-667", "")),
        birth_places=("Ville Inventée, Haiti",),
        programs=("SDGT",),
        remarks="Nobody at all. Title: Director of nothing.",
    )
    assert [one.kind for one in edition.entries] == ["person", "other", "person"]
    assert told(edition) == [
        (63, "1 documents belong to no party in the file"),
        (131, "birth date not understood: '1980 13 1'"),
    ]


def test_ofacs_advanced_xml_is_read_even_without_its_reference_sets(tmp_path: Path) -> None:
    whole = (SAMPLES / "ofac_advanced.xml").read_text("utf-8")
    path = tmp_path / "sdn_advanced.xml"
    start, end = whole.index("<ReferenceValueSets>"), whole.index("</ReferenceValueSets>")
    path.write_text(whole[:start] + "<ReferenceValueSets>" + whole[end:], "utf-8")
    edition = read(path, "ofac-xml")
    assert [one.names[0].text for one in edition.persons] == [
        "INVENTADO Salim",
        "INVENTED SHIPPING LTD",
        "FICTICIA Ana",
    ]
    assert (salim(edition).birth_dates, salim(edition).sexes) == ((BORN, ABOUT_1965), ("M",))
    assert sum("taken for a person" in problem.message for problem in edition.problems) == 3


def test_ofacs_simple_xml_says_the_same() -> None:
    edition = edition_of("ofac_sdn.xml")
    person = salim(edition)
    assert (edition.date, edition.problems, edition.others) == (date(2026, 2, 27), (), 1)
    assert person.names == (Alias("INVENTADO, Salim"), Alias("INVENTED, Saleem"), Alias("EL NADIE", "weak"))
    assert (person.birth_dates, person.sexes, person.nationalities) == ((BORN, ABOUT_1965), ("M",), ("HTI", "COL"))
    assert (person.documents, person.birth_places) == ((PASSPORT,), ("Ville Inventée, Haiti",))


def test_a_list_that_holds_less_than_it_says_is_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "sdn.xml"
    text = (SAMPLES / "ofac_sdn.xml").read_text("utf-8").replace("<Record_Count>2<", "<Record_Count>7000<")
    path.write_text(text, "utf-8")
    assert [problem.cut for problem in read(path, "ofac-xml").problems] == [True]


def test_the_eus_xml_says_all_it_knows_of_a_person() -> None:
    edition = edition_of("eu.xml")
    person = salim(edition)
    assert (edition.format, edition.date, person.id) == ("eu-xml", date(2026, 2, 27), "eu-EU.9001.1")
    assert person.names == (
        Alias("Salim INVENTADO"),
        ARABIC,
        Alias("Saleem A. Invented"),
        Alias("El Nadie", "weak"),
        Alias("Abu Nadie", "weak"),
    )
    assert person.birth_dates == (BORN, ABOUT_1965, DateRange(date(1953, 1, 1), date(1958, 12, 31)))
    assert (person.sexes, person.nationalities) == (("M",), ("HTI",))
    assert person.documents == (PASSPORT, Document("national", "1-78-09", ""))
    assert person.birth_places == ("Ville Inventée, HAITI",)
    assert [(one.id, one.kind) for one in edition.entries[1:]] == [("eu-EU.9002.2", "other"), ("eu-90033", "person")]
    assert told(edition) == [
        (31, "birth date '1391' of the ISLAMIC calendar was not read"),
        (31, "birth date not understood: '/1958'"),
        (31, "country not understood: 'ATLANTIS'"),
    ]


def test_the_eus_table_makes_one_entry_of_a_subjects_rows() -> None:
    edition = edition_of("eu.csv")
    person = salim(edition)
    assert (edition.format, edition.date, person.id) == ("eu-csv", date(2026, 2, 27), "eu-EU.9001.1")
    assert person.names == (Alias("Salim INVENTADO"), ARABIC, Alias("El Nadie", "weak"))
    assert (person.birth_dates, person.sexes, person.nationalities) == ((BORN, ABOUT_1965), ("M",), ("HTI",))
    assert (person.documents, person.birth_places) == ((PASSPORT,), ("Ville Inventée, HAITI",))
    assert [one.names[0].text for one in edition.persons] == ["Salim INVENTADO", "Ana Ficticia"]
    assert told(edition) == [(11, "entry eu-EU.9004.4 has no name; left out")]


@pytest.mark.parametrize(
    ("name", "key", "places"),
    [
        ("uk_sanctions_list.csv", "uk-INV0001", ("Ville Inventée, Haiti",)),
        ("uk_sanctions_list.xml", "uk-INV0001", ("Ville Inventée, Haiti",)),
        ("uk_conlist.csv", "uk-99001", ("Ville Inventée, Haiti", "Autre Ville, Colombia")),
        ("uk_conlist.xml", "uk-99001", ("Ville Inventée, Haiti",)),
    ],
)
def test_the_uks_four_files_make_one_entry_of_a_subject(name: str, key: str, places: tuple[str, ...]) -> None:
    edition = edition_of(name)
    person = salim(edition)
    assert (edition.format, person.id, person.kind) == (f"uk-{name[-3:]}", key, "person")
    assert {Alias("EL NADIE", "weak"), ARABIC} < set(person.names)
    assert person.names[0].text in ("Salim INVENTADO", "Salim Abdul INVENTADO")
    assert {BORN, IN_1965} <= set(person.birth_dates)
    assert (person.sexes, person.nationalities[0], person.birth_places) == (("M",), "HTI", places)
    assert Document("passport", "AB123456", "") in person.documents
    assert edition.others == 1


def test_the_uks_rows_that_are_not_understood_are_told() -> None:
    assert told(edition_of("uk_sanctions_list.csv")) == [
        (7, "kind of party not understood: 'Spirit'; taken for a person"),
        (7, "birth date not understood: 'sometime'"),
        (7, "country not understood: 'Atlantis'"),
        (8, "no number of its subject; row left out"),
    ]
    assert told(edition_of("uk_sanctions_list.xml")) == [
        (31, "birth date not understood: 'sometime'"),
        (37, "a designation without id was left out: "),
    ]
    assert edition_of("uk_sanctions_list.csv").date == edition_of("uk_conlist.csv").date == date(2026, 2, 27)


def test_a_column_that_has_gone_is_told(tmp_path: Path) -> None:
    for name, column in (("eu.csv", "BirthDate_Year"), ("uk_sanctions_list.csv", "D.O.B")):
        text = (SAMPLES / name).read_text("utf-8").replace(column + ";", "Birth;").replace(column + ",", "Birth,")
        (tmp_path / name).write_text(text, "utf-8")
        found = read(tmp_path / name, format_of(tmp_path / name))
        assert any("has the format changed?" in problem.message for problem in found.problems), name


def test_interpols_notices_are_read_from_a_page_a_notice_or_lines(tmp_path: Path) -> None:
    edition = edition_of("interpol.json")
    assert edition.format == "interpol-json"
    assert salim(edition) == Entry(
        id="interpol-2099/1",
        kind="person",
        names=(Alias("INVENTADO, SALIM"),),
        birth_dates=(BORN,),
        sexes=("M",),
        nationalities=("HTI", "COL"),
        birth_places=("Ville Inventée, HT",),
        programs=("PA",),
        remarks="Invented charge of nothing",
    )
    assert [one.names[0].text for one in edition.entries[1:]] == ["EL NADIE", "فيكتيسيا, آنا"]
    assert [message.partition(":")[0] for _, message in told(edition)] == ["notice 3", "notice 3", "notice 4"]
    notice = '{"entity_id": "2099/9", "name": "NADIE", "forename": "ANA", "date_of_birth": "1980/05/06"}'
    for text in (notice, f"[{notice}]", f'{notice}\n{{"total": 1, "_embedded": {{"notices": [{notice}]}}}}\n'):
        (tmp_path / "notice.json").write_text(text, "utf-8")
        found = read(tmp_path / "notice.json", format_of(tmp_path / "notice.json"))
        assert ([one.id for one in found.entries], found.problems) == (["interpol-2099/9"], ())


def test_a_page_of_notices_is_not_the_whole_list(tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    path.write_text((SAMPLES / "interpol.json").read_text("utf-8").replace('"total": 4', '"total": 6500'), "utf-8")
    (cut,) = [problem for problem in read(path, "interpol-json").problems if problem.cut]
    assert "4 of 6,500 notices" in cut.message


def test_opensanctions_gives_its_people_their_papers_wherever_these_stand() -> None:
    nested, flat = edition_of("opensanctions_targets.nested.json"), edition_of("opensanctions_entities.ftm.json")
    assert nested.format == flat.format == "ftm-json"
    assert salim(nested).documents == salim(flat).documents == (PASSPORT, Document("national", "1-78-09", ""))
    assert salim(flat).names == (
        Alias("Salim Inventado"),
        ARABIC,
        Alias("Saleem Invented"),
        Alias("Salim Antes"),
        Alias("El Nadie", "weak"),
    )
    assert (salim(flat).birth_dates, salim(flat).nationalities) == ((BORN, IN_1965), ("HTI", "COL"))
    assert salim(flat).programs == ("sanction", "role.pep")


def test_opensanctions_parties_that_may_be_people_are_searched_as_people() -> None:
    flat = edition_of("opensanctions_entities.ftm.json")
    assert [one.names[0].text for one in flat.persons] == ["Salim Inventado", "Anna Petrovna Ficticia", "Wilner Nadie"]
    assert told(flat) == [
        (4, "country not understood: 'suhh'"),
        (8, "1 records of schema Sanction are not listed parties"),
        (9, "1 records of schema Address are not listed parties"),
        (10, "a document of nobody in the file: gone"),
    ]


def test_a_list_read_as_another_is_refused_in_words() -> None:
    for name, wrong in (
        ("eu.xml", "un-xml"),
        ("uk_conlist.csv", "eu-csv"),
        ("interpol.json", "jsonl"),
        ("eu.csv", "csv"),
    ):
        with pytest.raises(UnreadableListError, match=f"no entry found as {wrong}"):
            read(SAMPLES / name, wrong)
