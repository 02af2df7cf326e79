"""Checks, reviews, duplicates, families, holds, the queue, manifests, quotas and the report, asked by machines."""

from __future__ import annotations

from uuid import UUID

import pytest
from tests.api.world import DAY, a_world
from tests.factories import a_person

from cauce.movement.models import Manifest
from cauce.people.models import Stay
from cauce.protection.models import Hold
from cauce.protection.services import confirm_lift, propose_lift
from cauce.vetting.models import CheckResult, Decision, Duplicate, Review, Vaccination

pytestmark = pytest.mark.django_db


@pytest.fixture
def there(store, tmp_path):
    return a_world(store, tmp_path)


def test_a_scanner_records_that_prints_were_taken(store, machine):
    person = a_person(store).person_ids[0]
    device = machine("registrar", only=["checks.record"])
    answer = device.send("PUT", f"/people/{person}/checks/biometric", {"result": "clear", "reasons": ["enrolled"]})
    assert answer.status_code == 200
    assert CheckResult.objects.get(person=person, check_id="biometric").result == "clear"
    by_hand = device.send("PUT", f"/people/{person}/checks/watchlist", {"result": "clear"})
    assert (by_hand.status_code, by_hand.json()["code"]) == (409, "decided_by_review")
    assert device.send("PUT", f"/people/{person}/checks/horoscope", {"result": "clear"}).status_code == 422


def test_a_clinic_records_a_vaccination(store, machine):
    person = a_person(store).person_ids[0]
    told = {"vaccine": "yellow_fever", "how": "shown", "given_on": "2023-01-02"}
    assert machine("registrar").post(f"/people/{person}/vaccinations", told).status_code == 201
    assert Vaccination.objects.get(person=person).vaccine == "yellow_fever"


def test_p7_only_who_decides_reviews_hears_of_a_match(store, machine, there):
    person = Review.objects.get(id=there["review"]).person
    heard = {
        role: {one["check"]: one for one in machine(role).get(f"/people/{person}/checks").json()["items"]}
        for role in ("analyst", "registrar")
    }
    assert heard["analyst"]["watchlist"]["result"] == "refer"
    assert heard["registrar"]["watchlist"]["result"] == "interview"
    assert heard["registrar"]["watchlist"]["reasons"] == []
    why = machine("registrar").get(f"/people/{person}/why").json()["items"]
    assert "interview" in {one["code"] for one in why}
    assert "watchlist_review" not in {one["code"] for one in why}


def test_two_analysts_decide_a_review_blind_to_each_other(store, machine, there):
    one, two = machine("analyst"), machine("analyst")
    lines = {line["id"]: line for line in one.get("/reviews").json()["items"]}
    assert lines[there["review"]]["listed_name"] == "Zarbuk Ostrovoy Qandil"
    address = f"/reviews/{there['review']}"
    first = one.post(f"{address}/decisions", {"outcome": "same", "reason": "name and day of birth"})
    assert first.json() == {"review": there["review"], "outcome": "", "truth": ""}
    assert two.get(address).json()["decisions"] == []
    assert len(one.get(address).json()["decisions"]) == 1
    twice = one.post(f"{address}/decisions", {"outcome": "same", "reason": "still"})
    assert (twice.status_code, twice.json()["code"]) == (409, "decided_before")
    last = two.post(f"{address}/decisions", {"outcome": "same", "reason": "the photograph too"})
    assert last.json()["outcome"] == "same"
    assert Decision.objects.count() == 2


def test_a_duplicate_is_answered_and_taken_back(store, machine, there):
    device = machine("registrar")
    (line,) = device.get("/duplicates").json()["items"]
    assert line["first"] == there["person"]
    said = device.post(f"/duplicates/{line['id']}/decision", {"same": True, "reason": "has both cards"})
    assert said.status_code == 200
    assert Duplicate.objects.get().status == "same"
    device.post(f"/duplicates/{line['id']}/undo", {"reason": "sisters"})
    assert Duplicate.objects.get().status == "open"


def test_a_family_is_looked_for_and_no_longer(store, machine):
    device = machine("registrar")
    told = {"names": ["Zoraida Pumarejo"], "age": 9, "agency": "A clinic", "contact": "+507 000"}
    filed = device.post("/tracing", told)
    assert filed.status_code == 201
    (line,) = device.get("/tracing").json()["items"]
    assert (line["number"], line["names"]) == (filed.json()["number"], ["Zoraida Pumarejo"])
    assert machine("registrar").get("/tracing").json()["items"] == []  # another account's
    assert device.post(f"/tracing/{line['number']}/end", {"why": "they are together"}).status_code == 200
    assert device.get("/tracing").json()["items"] == []


def test_a_hold_is_placed_by_one_and_lifted_by_two(store, machine):
    person = a_person(store).person_ids[0]
    placed = machine("registrar").post("/holds", {"person": str(person), "kind": "medical", "reason": "a fever"})
    hold = placed.json()["id"]
    one, two = machine("protection"), machine("protection")
    (line,) = one.get("/holds", person=str(person)).json()["items"]
    assert (line["id"], line["kind"], line["lift_proposed"]) == (hold, "medical", False)
    assert one.post(f"/holds/{hold}/propose-lift", {"reason": "no fever"}).status_code == 200
    assert one.post(f"/holds/{hold}/confirm-lift").status_code == 409
    assert Hold.objects.get().lifted_at is None
    assert two.post(f"/holds/{hold}/confirm-lift").status_code == 200
    assert Hold.objects.get().lifted_at is not None


