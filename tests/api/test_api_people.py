"""People through the interface for machines: the same services as the desk's, and every look written down."""

from __future__ import annotations

import pytest
from tests.api.world import a_picture
from tests.factories import a_family, a_person

from cauce.access.models import Reading
from cauce.people.models import Person, Stay

pytestmark = pytest.mark.django_db

GROUP = {
    "place": "lajas_blancas",
    "arrived_at": "2023-08-14T10:00:00-05:00",
    "members": [
        {"given_names": "Ana", "family_names": "Rojas", "birth_first": "1990-01-01", "birth_last": "1990-12-31"},
        {"given_names": "Luz", "family_names": "Rojas", "relation": "child", "birth_first": "2016-02-29",
         "birth_last": "2016-02-29", "guardian": 0},
    ],
}  # fmt: skip


def test_a_device_registers_a_group_and_gets_the_cards(store, machine):
    answer = machine("registrar", place="lajas_blancas").post("/groups", GROUP)
    assert answer.status_code == 201
    cards = answer.json()["cards"]
    people = Person.objects.filter(group=answer.json()["group"]).order_by("number")
    assert [card["number"] for card in cards] == [person.number for person in people]
    assert {card["token"] for card in cards} == {person.card_token for person in people}
    assert people[1].guardian == people[0].id


def test_a_person_is_found_by_number_and_by_card_and_the_look_is_noted(store, machine):
    made = a_person(store, given_names="Marisol")
    number, token, _pin = made.cards[0]
    device = machine("registrar")
    for key in (number, token, str(made.person_ids[0])):
        answer = device.get(f"/people/{key}")
        assert answer.status_code == 200
        assert answer.json()["given_names"] == "Marisol"
        assert answer.json()["place"] == "lajas_blancas"
    assert Reading.objects.filter(person=made.person_ids[0], what="api person").count() == 3


def test_what_cannot_be_registered_is_told_field_by_field(store, machine):
    wrong = {**GROUP, "members": [{"given_names": "Ana", "nationality": "XQZ"}, {"sex": "F"}]}
    answer = machine("registrar").post("/groups", wrong)
    assert answer.status_code == 422
    told = answer.json()
    assert told["code"] == "not_registrable"
    assert {(one["where"], one["code"]) for one in told["errors"]} == {
        ("members.0.nationality", "unknown_country"),
        ("members.1.full_name", "no_name"),
    }


def test_a_device_of_one_place_registers_nowhere_else(store, machine):
    answer = machine("registrar", place="san_vicente").post("/groups", GROUP)
    assert answer.status_code == 403
    assert not Person.objects.exists()


def test_a_correction_changes_what_was_sent_and_nothing_else(store, machine):
    made = a_person(store, given_names="Marisol", language="es")
    device = machine("registrar")
    address = f"/people/{made.person_ids[0]}"
    told = {"changes": {"given_names": "Maricela", "birth_date": "1984-05"}, "reason": "read it wrong"}
    assert device.send("PATCH", address, told).json() == {"changed": True}
    row = device.get(address).json()
    assert (row["given_names"], row["language"]) == ("Maricela", "es")
    assert (row["birth_first"], row["birth_last"]) == ("1984-05-01", "1984-05-31")
    assert device.send("PATCH", address, told).json() == {"changed": False}


def test_a_guardian_is_taken_off_by_null_and_left_alone_by_silence(store, machine):
    made = a_family(store, size=2)
    device = machine("registrar")
    address = f"/people/{made.person_ids[1]}"
    device.send("PATCH", address, {"changes": {"language": "ht"}, "reason": "asked"})
    assert device.get(address).json()["guardian"] == str(made.person_ids[0])
    device.send("PATCH", address, {"changes": {"guardian": None}, "reason": "a neighbour, she says"})
    assert device.get(address).json()["guardian"] is None


