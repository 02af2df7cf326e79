"""The public card page: one's own status and nothing else."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from tests.factories import a_family, a_person

from cauce.access.actor import Actor
from cauce.access.models import Reading
from cauce.desk.card import ESTIMATES
from cauce.journal import clock
from cauce.movement.models import Manifest
from cauce.movement.services import dispatch, seal
from cauce.people.models import Person
from cauce.people.services import end_stay, flag_need
from cauce.protection.services import place_hold
from cauce.vetting.models import CheckResult, Objection
from cauce.vetting.services import answer_objection

pytestmark = pytest.mark.django_db
LANGUAGES = ("es", "en", "fr", "ht", "pt", "ar", "zh-hans")


@pytest.fixture
def card(store, checks):
    """Somebody ready to leave: (number, token, PIN)."""
    made = a_person(
        store, given_names="Zulaika", family_names="Quispe", nationality="PER", language="es", needs=("SM-CI",)
    )
    checks()
    return made.cards[0]


def visible(response) -> str:
    """The page without its form token: a random one may happen to spell anything."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())


def get(token: str, **more: str):
    return Client(HTTP_ACCEPT_LANGUAGE="en").get(f"/c/{token}", {"lang": "en", **more})


def post(token: str, **told: str):
    return Client(HTTP_ACCEPT_LANGUAGE="en").post(f"/c/{token}?lang=en", told)


def board(actors: dict[str, Actor]) -> None:
    """Everybody at the station gets a seat that is meant to leave."""
    plan = dispatch(place="lajas_blancas", date=date(2023, 8, 15), by=actors["coordinator"])
    seal(manifest=plan.manifests[0], by=actors["coordinator"])


def test_p8_the_likely_day_and_then_the_planned_one_are_told_behind_the_pin_and_as_no_promise(card, store):
    waits = visible(post(card[1], pin=card[2]))
    assert "<dt>Your place in the queue</dt><dd>1 of 1</dd>" in waits
    assert "<dt>At the earliest</dt><dd>15 August 2023</dd>" in waits
    assert "This is no promise" in waits
    dispatch(place="lajas_blancas", date=date(2023, 8, 15), by=store["coordinator"])
    page, told = visible(get(card[1])), visible(post(card[1], pin=card[2]))
    assert "A journey is planned for you" in page
    assert "15 August" not in page
    assert "<dd><strong>15 August 2023</strong> · by bus</dd>" in told
    assert "This is a plan, not a promise" in told
    assert "Still missing" not in page
    number = Manifest.objects.get().number
    together = a_family(store, size=2).cards
    CheckResult.objects.update(result="clear")
    dispatch(place="lajas_blancas", date=date(2023, 8, 15), by=store["coordinator"])
    assert "Still missing" not in get(together[1][1]).content.decode()  # of a family that is planned whole
    for early in ("You have a seat", "Paso Canoas", number, "<dt>Seat</dt>", "Your place in the queue"):
        assert early not in page + told, early


def test_f6_a_slip_held_to_the_kiosk_opens_the_card_and_leaves_nothing_in_an_address(card, store):
    person, client = Person.objects.get(), Client(HTTP_ACCEPT_LANGUAGE="en")
    first = client.get("/kiosk/?lang=en")
    assert "Where do I stand?" in first.content.decode()
    scanned = client.post("/kiosk/?lang=en", {"card": f"https://cauce.example/c/{card[1]}", "code": ""})
    page = visible(scanned)
    assert (scanned.status_code, scanned.headers["Cache-Control"]) == (200, "no-store")
    assert "Nothing is missing." in page
    assert 'http-equiv="refresh" content="120;url=/kiosk/"' in page  # and goes back by itself
    assert "Lajas" not in page
    opened = visible(client.post("/kiosk/?lang=en", {"card": card[1], "pin": card[2]}))
    assert "ETRM Lajas Blancas" in opened
    by_number = visible(client.post("/kiosk/?lang=en", {"card": person.number.lower(), "code": card[2]}))
    assert "ETRM Lajas Blancas" in by_number
    assert not client.cookies.get("sessionid")


def test_the_place_in_the_queue_is_worked_out_so_often_for_one_card_at_the_kiosk_too(card):
    person, client = Person.objects.get(), Client(HTTP_ACCEPT_LANGUAGE="en")
    told = {"card": person.number, "code": card[2]}
    assert "Your place in the queue" in visible(client.post("/kiosk/?lang=en", told))
    for _time in range(10):
        ESTIMATES.take(person.id.hex)
    page = visible(client.post("/kiosk/?lang=en", told))
    assert ("ETRM Lajas Blancas" in page, "Your place in the queue" in page) == (True, False)


def test_p8_a_number_alone_opens_nothing_at_the_kiosk(card):
    person, client = Person.objects.get(), Client(HTTP_ACCEPT_LANGUAGE="en")
    wrong = "000000" if card[2] != "000000" else "111111"
    for told in (
        {"card": person.number},
        {"card": person.number, "code": wrong},
        {"card": "7QK-0000-0", "code": wrong},
    ):
        answer = client.post("/kiosk/?lang=en", told)
        assert answer.status_code == 422
        assert "This did not work" in answer.content.decode()
        assert "Nothing is missing" not in answer.content.decode()
    for _time in range(5):
        client.post("/kiosk/?lang=en", {"card": person.number, "code": wrong})
    assert client.post("/kiosk/?lang=en", {"card": person.number, "code": card[2]}).status_code == 422
    for _time in range(60):
        client.post("/kiosk/?lang=en", {"card": "guess"})
    assert client.post("/kiosk/?lang=en", {"card": card[1]}).status_code == 429