def test_a_bus_is_proposed_sealed_called_and_leaves_and_arrives(store, machine, there):
    device = machine("coordinator")
    queue = device.get("/places/lajas_blancas/queue").json()["items"]
    assert [row["position"] for row in queue] == sorted(row["position"] for row in queue)
    assert "mask" not in queue[0]
    plan = device.post("/manifests", {"place": "lajas_blancas", "date": DAY.isoformat()}).json()
    assert (plan["manifests"], plan["changed"]) == ([there["manifest"]], False)
    address = f"/manifests/{there['manifest']}"
    seen = device.get(address).json()
    stale = device.post(f"{address}/seal", {"version": seen["version"] + 7})
    assert (stale.status_code, stale.json()["code"]) == (409, "conflict")
    assert device.post(f"{address}/seal", {"version": seen["version"]}).status_code == 200
    people = [one["person"] for one in seen["people"]]
    assert device.post(f"{address}/depart", {}).json()["code"] == "no_roll_call"
    called = device.post(f"{address}/roll-call", {"boarded": people}).json()
    assert (sorted(called["boarded"]), called["absent"]) == (sorted(people), [])
    lacks = device.post(f"{address}/depart", {}).json()
    assert (lacks["code"], "No driver" in lacks["detail"]) == ("departure_inspection", True)
    vehicle = {"plate": "CB 4711", "passed": True, "valid_until": "2030-01-01"}
    assert device.post(f"{address}/inspection", vehicle).json()["lacking"] == ["driver"]
    driver = {"driver": "Elías Batista", "hours_driven": 0, "rest_hours": 12}
    assert device.post(f"{address}/driver", driver).json()["lacking"] == ["max_hours_driving"]
    assert device.post(f"{address}/driver", {**driver, "relay": True}).json()["lacking"] == []
    assert device.post(f"{address}/depart", {}).json() == {"people": len(people)}
    assert not Stay.objects.filter(person__in=map(UUID, people), until__isnull=True).exists()
    assert device.post(f"{address}/arrive", {"arrived": None}).json()["missing"] == []
    assert Manifest.objects.get(id=there["manifest"]).status == "arrived"


def test_a_quota_is_read_changed_and_put_back(store, machine):
    device = machine("coordinator")
    before = device.get("/borders/paso_canoas/quota", day="2023-08-16", days=1).json()["items"]
    told = {"border": "paso_canoas", "start": "2023-08-16", "until": "2023-08-17", "per_day": None, "reason": "strike"}
    change = device.post("/quota-changes", told).json()["id"]
    (closed, _next) = device.get("/borders/paso_canoas/quota", day="2023-08-16").json()["items"]
    assert (closed["open"], closed["reason"]) == (False, "strike")
    device.post(f"/quota-changes/{change}/undo", {"reason": "over"})
    assert device.get("/borders/paso_canoas/quota", day="2023-08-16", days=1).json()["items"] == before
    assert device.get("/borders/nowhere/quota").status_code == 404


def test_the_corridor_tells_which_ids_there_are(store, machine):
    told = machine("registrar").get("/corridor").json()
    assert "lajas_blancas" in {place["id"] for place in told["places"]}
    assert {"document", "biometric"} <= {check["id"] for check in told["checks"]}
    assert "medical" in told["holds"]


def test_whoever_may_see_the_whole_report_gets_it_and_a_narrow_token_the_partners_one(store, machine, there):
    whole = machine("coordinator").get(f"/reports/{DAY}").json()
    assert (whole["suppressed_below"], whole["figures"]["present"]["total"]) == (0, 6)
    narrow = machine("coordinator", only=["report.read"]).get(f"/reports/{DAY}").json()
    assert narrow["suppressed_below"] > 0
    assert narrow["figures"]["present"]["total"] is None


def test_a_station_without_a_hub_says_so(store, machine):
    told = machine("registrar").get("/sync").json()
    assert (told["enrolled"], told["unsent"]) == (False, 0)


def test_long_lists_come_by_the_page(store, machine):
    device = machine("protection")
    placed = [
        device.post("/holds", {"person": str(a_person(store).person_ids[0]), "kind": kind, "reason": "seen"}).json()
        for kind in ("medical", "security", "medical", "trafficking", "medical")
    ]
    found, cursor, pages = [], "", 0
    while True:
        page = device.get("/holds", limit=2, cursor=cursor).json()
        found += [row["id"] for row in page["items"]]
        cursor, pages = page["next"], pages + 1
        if cursor is None:
            break
        if pages == 1:  # a row of a page seen before goes: nobody of those still to come is moved
            propose_lift(hold=UUID(found[0]), reason="over", by=store["protection"])
            confirm_lift(hold=UUID(found[0]), by=store["protection2"])
    assert pages == 3
    assert sorted(found) == sorted(one["id"] for one in placed)
    for nonsense in ("nonsense", "e30=", "WzFd", "é", "W251bGxd"):
        assert device.get("/holds", cursor=nonsense).json()["code"] == "bad_cursor"
