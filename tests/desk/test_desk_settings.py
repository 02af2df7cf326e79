"""Settings: the quota, the accounts, what is in force."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from cauce.access.models import Account
from cauce.access.services import actor_named, add_account, disable_account, enable_account
from cauce.corridor.allotting import allot
from cauce.corridor.models import QuotaChange
from cauce.corridor.selectors import quota_on
from cauce.journal.errors import Refused

pytestmark = pytest.mark.django_db
TOMORROW = date(2023, 8, 16)


def test_tomorrows_quota_is_changed_once_and_taken_back(signed_in):
    browser = signed_in("coordinator")
    told = {
        "border": "paso_canoas",
        "start": "16/08/2023",
        "per_day": "300",
        "reason": "Costa Rica asked",
        "nonce": "n",
    }
    for _time in range(2):
        assert browser.post("/settings/quota/", told).status_code == 302
    assert QuotaChange.objects.count() == 1
    assert quota_on("paso_canoas", TOMORROW).per_day == 300
    page = browser.get("/settings/").content.decode()
    assert "Costa Rica asked" in page
    assert "fewer may cross than were allotted" not in page
    day = {"start": TOMORROW, "until": TOMORROW}
    allot(border="paso_canoas", place="lajas_blancas", seats=290, source="m", by=actor_named("coordinator"), **day)
    said = browser.post("/settings/quota/", {**told, "per_day": "200", "nonce": "o"}, follow=True).content.decode()
    assert "fewer may cross than were allotted" in said
    browser.post(f"/settings/quota/{QuotaChange.objects.get(per_day=200).id}/undo/")
    browser.post(f"/settings/quota/{QuotaChange.objects.get(per_day=300).id}/undo/")
    assert quota_on("paso_canoas", TOMORROW).per_day == 2200


def test_a_border_is_closed_for_some_days(signed_in):
    told = {"border": "paso_canoas", "start": "2023-08-16", "until": "2023-08-18", "closed": "on", "reason": "strike"}
    signed_in("coordinator").post("/settings/quota/", told)
    assert not quota_on("paso_canoas", date(2023, 8, 18)).open
    assert quota_on("paso_canoas", date(2023, 8, 19)).open


def test_a_change_that_makes_no_sense_keeps_what_was_typed(signed_in):
    browser = signed_in("coordinator")
    told = {"border": "paso_canoas", "start": "2023-08-18", "until": "2023-08-16", "per_day": "5", "reason": "typo"}
    answer = browser.post("/settings/quota/", told)
    assert answer.status_code == 422
    assert 'value="typo"' in answer.content.decode()
    assert browser.post("/settings/quota/", {**told, "until": "", "per_day": ""}).status_code == 422
    assert not QuotaChange.objects.exists()


def test_an_administrator_makes_closes_and_reopens_nobody_else_sees_accounts(signed_in):
    browser = signed_in("administrator")
    made = browser.post("/settings/accounts/", {"name": "Nadia", "role": "analyst", "place": "", "nonce": "1"})
    page = made.content.decode()
    assert "shown only now" in page
    password = made.context["password"]
    nadia = Client()
    assert nadia.post("/login/", {"name": "nadia", "password": password}).status_code == 302
    new = browser.post("/settings/accounts/nadia/password/").context["password"]
    assert new != password
    browser.post("/settings/accounts/nadia/disable/")
    assert not Account.objects.get(name="nadia").is_active
    assert "disabled" in browser.get("/settings/").content.decode()
    assert Client().post("/login/", {"name": "nadia", "password": new}).status_code == 422
    browser.post("/settings/accounts/nadia/enable/")
    assert Client().post("/login/", {"name": "nadia", "password": new}).status_code == 302
    assert "nadia" not in signed_in("coordinator").get("/settings/").content.decode()
    assert signed_in("coordinator").post("/settings/accounts/", {"name": "x", "role": "operator"}).status_code == 403


def test_nobody_disables_the_own_account_or_the_last_administrator(signed_in, store):
    page = signed_in("administrator")
    own = page.post("/settings/accounts/administrator/disable/")
    assert own.status_code == 409
    assert "your own account" in own.content.decode()
    with pytest.raises(Refused, match="the only administrator"):
        disable_account(name="administrator", by=store["operator"])
    assert Account.objects.get(name="administrator").is_active
    add_account(name="second", role="administrator", by=store["administrator"])
    disable_account(name="administrator", by=store["operator"])
    with pytest.raises(Refused, match="the only administrator"):
        disable_account(name="second", by=store["operator"])
    enable_account(name="administrator", by=store["operator"])
    disable_account(name="second", by=store["administrator"])
    assert not Account.objects.get(name="second").is_active


def test_a_bad_account_name_is_said_at_the_form(signed_in):
    answer = signed_in("administrator").post("/settings/accounts/", {"name": "N!", "role": "analyst", "nonce": "1"})
    assert answer.status_code == 422
    assert "is no account name" in answer.content.decode()


def test_the_corridor_and_the_lists_in_force_are_named(signed_in, checks):
    page = signed_in("administrator").get("/settings/").content.decode()
    assert "Darién" in page
    assert "ofac-sdn" in page
    assert "ofac-sdn" not in signed_in("coordinator").get("/settings/").content.decode()
