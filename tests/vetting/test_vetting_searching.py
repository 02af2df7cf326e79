"""Finding somebody whose name was half heard: any spelling, script and order, with a hint of age or sex."""

from __future__ import annotations

from datetime import date

import pytest
from tests.factories import a_person

from cauce.access.actor import Actor
from cauce.journal.errors import NotAllowed
from cauce.journal.rebuild import rebuild
from cauce.people.services import correct, end_stay, erase, move_to
from cauce.vetting.models import NamePart, NameToken
from cauce.vetting.searching import Found, find_for

Actors = dict[str, Actor]


def found(store: Actors, text: str, **hints: str) -> list[str]:
    return [line.name for line in find_for(store["registrar"], text, **hints)]


def named(store: Actors, given: str, family: str = "", **facts: object) -> Found:
    facts.setdefault("documents", ())
    person = a_person(store, given_names=given, family_names=family, full_name="", **facts).person_ids[0]
    return next(line for line in find_for(store["registrar"], f"{given} {family}") if line.person == person)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Mohamed", "same_token"),
        ("moh", "begins"),
        ("Mohammad", "same_sound"),
        ("Mehmet", "same_name"),
        ("mihomid", "same_consonants"),
        ("Mohaned", "one_letter_off"),
        ("hamed", "ends"),
        ("محمد", "same_consonants"),
    ],
)
def test_a_name_is_found_however_it_was_heard_and_the_reason_is_told(store: Actors, typed: str, code: str) -> None:
    named(store, "Mohamed", "Diallo")
    (line,) = find_for(store["registrar"], typed)
    assert line.name == "Mohamed Diallo"
    assert code in line.why or (code == "same_sound" and line.why == ("same_name",)), line.why


def test_what_is_typed_in_latin_finds_names_registered_in_other_scripts(store: Actors) -> None:
    for full in ("محمد الدوسري", "王小明", "Сергей Петров"):
        a_person(store, given_names="", family_names="", full_name=full)
    assert found(store, "mohamed") == found(store, "dosari") == ["محمد الدوسري"]
    assert found(store, "wang xiaoming") == found(store, "xiao ming") == ["王小明"]
    assert found(store, "petrof") == found(store, "sergey") == ["Сергей Петров"]


def test_words_may_be_few_out_of_order_or_joined(store: Actors) -> None:
    named(store, "Anamaria", "Pérez Gómez")
    named(store, "Luis", "Rojas")
    for typed in ("gomes anamaria", "ana maria", "peres", "GOM ana"):
        assert found(store, typed) == ["Anamaria Pérez Gómez"], typed


def test_a_word_that_nobody_bears_does_not_hide_the_others(store: Actors) -> None:
    named(store, "Ahmad", "Rahimi")
    assert found(store, "ahmad zzyzx") == ["Ahmad Rahimi"]
    assert found(store, "zzyzx") == []


@pytest.mark.parametrize("typed", ["maria 1987", "maria 36", "maria 35"])
def test_a_year_or_an_age_puts_whoever_it_fits_first(store: Actors, typed: str) -> None:
    born = {"birth_first": date(1987, 9, 1), "birth_last": date(1987, 9, 1)}
    named(store, "Maria", "Silva", **born)
    named(store, "Maria", "Rojas", birth_first=date(1961, 1, 1), birth_last=date(1961, 1, 1))
    named(store, "Maria", "Joseph", birth_first=None, birth_last=None)
    assert found(store, typed) == ["Maria Silva", "Maria Joseph"]
    assert found(store, "maria", born="1987") == ["Maria Silva", "Maria Joseph"]


def test_the_other_sex_comes_last_and_nobody_is_left_out_for_it(store: Actors) -> None:
    named(store, "Guadalupe", "Silva", sex="M")
    named(store, "Guadalupe", "Rojas", sex="F")
    assert found(store, "guadalupe", sex="F") == ["Guadalupe Rojas", "Guadalupe Silva"]
    assert found(store, "guadalupe", sex="m") == ["Guadalupe Silva", "Guadalupe Rojas"]


def test_who_is_here_comes_before_who_has_left(store: Actors) -> None:
    gone = named(store, "Fatou", "Ndiaye").person
    here = named(store, "Fatu", "Ndiaye").person
    end_stay(person=gone, outcome="walked_on", by=store["registrar"])
    lines = find_for(store["registrar"], "fatou ndiaye")
    assert [(line.person, line.here) for line in lines] == [(here, True), (gone, False)]
    assert lines[0].place == "lajas_blancas"
    assert lines[0].since is not None
    move_to(persons=[here], place="san_vicente", by=store["registrar"])
    assert find_for(store["registrar"], "fatou ndiaye")[0].place == "san_vicente"


def test_a_corrected_name_is_found_and_the_wrong_one_no_more(store: Actors) -> None:
    person = named(store, "Wrongly", "Typed").person
    changes = {"given_names": "Quirina", "birth_date": "1970"}
    correct(person=person, changes=changes, reason="Showed her passport", by=store["registrar"])
    assert found(store, "quirina 1970") == ["Quirina Typed"]
    assert found(store, "wrongly") == []
    assert not NameToken.objects.filter(id="wrongly").exists()


def test_p15_nothing_of_an_erased_name_is_left(store: Actors) -> None:
    person = named(store, "Quirina", "Silva").person
    named(store, "Rosa", "Silva")
    erase(person=person, reason="asked for it", by=store["administrator"])
    assert found(store, "quirina") == []
    assert not NamePart.objects.filter(person=person).exists()
    assert not NameToken.objects.filter(id="quirina").exists()
    assert NameToken.objects.filter(id="silva").exists()


def test_a_rebuild_gives_the_same_words(store: Actors) -> None:
    person = named(store, "Quirina", "Silva").person
    kept = named(store, "محمد", "").person
    correct(person=kept, changes={"given_names": "Ahmad"}, reason="Misheard", by=store["registrar"])
    erase(person=person, reason="asked for it", by=store["administrator"])
    before = set(NamePart.objects.values_list("token", "born", "person"))
    assert before
    assert rebuild().identical
    assert set(NamePart.objects.values_list("token", "born", "person")) == before


@pytest.mark.parametrize("role", ["partner", "administrator"])
def test_p15_only_who_works_with_people_finds_them(store: Actors, role: str) -> None:
    with pytest.raises(NotAllowed):
        find_for(store[role], "maria")


@pytest.mark.parametrize("typed", ["%", "_", "'; --", "~", "maria~", "\x00", "💥", "9999", "0", "a" * 300, "１９８７"])
def test_odd_input_finds_nobody_and_breaks_nothing(store: Actors, typed: str) -> None:
    named(store, "Rosa", "Diallo")
    assert found(store, typed) == []
