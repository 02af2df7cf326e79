"""Passkeys in a real Chromium with an authenticator of its own, on loopback, with no other host to ask."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import NOON

from cauce.access import passkeys, ruleset
from cauce.access.passkeys import Site
from cauce.access.services import actor_named, add_account
from cauce.access.signin_models import Factor
from cauce.journal.errors import Refused

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "a long password"
SITE = Site("station.example", ("https://station.example",))
needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is missing")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    # Playwright runs an event loop in this thread, where Django would refuse to touch the store.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def desk(transactional_store, live_server, chromium) -> Iterator[Any]:
    """A page of a browser that has an authenticator; what it asks of another host is an error."""
    add_account(name="rosa", role="registrar", password=PASSWORD)
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    page, strangers, wrong = context.new_page(), [], []
    page.on("request", lambda asked: asked.url.startswith(live_server.url) or strangers.append(asked.url))
    page.on(
        "console", lambda told: told.type == "error" and "Content Security" in told.text and wrong.append(told.text)
    )
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    page.authenticator = tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": False}},
    )["authenticatorId"]
    page.tools = tools
    yield page
    context.close()
    assert (strangers, wrong) == ([], [])


def sign_in(page: Any, live_server: Any) -> None:
    page.goto(f"{live_server.url}/login/?next=/account/")
    page.fill("#id_name", "rosa")
    page.fill("#id_password", PASSWORD)
    page.click("main button")


def make(page: Any, button: str = "Make the passkey") -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


@pytest.mark.browser
@needs_chromium
def test_a_passkey_is_made_asked_for_and_removed(desk, live_server):
    sign_in(desk, live_server)
    desk.click("text=Add a second factor")
    desk.check("input[value=passkey]")
    desk.fill("#make_label", "grey key")
    desk.fill("#make_password", PASSWORD)
    desk.click("#factors form:has(#make_label) button")
    make(desk)
    assert len(re.findall(r"(?:[A-Z2-9]{4}-){3}[A-Z2-9]{4}", desk.inner_text("main"))) == 10
    assert desk.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    desk.context.clear_cookies()
    sign_in(desk, live_server)
    desk.wait_for_url("**/login/second/")
    desk.goto(f"{live_server.url}/account/")
    assert "/login/" in desk.url  # the password alone opens nothing
    desk.goto(f"{live_server.url}/login/second/")
    make(desk, "Use the passkey")
    desk.wait_for_url("**/account/")
    assert Factor.objects.get().sign_count > 0
    assert "grey key" in desk.inner_text("#factors")

    desk.click("#factors details summary >> nth=0")
    desk.fill("#sure_1", PASSWORD)
    with desk.expect_navigation():
        desk.get_by_role("button", name="Remove").click()
    assert not Factor.objects.exists()


@pytest.mark.browser
@needs_chromium
def test_a_role_that_needs_one_makes_a_passkey_at_sign_in(desk, live_server, transactional_store):
    ruleset.require_second_factor(roles=["registrar"], by=transactional_store["administrator"])
    sign_in(desk, live_server)
    desk.wait_for_url("**/login/factor/")
    desk.check("input[value=passkey]")
    desk.fill("#id_label", "grey key")
    desk.click("main button")
    make(desk)
    assert "You are signed in" in desk.inner_text("main")
    desk.click("text=Continue")
    desk.wait_for_url("**/account/")


@pytest.mark.browser
@needs_chromium
def test_an_answer_that_was_used_a_copied_key_and_a_lost_key_open_nothing(desk, live_server):
    sign_in(desk, live_server)
    desk.click("text=Add a second factor")
    desk.check("input[value=passkey]")
    desk.fill("#make_label", "grey key")
    desk.fill("#make_password", PASSWORD)
    desk.click("#factors form:has(#make_label) button")
    make(desk)
    told: dict[str, Any] = {}
    site = Site("localhost", (live_server.url,))

    def answered() -> dict[str, Any]:
        """What the browser answers to a question of ours, without its being sent."""
        asked = passkeys.ask(name="rosa", site=site)
        assert asked is not None
        desk.context.clear_cookies()
        sign_in(desk, live_server)
        desk.wait_for_url("**/login/second/")
        desk.evaluate("(o) => { const f = document.querySelector('[data-passkey]'); f.dataset.options = o;"
                      " f.submit = () => { window.said = f.elements.credential.value; }; }", asked.options)  # fmt: skip
        desk.get_by_role("button", name="Use the passkey").click()
        desk.wait_for_function("window.said")
        return {"name": "rosa", "credential": desk.evaluate("window.said"), "challenge": asked.challenge}

    told = answered()
    other = Site("localhost", ("https://localhost",))
    assert not passkeys.answer_is(**told, site=other)  # another origin
    assert not passkeys.answer_is(**{**told, "challenge": passkeys.ask(name="rosa", site=site).challenge}, site=site)
    assert not passkeys.answer_is(**{**told, "name": "nadia"}, site=site)
    body = json.loads(told["credential"])
    for part in ("signature", "clientDataJSON", "authenticatorData"):
        spoilt = {**body, "response": {**body["response"], part: body["response"][part][:-4] + "AAAA"}}
        assert not passkeys.answer_is(**{**told, "credential": json.dumps(spoilt)}, site=site), part
    assert passkeys.answer_is(**told, site=site)
    assert not passkeys.answer_is(**told, site=site)  # the same answer again: the count did not go on
    told = answered()
    Factor.objects.update(sign_count=1000)  # another copy of the key went further
    assert not passkeys.answer_is(**told, site=site)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sent",
    ["", "{}", "[]", "null", "x", '{"id": 7}', '{"id": {"a": 1}, "response": []}', "[" * 5000, '{"id":"' + "a" * 30_000,
     json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key",
                 "response": {"clientDataJSON": "e30", "attestationObject": "oA"}})],
)  # fmt: skip
def test_whatever_a_browser_sends_is_an_answer_or_a_refusal(store, sent):
    add_account(name="rosa", role="registrar", password=PASSWORD)
    by = actor_named("rosa")
    asked = passkeys.begin(label="key", site=SITE, by=by)
    with pytest.raises(Refused):
        passkeys.finish(label="key", credential=sent, challenge=asked.challenge, site=SITE, by=by)
    row = {"account_id": 1, "kind": "passkey", "credential": "AAAA", "public_key": b"x", "site": SITE.name}
    row["account_id"] = by and Factor._meta.get_field("account").related_model.objects.get().pk
    Factor.objects.create(id="0" * 32, name="key", added_at=NOON, tried_at=NOON, **row)
    assert not passkeys.answer_is(name="rosa", credential=sent, challenge=asked.challenge, site=SITE)


@pytest.mark.django_db
def test_a_desk_under_an_address_of_digits_says_that_passkeys_need_a_name(store):
    add_account(name="rosa", role="registrar", password=PASSWORD)
    for name in ("192.168.1.10", "::1", ""):
        site = Site(name, ())
        assert not site.can
        with pytest.raises(Refused, match="under its name"):
            passkeys.begin(label="key", site=site, by=actor_named("rosa"))
