"""Registering at the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from tests.factories import a_family, a_person, adult, child

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.errors import NotAllowed, Refused
from cauce.journal.keys import search_keys
from cauce.journal.models import Entry
from cauce.journal.rebuild import rebuild
from cauce.people import cards, numbering
from cauce.people.intake import NewDocument, NewPerson
from cauce.people.models import Document, Group, Need, Person, Stay
from cauce.people.services import add_person, correct, join_groups, register_birth, register_group, set_head
from cauce.people.wording import NotRegistrable

Actors = dict[str, Actor]


def test_a_family_is_registered_with_numbers_cards_and_stays(store: Actors) -> None:
    made = a_family(store, size=5)
    members = list(Person.objects.filter(group=made.group_id).order_by("number"))
    assert [m.id for m in members] == made.person_ids
    assert all(numbering.normal(m.number) == m.number for m in members)
    assert len({m.number for m in members} | {m.card_token for m in members}) == 10
    assert Stay.objects.filter(person__in=members, place="lajas_blancas", until=None).count() == 5
    assert Group.objects.get(id=made.group_id).head == made.person_ids[0]
    assert [m.guardian for m in members] == [None, None, *[made.person_ids[0]] * 3]
    for number, token, pin in made.cards:
        person = Person.objects.get(number=number)
        assert person.card_token == token
        assert len(pin) == 6
        assert cards.pin_fits(person, pin, 6)
        assert not cards.pin_fits(person, f"{(int(pin) + 1) % 10**6:06d}", 6)


def test_a_name_or_a_description_is_all_that_is_needed(store: Actors) -> None:
    now = clock.now()
    bare = register_group(
        place="bajo_chiquito",
        arrived_at=now,
        members=[NewPerson(description="boy, about six, blue shirt", said_minor=True)],
        by=store["registrar"],
    )
    person = Person.objects.get(id=bare.person_ids[0])
    assert (person.nationality, person.birth_first, person.adult_on, person.said_minor) == ("", None, None, True)
    with pytest.raises(NotRegistrable) as refused:
        register_group(place="bajo_chiquito", arrived_at=now, members=[NewPerson(sex="F")], by=store["registrar"])
    assert [(at, p.field, p.code) for at, p in refused.value.problems] == [(0, "full_name", "no_name")]


def test_every_problem_is_named_and_nothing_is_kept(store: Actors) -> None:
    before = Entry.objects.count()
    bad = [
        adult(nationality="XQZ"),
        adult(birth_first=date(2024, 1, 1), birth_last=date(2024, 12, 31)),
        adult(sex="woman", needs=("NOT A CODE",), guardian=2),
    ]
    with pytest.raises(NotRegistrable) as refused:
        register_group(place="san_vicente", arrived_at=clock.now(), members=bad, by=store["registrar"])
    assert [(at, p.field) for at, p in refused.value.problems] == [
        (0, "nationality"),
        (1, "birth_date"),
        (2, "sex"),
        (2, "needs"),
        (2, "guardian"),
    ]
    assert "XQZ" in str(refused.value)
    assert Entry.objects.count() == before


def test_place_time_and_role_are_checked(store: Actors) -> None:
    now = clock.now()
    with pytest.raises(Refused, match="no place of the corridor"):
        register_group(place="atlantis", arrived_at=now, members=[adult()], by=store["registrar"])
    with pytest.raises(Refused, match="in the future"):
        register_group(
            place="san_vicente", arrived_at=now + timedelta(minutes=1), members=[adult()], by=store["registrar"]
        )
    with pytest.raises(NotAllowed):
        register_group(place="san_vicente", arrived_at=now, members=[adult()], by=store["coordinator"])
    elsewhere = replace(store["registrar"], place="san_vicente")
    with pytest.raises(NotAllowed):
        register_group(place="lajas_blancas", arrived_at=now, members=[adult()], by=elsewhere)


def test_the_same_form_sent_twice_registers_once_and_hands_out_the_same_cards(store: Actors) -> None:
    first = a_family(store, submission="n-1")
    entries = Entry.objects.count()
    assert a_family(store, submission="n-1") == first
    assert Entry.objects.count() == entries
    assert a_family(store, submission="n-2").group_id != first.group_id


def test_another_officers_nonce_is_another_form(store: Actors) -> None:
    first = a_family(store, submission="n-1")
    other = register_group(
        place="san_vicente", arrived_at=clock.now(), members=[adult()], submission="n-1", by=store["registrar2"]
    )
    assert other.group_id != first.group_id


def test_partial_birth_dates_count_as_the_latest_day(store: Actors) -> None:
    made = a_person(store, birth_first=date(2005, 1, 1), birth_last=date(2005, 12, 31))
    assert Person.objects.get(id=made.person_ids[0]).adult_on == date(2023, 12, 31)


def test_a_need_that_looks_inconsistent_is_kept_with_a_question(store: Actors) -> None:
    made = register_group(
        place="lajas_blancas",
        arrived_at=clock.now(),
        members=[adult(sex="M", needs=("sm-dp", "DS-PS", "SM-DP")), child(needs=("ER-NF", "asylum_wish", "ZZ"))],
        by=store["registrar"],
    )
    man, kid = made.person_ids
    asked = {(n.person_id, n.code): n.question for n in Need.objects.all()}
    assert asked == {
        (man, "SM-DP"): "sex",
        (man, "DS-PS"): "",
        (kid, "ER-NF"): "child",
        (kid, "asylum_wish"): "",
        (kid, "ZZ"): "unlisted",
    }


def test_relations_say_who_answers_for_a_child(store: Actors) -> None:
    made = register_group(
        place="lajas_blancas",
        arrived_at=clock.now(),
        members=[
            adult(relation="focal"),
            child(guardian=None, relation="Daughter"),
            child(guardian=None, relation="sibling"),
            adult(relation="son"),
        ],
        by=store["registrar"],
    )
    guardians = [Person.objects.get(id=p).guardian for p in made.person_ids]
    assert guardians == [None, made.person_ids[0], None, None]


def test_a_child_who_heads_the_group_has_the_recorded_parent(store: Actors) -> None:
    made = register_group(
        place="lajas_blancas",
        arrived_at=clock.now(),
        members=[child(guardian=None, relation="", head=True), adult(relation="mother")],
        by=store["registrar"],
    )
    assert Person.objects.get(id=made.person_ids[0]).guardian == made.person_ids[1]


def test_somebody_joins_a_group_later_and_heads_it_once_that_is_said_of_the_group(store: Actors) -> None:
    made = a_family(store)
    with pytest.raises(NotRegistrable, match="one head"):
        add_person(group=made.group_id, person=adult(head=True), by=store["registrar"])
    later = add_person(group=made.group_id, person=adult(), by=store["registrar"])
    assert (later.group_id, Group.objects.get().head) == (made.group_id, made.person_ids[0])
    set_head(group=made.group_id, person=later.person_ids[0], by=store["registrar"])
    assert Group.objects.get().head == later.person_ids[0]
    with pytest.raises(Refused, match="not a member"):
        add_person(group=made.group_id, person=child(guardian=UUID(int=7)), by=store["registrar"])


def test_f1_a_birth_is_registered_with_the_mother_as_guardian(store: Actors) -> None:
    made = a_person(store, sex="F")
    born = register_birth(mother=made.person_ids[0], person=NewPerson(description="newborn"), by=store["registrar"])
    baby = Person.objects.get(id=born.person_ids[0])
    assert (baby.guardian, baby.birth_first, baby.group_id) == (made.person_ids[0], date(2023, 8, 15), made.group_id)


def test_a_zone_kept_by_an_officer_says_so(store: Actors) -> None:
    paper = NewDocument(kind="Passport", number="AB 12-34", issuer="ve", mrz="P<XYZ", kept_as_printed=True)
    made = a_person(store, documents=(paper,))
    row = Document.objects.get(person=made.person_ids[0])
    assert (row.kind, row.number, row.issuer, row.kept_as_printed) == ("passport", "AB 12-34", "VEN", True)
    assert row.number_key == search_keys(["AB1234"])["AB1234"]


def test_a_group_has_one_head_however_it_was_told(store: Actors) -> None:
    told = {"place": "lajas_blancas", "arrived_at": clock.now(), "by": store["registrar"]}
    with pytest.raises(NotRegistrable, match="one head"):
        register_group(members=[adult(relation="focal"), adult(relation="Head")], **told)
    made = register_group(members=[adult(), adult(relation="self"), child()], **told)
    assert Group.objects.get().head == made.person_ids[1]
    with pytest.raises(NotRegistrable, match="one head"):
        add_person(group=made.group_id, person=adult(relation="head"), by=store["registrar"])
    with pytest.raises(NotRegistrable, match="one head"):
        correct(person=made.person_ids[0], changes={"relation": "focal"}, reason="she says", by=store["registrar"])
    set_head(group=made.group_id, person=made.person_ids[0], by=store["registrar"])
    relations = dict(Person.objects.values_list("id", "relation"))
    assert [relations[one] for one in made.person_ids[:2]] == ["focal", ""]
    other = register_group(members=[adult(relation="focal")], **told)
    join_groups(into=made.group_id, other=other.group_id, by=store["registrar"])
    assert list(Person.objects.filter(relation="focal").values_list("id", flat=True)) == [made.person_ids[0]]
    with pytest.raises(IntegrityError, match=r"people_person_one_head|people_person\.group_id"), transaction.atomic():
        Person.objects.filter(id=other.person_ids[0]).update(relation="focal")
    assert rebuild().identical


def test_whoever_comes_as_head_of_a_group_that_was_told_none_heads_it(store: Actors) -> None:
    made = register_group(
        place="lajas_blancas", arrived_at=clock.now(), members=[child(guardian=None)], by=store["registrar"]
    )
    mother = add_person(group=made.group_id, person=adult(relation="focal"), by=store["registrar"])
    assert Group.objects.get().head == mother.person_ids[0]
