"""Signing in and out: passwords, second steps, waits, and where it ends."""

from __future__ import annotations

import hashlib
import re
import time
from datetime import timedelta

import pyotp
import pytest
from django.conf import settings
from django.test import Client
from tests.conftest import NOON

from cauce.access import factors, ruleset
from cauce.access.models import Account
from cauce.access.services import actor_named, add_account, disable_account, set_password
from cauce.access.signin_models import Act, Factor
from cauce.desk.signin import BY_ADDRESS, BY_NAME
from cauce.journal import clock
from cauce.journal.models import Node

pytestmark = pytest.mark.django_db
PASSWORD = "a long password"


@pytest.fixture
def account(store):
    add_account(name="rosa", role="registrar", password=PASSWORD)
    return "rosa"


def browser(**more) -> Client:
    return Client(HTTP_ACCEPT_LANGUAGE="en", enforce_csrf_checks=False, **more)


def signed(name: str = "rosa", password: str = PASSWORD, client: Client | None = None, **more):
    client = client or browser()
    return client, client.post("/login/", {"name": name, "password": password, **more})


@pytest.fixture
def app(account):
    """An app for codes on rosa's account: `app()` is a code that was not used yet."""
    begun = factors.begin_totp(label="telephone", by=actor_named("rosa"))
    totp, used = pyotp.TOTP(begun.secret), set()

    def code() -> str:
        step = next(one for one in range(int(time.time()) // 30 - 1, int(time.time()) // 30 + 2) if one not in used)
        used.add(step)
        return totp.generate_otp(step)

    code.recovery = factors.finish_totp(code=code(), by=actor_named("rosa"))
    return code


def test_the_right_password_leads_to_the_page_that_was_asked_for(account):
    client = browser()
    asked = client.get("/find/?q=ana", follow=True)
    assert "Account name" in asked.content.decode()
    _client, answer = signed(" Rosa ", client=client, next="/find/?q=ana")
    assert answer.headers["Location"] == "/find/?q=ana"
    assert client.get("/").status_code == 200


def test_a_wrong_password_tells_nothing_about_which_was_wrong(account):
    _client, wrong = signed(password="x")
    _client, nobody = signed("nobody", "x")
    assert wrong.status_code == nobody.status_code == 422
    assert "do not fit together" in wrong.content.decode()
    assert "do not fit together" in nobody.content.decode()


def test_after_five_wrong_passwords_the_right_one_waits_too_and_longer_each_time(account):
    client = browser()
    for _time in range(BY_NAME.free):
        signed(password="x", client=client)
    _client, answer = signed(client=client)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"
    assert "Wait 1 minute," in answer.content.decode()
    assert client.get("/").status_code == 302
    with clock.stopped(NOON + timedelta(minutes=2)):
        _client, again = signed(password="x", client=client)
        assert "Wait 2 minutes," in again.content.decode()
    with clock.stopped(NOON + timedelta(minutes=5)):
        assert signed()[1].status_code == 302
        assert signed(password="x")[1].status_code == 422  # the success forgot what was before
    assert Act.objects.filter(what="locked", about="rosa").exists()


def test_the_count_outlives_what_a_process_remembers(account):
    from django.core.cache import cache

    for _time in range(BY_NAME.free):
        signed(password="x")
    cache.clear()
    assert signed()[1].status_code == 429


def test_one_address_cannot_try_many_names(account):
    client = browser()
    for number in range(BY_ADDRESS.free):
        signed(f"name{number}", "x", client)
    assert signed(client=client)[1].status_code == 429
    assert signed(client=browser(REMOTE_ADDR="192.0.2.77"))[1].status_code == 302


def test_a_disabled_account_is_out_at_once_and_stays_outside(account, store):
    client, _answer = signed()
    disable_account(name=account, by=store["administrator"])
    assert client.get("/").status_code == 302
    assert signed(client=client)[1].status_code == 422


def test_the_command_lines_own_account_opens_no_page(store):
    add_account(name="operator", role="operator", password=PASSWORD)
    assert signed("operator")[1].status_code == 422


def test_another_site_is_never_the_next_page(account):
    assert signed(next="https://elsewhere.example/")[1].headers["Location"] == "/"


def test_signing_out_ends_it_and_a_link_cannot_do_it(account):
    client, _answer = signed()
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get("/logout/").status_code == 405
    client.post("/logout/")
    assert client.get("/").status_code == 302
    thief = browser()
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert thief.get("/").status_code == 302


def test_a_page_is_not_kept_by_the_browser_and_loads_nothing_from_elsewhere(account):
    client, _answer = signed()
    answer = client.get("/")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "http://" not in answer.content.decode().replace("http://testserver", "")
    assert "https://" not in answer.content.decode()
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', answer.content.decode())
    assert len(files) >= 3
    for file in files:  # these may be kept for ever: another content has another name
        kept = client.get(file)
        assert (kept.status_code, "immutable" in kept.headers["Cache-Control"]) == (200, True)
        digest = hashlib.sha256(b"".join(kept.streaming_content)).hexdigest()
        assert digest[:12] in file


def test_the_language_can_be_changed_on_every_page(account):
    client = browser()
    client.post("/i18n/setlang/", {"language": "es", "next": "/login/"})
    assert '<html lang="es"' in client.get("/login/").content.decode()
    client.post("/i18n/setlang/", {"language": "en", "next": "/login/"})
    assert '<html lang="en"' in client.get("/login/").content.decode()


def test_with_an_app_the_password_alone_opens_nothing(app):
    client, answer = signed(next="/find/")
    assert answer.headers["Location"] == "/login/second/"
    for page in ("/", "/find/", "/account/", "/login/factor/", "/login/password/"):
        assert client.get(page).status_code == 302, page
    wrong = client.post("/login/second/", {"code": "000000"})
    assert wrong.status_code == 422
    assert "clock says" in wrong.content.decode()  # the usual reason, where the internet tells no time
    right = app()
    assert client.post("/login/second/", {"code": f"{right[:3]} {right[3:]}"}).headers["Location"] == "/find/"
    assert client.get("/").status_code == 200
    again, _answer = signed()
    assert again.post("/login/second/", {"code": right}).status_code == 422  # a code works once


def test_the_session_gets_a_new_key_at_each_step(app):
    client = browser()
    client.post("/i18n/setlang/", {"language": "en"})
    _client, _answer = signed(client=client)
    half = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/login/second/", {"code": app()})
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != half


def test_wrong_codes_are_counted_whoever_knows_the_password(app):
    for _time in range(5):
        client, _answer = signed()
        client.post("/login/second/", {"code": "000000"})
    answer = client.post("/login/second/", {"code": app()})
    assert answer.status_code == 429
    assert "Wait 1 minute," in answer.content.decode()


def test_a_half_signed_in_browser_begins_again_after_a_while(app):
    client, _answer = signed()
    with clock.stopped(NOON + timedelta(minutes=16)):
        assert client.post("/login/second/", {"code": app()}).headers["Location"] == "/login/"


def test_a_recovery_code_signs_in_once(app):
    code = app.recovery[0]
    assert len(app.recovery) == 10
    client, _answer = signed()
    assert client.post("/login/second/", {"code": code.lower()}).status_code == 302
    assert "9 codes are left" in client.get("/account/").content.decode()
    client, _answer = signed()
    assert client.post("/login/second/", {"code": code}).status_code == 422


def test_a_role_that_needs_a_second_factor_is_led_through_making_one(account, store):
    ruleset.require_second_factor(roles=["registrar"], by=store["administrator"])
    client, answer = signed(next="/find/")
    assert answer.headers["Location"] == "/login/factor/"
    assert client.get("/find/").status_code == 302
    shown = client.post("/login/factor/", {"kind": "totp", "label": "telephone"}).content.decode()
    secret = re.search(r'class="mrz"><strong>([A-Z2-7 ]+)<', shown).group(1).replace(" ", "")
    assert "<svg" in shown
    wrong = client.post("/login/factor/", {"code": "123"})
    assert wrong.status_code == 422
    assert secret[:4] in wrong.content.decode()  # the same app may try again
    made = client.post("/login/factor/", {"code": pyotp.TOTP(secret).now()}).content.decode()
    assert len(re.findall(r"[A-Z2-9]{4}(?:-[A-Z2-9]{4}){3}", made)) == 10
    assert 'href="/find/"' in made
    assert client.get("/find/").status_code == 200
    assert secret not in str(list(Factor.objects.values("secret")))


@pytest.mark.parametrize("typed", ["", "a heron at low water"])
def test_a_password_that_somebody_else_made_opens_nothing_but_the_choice_of_another(store, typed):
    given = add_account(name="nadia", role="registrar", password=typed, by=store["administrator"])
    client, answer = signed("nadia", given)
    assert answer.headers["Location"] == "/login/password/"
    assert client.get("/").status_code == 302
    told = {"old": given, "new": "basketball", "again": "basketball"}
    assert "tried first" in client.post("/login/password/", told).content.decode()
    told = {"old": given, "new": "plátano río canoa", "again": "plátano río canoa"}
    assert client.post("/login/password/", told).status_code == 302
    assert client.get("/").status_code == 200
    assert signed("nadia", given)[1].status_code == 422
    new = set_password(name="nadia", password=typed, by=store["administrator"])
    assert client.get("/").status_code == 302  # and a new one ends what went on
    assert signed("nadia", new)[1].headers["Location"] == "/login/password/"


def test_in_a_training_store_the_password_that_the_class_knows_opens_the_desk(store, monkeypatch):
    monkeypatch.setattr(Node.here(), "training", True)
    add_account(name="nadia", role="registrar", password=PASSWORD, by=store["administrator"])
    assert signed("nadia", PASSWORD)[0].get("/").status_code == 200


def test_a_session_ends_after_an_hour_of_nothing_and_after_twelve_in_any_case(account):
    client, _answer = signed()
    with clock.stopped(NOON + timedelta(minutes=59)):
        assert client.get("/").status_code == 200
    with clock.stopped(NOON + timedelta(minutes=118)):
        assert client.get("/").status_code == 200
    with clock.stopped(NOON + timedelta(minutes=179)):
        assert client.get("/").status_code == 302
    client, _answer = signed()
    for minutes in range(50, 720, 50):
        with clock.stopped(NOON + timedelta(minutes=minutes)):
            assert client.get("/").status_code == 200
    with clock.stopped(NOON + timedelta(minutes=721)):
        assert client.get("/").status_code == 302


def test_a_clock_set_back_ends_sessions_instead_of_lengthening_them(account):
    client, _answer = signed()
    with clock.stopped(NOON - timedelta(hours=1)):
        assert client.get("/").status_code == 302


def test_one_sees_where_one_is_signed_in_and_ends_it_everywhere_else(account):
    here, _answer = signed()
    there, _answer = signed(client=browser(HTTP_USER_AGENT="Mozilla/5.0 (Android 14) Firefox/130.0"))
    page = here.get("/account/").content.decode()
    assert "Firefox · Android" in page
    assert here.post("/account/elsewhere/").status_code == 302
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302


def test_changing_the_password_needs_the_old_one_and_ends_all_other_sessions(account):
    here, _answer = signed()
    there, _answer = signed()
    told = {"old": "not it", "new": "plátano río canoa", "again": "plátano río canoa"}
    assert "not your present password" in here.post("/account/password/", told).content.decode()
    assert here.post("/account/password/", {**told, "old": PASSWORD, "again": "x"}).status_code == 422
    assert here.post("/account/password/", {**told, "old": PASSWORD}).status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


def test_second_factors_are_added_named_and_removed_with_the_password_only(app):
    client, _answer = signed()
    client.post("/login/second/", {"code": app()})
    first = Factor.objects.get()
    told = {"kind": "totp", "label": "spare", "password": "not it"}
    assert client.post("/account/factors/", told).status_code == 422
    client.post("/account/factors/", {**told, "password": PASSWORD})
    page = client.get("/account/").content.decode()
    secret = re.search(r'class="mrz"><strong>([A-Z2-7 ]+)<', page).group(1).replace(" ", "")
    assert client.post("/account/factors/", {"code": pyotp.TOTP(secret).now()}).status_code == 302
    assert Factor.objects.filter(tried_at__isnull=False).count() == 2
    change = f"/account/factors/{first.id}/"
    assert client.post(change, {"label": "old one", "password": "not it"}).status_code == 422
    client.post(change, {"label": "old one", "password": PASSWORD})
    assert "old one" in client.get("/account/").content.decode()
    assert client.post(change, {"remove": "1", "password": "not it"}).status_code == 422
    assert client.post(change, {"remove": "1", "password": PASSWORD}).status_code == 302
    assert [row.name for row in Factor.objects.all()] == ["spare"]
    told = [act.what for act in Act.objects.filter(account="rosa").order_by("id")]
    assert told.count("factor_added") == 2
    assert "factor_removed" in told


def test_nobody_changes_a_factor_of_somebody_else(app, store):
    add_account(name="nadia", role="registrar", password=PASSWORD)
    client, _answer = signed("nadia")
    told = {"remove": "1", "password": PASSWORD}
    assert client.post(f"/account/factors/{Factor.objects.get().id}/", told).status_code == 404
    assert Factor.objects.exists()


def test_new_recovery_codes_end_the_old_ones(app):
    client, _answer = signed()
    client.post("/login/second/", {"code": app()})
    assert client.post("/account/codes/", {"password": "x"}).status_code == 422
    page = client.post("/account/codes/", {"password": PASSWORD}).content.decode()
    assert "shown only now" in page
    client, _answer = signed()
    assert client.post("/login/second/", {"code": app.recovery[1]}).status_code == 422


def test_an_administrator_resets_a_lost_factor_and_it_is_written_down(app, signed_in):
    client, _answer = signed()
    client.post("/login/second/", {"code": app()})
    page = signed_in("administrator")
    assert page.post("/settings/accounts/rosa/factors/").status_code == 302
    assert not Factor.objects.exists()
    assert client.get("/").status_code == 302
    assert signed()[1].headers["Location"] == "/"
    act = Act.objects.get(what="factors_reset")
    assert (act.account, act.about) == ("administrator", "rosa")
    assert signed_in("registrar").post("/settings/accounts/rosa/factors/").status_code == 403


def test_the_administrator_chooses_on_the_page_who_needs_a_second_factor(signed_in):
    page = signed_in("administrator")
    told = {"second_factor": ["analyst", "protection"], "idle_minutes": "20", "longest_hours": "8"}
    assert page.post("/settings/signin/", told).status_code == 302
    assert ruleset.rules() == {"second_factor": ["analyst", "protection"], "idle_minutes": 20, "longest_hours": 8}
    assert signed_in("coordinator").post("/settings/signin/", told).status_code == 403
    assert page.post("/settings/signin/", {**told, "idle_minutes": "0"}).status_code == 422


def test_what_is_done_about_accounts_is_chained_and_verified(account, store):
    from django.db import IntegrityError, transaction

    from cauce.journal import triggers
    from cauce.journal.verify import verify

    assert verify().first_bad is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Act.objects.update(about="nobody")
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.update(role="analyst")
    triggers.drop()
    Act.objects.update(about="nobody")
    triggers.install()
    bad = verify().first_bad
    assert bad is not None
    assert bad.node == "accounts"
