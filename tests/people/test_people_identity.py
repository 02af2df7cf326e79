"""Facts are put right, cards replaced, needs flagged."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.factories import a_family, a_person, an_unassessed_child

from cauce.access.actor import Actor
from cauce.journal.errors import Misused, NotAllowed, Refused
from cauce.journal.keys import search_keys
from cauce.journal.models import Entry
from cauce.people import cards
from cauce.people.intake import NewDocument
from cauce.people.models import Document, Need, Person
from cauce.people.services import (
    add_document,
    correct,
    doubt_guardian,
    erase,
    flag_need,
    reissue_card,
    revoke_card,
    withdraw_document,
    withdraw_need,
)
from cauce.people.wording import NotRegistrable

Actors = dict[str, Actor]


def test_a_correction_changes_what_follows_from_it(store: Actors) -> None:
    (person,) = a_person(store).person_ids
    changes = {"given_names": "Zoë", "birth_date": "2006-09", "nationality": "co", "sex": "female"}
    assert correct(person=person, changes=changes, reason="passport found", by=store["registrar"])
    row = Person.objects.get(id=person)
    assert (row.given_names, row.sex, row.nationality) == ("Zoë", "F", "COL")
    assert (row.birth_first, row.birth_last, row.adult_on) == (date(2006, 9, 1), date(2006, 9, 30), date(2024, 9, 30))
    assert row.search.startswith("zoe ")
    entries = Entry.objects.count()
    assert not correct(person=person, changes=changes, reason="again", by=store["registrar"])
    assert Entry.objects.count() == entries


def test_a_birth_date_may_turn_out_unknown(store: Actors) -> None:
    (person,) = a_person(store).person_ids
    correct(person=person, changes={"birth_date": ""}, reason="guessed", by=store["registrar"])
    row = Person.objects.get(id=person)
    assert (row.birth_first, row.birth_last, row.adult_on) == (None, None, None)


def test_what_cannot_be_kept_is_not_corrected(store: Actors) -> None:
    (person,) = a_person(store).person_ids
    for changes in ({"nationality": "QQQ"}, {"birth_date": "soon"}, {"birth_date": "2031"}, {"sex": "?"}):
        with pytest.raises(NotRegistrable):
            correct(person=person, changes=changes, reason="x", by=store["registrar"])
    arrival = Person.objects.get(id=person).arrived_at.date()
    after = (arrival + timedelta(days=1)).isoformat()
    number = Person.objects.get(id=person).number
    told = rf"^{number}: birth_date .* is after the arrival.*Nothing was changed"
    with pytest.raises(NotRegistrable, match=told):
        correct(person=person, changes={"birth_date": after}, reason="x", by=store["registrar"])
    with pytest.raises(NotRegistrable):
        correct(person=person, changes={"given_names": "", "family_names": ""}, reason="x", by=store["registrar"])
    with pytest.raises(Misused):
        correct(person=person, changes={"number": "1"}, reason="x", by=store["registrar"])
    with pytest.raises(Refused, match="reason"):
        correct(person=person, changes={"sex": "X"}, reason="", by=store["registrar"])
    with pytest.raises(NotAllowed):
        correct(person=person, changes={"sex": "X"}, reason="x", by=store["analyst"])


def test_p2_a_guardian_is_recorded_later_doubted_and_believed_again(store: Actors) -> None:
    made = a_family(store, size=4)
    mother, father, kid = made.person_ids[:3]
    correct(person=kid, changes={"guardian": father}, reason="said so", by=store["registrar"])
    assert Person.objects.get(id=kid).guardian == father
    stranger = an_unassessed_child(store).person_ids[0]
    with pytest.raises(Refused, match="not another member"):
        correct(person=kid, changes={"guardian": stranger}, reason="x", by=store["registrar"])
    assert doubt_guardian(person=kid, reason="they do not know each other", by=store["registrar"])
    assert Person.objects.get(id=kid).guardian_doubted
    assert not doubt_guardian(person=kid, reason="again", by=store["registrar"])
    with pytest.raises(NotAllowed):
        doubt_guardian(person=kid, reason="fine", doubted=False, by=store["registrar"])
    assert doubt_guardian(person=kid, reason="birth certificate", doubted=False, by=store["protection"])
    assert mother != father


def test_p8_a_revoked_card_is_gone_and_a_new_one_has_another_address(store: Actors) -> None:
    made = a_person(store)
    (person,), ((_, token, pin),) = made.person_ids, made.cards
    revoke_card(person=person, reason="lost", by=store["registrar"])
    assert not Person.objects.filter(card_token=token).exists()
    number, fresh, fresh_pin = reissue_card(person=person, by=store["registrar"])
    row = Person.objects.get(card_token=fresh)
    assert (row.id, row.number) == (person, number)
    assert fresh != token
    assert cards.pin_fits(row, fresh_pin, 6)
    assert not cards.pin_fits(row, pin, 6)
    assert not cards.pin_fits(row, "", 6)


def test_needs_are_flagged_once_and_taken_back(store: Actors) -> None:
    (person,) = a_person(store, sex="M").person_ids
    need = flag_need(person=person, code="wr-lc", by=store["registrar"])
    assert flag_need(person=person, code="WR-LC", by=store["registrar"]) == need
    assert Need.objects.get(id=need).question == "sex"
    withdraw_need(need=need, reason="other person", by=store["registrar"])
    assert Need.objects.get(id=need).withdrawn
    assert flag_need(person=person, code="WR-LC", by=store["registrar"]) != need
    with pytest.raises(NotRegistrable):
        flag_need(person=person, code="hungry", by=store["registrar"])


def test_a_paper_is_added_and_taken_off(store: Actors) -> None:
    (person,) = a_person(store, documents=()).person_ids
    paper = NewDocument(kind="identity card", number="AB-1", issuer="HTI")
    added = add_document(person=person, document=paper, by=store["registrar"])
    assert Document.objects.get(id=added).number_key == search_keys(["AB1"])["AB1"]
    withdraw_document(person=person, document=added, reason="her brother's", by=store["registrar"])
    assert not Document.objects.filter(person=person).exists()
    with pytest.raises(NotRegistrable):
        add_document(person=person, document=NewDocument(issuer="QQQ"), by=store["registrar"])


def test_nothing_is_recorded_about_somebody_who_was_erased(store: Actors) -> None:
    (person,) = a_person(store).person_ids
    assert erase(person=person, reason="asked for it", by=store["administrator"])
    assert not erase(person=person, reason="asked for it", by=store["administrator"])
    for change in (
        lambda: correct(person=person, changes={"sex": "F"}, reason="x", by=store["registrar"]),
        lambda: flag_need(person=person, code="DS-PS", by=store["registrar"]),
        lambda: reissue_card(person=person, by=store["registrar"]),
    ):
        with pytest.raises(Refused, match="erased"):
            change()
