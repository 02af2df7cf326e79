"""Tokens: shown once, kept as a digest, for some things, until a day, and closed at once."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.test import Client
from tests.api.conftest import Machine

from cauce.access import roles
from cauce.access.actor import Actor
from cauce.access.machines.door import MOST_WRONG
from cauce.access.models import Account
from cauce.access.services import disable_account
from cauce.access.signin_models import Act
from cauce.access.token_models import Token
from cauce.access.tokens import add_token, digest_of, revoke_token, tokens_for
from cauce.journal import clock
from cauce.journal.errors import Misused, NotAllowed, Refused, Unknown

pytestmark = pytest.mark.django_db
OPERATOR = Actor(account="operator", role="operator")


@pytest.fixture
def gate(store) -> Account:
    return Account.objects.create(name="gate", role="registrar")


def made(**told) -> str:
    given = {"name": "gate-1", "account": "gate", "capabilities": ["people.find"], "days": 30, "by": OPERATOR}
    return add_token(**{**given, **told})


def test_the_secret_is_kept_nowhere(gate):
    secret = made()
    row = Token.objects.get()
    assert len(bytes.fromhex(secret.removeprefix("cauce_"))) == 32  # 256 random bits
    assert row.digest == digest_of(secret)
    assert all(secret not in str(getattr(row, each.name)) for each in Token._meta.fields)
    act = Act.objects.get(what="token_made")
    assert (act.account, act.about) == ("operator", "gate")
    assert secret not in act.note


@pytest.mark.parametrize("days", [0, -1, 367, float("nan")])
def test_every_token_ends_within_a_year(gate, days):
    with pytest.raises(Misused):
        made(days=days)


def test_a_token_never_does_more_than_its_account(gate):
    with pytest.raises(Misused, match=r"reviews\.decide"):
        made(capabilities=["people.find", "reviews.decide"])


def test_a_token_never_does_more_than_whoever_made_it(store, gate):
    with pytest.raises(NotAllowed):
        made(by=store["administrator"])  # who may not look for people
    Account.objects.create(name="agency", role="partner")
    assert made(account="agency", capabilities=["report.read"], by=store["administrator"])


@pytest.mark.parametrize("role", ["registrar", "analyst", "protection", "coordinator", "partner"])
def test_only_administrators_make_and_see_tokens(store, gate, role):
    for act in (lambda: made(by=store[role]), lambda: tokens_for(store[role])):
        with pytest.raises(NotAllowed):
            act()


def test_a_token_works_where_its_account_works(store):
    Account.objects.create(name="gate", role="registrar", place="lajas_blancas")
    with pytest.raises(Refused):
        made(place="san_vicente")
    device = Machine(made())
    assert device.get("/token").json()["place"] == "lajas_blancas"
    assert device.get("/people", q="anybody").status_code == 200


def test_nobody_makes_a_token_of_the_command_lines_account_or_of_a_closed_one(store, gate):
    Account.objects.create(name="operator", role="operator")
    with pytest.raises(Refused):
        made(account="operator", capabilities=["report.read"])
    Account.objects.filter(name="gate").update(is_active=False)
    with pytest.raises(Unknown):
        made()


def test_it_ends_on_its_day_and_when_it_is_revoked_and_with_its_account(store, gate):
    ends, revoked, closed = (Machine(made(name=f"gate-{at}")) for at in range(3))
    for device in (ends, revoked, closed):
        assert device.get("/token").status_code == 200
    with clock.stopped(clock.now() + timedelta(days=30)):
        assert ends.get("/token").status_code == 401
    revoke_token(name="gate-1", by=OPERATOR)
    assert revoked.get("/token").status_code == 401
    Account.objects.create(name="administrator", role="administrator")
    disable_account(name="gate", by=store["administrator"])
    assert closed.get("/token").status_code == 401


def test_what_the_role_loses_the_token_loses(gate, monkeypatch):
    """Another version of the table takes a capability from the role."""
    device = Machine(made())
    assert device.get("/people", q="anybody").status_code == 200
    monkeypatch.setattr(roles, "may", lambda role, capability: capability != "people.find")
    assert device.get("/people", q="anybody").status_code == 403


def test_it_tells_when_it_was_used_last(gate):
    device = Machine(made())
    device.get("/token")
    first = Token.objects.get().last_used_at
    with clock.stopped(clock.now() + timedelta(seconds=30)):
        device.get("/token")
        assert Token.objects.get().last_used_at == first  # to the minute: no write at every request
    with clock.stopped(clock.now() + timedelta(minutes=2)):
        device.get("/token")
        assert Token.objects.get().last_used_at > first


def test_wrong_tokens_are_counted_and_logged_without_themselves(gate, caplog):
    right, wrong = Machine(made()), Machine("cauce_" + "ab" * 32)
    with caplog.at_level(logging.WARNING, logger="cauce.access.machines.door"):
        statuses = [wrong.get("/token").status_code for _ in range(MOST_WRONG + 5)]
    assert statuses == [401] * MOST_WRONG + [429] * 5
    assert len(caplog.records) == MOST_WRONG + 1
    assert "abab" not in caplog.text
    assert "127.0.0.1" in caplog.text
    assert int(wrong.get("/token").headers["Retry-After"]) > 0
    assert right.get("/token").status_code == 200  # one broken device does not shut out the others


def test_a_token_that_asks_too_often_waits(gate, settings):
    settings.CAUCE_API_PER_MINUTE = 3
    one, other = Machine(made()), Machine(made(name="gate-2"))
    assert [one.get("/token").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    assert one.get("/token").json()["code"] == "too_often"
    assert other.get("/token").status_code == 200


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic Z2F0ZTpnYXRl", "Bearer cauce_", "Bearer \x00é", "x"]
)
def test_what_is_no_token_opens_nothing(gate, header):
    answer = Client(headers={"Authorization": header}).get("/api/v1/token")
    assert answer.status_code == 401


def test_a_session_is_no_token(store, gate):
    browser = Client()
    browser.force_login(gate)
    assert browser.get("/api/v1/people?q=anybody").status_code == 401


def test_two_officers_are_two_people_with_tokens_too(store, machine, tmp_path):
    """Who proposed on a page to lift a hold does not confirm it with a token."""
    from tests.factories import a_person

    from cauce.protection.services import place_hold, propose_lift

    person = a_person(store).person_ids[0]
    hold = place_hold(person=person, kind="medical", reason="a fever", by=store["protection"])
    device = machine("protection")
    account = device.get("/token").json()["account"]
    propose_lift(hold=hold, reason="it is over", by=Actor(account=account, role="protection"))
    answer = device.post(f"/holds/{hold}/confirm-lift")
    assert answer.status_code == 409
    assert answer.json()["code"] == "protection_hold_lift_takes_two"
    assert machine("protection").post(f"/holds/{hold}/confirm-lift").status_code == 200
