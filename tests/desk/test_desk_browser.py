"""The desk in a real browser: the keyboard alone, a phone's width, and no JavaScript."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from desk_forms import ZONE
from tests.factories import a_family

from cauce.access.services import add_account
from cauce.access.signin_models import SignedIn
from cauce.journal import clock
from cauce.people.models import Person

CHROMIUM = Path("/usr/bin/chromium")
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is missing"),
]


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
    """`desk(viewport, javascript)`: a page signed in as a registrar. Nothing may be asked of another host."""
    add_account(name="rosa", role="registrar", password="a long password")
    contexts, strangers = [], []

    def open_page(viewport: dict[str, int] = LAPTOP, *, javascript: bool = True) -> Any:
        context = chromium.new_context(viewport=viewport, java_script_enabled=javascript, locale="en-GB")
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda asked: asked.url.startswith(live_server.url) or strangers.append(asked.url))
        page.goto(f"{live_server.url}/login/")
        page.locator("input:focus").wait_for()  # the cursor stands in the first field
        page.keyboard.type("rosa")
        page.keyboard.press("Tab")
        page.keyboard.type("a long password")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{live_server.url}/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert strangers == []


def test_a_scanner_and_a_keyboard_register_somebody(desk, live_server):
    page = desk()
    page.goto(f"{live_server.url}/register/")
    page.focus("#id_p0-mrz")
    with page.expect_navigation():
        page.keyboard.insert_text(ZONE)  # a scanner presses no button
    assert page.input_value("#id_p0-family_names") == "Eriksson"
    with page.expect_navigation():
        page.focus("#id_p0-given_names")
        page.keyboard.press("Enter")  # checks, saves nothing
    assert "Nothing is saved yet" in page.inner_text("main")
    assert Person.objects.count() == 0
    page.focus("button[value=save]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".slip").count() == 1
    assert Person.objects.get().family_names == "Eriksson"


def test_without_javascript_a_family_is_registered_all_the_same(desk, live_server):
    page = desk(PHONE, javascript=False)
    page.goto(f"{live_server.url}/register/")
    page.fill("#id_p0-mrz", ZONE)
    for button in ("#p0-read", "button[value=add]"):
        with page.expect_navigation():
            page.click(button)
    page.fill("#id_p1-given_names", "Tomás")
    page.select_option("#id_p1-guardian", "0")
    with page.expect_navigation():
        page.click("button[value=save]")
    page.wait_for_selector(".slip")
    assert page.locator(".slip").count() == 2
    assert Person.objects.filter(guardian__isnull=False).count() == 1


def test_a_button_pressed_twice_registers_once(desk, live_server):
    page = desk()
    page.goto(f"{live_server.url}/register/")
    page.fill("#id_p0-given_names", "Ana")
    page.dblclick("button[value=save]")
    page.wait_for_selector(".slip")
    assert Person.objects.count() == 1


def test_a_form_sent_after_the_session_ended_is_there_again_as_it_was(desk, live_server):
    page = desk(PHONE, javascript=False)
    page.goto(f"{live_server.url}/register/?count=2")
    page.fill("#id_p0-given_names", 'Ana "la negra"')
    page.select_option("#id_p0-sex", "F")
    page.fill("#id_p1-given_names", "Tomás")
    page.select_option("#id_p1-guardian", "0")
    SignedIn.objects.update(ended_at=clock.now(), ended_why="everywhere")
    page.click("button[value=save]")
    page.wait_for_url(f"{live_server.url}/login/**")
    assert "What you typed is kept" in page.inner_text("main")
    assert "Ana" not in page.url
    page.fill("input[name=name]", "rosa")
    page.fill("input[name=password]", "a long password")
    page.click("main button")
    page.wait_for_url(f"{live_server.url}/register/?count=2")
    assert "filled in again as it was" in page.inner_text("main")
    assert page.input_value("#id_p0-given_names") == 'Ana "la negra"'
    assert page.input_value("#id_p0-sex") == "F"
    assert page.input_value("#id_p1-guardian") == "0"
    assert Person.objects.count() == 0
    page.click("button[value=save]")
    page.wait_for_selector(".slip")
    assert Person.objects.filter(guardian__isnull=False).count() == 1


def test_no_page_is_wider_than_a_phone(desk, live_server, transactional_store):
    family = a_family(
        transactional_store, size=4, head={"family_names": "Rasoanaivo-Andriamampianina de la Concepción"}
    )
    page = desk(PHONE)
    person = family.person_ids[0]
    for path in ("/", "/register/?count=2", "/find/?q=ana+33", "/duplicates/", f"/people/{person}/",
                 f"/people/{person}/correct/", f"/groups/{family.group_id}/", f"/register/{family.group_id}/cards/",
                 "/headcount/", f"/c/{family.cards[0][1]}?lang=ar"):  # fmt: skip
        page.goto(live_server.url + path)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{path} is {wider} px too wide"


def test_every_field_has_a_label_and_the_page_one_heading(desk, live_server, transactional_store):
    family = a_family(transactional_store)
    page = desk()
    person = family.person_ids[0]
    for path in (
        "/",
        "/register/",
        "/find/",
        f"/people/{person}/",
        f"/people/{person}/leave/",
        f"/c/{family.cards[0][1]}",
    ):
        page.goto(live_server.url + path)
        unnamed = page.evaluate(
            "[...document.querySelectorAll('main input:not([type=hidden]), main select, main textarea')]"
            ".filter((field) => !field.labels.length).map((field) => field.name)"
        )
        assert unnamed == [], path
        assert page.locator("h1").count() == 1, path
