"""Finding people."""

from __future__ import annotations

import pytest
from tests.factories import a_family, a_person, adult

from cauce.access.actor import Actor
from cauce.journal.errors import NotAllowed, Unknown
from cauce.people.intake import NewDocument
from cauce.people.models import Group, Person
from cauce.people.numbering import normal
from cauce.people.selectors import group_for, members_for, person_for
from cauce.people.services import add_person, erase, set_head
from cauce.vetting.searching import find_for

Actors = dict[str, Actor]


def names(actor: Actor, text: str) -> list[str]:
    return [found.name for found in find_for(actor, text)]


def test_a_name_is_found_by_its_parts_in_any_order_case_and_script(store: Actors) -> None:
    a_person(store, given_names="Zoë", family_names="Müller-O’Brien", full_name="")
    a_person(store, given_names="", family_names="", full_name="محمد عبد الله")
    a_person(store, given_names="", family_names="", full_name="王小明")
    a_person(store, given_names="", family_names="", description="woman with a green scarf")
    for text in ("zoe", "MULLER", "obrien zo", "o'brien", "müller zoë"):
        assert names(store["registrar"], text) == ["Zoë Müller-O’Brien"], text
    for text in ("محمد", "mhmd"):
        assert names(store["registrar"], text) == ["محمد عبد الله"]
    assert names(store["registrar"], "小明") == ["王小明"]
    assert names(store["registrar"], "green scarf") == ["woman with a green scarf"]
    assert names(store["registrar"], "nobody at all") == names(store["registrar"], "  ") == []


def test_numbers_cards_and_documents_find_the_one_person(store: Actors) -> None:
    paper = NewDocument(kind="passport", number="AB 123-456", issuer="HTI")
    made = a_person(store, documents=(paper, NewDocument(kind="visa", number="AB123456")))
    ((number, token, _),) = made.cards
    for text, how in (
        (number, "number"),
        (number.lower().replace("-", " "), "number"),
        (token, "card"),
        ("ab123456", "document"),
        (Group.objects.get(id=made.group_id).number, "group"),
    ):
        (found,) = find_for(store["registrar"], text)
        assert (found.person, found.how, found.place) == (made.person_ids[0], how, "lajas_blancas")
    assert person_for(store["registrar"], token).id == made.person_ids[0]
    assert person_for(store["registrar"], f" {number} ").id == made.person_ids[0]
    assert person_for(store["registrar"], str(made.person_ids[0])).number == number
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    with pytest.raises(Unknown):
        person_for(store["registrar"], wrong)


def test_a_search_has_a_limit(store: Actors) -> None:
    for _ in range(4):
        a_person(store, given_names="Ana", family_names="Flor")
    assert len(find_for(store["registrar"], "flor", limit=3)) == 3


def test_the_erased_are_not_found_and_partners_find_nobody(store: Actors) -> None:
    (person,) = a_person(store, given_names="Ana").person_ids
    number = Person.objects.get(id=person).number
    erase(person=person, reason="asked for it", by=store["administrator"])
    assert find_for(store["registrar"], "ana") == find_for(store["registrar"], number) == []
    for role in ("partner", "administrator"):
        with pytest.raises(NotAllowed):
            find_for(store[role], "ana")


def test_a_group_is_reached_by_number_and_lists_its_head_first(store: Actors) -> None:
    made = a_family(store)
    later = add_person(group=made.group_id, person=adult(), by=store["registrar"]).person_ids[0]
    set_head(group=made.group_id, person=later, by=store["registrar"])
    group = group_for(store["registrar"], Group.objects.get(id=made.group_id).number)
    assert [member.id for member in members_for(store["registrar"], group.id)] == [later, *made.person_ids]
    with pytest.raises(Unknown):
        group_for(store["registrar"], "G-000-0000-0")


def test_a_card_token_that_reads_as_a_number_still_finds_its_person(store: Actors) -> None:
    person = a_person(store).person_ids[0]
    token = next(t for t in (f"ABCDEFGHJK{n:012d}" for n in range(10_000)) if normal(t))
    Person.objects.filter(id=person).update(card_token=token)
    assert person_for(store["registrar"], token).id == person