def test_a_slash_behind_the_token_is_the_same_page_and_no_way_round(card):
    typed = Client(HTTP_ACCEPT_LANGUAGE="en").get(f"/c/{card[1]}/", {"lang": "en"})
    assert (typed.status_code, visible(typed)) == (200, visible(get(card[1])))
    assert Client().get(f"/c/{'x' * 22}/").status_code == 404


def test_p8_nothing_on_the_page_tells_who_or_where(card, signed_in, store):
    person = Person.objects.get()
    signed_in("registrar", place="lajas_blancas").get(f"/people/{person.id}/")
    board(store)
    page = visible(get(card[1]))
    told = ("Zulaika", "Quispe", "PER", "Lajas", "lajas", "Paso Canoas", "15 August", "Illness", "SM-CI", "passport")
    for secret in (*told, card[0], card[2], str(person.id)):
        assert secret not in page, secret
    assert "You have a seat" in page
    assert "<li>registration officer</li>" in page  # P17: the role


def test_p8_the_pin_opens_place_day_and_who_looked_by_station(card, signed_in, store):
    person = Person.objects.get()
    signed_in("registrar", place="lajas_blancas").get(f"/people/{person.id}/")
    board(store)
    page = post(card[1], pin=card[2]).content.decode()
    assert "ETRM Lajas Blancas" in page
    assert "Paso Canoas" in page
    assert "15 August 2023" in page
    assert "registration officer · ETRM Lajas Blancas" in page
    assert "Zulaika" not in page
    assert "ETRM Lajas Blancas" not in get(card[1]).content.decode()  # and is not remembered


def test_p8_five_wrong_pins_lock_the_right_one_out(card):
    answers = [post(card[1], pin="000000" if card[2] != "000000" else "111111") for _time in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 429]
    locked = post(card[1], pin=card[2])
    assert locked.status_code == 429
    assert "Lajas" not in locked.content.decode()
    assert "Too many wrong PINs" in locked.content.decode()


def test_p8_a_card_ends_some_days_after_departure_and_at_once_when_revoked(card, store, at):
    end_stay(person=Person.objects.get().id, outcome="departed", by=store["coordinator"])
    with at(clock.now() + timedelta(days=29)):
        assert get(card[1]).status_code == 200
    with at(clock.now() + timedelta(days=31)):
        ended = get(card[1])
        assert ended.status_code == 410
        assert "This card has ended" in ended.content.decode()
    assert get("nobody-has-this-one").status_code == 404


def test_p7_a_confidential_reason_sounds_like_any_appointment(card, store):
    person = Person.objects.get().id
    ordinary = get(card[1]).content.decode()
    assert "Nothing is missing." in ordinary
    place_hold(person=person, kind="warrant", reason="order 12/2023", by=store["protection"])
    warrant = get(card[1]).content.decode()
    CheckResult.objects.filter(person=person, check_id="watchlist").update(result="refer", reasons=["hit:ofac-sdn"])
    referred = get(card[1]).content.decode()
    flag_need(person=person, code="SM-CC", by=store["registrar"])
    sick = get(card[1]).content.decode()
    assert _said(warrant) == _said(referred) == _said(sick)
    assert "An interview is still to come." in warrant
    for secret in ("order 12", "warrant", "hold", "match", "ofac"):
        assert secret not in sick.lower()


def _said(page: str) -> str:
    return page[page.index("Where you stand") : page.index("Place, day and vehicle")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_the_persons_language_and_any_other_of_the_corridor(store, language):
    token = a_person(store, language=language.partition("-")[0]).cards[0][1]
    own = Client(HTTP_ACCEPT_LANGUAGE="de").get(f"/c/{token}").content.decode()
    assert f'<html lang="{language}"' in own
    assert ('dir="rtl"' in own[:200]) == (language == "ar")
    for other in LANGUAGES:
        assert f"?lang={other}" in own
    assert '<html lang="fr"' in Client().get(f"/c/{token}?lang=fr").content.decode()


def test_nothing_of_the_page_is_indexed_kept_or_told_to_others(card):
    answer = get(card[1])
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "https://" not in answer.content.decode()


def test_p17_an_objection_is_filed_gets_a_deadline_and_is_answered_behind_the_pin(card, store):
    filed = post(card[1], words="No soy esa persona")
    assert filed.status_code == 200
    row = Objection.objects.get()
    assert (row.words, row.filed_by) == ("No soy esa persona", "card holder")
    page = get(card[1]).content.decode()
    assert "You will have an answer by 20 August 2023" in page
    assert "No soy esa persona" not in page
    answer_objection(objection=row.id, answer="You are right.", upheld=True, by=store["protection"])
    assert "You are right." not in get(card[1]).content.decode()
    assert "You are right." in post(card[1], pin=card[2]).content.decode()


def test_an_empty_objection_is_asked_for_again_and_nobody_floods_the_desk(card):
    assert post(card[1], words=" ").status_code == 422
    for _time in range(3):
        assert post(card[1], words="again").status_code == 200
    flooded = post(card[1], words="once more")
    assert flooded.status_code == 429
    assert "once more" in flooded.content.decode()
    assert Objection.objects.count() == 3


def test_who_guesses_addresses_is_stopped(card):
    for number in range(30):
        get(f"guess-{number}")
    assert get(card[1]).status_code == 429


def test_a_look_at_ones_own_card_is_no_reading_by_an_officer(card):
    get(card[1])
    assert not Reading.objects.exists()


def test_everybody_of_a_family_has_a_card_of_their_own(store):
    made = a_family(store, size=4)
    assert len({token for _number, token, _pin in made.cards}) == 4
    assert all(get(token).status_code == 200 for _number, token, _pin in made.cards)
