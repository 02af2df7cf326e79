"""Groups, needs, allotments and matters, asked by machines: what each may do, and what stays unseen."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.api.world import DAY, PLACE, a_world
from tests.factories import a_family

from cauce.corridor.selectors import allotted
from cauce.people.models import Companion, Group, Need, Person
from cauce.sync.matters_models import Matter

pytestmark = pytest.mark.django_db
WHY = {"reason": "they asked"}


@pytest.fixture
def two(store) -> tuple[Group, Group]:
    made = (a_family(store).group_id, a_family(store).group_id)
    return Group.objects.get(id=made[0]), Group.objects.get(id=made[1])


def test_groups_are_linked_once_and_p7_who_is_kept_apart_is_seen_by_those_in_charge_alone(machine, two):
    one, other = two
    registrar, protection = machine("registrar"), machine("protection")
    told = {"other": str(other.id), **WHY}
    for _time in range(2):
        assert registrar.post(f"/groups/{one.id}/company/link", told, key="k").status_code == 201
    assert Companion.objects.count() == 1
    assert registrar.post(f"/groups/{one.id}/company/apart", told).status_code == 403
    assert protection.post(f"/groups/{one.id}/company/apart", told).status_code == 201
    assert registrar.get(f"/groups/{one.id}/company").json()["items"] == []
    (pair,) = protection.get(f"/groups/{other.id}/company").json()["items"]
    assert (pair["kind"], pair["number"], pair["reason"]) == ("apart", one.number, "they asked")
    end = f"/groups/{one.id}/company/{pair['id']}/end"
    unseen, unknown = registrar.post(end, WHY), registrar.post(end.replace(pair["id"], str(uuid4())), WHY)
    assert (unseen.status_code, unseen.json()) == (404, unknown.json())
    assert protection.post(end, WHY).status_code == 200
    assert protection.get(f"/groups/{one.id}/company").json()["items"] == []


def test_groups_kept_apart_are_not_joined_and_p7_those_in_charge_alone_are_told_why(machine, two):
    one, other = two
    registrar, protection = machine("registrar"), machine("protection")
    told = {"other": str(other.id)}
    assert protection.post(f"/groups/{one.id}/company/apart", {**told, **WHY}).status_code == 201
    for asks, why in ((registrar, "cannot be joined. A protection officer knows"), (protection, "are kept apart")):
        answer = asks.post(f"/groups/{one.id}/join", told)
        assert answer.status_code == 409
        assert why in answer.json()["detail"]
    assert Person.objects.filter(group=other).exists()


def test_p9_a_child_is_parted_by_two_officers_and_an_adult_by_one(machine, store, two):
    one, other = two
    first, second = machine("protection"), machine("protection")
    child = Person.objects.filter(group=one, relation="child").first()
    asked = first.post(f"/groups/{one.id}/split", {"persons": [str(child.id)], **WHY}).json()
    assert asked["group"] is None
    assert Person.objects.get(id=child.id).group_id == one.id
    confirm = f"/partings/{asked['parting']}/confirm"
    assert first.post(confirm).json()["code"] == "people_parting_takes_two"
    (waits,) = second.get("/partings").json()["items"]
    assert (waits["id"], waits["persons"]) == (asked["parting"], [str(child.id)])
    new = second.post(confirm).json()["id"]
    assert str(Person.objects.get(id=child.id).group_id) == new
    assert second.post(f"/groups/{one.id}/join", {"other": new}).status_code == 200
    head = str(Person.objects.filter(group=other).exclude(id=other.head).first().id)
    assert first.send("PUT", f"/groups/{other.id}/head", {"person": head}).status_code == 200
    assert str(Group.objects.get(id=other.id).head) == head
    assert first.send("PUT", f"/groups/{other.id}/head", {"person": str(child.id)}).status_code == 409


@pytest.mark.one_store
def test_a_group_of_another_station_is_neither_read_nor_paired(machine, store, two):
    there = a_family(store, "bajo_chiquito").group_id
    bound = machine("registrar", place=PLACE)
    assert bound.get(f"/groups/{there}/company").json()["code"] == "elsewhere"
    told = {"other": str(there), **WHY}
    assert bound.post(f"/groups/{two[0].id}/company/link", told).json()["code"] == "elsewhere"
    assert not Companion.objects.exists()


@pytest.mark.one_store
def test_p15_needs_are_flagged_once_and_read_by_who_may(machine, store, two):
    person = str(two[0].head)
    registrar = machine("registrar")
    first, again = (registrar.post(f"/people/{person}/needs", {"code": "sm-dp"}) for _time in range(2))
    assert (first.status_code, first.json()) == (201, again.json())
    assert registrar.post(f"/people/{person}/needs", {"code": "horoscope"}).status_code == 422
    (need,) = registrar.get(f"/people/{person}/needs").json()["items"]
    assert need["code"] == "SM-DP"
    assert machine("coordinator").get(f"/people/{person}/needs").status_code == 403
    away = f"/people/{two[1].head}/needs/{need['id']}/withdraw"
    assert registrar.post(away, WHY).status_code == 404
    blind = machine("registrar", only=["people.correct"])
    assert blind.post(f"/people/{person}/needs/{need['id']}/withdraw", WHY).status_code == 403
    assert registrar.post(f"/people/{person}/needs/{need['id']}/withdraw", WHY).status_code == 200
    assert not Need.objects.filter(withdrawn=False).exists()


@pytest.mark.one_store
def test_f3_a_quota_is_allotted_read_and_taken_back(machine):
    planner = machine("coordinator")
    told = {"border": "paso_canoas", "place": PLACE, "start": str(DAY), "until": str(DAY), "seats": 40, "source": "m"}
    made = planner.post("/allotments", told, key="a").json()["id"]
    assert planner.post("/allotments", told, key="a").json()["id"] == made
    (day,) = planner.get("/borders/paso_canoas/shares", day=str(DAY), days=1).json()["items"]
    assert {"place": PLACE, "seats": 40, "spent": 0} in day["shares"]
    assert day["rest"] == day["per_day"] - 40
    assert planner.post("/allotments", {**told, "seats": 100_000}).json()["code"] == "quota_exceeded"
    assert [one["id"] for one in planner.get("/allotments", day=str(DAY)).json()["items"]] == [made]
    assert machine("registrar").post(f"/allotments/{made}/withdraw", WHY).status_code == 403
    assert planner.post(f"/allotments/{made}/withdraw", WHY).status_code == 200
    assert not allotted("paso_canoas", DAY)


@pytest.mark.one_store
def test_a_matter_is_settled_once_by_who_may(machine, store, tmp_path):
    there = a_world(store, tmp_path)
    reader, settler = machine("registrar"), machine("coordinator")
    (matter,) = reader.get("/matters").json()["items"]
    assert (matter["id"], matter["kind"], matter["settled_at"]) == (there["matter"], "in_two_places", None)
    assert matter["person"] == Person.objects.get(id=there["person"]).number
    assert "San Vicente" in matter["what"]
    assert machine("registrar", place="bajo_chiquito").get("/matters").json()["items"] == []
    settle = f"/matters/{there['matter']}/settle"
    assert reader.post(settle, WHY).status_code == 403
    assert machine("coordinator", place="bajo_chiquito").post(settle, WHY).status_code == 404
    assert settler.post(settle, WHY).status_code == 200
    assert settler.post(settle, WHY).json()["code"] == "conflict"
    assert Matter.objects.get().reason == "they asked"
    assert reader.get("/matters").json()["items"] == []
    assert [one["id"] for one in reader.get("/matters", settled="true").json()["items"]] == [there["matter"]]
