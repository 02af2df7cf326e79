"""A person's page: what each role sees, what can be done there, and how few questions it asks the store."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories import a_family, a_person, an_unassessed_child

from cauce.access.models import Reading
from cauce.desk.dossier import dossier_for
from cauce.movement.selectors import reasons_for
from cauce.movement.services import dispatch
from cauce.people.models import Document, Need, Person, Stay
from cauce.people.services import doubt_guardian, end_stay, flag_need, mark_incomplete
from cauce.protection.models import Hold
from cauce.protection.services import place_hold

pytestmark = pytest.mark.django_db


def page_of(browser, person):
    return browser.get(f"/people/{person}/").content.decode()


def test_the_page_shows_facts_checks_and_what_happened_and_is_noted(signed_in, store, checks):
    family = a_family(store, head={"given_names": "Elena", "family_names": "Rojas"})
    checks()
    page = page_of(signed_in("coordinator"), family.person_ids[0])
    for text in ("Elena Rojas", "Passport", "Registered", "Checks done", "ETRM Lajas Blancas", "clear"):
        assert text in page
    reading = Reading.objects.get(person=family.person_ids[0])
    assert (reading.account, reading.what) == ("coordinator", "page")


def test_p15_needs_and_holds_are_for_the_roles_that_may_read_them(signed_in, store):
    person = a_person(store).person_ids[0]
    flag_need(person=person, code="SV", by=store["registrar"])
    assert Hold.objects.get().kind == "sexual_violence"
    seen = {role: page_of(signed_in(role), person) for role in ("protection", "registrar", "coordinator", "analyst")}
    assert "Sexual or gender-based violence" in seen["protection"]
    assert "Hold placed" in seen["protection"]
    assert "Hold placed" not in seen["registrar"]
    for role in ("coordinator", "analyst"):
        assert "violence" not in seen[role].lower(), role
        assert "Need flagged" not in seen[role]


def test_p7_a_referred_check_is_an_interview_to_who_reads_no_reviews(signed_in, store, checks):
    from cauce.vetting.models import CheckResult

    person = a_person(store).person_ids[0]
    checks()
    CheckResult.objects.filter(person=person, check_id="watchlist").update(result="refer", reasons=["hit:ofac-sdn"])
    for role in ("registrar", "coordinator", "protection"):
        page = page_of(signed_in(role), person)
        assert "an interview is still to come" in page
        assert "ofac" not in page
        assert "somebody has to look" not in page
    analyst = page_of(signed_in("analyst"), person)
    assert "resembles an entry of the list ofac-sdn" in analyst


def test_at_most_seventeen_queries_for_a_large_family_with_a_story(signed_in, store, checks):
    family = a_family(store, size=9, adults=3)
    checks()
    flag_need(person=family.person_ids[0], code="SM-CI", by=store["registrar"])
    place_hold(person=family.person_ids[1], kind="asylum", reason="said so", by=store["protection"])
    for role in ("protection", "registrar", "operator", "analyst"):
        browser = signed_in(role)
        browser.get(f"/people/{family.person_ids[0]}/")
        with CaptureQueriesContext(connection) as seen:
            answer = browser.get(f"/people/{family.person_ids[0]}/")
        assert answer.status_code == 200
        assert len(seen) <= 17, [query["sql"][:90] for query in seen.captured_queries]
        assert len(answer.content) < 100_000


def test_the_page_says_the_same_reasons_as_the_rules_that_decide(store, checks):
    """The page reads one group in its own way; here it is held to what reads thousands."""
    by = store["registrar"]
    whole = a_family(store, size=4)
    alone = an_unassessed_child(store)
    doubted = a_family(store, size=3)
    doubt_guardian(person=doubted.person_ids[2], reason="other name", by=by)
    unfinished = a_family(store, size=2)
    mark_incomplete(group=unfinished.group_id, missing=["x"], why="", by=by)
    apart = a_family(store, size=3)
    end_stay(person=apart.person_ids[1], outcome="hospital", by=by)
    gone = a_person(store)
    end_stay(person=gone.person_ids[0], outcome="walked_on", by=by)
    held = a_family(store, size=2)
    place_hold(person=held.person_ids[0], kind="medical", reason="fever", by=by)
    village = a_family(store, place="bajo_chiquito", size=3)
    checks()
    pending = a_family(store, size=2)
    seated = a_family(store, place="san_vicente", size=3)
    checks()
    dispatch(place="san_vicente", date=date(2023, 8, 15), by=store["coordinator"])
    for made in (whole, alone, doubted, unfinished, apart, gone, held, village, pending, seated):
        for person in made.person_ids:
            file = dossier_for(store["operator"], person)
            told = reasons_for(store["operator"], [person], file.kind or "onward", date(2023, 8, 15))[person]
            assert file.mask == told, (file.person.display_name, np.binary_repr(file.mask), np.binary_repr(told))


def test_a_field_is_corrected_with_a_reason_and_stands_in_the_story(signed_in, store):
    person = a_person(store, given_names="Elna", family_names="Rojas").person_ids[0]
    browser = signed_in("registrar")
    form = _form(browser, person, "correct")
    bare = browser.post(f"/people/{person}/correct/", {**form, "given_names": "Elena", "reason": ""})
    assert bare.status_code == 422
    assert 'value="Elena"' in bare.content.decode()
    done = browser.post(
        f"/people/{person}/correct/", {**form, "given_names": "Elena", "reason": "misheard"}, follow=True
    )
    assert "misheard" in done.content.decode()
    row = Person.objects.get(id=person)
    assert (row.given_names, row.birth_first) == ("Elena", date(1990, 5, 17))


def test_two_officers_correct_at_once_and_the_second_is_told(signed_in, store):
    person = a_person(store, given_names="Elna", family_names="Rojas").person_ids[0]
    one, two = signed_in("registrar"), signed_in("registrar2")
    first, second = _form(one, person, "correct"), _form(two, person, "correct")
    one.post(f"/people/{person}/correct/", {**first, "given_names": "Elena", "reason": "misheard"})
    late = two.post(f"/people/{person}/correct/", {**second, "given_names": "Helena", "reason": "card"})
    assert late.status_code == 422
    assert "Somebody else corrected this person meanwhile" in late.content.decode()
    assert Person.objects.get(id=person).given_names == "Elena"


def _form(browser, person, action):
    """The fields of an action's page as a browser would send them back."""
    form = browser.get(f"/people/{person}/{action}/").context["form"]
    values = {field.html_name: field.value() for field in form}
    return {name: value for name, value in values.items() if value not in (None, False)}


