"""Tokens on the administrator's page and by command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cauce.access.models import Account
from cauce.access.services import add_account
from cauce.access.token_models import Token
from cauce.access.tokens import bearer_of
from cauce.desk import token_commands

pytestmark = pytest.mark.django_db
TOLD = {"name": "figures", "account": "agency", "capabilities": ["report.read"], "days": "30", "nonce": "n"}


@pytest.fixture
def agency(store) -> Account:
    return Account.objects.create(name="agency", role="partner")


def secrets_in(text: str) -> list[str]:
    return re.findall(r"cauce_[0-9a-f]{64}", text)


def test_the_secret_is_shown_on_the_answer_and_nowhere_again(signed_in, agency):
    browser = signed_in("administrator")
    answer = browser.post("/settings/tokens/", TOLD)
    (secret,) = secrets_in(answer.content.decode())
    assert bearer_of(secret).actor.account == "agency"
    assert not secrets_in(browser.get("/settings/tokens/").content.decode())
    assert browser.post("/settings/tokens/", TOLD).status_code == 302  # the button pressed twice
    assert Token.objects.count() == 1


def test_what_cannot_be_made_stands_in_the_form_again(signed_in, agency):
    browser = signed_in("administrator")
    beyond = browser.post("/settings/tokens/", {**TOLD, "capabilities": ["board.read"]})  # no capability of a partner
    assert beyond.status_code == 422
    assert "does not have the capability" in beyond.content.decode()
    assert 'value="figures"' in beyond.content.decode()
    for wrong in ({"days": "400"}, {"days": ""}, {"capabilities": []}, {"name": "Fi gures"}, {"account": "operator"}):
        assert browser.post("/settings/tokens/", {**TOLD, **wrong, "nonce": ""}).status_code == 422
    assert not Token.objects.exists()


def test_the_page_offers_only_what_the_administrator_may_and_a_token_can_use(signed_in, agency):
    page = signed_in("administrator").get("/settings/tokens/").content.decode()
    assert 'value="report.read"' in page
    assert 'value="people.register"' not in page
    assert 'value="accounts.manage"' not in page


def test_a_token_is_revoked_on_the_page(signed_in, agency):
    browser = signed_in("administrator")
    (secret,) = secrets_in(browser.post("/settings/tokens/", TOLD).content.decode())
    assert browser.post("/settings/tokens/figures/revoke/").status_code == 302
    assert bearer_of(secret) is None
    assert "revoked" in browser.get("/settings/tokens/").content.decode()


def test_the_settings_lead_administrators_to_the_tokens(signed_in, store):
    assert "/settings/tokens/" in signed_in("administrator").get("/settings/").content.decode()
    assert "/settings/tokens/" not in signed_in("coordinator").get("/settings/").content.decode()


def test_tokens_by_command(agency, monkeypatch, tmp_path: Path):
    from cauce.access.actor import Actor

    add_account(name="gate", role="registrar")
    operator = Actor(account="operator", role="operator")
    monkeypatch.setattr(token_commands, "open_store", lambda data, account: operator)
    run = CliRunner()
    more = ["--may", "people.register", "--may", "people.read", "--place", "lajas_blancas", "--days", "90"]
    made = run.invoke(token_commands.app, ["add", "gate-1", "--for", "gate", *more])
    assert made.exit_code == 0, made.output
    (secret,) = secrets_in(made.output)
    assert bearer_of(secret).actor.place == "lajas_blancas"
    listed = run.invoke(token_commands.app, ["list"]).output
    assert "gate-1\tgate\tlajas_blancas\tpeople.read,people.register\tuntil 2023-11-13 10:00" in listed
    assert not secrets_in(listed)
    assert run.invoke(token_commands.app, ["revoke", "gate-1"]).exit_code == 0
    assert bearer_of(secret) is None
    assert "\trevoked\t" in run.invoke(token_commands.app, ["list"]).output
    elsewhere = ["--may", "people.read", "--days", "1", "--place", "atlantis"]
    nowhere = run.invoke(token_commands.app, ["add", "x1", "--for", "gate", *elsewhere])
    assert "has no place 'atlantis'" in str(nowhere.exception)
