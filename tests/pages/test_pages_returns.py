"""Returns and custody through their pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from tests.factories import a_person
from tests.movement.returning import HOME, made_ready

from cauce.journal import clock
from cauce.movement.returns.models import Custody, ReturnCase, ReturnConsent
from cauce.people.models import Person


@pytest.fixture
def ana(store) -> Person:
    return Person.objects.get(id=a_person(store, place=HOME).person_ids[0])


def text_of(answer: Any) -> str:
    return answer.content.decode()


def sent(browser: Any, who: str, case: UUID, act: str, **typed: Any) -> Any:
    return browser(who).post(reverse(f"movement:return_{act}", args=[case]), typed)


def test_p12_a_voluntary_return_from_the_page_of_the_person_to_the_consent_and_back(browser, ana):
    client = browser("protection")
    start = client.get(reverse("movement:return_of", args=[ana.number]), follow=True)
    assert ana.number in text_of(start)
    typed = {"person": ana.number, "kind": "voluntary", "destination": "VEN"}
    assert client.post(reverse("movement:return_open"), typed).status_code == 302
    case = ReturnCase.objects.get(person=ana.id).id
    page = text_of(client.get(reverse("movement:return", args=[case])))
    assert "What stands against a seat today" in page
    assert "Ask for consent" not in page, "first the rules are explained"
    asked = {"language": "es", "shared": "on"}
    early = sent(browser, "protection", case, "consent", **asked)
    assert early.status_code == 422
    assert "come first" in text_of(early)
    paper = text_of(client.get(reverse("movement:return_rules", args=[case])))
    assert "ask for asylum here" in paper
    assert "leaves no order behind" in paper
    assert sent(browser, "protection", case, "explain", language="es", given="on").status_code == 302
    alone = sent(browser, "protection", case, "consent", language="es", custody="hotel", shared="on")
    assert alone.status_code == 422
    assert "needs counsel" in text_of(alone)
    assert "hotel" in text_of(alone), "nothing typed is lost"
    assert sent(browser, "protection", case, "consent", **asked).status_code == 302
    assert "It counts from" in text_of(client.get(reverse("movement:return", args=[case])))
    assert sent(browser, "registrar", case, "withdraw").status_code == 302
    assert ReturnConsent.objects.get().withdrawn_at is not None


def test_a_deportation_is_written_down_by_who_does_not_fill_the_flight(browser, store, ana):
    typed = {"person": ana.number, "kind": "deportation", "destination": "VEN"}
    refused = browser("coordinator").post(reverse("movement:return_open"), typed)
    assert refused.status_code == 422
    assert browser("registrar").post(reverse("movement:return_open"), typed).status_code == 302
    case = ReturnCase.objects.get(person=ana.id).id
    today = clock.now().date()
    decision = {
        "authority": "Migration", "reference": "R 7", "legal_basis": "Law 3", "decided_on": today.isoformat(),
        "appeal_until": (today + timedelta(days=5)).isoformat(),
    }  # fmt: skip
    assert sent(browser, "coordinator", case, "decide", **decision).status_code == 403
    assert sent(browser, "registrar", case, "decide", **decision).status_code == 302
    assert sent(browser, "protection", case, "appeal", filed_on=today.isoformat()).status_code == 302
    page = text_of(browser("coordinator").get(reverse("movement:return", args=[case])))
    assert "not decided yet" in page
    assert "is not asked to agree" in page
    late = {"outcome": "dismissed", "decided_on": today.isoformat()}
    assert sent(browser, "registrar", case, "outcome", **late).status_code == 302
    assert ReturnCase.objects.get(id=case).appeal_outcome == "dismissed"


def test_kinds_are_counted_apart_and_chosen_by_what_is_missing(browser, store, ana):
    made_ready(store, ana.id, destination="VEN")
    other = a_person(store, place=HOME).person_ids[0]
    browser("protection").post(
        reverse("movement:return_open"),
        {"person": Person.objects.get(id=other).number, "kind": "voluntary", "destination": "VEN"},
    )
    where = reverse("movement:returns")
    client = browser("coordinator")
    page = text_of(client.get(where))
    for counted in ("Voluntary returns", "Deportations", "Expulsions"):
        assert counted in page
    assert ana.number in page
    assert ana.number not in text_of(client.get(where, {"kind": "voluntary"}))
    assert ana.number not in text_of(client.get(where, {"missing": "return_papers"}))


def test_p7_a_coordinator_hears_of_a_fear_only_as_an_interview(browser, store, ana):
    case = made_ready(store, ana.id, destination="VEN")
    Person.objects.filter(id=ana.id).update(feared_country="VEN")
    where = reverse("movement:return", args=[case])
    assert "An interview is still to come." in text_of(browser("coordinator").get(where))
    assert "fear" not in text_of(browser("coordinator").get(where))
    assert "A fear, a claim or an undecided review" in text_of(browser("protection").get(where))


def test_the_persons_page_and_what_is_held_about_them_tell_of_the_way_home(browser, store, ana):
    case = made_ready(store, ana.id, destination="VEN")
    page = text_of(browser("coordinator").get(reverse("desk:person", args=[ana.id])))
    assert reverse("movement:return", args=[case]) in page
    assert "A decision to return them was written down" in page
    other = text_of(browser("analyst").get(reverse("desk:person", args=[ana.id])))
    assert reverse("movement:return", args=[case]) not in other
    from cauce.desk.held import held_for

    held = {section.id: section.entries for section in held_for(store["registrar"], ana.id).sections}
    assert "Migration service" in held["returns"][0].values()


def test_p13_custody_past_its_limit_is_red_on_the_board_and_for_oversight(browser, store, ana, at):
    now = clock.now()
    typed = {
        "person": ana.number, "place": HOME, "basis": "Law 3", "authority": "Judge of Colón",
        "since": "2023-08-15T09:00", "maximum": "2023-08-16T09:00", "next_review": "2023-08-15T20:00",
    }  # fmt: skip
    assert browser("registrar").post(reverse("movement:custody_record"), typed).status_code == 302
    row = Custody.objects.get()
    assert (row.maximum - row.since) == timedelta(hours=24)
    with at(now + timedelta(hours=20)):
        for role in ("supervisor", "registrar", "coordinator"):
            assert "is in custody past a limit" in text_of(browser(role).get(reverse("desk:board"))), role
        page = text_of(browser("supervisor").get(reverse("movement:custody")))
        assert "nobody has looked in time" in page
        assert ana.display_name not in page, "oversight reads numbers"
        look = {f"look{row.id.hex[-8:]}": "", "outcome": "goes on", "next_review": "2023-08-16T08:00"}
        where = reverse("movement:custody_review", args=[row.id])
        assert browser("registrar").post(where, look).status_code == 403
        assert browser("protection").post(where, look).status_code == 302
        assert "is in custody past a limit" not in text_of(browser("supervisor").get(reverse("desk:board")))
        end = reverse("movement:custody_end", args=[row.id])
        assert browser("registrar").post(end, {"why": "released"}).status_code == 302
    assert Custody.objects.get().ended_why == "released"


def test_p11_the_page_for_the_consulate_says_no_before_a_final_decision(browser, store, ana):
    case = made_ready(store, ana.id, destination="VEN")
    answer = browser("coordinator").post(reverse("movement:return_consulate", args=[case]), {"recipient": "nobody"})
    assert answer.status_code == 422
    assert "Nothing was released" in text_of(answer)


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_page_of_returns_is_light_and_can_be_read_aloud(browser, store, ana, language):
    import re

    case = made_ready(store, ana.id, "voluntary", destination="VEN")
    client = browser("operator", language)
    for name, args in (
        ("returns", []), ("return_open", []), ("return", [case]), ("return_rules", [case]), ("custody", []),
    ):  # fmt: skip
        answer = client.get(reverse(f"movement:{name}", args=args))
        page = text_of(answer)
        assert answer.status_code == 200
        assert len(answer.content) < 100_000
        assert page.count("<h1") == 1
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), (name, [one for one in ids if ids.count(one) > 1])
        labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
        for field in re.findall(r"<(?:input|select|textarea)\b[^>]*>", page):
            if 'type="hidden"' not in field:
                found = re.search(r'\bid="([^"]+)"', field)
                assert found is not None, (name, field)
                assert found.group(1) in labelled, (name, field)