def test_papers_are_added_and_withdrawn(store, machine):
    person = a_person(store, documents=()).person_ids[0]
    device = machine("registrar")
    made = device.post(f"/people/{person}/papers", {"kind": "passport", "number": "AB 123456", "issuer": "VEN"})
    assert made.status_code == 201
    (paper,) = device.get(f"/people/{person}/papers").json()["items"]
    assert (paper["number"], paper["issuer"]) == ("AB 123456", "VEN")
    gone = device.post(f"/people/{person}/papers/{made.json()['id']}/withdraw", {"reason": "somebody else's"})
    assert gone.json() == {"done": True}
    assert device.get(f"/people/{person}/papers").json()["items"] == []


def test_a_photo_needs_consent_and_comes_back_small(store, machine):
    person = a_person(store).person_ids[0]
    device = machine("registrar")
    address = f"/people/{person}/photo"
    assert device.get(address).status_code == 404
    assert device.send("PUT", address, a_picture()).json()["code"] == "no_consent"
    asked = {"purpose": "photo", "given": True, "language": "es"}
    assert device.post(f"/people/{person}/consents", asked).status_code == 201
    assert device.send("PUT", address, b"no picture").status_code == 409
    assert device.send("PUT", address, a_picture()).status_code == 200
    picture = device.get(address)
    assert picture.headers["Content-Type"] == "image/jpeg"
    assert picture.headers["Cache-Control"] == "no-store"
    assert picture.content.startswith(b"\xff\xd8")
    assert device.post(f"{address}/remove", {"reason": "asked"}).json() == {"changed": True}
    assert device.get(address).status_code == 404


def test_a_stay_ends_and_goes_on(store, machine):
    person = a_person(store).person_ids[0]
    device = machine("coordinator")
    assert device.post(f"/people/{person}/stays/end", {"outcome": "flew away"}).status_code == 422
    assert device.post(f"/people/{person}/stays/end", {"outcome": "hospital"}).status_code == 200
    (stay,) = device.get(f"/people/{person}/stays").json()["items"]
    assert stay["outcome"] == "hospital"
    assert device.post(f"/people/{person}/stays/reopen", {"reason": "is back"}).status_code == 200
    assert Stay.objects.get(person=person).until is None


def test_f1_a_head_count_looks_first_and_closes_what_was_seen(store, machine):
    seen, ghost = a_person(store), a_person(store)
    device = machine("registrar", place="lajas_blancas")
    scanned = [seen.cards[0][1], "7QK-9999-9"]
    look = device.post("/places/lajas_blancas/head-counts", {"seen": scanned}).json()
    assert (look["seen"], look["closed"], look["missing"]) == (1, False, [str(ghost.person_ids[0])])
    assert Stay.objects.filter(until__isnull=True).count() == 2
    stale = device.post("/places/lajas_blancas/head-counts", {"seen": scanned, "expected": 2})
    assert (stale.status_code, stale.json()["code"]) == (409, "conflict")
    done = device.post("/places/lajas_blancas/head-counts", {"seen": scanned, "expected": 1}).json()
    assert (done["closed"], done["missing"]) == (True, [str(ghost.person_ids[0])])
    assert done["strangers"] == ["7QK-9999-9"]
    assert Stay.objects.get(person=ghost.person_ids[0]).outcome == "unknown"


def test_p15_a_device_of_one_place_reads_nobody_of_another_and_that_it_asked_is_noted(store, machine):
    made = a_person(store, given_names="Marisol")
    device = machine("registrar", place="san_vicente")
    person = f"/people/{made.person_ids[0]}"
    asked = (person, f"{person}/papers", f"{person}/checks", f"{person}/why", f"{person}/stays", f"{person}/photo")
    for address in (*asked, f"/groups/{made.group_id}"):
        answer = device.get(address)
        assert (answer.status_code, answer.json()["code"]) == (403, "elsewhere"), address
        assert "Marisol" not in answer.content.decode()
    assert Reading.objects.filter(what="elsewhere").count() == len(asked) + 1
    assert device.post(f"{person}/stays/end", {"outcome": "hospital"}).status_code == 403
