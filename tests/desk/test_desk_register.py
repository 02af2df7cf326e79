"""The registration page: nothing typed is lost, nothing is saved twice, nothing is forced."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from desk_forms import SLIP, ZONE, a_form, value_of

from cauce.people.models import Document, Group, Need, Person, Submission
from cauce.protection.models import Consent, Hold

pytestmark = pytest.mark.django_db


def test_a_family_is_registered_from_one_page_and_gets_cards(signed_in):
    browser = signed_in("registrar")
    form = a_form(
        browser,
        [
            {
                "family_names": "Rojas",
                "given_names": "Elena",
                "birth": "17/05/1990",
                "sex": "F",
                "relation": "focal",
                "nationality": "Venezuela",
                "document_kind": "passport",
                "document_number": "AB 123",
                "needs": ["SM-CI"],
            },
            {"given_names": "Tomás", "birth": "2016", "relation": "son", "guardian": "0"},
            {"description": "boy, about three, red shirt", "said_minor": "on", "relation": "other", "guardian": "0"},
        ],
    )
    answer = browser.post("/register/", form, follow=True)
    assert answer.status_code == 200
    members = list(Person.objects.order_by("number"))
    assert [p.display_name for p in members] == ["Elena Rojas", "Tomás", "boy, about three, red shirt"]
    mother, son, boy = members
    assert (son.birth_first, son.birth_last) == (date(2016, 1, 1), date(2016, 12, 31))
    assert son.guardian == boy.guardian == mother.id
    assert mother.nationality == "VEN"
    assert mother.arrived_at == datetime(2023, 8, 15, 13, 30, tzinfo=UTC)  # 8:30 at the station
    assert Group.objects.get().head == mother.id
    page = answer.content.decode()
    assert all(person.number in page for person in members)
    assert page.count('class="pin"') == 3
    assert page.count("<svg") >= 3


def test_nothing_but_a_description_a_place_and_a_time_is_needed(signed_in):
    browser = signed_in("registrar")
    assert browser.post("/register/", a_form(browser, [{"description": "woman who does not speak"}])).status_code == 302
    assert Person.objects.get().nationality == ""


def test_f8_the_same_form_sent_twice_is_one_registration(signed_in):
    browser = signed_in("registrar")
    form = a_form(browser, [{"given_names": "Ana", "consent_vaccination": "yes"}], explained_in="es", told="on")
    first, second = browser.post("/register/", form), browser.post("/register/", form)
    assert first.headers["Location"] == second.headers["Location"]
    assert Person.objects.count() == Submission.objects.count() == 1
    assert Consent.objects.filter(purpose="vaccination").count() == 1


def test_bad_input_keeps_every_value_and_says_where(signed_in):
    browser = signed_in("registrar")
    persons = [
        {"family_names": "Chen", "birth": "31/02/1990", "nationality": "Atlantis", "needs": ["SM-CI", "trafficking"]},
        {"given_names": "", "document_number": "X1", "relation": "daughter", "guardian": "0", "sex": "F"},
    ]
    answer = browser.post("/register/", a_form(browser, persons))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert Person.objects.count() == 0
    for name, value in (
        ("p0-family_names", "Chen"),
        ("p0-birth", "31/02/1990"),
        ("p0-nationality", "Atlantis"),
        ("p1-document_number", "X1"),
    ):
        assert value_of(page, name) == value
    assert 'value="trafficking" checked' in page
    assert 'value="daughter" selected' in page
    assert "31/02/1990 is no date" in page
    assert "Atlantis is no country" in page
    assert "A name is needed" in page


def test_an_arrival_in_the_future_is_refused_at_its_field(signed_in):
    browser = signed_in("registrar")
    answer = browser.post("/register/", a_form(browser, [{"given_names": "Ana"}], arrived_at="2023-08-16T10:00"))
    assert answer.status_code == 422
    assert "lies in the future" in answer.content.decode()


def test_a_birth_after_the_arrival_is_refused_at_its_field(signed_in):
    told = a_form(signed_in("registrar"), [{"full_name": "ANA", "birth": "15/08/2023"}], arrived_at="2023-08-14T23:30")
    answer = signed_in("registrar").post("/register/", told)
    assert answer.status_code == 422
    assert "after the arrival" in answer.context["persons"][0].errors["birth"][0]
    assert not Person.objects.exists()


def test_a_scanned_zone_fills_the_fields(signed_in):
    browser = signed_in("registrar")
    page = browser.post(
        "/register/", a_form(browser, [{"mrz": ZONE, "relation": "focal"}], do="zone-0")
    ).content.decode()
    assert value_of(page, "p0-family_names") == "Eriksson"
    assert value_of(page, "p0-given_names") == "Anna Maria"
    assert value_of(page, "p0-birth") == "1974-08-12"
    assert value_of(page, "p0-nationality") == "UTO"
    assert value_of(page, "p0-document_number") == "L898902C3"
    assert 'value="passport" selected' in page
    assert 'value="F" selected' in page
    assert Person.objects.count() == 0


def test_a_failed_check_digit_names_the_field_and_is_kept_only_by_an_officers_tick(signed_in):
    browser = signed_in("registrar")
    read = browser.post("/register/", a_form(browser, [{"mrz": SLIP}], do="zone-0")).content.decode()
    assert "“document number” does not fit" in read
    told = {"mrz": SLIP, "family_names": "Eriksson", "given_names": "Anna Maria"}
    refused = browser.post("/register/", a_form(browser, [told]))
    assert refused.status_code == 422
    assert Person.objects.count() == 0
    assert browser.post("/register/", a_form(browser, [{**told, "keep": "on"}])).status_code == 302
    assert Document.objects.get().kept_as_printed


def test_a_slip_of_the_scanner_is_offered_put_right_and_taken_by_a_button(signed_in):
    browser = signed_in("registrar")
    slipped = ZONE.replace("7408122F1204159", "74O8122F12O4159")
    offered = browser.post("/register/", a_form(browser, [{"mrz": slipped}], do="zone-0")).content.decode()
    assert "Take this reading" in offered
    taken = browser.post("/register/", a_form(browser, [{"mrz": slipped}], do="suggest-0")).content.decode()
    assert "7408122F1204159" in taken
    assert "O8122" not in taken


def test_a_zone_that_contradicts_what_is_typed_is_not_saved_unseen(signed_in):
    browser = signed_in("registrar")
    told = {"mrz": ZONE, "given_names": "Anna", "birth": "1985", "sex": "F"}
    answer = browser.post("/register/", a_form(browser, [told]))
    assert answer.status_code == 422
    assert "The zone says born 1974-08-12" in answer.content.decode()


def test_another_person_is_added_and_taken_off_without_losing_anything(signed_in):
    browser = signed_in("registrar")
    persons = [{"given_names": "Ana"}, {"given_names": "Boris"}, {"given_names": "Clara", "guardian": "1"}]
    more = browser.post("/register/", a_form(browser, persons, do="add")).content.decode()
    assert value_of(more, "p2-given_names") == "Clara"
    assert value_of(more, "p3-given_names") == ""
    fewer = browser.post("/register/", a_form(browser, persons, do="remove-0")).content.decode()
    assert value_of(fewer, "p0-given_names") == "Boris"
    assert value_of(fewer, "p1-given_names") == "Clara"
    assert '<option value="0" selected>1. Boris</option>' in fewer
    assert "p2-given_names" not in fewer


def test_p1_what_is_said_at_registration_raises_its_holds_at_once(signed_in):
    browser = signed_in("registrar")
    browser.post("/register/", a_form(browser, [{"given_names": "Ana", "needs": ["asylum_wish", "SM-CC"]}]))
    assert set(Hold.objects.values_list("kind", flat=True)) == {"asylum", "medical"}


def test_a_need_that_looks_inconsistent_is_kept_and_asked_about(signed_in):
    browser = signed_in("registrar")
    told = {"given_names": "Luis", "sex": "M", "needs": ["SM-DP"]}
    checked = browser.post("/register/", a_form(browser, [told], do="check")).content.decode()
    assert "does not fit the recorded sex" in checked
    assert Person.objects.count() == 0
    browser.post("/register/", a_form(browser, [told]))
    assert Need.objects.get().question == "sex"


def test_p14_law_is_told_and_only_consent_is_asked(signed_in):
    browser = signed_in("registrar")
    told = {"given_names": "Ana", "consent_vaccination": "no", "consent_family_tracing": "yes"}
    browser.post("/register/", a_form(browser, [told], explained_in="ht", told="on"))
    rows = {row.purpose: (row.basis, row.given, row.language) for row in Consent.objects.all()}
    assert rows["registration"] == ("law", None, "ht")
    assert rows["vaccination"] == ("consent", False, "ht")
    assert rows["family_tracing"] == ("consent", True, "ht")
    assert "photo" not in rows  # not asked, so nothing is written
    page = browser.get("/register/").content.decode()
    assert "consent_registration" not in page


def test_an_answer_needs_the_language_it_was_asked_in(signed_in):
    browser = signed_in("registrar")
    answer = browser.post("/register/", a_form(browser, [{"given_names": "Ana", "consent_photo": "yes"}]))
    assert answer.status_code == 422
    assert "Say in which language" in answer.content.decode()


def test_an_officer_of_one_place_registers_there_only(signed_in):
    browser = signed_in("registrar", place="san_vicente")
    page = browser.get("/register/").content.decode()
    assert "San Vicente" in page
    assert "lajas_blancas" not in page
    assert browser.post("/register/", a_form(browser, [{"given_names": "Ana"}])).status_code == 422
    assert Person.objects.count() == 0


def test_f2_a_member_who_was_missing_is_added_to_the_group(signed_in):
    browser = signed_in("registrar")
    browser.post("/register/", a_form(browser, [{"given_names": "Ana", "birth": "1990"}]))
    group, mother = Group.objects.get(), Person.objects.get()
    page = browser.get(f"/register/{group.id}/")
    assert page.status_code == 200
    bad = browser.post(f"/register/{group.id}/", {"do": "save", "nonce": "n1", "p0-birth": "2018"})
    assert bad.status_code == 422
    told = {"do": "save", "nonce": "n1", "p0-given_names": "Tom", "p0-birth": "2018", "p0-guardian": str(mother.id)}
    for _time in range(2):
        assert browser.post(f"/register/{group.id}/", told).status_code == 302
    tom = Person.objects.get(given_names="Tom")
    assert (tom.group_id, tom.guardian) == (group.id, mother.id)


def test_a_family_of_five_fits_a_slow_link(signed_in):
    page = signed_in("registrar").get("/register/?count=5").content
    assert len(page) < 100_000
