"""A form sent after the session ended: kept for who filled it in, and for nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from desk_forms import a_form, value_of
from django.conf import settings
from django.test import Client
from tests.conftest import NOON
from tests.factories import a_person

from cauce.access.services import add_account
from cauce.desk import drafts
from cauce.journal import clock
from cauce.people.models import Person

pytestmark = pytest.mark.django_db
PASSWORD = "a long password"
LATER = NOON + timedelta(minutes=90)  # nobody did anything for longer than a session takes


@pytest.fixture(autouse=True)
def accounts(store: Any) -> None:
    for name in ("rosa", "jorge"):
        add_account(name=name, role="registrar", password=PASSWORD)


def sign_in(client: Client, name: str, after: str = "") -> str:
    answer = client.post("/login/", {"name": name, "password": PASSWORD, "next": after})
    assert answer.status_code == 302
    return answer.headers["Location"]


@pytest.fixture
def rosa() -> Client:
    client = Client(headers={"accept-language": "en"})
    sign_in(client, "rosa")
    return client


FAMILY = [
    {"given_names": "Ana", "family_names": 'Rojas "la negra"', "needs": ["SM"], "sex": "F"},
    {"given_names": "Luz", "sex": "F"},
]


def test_what_was_typed_comes_back_filled_in_and_is_recorded_once_it_is_sent_again(rosa: Client) -> None:
    form = a_form(rosa, FAMILY)
    with clock.stopped(LATER):
        answer = rosa.post("/register/", form, headers={"referer": "http://testserver/register/"})
        where = answer.headers["Location"]
        assert (answer.status_code, where) == (302, "/login/?next=/register/%3Fcount%3D2")
        assert "What you typed is kept" in rosa.get(where).content.decode()
        assert Person.objects.count() == 0
        lies = b"".join(path.read_bytes() for path in drafts.folder().iterdir())
        assert b"Rojas" not in lies  # P15
        page = rosa.get(sign_in(rosa, "rosa", "/register/?count=2")).content.decode()
        assert "signed out before your form was sent" in page
        assert value_of(page, "p0-family_names") == 'Rojas "la negra"'
        assert (
            value_of(page, "submission") == form["submission"]
        )  # so that it counts once, whatever became of the first
        assert page.count(" selected") >= 2
        sent = rosa.post("/register/", form)
        assert sent.status_code == 302
        assert Person.objects.count() == 2
        assert not rosa.cookies[settings.KEPT_COOKIE_NAME].value
        assert "signed out before" not in rosa.get("/register/?count=2").content.decode()


def test_another_account_finds_nothing_of_it(rosa: Client) -> None:
    form = a_form(rosa, FAMILY)
    with clock.stopped(LATER):
        rosa.post("/register/", form)
        assert sign_in(rosa, "jorge", "/register/?count=2") == "/register/?count=2"
        for address in ("/register/?count=2", "/kept/"):
            assert "Rojas" not in rosa.get(address).content.decode()
        rosa.post("/logout/")
        assert sign_in(rosa, "rosa") == "/register/?count=2"  # without being asked for
        assert "Rojas" in rosa.get("/register/?count=2").content.decode()


def test_who_signed_out_in_another_window_loses_nothing(rosa: Client) -> None:
    form = a_form(rosa, FAMILY)
    rosa.post("/logout/")
    rosa.post("/register/", form)
    assert sign_in(rosa, "rosa") == "/register/?count=2"
    assert "Rojas" in rosa.get("/kept/").content.decode()
    token = rosa.cookies[settings.KEPT_COOKIE_NAME].value
    assert rosa.post("/kept/", {"token": token}).status_code == 302
    assert "Rojas" not in rosa.get("/kept/").content.decode()
    assert drafts.find(token, "rosa") is None


def test_strangers_and_passwords_are_not_kept(rosa: Client) -> None:
    for client in (Client(), rosa):
        rosa.post("/logout/")
        client.post("/account/password/", {"old": PASSWORD, "new": "another long password"})
        assert settings.KEPT_COOKIE_NAME not in client.cookies
    stranger = Client()
    stranger.post("/register/", {"p0-given_names": "Ana"})
    assert settings.KEPT_COOKIE_NAME not in stranger.cookies


def test_where_the_page_has_the_form_no_more_it_says_where_to_read_what_was_typed(store: Any, rosa: Client) -> None:
    number = a_person(store).person_ids[0]
    rosa.post("/logout/")
    for address in (f"/people/{number}/", "/people/gone/"):
        rosa.post(
            f"/people/{number}/move/", {"why": "Hospital at Metetí"}, headers={"referer": f"http://testserver{address}"}
        )
    sign_in(rosa, "rosa")
    page = rosa.get(f"/people/{number}/").content.decode()
    assert "Not everything that you typed has a place on this page now." in page
    assert "Metetí" not in page
    listed = rosa.get("/people/gone/", follow=True)
    assert "Hospital at Metetí" in listed.content.decode()


def test_a_window_left_open_while_one_signed_in_anew_in_another_loses_nothing() -> None:
    client = Client(headers={"accept-language": "en"}, enforce_csrf_checks=True)

    def enter(name: str) -> None:
        token = value_of(client.get("/login/").content.decode(), "csrfmiddlewaretoken")
        client.post("/login/", {"name": name, "password": PASSWORD, "csrfmiddlewaretoken": token})

    def leave() -> None:
        token = value_of(client.get("/register/").content.decode(), "csrfmiddlewaretoken")
        assert client.post("/logout/", {"csrfmiddlewaretoken": token}).status_code == 302

    enter("rosa")
    token = value_of(client.get("/register/").content.decode(), "csrfmiddlewaretoken")
    form = a_form(client, FAMILY) | {"csrfmiddlewaretoken": token}
    leave()
    enter("jorge")
    assert client.post("/register/", form).status_code == 403  # it is not his
    leave()
    enter("rosa")
    assert client.post("/register/", form | {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
    leave()
    enter("rosa")
    late = client.get("/register/").content.decode()
    open_form = a_form(client, FAMILY) | {"csrfmiddlewaretoken": value_of(late, "csrfmiddlewaretoken")}
    leave()
    enter("rosa")
    assert client.post("/register/", open_form).headers["Location"] == "/register/?count=2"
    page = client.get("/register/?count=2").content.decode()
    assert value_of(page, "p0-family_names") == 'Rojas "la negra"'
    assert Person.objects.count() == 0