def test_a_need_is_flagged_once_however_often_the_button_is_pressed(signed_in, store):
    person = a_person(store).person_ids[0]
    browser = signed_in("registrar")
    form = _form(browser, person, "need")
    for _time in range(3):
        assert browser.post(f"/people/{person}/need/", {**form, "code": "SM-CI"}).status_code == 302
    assert Need.objects.filter(code="SM-CI").count() == 1
    need = Need.objects.get()
    off = _form(browser, person, "need-off")
    browser.post(f"/people/{person}/need-off/", {**off, "need": str(need.id), "reason": "wrong person"})
    need.refresh_from_db()
    assert need.withdrawn


def test_a_paper_is_added_by_its_zone_and_taken_off_again(signed_in, store):
    from desk_forms import SLIP, ZONE

    person = a_person(store, documents=()).person_ids[0]
    browser = signed_in("registrar")
    refused = browser.post(f"/people/{person}/paper/", {"mrz": SLIP, "nonce": "a"})
    assert refused.status_code == 422
    assert "does not fit" in refused.content.decode()
    browser.post(f"/people/{person}/paper/", {"mrz": ZONE, "nonce": "b"})
    paper = Document.objects.get()
    assert (paper.kind, paper.number, paper.issuer, paper.expires) == (
        "passport", "L898902C3", "UTO", date(2012, 4, 15),
    )  # fmt: skip
    told = {"document": str(paper.id), "reason": "another's", "nonce": "c"}
    assert browser.post(f"/people/{person}/paper-off/", told).status_code == 302
    assert not Document.objects.exists()


