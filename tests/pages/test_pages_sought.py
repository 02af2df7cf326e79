"""The pages of local alerts and of families to reunite, as each role meets them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from tests.conftest import NOON
from tests.factories import a_person, child

from cauce.journal import clock
from cauce.people.models import Person
from cauce.people.services import register_group
from cauce.vetting.models import Review
from cauce.vetting.services import Looked, Sought, add_alert, add_tracing
from cauce.vetting.sought_models import Alert, TracingMatch, TracingRequest

ALERT: dict[str, Any] = {
    "names": "Zarbuk Ostrovoy Qandil\nЗарбук Островой",
    "birth_dates": "1971-03-09",
    "sex": "M",
    "nationality": "Syria",
    "documents": "passport:SY445566:SYR",
    "why": "Left a hospital.",
    "owner": "Prosecutor of Darién",
    "basis": "Order 17",
    "consequence": "refer",
    "authority": "Prosecutor on duty",
    "state": "",
    "review_on": "2023-08-20",
    "expires_on": "2023-08-31",
}
NAMED = {"given_names": "Zarbuk", "family_names": "Ostrovoy Qandil", "sex": "M", "nationality": "SYR"}
BORN = {"birth_first": date(1971, 3, 9), "birth_last": date(1971, 3, 9)}


@pytest.fixture
def girl(store) -> Person:
    members = [child(given_names="Yuleisy", family_names="Urdaneta", sex="F", guardian=None, relation="")]
    when = clock.now() - timedelta(days=1)
    made = register_group(place="lajas_blancas", arrived_at=when, members=members, by=store["registrar"])
    return Person.objects.get(id=made.person_ids[0])


@pytest.fixture
def match(store, girl) -> TracingMatch:
    seeker = a_person(store, given_names="Marielvis", family_names="Quiroz").person_ids[0]
    add_tracing(looked=Looked(("Yuleisi Urdaneta",), age=7, relation="daughter"), seeker=seeker, by=store["registrar"])
    return TracingMatch.objects.get()


def test_an_alert_is_put_in_force_once_and_finds_its_person(browser, store, checked):
    who = a_person(store, **NAMED, **BORN).person_ids[0]
    analyst = browser("analyst")
    for _ in range(2):
        answer = analyst.post("/alerts/new/", ALERT | {"nonce": f"{who}"}, follow=True)
        assert answer.status_code == 200
    assert Alert.objects.count() == 1
    text = answer.content.decode()
    assert "ALERT-0001" in text
    assert "Prosecutor of Darién" in text
    assert Review.objects.filter(person=who, list_name="local-alerts").count() == 1
    page = analyst.get(f"/reviews/{Review.objects.get(list_name='local-alerts').id}/").content.decode()
    assert "Prosecutor on duty" in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"owner": ""}, "This field is required."),
        ({"birth_dates": "soon"}, "is not understood"),
        ({"expires_on": "2023-08-16"}, "before it expires"),
        ({"nationality": "Atlantis"}, "is no country"),
        ({"documents": "SY445566"}, "KIND:NUMBER"),
    ],
)
def test_what_is_wrong_stands_in_the_form_again_with_what_was_typed(browser, change, said):
    answer = browser("analyst").post("/alerts/new/", ALERT | change)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert said in text
    assert "Left a hospital." in text
    assert not Alert.objects.exists()


def test_an_alert_past_its_review_date_is_shown_as_due_and_kept_or_ended(browser, store, at):
    add_alert(
        sought=Sought(("Quincy Nobody Known",)),
        **{name: ALERT[name] for name in ("why", "owner", "basis", "consequence", "authority")},
        review_on=date(2023, 8, 20),
        expires_on=date(2023, 8, 31),
        by=store["analyst"],
    )
    analyst = browser("analyst2")
    assert "due for review" not in analyst.get("/alerts/").content.decode()
    with at(NOON + timedelta(days=6)):
        analyst = browser("analyst2")  # last week's session is over
        assert "1 alert is due for review" in analyst.get("/alerts/").content.decode()
        said = {"review_on": "2023-08-25", "expires_on": "2023-08-31", "note": "still away"}
        wrong = analyst.post("/alerts/ALERT-0001/review/", said | {"review_on": "2023-09-25"})
        assert wrong.status_code == 422
        assert analyst.post("/alerts/ALERT-0001/review/", said, follow=True).status_code == 200
        assert "due for review" not in analyst.get("/alerts/").content.decode()
        analyst.post("/alerts/ALERT-0001/end/", {"why": "He is back."})
    assert Alert.objects.get().status == "ended"
    analyst = browser("analyst2")
    assert "Quincy" not in analyst.get("/alerts/").content.decode()
    assert "Quincy" in analyst.get("/alerts/?show=all").content.decode()


def test_a_registrar_files_what_a_family_asks_and_hears_of_no_match(browser, store, girl):
    mother = Person.objects.get(id=a_person(store, given_names="Marielvis").person_ids[0])
    registrar = browser("registrar")
    form = registrar.get(f"/tracing/new/?person={mother.number}").content.decode()
    assert f'value="{mother.number}"' in form
    said = {"names": "Yuleisi Urdaneta", "relation": "daughter", "age": "7", "seeker": mother.number}
    answer = registrar.post("/tracing/new/", said, follow=True)
    assert "Yuleisi Urdaneta" in answer.content.decode()
    assert TracingMatch.objects.get().person == girl.id
    for page in ("/tracing/", "/", f"/people/{girl.id}/", f"/people/{mother.id}/"):
        text = registrar.get(page).content.decode()
        assert "amilies to reunite: 1" not in text, page
        assert "A family" not in text, page
        assert "look first" not in text, page


def test_a_request_without_anybody_to_tell_comes_back(browser):
    said = {"names": "Yuleisi Urdaneta", "relation": "daughter", "seeker": "", "agency": "", "contact": ""}
    answer = browser("registrar").post("/tracing/new/", said)
    assert answer.status_code == 422
    assert "Say who is looking" in answer.content.decode()
    answer = browser("registrar").post("/tracing/new/", said | {"seeker": "7W6-0000-0"})
    assert answer.status_code == 422
    assert not TracingRequest.objects.exists()


@pytest.mark.parametrize("page", ["/", "/tracing/", "/reviews/first/", "person"])
def test_a_protection_officer_meets_the_family_first(browser, match, page):
    text = browser("protection").get(f"/people/{match.person}/" if page == "person" else page).content.decode()
    if page == "/":
        assert "Families to reunite: 1" in text
    elif page == "person":
        assert reverse("vetting:tracing_match", args=[match.id]) in text
    else:
        assert "1 family to reunite" in text
        rest = text.find('class="rows"')
        assert rest == -1 or text.index("1 family to reunite") < rest


@pytest.mark.parametrize("role", ["analyst", "coordinator", "administrator"])
def test_p7_nobody_else_reads_of_a_match_on_any_page(browser, match, role):
    client = browser(role)
    for page in ("/", "/reviews/", f"/people/{match.person}/", "/tracing/", f"/tracing/matches/{match.id}/"):
        text = client.get(page, follow=True).content.decode()
        for word in ("to reunite: 1", "Yuleisi", "A family", "look first"):
            assert word not in text, (page, word)


def test_found_agreed_told_on_the_page_of_a_match(browser, match):
    officer = browser("protection")
    page = reverse("vetting:tracing_match", args=[match.id])
    text = officer.get(page).content.decode()
    assert "Tell nobody yet" in text
    assert "The seeker was told" not in text
    assert officer.post(page, {"outcome": "found", "reason": ""}).status_code == 422
    text = officer.post(page, {"outcome": "found", "reason": "she knew her aunt"}, follow=True).content.decode()
    assert "Ask first" in text
    assert "I decide so" in text
    assert officer.post(f"{page}tell/").status_code == 422
    assert TracingMatch.objects.get().told_at is None
    assert officer.post(f"{page}agree/", {"how": "person"}).status_code == 422
    text = officer.post(f"{page}agree/", {"how": "officer"}, follow=True).content.decode()
    assert "Tell them in person" in text
    officer.post(f"{page}tell/")
    assert TracingMatch.objects.get().told_by == "protection"
    assert "The family was told" in officer.get(f"/people/{match.person}/").content.decode()
    assert "The family was told" not in browser("registrar").get(f"/people/{match.person}/").content.decode()
    late = officer.post(page, {"outcome": "not_same", "reason": "after all"})
    assert late.status_code == 409
    assert "Families to reunite" not in officer.get("/").content.decode().partition("<main")[2]
