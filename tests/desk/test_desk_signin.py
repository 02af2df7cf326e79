"""Signing in and out."""

from __future__ import annotations

import pytest
from django.test import Client

from cauce.access.services import add_account
from cauce.desk.signin import BY_ADDRESS, BY_NAME

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(store):
    add_account(name="rosa", role="registrar", password="a long password")
    return "rosa"


def browser() -> Client:
    return Client(HTTP_ACCEPT_LANGUAGE="en", enforce_csrf_checks=False)


def test_the_right_password_leads_to_the_page_that_was_asked_for(account):
    client = browser()
    asked = client.get("/find/?q=ana", follow=True)
    assert "Account name" in asked.content.decode()
    answer = client.post(
        "/login/", {"name": " Rosa ", "password": "a long password", "next": "/find/?q=ana"}, follow=False
    )
    assert answer.headers["Location"] == "/find/?q=ana"
    assert client.get("/").status_code == 200


def test_a_wrong_password_tells_nothing_about_which_was_wrong(account):
    wrong = browser().post("/login/", {"name": account, "password": "x"})
    nobody = browser().post("/login/", {"name": "nobody", "password": "x"})
    assert wrong.status_code == nobody.status_code == 422
    assert "do not fit together" in wrong.content.decode()
    assert "do not fit together" in nobody.content.decode()


def test_after_five_wrong_passwords_the_right_one_waits_too(account):
    client = browser()
    for _time in range(BY_NAME.most):
        client.post("/login/", {"name": account, "password": "x"})
    answer = client.post("/login/", {"name": account, "password": "a long password"})
    assert answer.status_code == 429
    assert "Wait 15 minutes" in answer.content.decode()
    assert client.get("/").status_code == 302


def test_one_address_cannot_try_many_names(account):
    client = browser()
    for number in range(BY_ADDRESS.most):
        client.post("/login/", {"name": f"name{number}", "password": "x"})
    assert client.post("/login/", {"name": account, "password": "a long password"}).status_code == 429


def test_a_disabled_account_stays_outside(account, store):
    from cauce.access.services import disable_account

    client = browser()
    client.post("/login/", {"name": account, "password": "a long password"})
    disable_account(name=account, by=store["administrator"])
    assert client.get("/").status_code == 302
    assert client.post("/login/", {"name": account, "password": "a long password"}).status_code == 422


def test_another_site_is_never_the_next_page(account):
    told = {"name": account, "password": "a long password", "next": "https://elsewhere.example/"}
    assert browser().post("/login/", told).headers["Location"] == "/"


def test_signing_out_ends_it_and_a_link_cannot_do_it(account):
    client = browser()
    client.post("/login/", {"name": account, "password": "a long password"})
    assert client.get("/logout/").status_code == 405
    client.post("/logout/")
    assert client.get("/").status_code == 302


def test_a_page_is_not_kept_by_the_browser_and_loads_nothing_from_elsewhere(account):
    client = browser()
    client.post("/login/", {"name": account, "password": "a long password"})
    answer = client.get("/")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "http://" not in answer.content.decode().replace("http://testserver", "")
    assert "https://" not in answer.content.decode()


def test_the_language_can_be_changed_on_every_page(account):
    client = browser()
    client.post("/i18n/setlang/", {"language": "es", "next": "/login/"})
    assert '<html lang="es"' in client.get("/login/").content.decode()
    client.post("/i18n/setlang/", {"language": "en", "next": "/login/"})
    assert '<html lang="en"' in client.get("/login/").content.decode()