def test_f1_somebody_leaves_comes_back_is_moved_and_gets_a_bed(signed_in, store):
    family = a_family(store, size=3)
    person = family.person_ids[1]
    browser = signed_in("coordinator")
    browser.post(f"/people/{person}/leave/", {"outcome": "hospital", "note": "fever", "nonce": "1"})
    assert Stay.objects.get(person=person).outcome == "hospital"
    browser.post(f"/people/{person}/back/", {"reason": "well again", "nonce": "2"})
    assert Stay.objects.get(person=person).until is None
    browser.post(f"/people/{person}/bed/", {"nonce": "3"})
    assert Stay.objects.get(person=person).bed
    browser.post(f"/people/{person}/move/", {"place": "san_vicente", "whole": "on", "nonce": "4"})
    assert set(Stay.objects.filter(until=None).values_list("place", flat=True)) == {"san_vicente"}
    early = browser.post(f"/people/{person}/leave/", {"outcome": "walked_on", "at": "2023-08-01T10:00", "nonce": "5"})
    assert early.status_code == 422
    assert "before the arrival" in early.content.decode()


def test_f1_a_birth_is_registered_and_the_child_has_a_guardian(signed_in, store):
    mother = a_person(store, sex="F").person_ids[0]
    signed_in("registrar").post(f"/people/{mother}/birth/", {"sex": "F", "nonce": "1"})
    child = Person.objects.exclude(id=mother).get()
    assert child.guardian == mother
    assert child.birth_first == date(2023, 8, 15)
    assert child.description.startswith("Child of")


def test_p2_doubt_about_a_guardian_stops_the_child_and_only_protection_takes_it_back(signed_in, store, checks):
    family = a_family(store, size=2)
    child = family.person_ids[1]
    checks()
    signed_in("registrar").post(f"/people/{child}/doubt/", {"reason": "does not know her name", "nonce": "1"})
    assert "No adult of the group is recorded" in page_of(signed_in("protection"), child)
    assert signed_in("registrar").post(f"/people/{child}/trust/", {"reason": "x", "nonce": "2"}).status_code == 403
    signed_in("protection").post(f"/people/{child}/trust/", {"reason": "papers shown", "nonce": "3"})
    assert not Person.objects.get(id=child).guardian_doubted


def test_p8_a_lost_card_is_replaced_and_the_old_address_dies(signed_in, store):
    made = a_person(store)
    old = made.cards[0][1]
    browser = signed_in("registrar")
    browser.post(f"/people/{made.person_ids[0]}/new-card/", {"nonce": "1"})
    assert browser.get(f"/c/{old}").status_code == 404
    new = Person.objects.get().card_token
    assert browser.get(f"/c/{new}").status_code == 200
    browser.post(f"/people/{made.person_ids[0]}/revoke-card/", {"reason": "lost", "nonce": "2"})
    assert browser.get(f"/c/{new}").status_code == 404


def test_an_officer_of_another_place_may_neither_look_nor_touch(signed_in, store):
    person = a_person(store).person_ids[0]
    elsewhere = signed_in("registrar", place="san_vicente")
    answer = elsewhere.get(f"/people/{person}/")
    assert answer.status_code == 403
    assert "with another station" in answer.content.decode()
    answer = elsewhere.post(f"/people/{person}/leave/", {"outcome": "walked_on", "nonce": "1"})
    assert answer.status_code in (403, 422)
    assert Stay.objects.get().until is None


def test_a_person_is_found_by_what_is_at_hand(signed_in, store):
    made = a_person(store, given_names="Zoë", family_names="O’Brien")
    number, token, _pin = made.cards[0]
    person = f"/people/{made.person_ids[0]}/"
    browser = signed_in("registrar")
    assert browser.get("/find/", {"q": number.lower().replace("-", " ")}).headers["Location"] == person
    assert browser.get("/find/", {"q": f"http://station.example/c/{token}"}).headers["Location"] == person
    for text in ("obrien", "ZOE", Document.objects.get().number.lower()):
        page = browser.get("/find/", {"q": text}).content.decode()
        assert "Zoë" in page, text
    assert "Nobody was found" in browser.get("/find/", {"q": "nobody of that name"}).content.decode()


def test_why_not_today_is_told_by_the_rules_of_the_queue(signed_in, store, checks):
    person = a_person(store).person_ids[0]
    checks()
    page = signed_in("coordinator").get(f"/people/{person}/why/").content.decode()
    assert "Nothing stands against it" in page


def test_someone_unknown_is_a_plain_404(signed_in, store):
    from uuid import uuid4

    assert signed_in("registrar").get(f"/people/{uuid4()}/").status_code == 404
