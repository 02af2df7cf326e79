"""People through the interface for machines: the same services as the desk's, and every look written down."""

from __future__ import annotations

import pytest
from tests.factories import a_person

from cauce.access.models import Reading
from cauce.people.models import Person

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
