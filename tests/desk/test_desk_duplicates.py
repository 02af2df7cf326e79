"""Registered twice, on the page: side by side, in words, answered, and taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from tests.factories import a_person

from cauce.access.models import Reading
from cauce.journal import clock
from cauce.people.models import Person, Stay
from cauce.protection.services import place_hold
from cauce.vetting.models import Duplicate
from cauce.vetting.services import compare_all_new

WHO: dict[str, Any] = {
    "given_names": "Yusleidy",
    "family_names": "Barreto Colina",
    "sex": "F",
    "birth_first": date(1984, 7, 23),
    "birth_last": date(1984, 7, 23),
}


@pytest.fixture
def question(store) -> Duplicate:
    """Somebody at Lajas Blancas, registered again at San Vicente under another spelling."""
    a_person(store, **WHO)
    with clock.stopped(clock.now() + timedelta(hours=3)):
        again = {**WHO, "given_names": "Yusleidi", "family_names": "Barreto", "nationality": "COL"}
        a_person(store, "san_vicente", arrived_at=clock.now() - timedelta(hours=1), **again)
    compare_all_new()
    return Duplicate.objects.get()


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_the_list_names_both_and_where_they_are(signed_in, question):
    said = text_of(signed_in("registrar").get(reverse("desk:duplicates")))
    for words in ("Yusleidy Barreto Colina", "Yusleidi Barreto", "Lajas Blancas", "San Vicente"):
        assert words in said
    assert Reading.objects.filter(what="duplicates").count() == 2


def test_both_sides_stand_beside_each_other_with_what_speaks_for_it(signed_in, question):
    said = text_of(signed_in("analyst").get(reverse("desk:duplicate", args=[question.id])))
    for words in ("Yusleidy", "Yusleidi", "the same day", "only one of the two has this word", "weighs nothing"):
        assert words in said, words
    assert "the list does not have this word" not in said


def test_an_answer_is_recorded_and_can_be_taken_back(signed_in, question):
    browser = signed_in("registrar")
    address = reverse("desk:duplicate", args=[question.id])
    answer = browser.post(address, {"answer": "same", "reason": "Has both cards"})
    assert answer.status_code == 302
    first, second = (Person.objects.get(id=each) for each in (question.first, question.second))
    assert Stay.objects.get(person=second).outcome == "duplicate"
    page = text_of(browser.get(reverse("desk:person", args=[second.id])))
    assert "this person goes on under the number" in page
    assert first.number in page
    assert second.number in text_of(browser.get(reverse("desk:person", args=[first.id])))
    assert browser.post(reverse("desk:undo_duplicate", args=[question.id]), {"why": "Sisters"}).status_code == 302
    assert Duplicate.objects.get().status == "open"


def test_without_a_reason_nothing_is_recorded_and_nothing_typed_is_lost(signed_in, question):
    answer = signed_in("registrar").post(reverse("desk:duplicate", args=[question.id]), {"answer": "same"})
    assert answer.status_code == 422
    assert 'value="same"' in text_of(answer)
    assert "checked" in text_of(answer)
    assert Duplicate.objects.get().status == "open"


def test_the_second_of_two_at_once_is_told_and_keeps_what_was_written(signed_in, question):
    address = reverse("desk:duplicate", args=[question.id])
    assert signed_in("analyst").post(address, {"answer": "not_same", "reason": "Cousins"}).status_code == 302
    late = signed_in("registrar").post(address, {"answer": "same", "reason": "She has both cards"})
    assert late.status_code == 409
    assert "She has both cards" in text_of(late)
    assert Duplicate.objects.get().status == "not_same"


def test_p7_a_registrar_hears_of_an_interview_where_protection_hears_of_the_hold(store, signed_in, question):
    place_hold(person=question.second, kind="asylum", reason="Fears to return", by=store["protection"])
    address = reverse("desk:duplicate", args=[question.id])
    heard = text_of(signed_in("registrar").get(address))
    assert "an interview is still to come" in heard.lower()
    assert "asylum" not in heard.lower()
    assert "asylum" in text_of(signed_in("protection").get(address)).lower()


@pytest.mark.parametrize("role", ["coordinator", "partner", "administrator"])
def test_p15_who_may_not_answer_does_not_see_the_question(signed_in, question, role):
    browser = signed_in(role)
    for name, parts in (("duplicates", []), ("duplicate", [question.id]), ("undo_duplicate", [question.id])):
        assert browser.get(reverse(f"desk:{name}", args=parts)).status_code == 403


def test_p15_an_officer_of_one_place_has_the_questions_of_that_place(signed_in, question):
    listed = reverse("desk:duplicates")
    assert "Yusleidy" in text_of(signed_in("registrar", place="san_vicente").get(listed))
    assert "Yusleidy" not in text_of(signed_in("registrar2", place="bajo_chiquito").get(listed))


def test_the_person_page_tells_who_may_answer_that_there_is_a_question(signed_in, question):
    address = reverse("desk:person", args=[question.first])
    assert "May be registered twice" in text_of(signed_in("registrar").get(address))
    assert "May be registered twice" not in text_of(signed_in("coordinator").get(address))
