"""On a phone, in three languages: no page is wider than the window, and the last page and column can be reached."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from tests.factories import a_family

from cauce.access.actor import Actor
from cauce.access.models import Account
from cauce.journal import clock
from cauce.movement.services import dispatch
from cauce.protection.services import place_hold

CHROMIUM = Path("/usr/bin/chromium")
LANGUAGES = {"en": "en-GB", "es": "es-ES", "ar": "ar"}
WIDTHS = (390, 360)
ROLES = ("coordinator", "protection", "administrator")
MORE = ("/register/?count=2", "/find/?q=ana+33", "/account/", "/settings/", "/sync/", "/retention/", "/tokens/")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_store,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is missing"),
]
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TABLES = """[...document.querySelectorAll('.scroll')].filter((one) => one.scrollWidth > one.clientWidth).map((one) => {
    const rtl = document.documentElement.dir === 'rtl';
    one.scrollLeft = (rtl ? -1 : 1) * one.scrollWidth;
    one.scrollIntoView();
    const box = one.querySelector('tr').lastElementChild.getBoundingClientRect();
    const moved = one.scrollLeft !== 0 && getComputedStyle(one).overflowX !== 'hidden';
    return {left: Math.floor(box.left), right: Math.ceil(box.right), moved: moved};
})"""
DOORS = """[...document.querySelectorAll('.doors a')].map((one) => {
    one.scrollIntoView();
    const box = one.getBoundingClientRect();
    const met = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
    return {name: one.textContent, left: Math.floor(box.left), right: Math.ceil(box.right), open: met === one};
})"""


@pytest.fixture
def phone(transactional_store: Any, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """`phone(role, language, width)`: a page of a phone whose owner is signed in."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])

        def open_page(role: str, language: str, width: int) -> Any:
            client = Client()
            with clock.stopped(datetime.now(UTC)):  # the server's threads know no stopped clock
                client.force_login(Account.objects.get_or_create(name=f"{role}9", defaults={"role": role})[0])
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
            context = browser.new_context(
                viewport={"width": width, "height": 780}, locale=LANGUAGES[language], is_mobile=True, has_touch=True
            )
            context.add_cookies([{**cookie, "url": live_server.url}])
            page = context.new_page()
            page.goto(live_server.url + "/account/")
            assert page.evaluate("document.documentElement.lang") == language
            assert page.locator(".doors a").count() > 1, "signed in"
            return page

        yield open_page
        browser.close()


@pytest.fixture
def busy(transactional_store: dict[str, Actor]) -> list[str]:
    """A station with something on every page; the addresses of what is about a person."""
    name = {"family_names": "Rasoanaivo-Andriamampianina de la Concepción"}
    now = datetime.now(UTC)
    with clock.stopped(now):
        family = a_family(transactional_store, size=4, head=name)
        held = a_family(transactional_store, size=2).person_ids[0]
        why = "A fever, to be looked at again by the clinician tomorrow before noon."
        place_hold(person=held, kind="medical", reason=why, by=transactional_store["protection"])
        dispatch(place="lajas_blancas", date=now.date(), by=transactional_store["coordinator"])
    person = family.person_ids[0]
    return [f"/people/{person}/", f"/people/{person}/why/", f"/groups/{family.group_id}/"]


def doors(page: Any) -> list[str]:
    return [str(one) for one in page.evaluate("[...document.querySelectorAll('.doors a')].map((one) => one.href)")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_is_wider_than_a_phone_and_wide_tables_scroll_within_themselves(
    phone: Callable[..., Any], busy: list[str], live_server: Any, language: str
) -> None:
    opened, scrolled = set[str](), set[str]()
    for role in ROLES:
        page = phone(role, language, WIDTHS[0])
        for address in [*doors(page), *(live_server.url + path for path in (*MORE, *busy))]:
            if address in opened:
                continue
            page.set_viewport_size({"width": WIDTHS[0], "height": 780})
            if page.goto(address).status != 200:
                continue
            opened.add(address)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 780})
                wider = page.evaluate(TOO_WIDE)
                assert wider <= 0, f"{address} is {wider} px wider than {width} for {role}"
                for last in page.evaluate(TABLES):
                    assert last["moved"], f"{address}: a table goes on beyond {width} px and does not scroll"
                    assert last["left"] >= -1, f"{address}: the last column of a table cannot be reached at {width} px"
                    assert last["right"] <= width + 1, f"{address}: the last column cannot be reached at {width} px"
                    scrolled.add(address)
    assert len(opened) > 20
    assert scrolled, "some table is wider than a phone: otherwise this proves nothing of tables"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_of_the_navigation_can_be_reached_on_a_phone(phone: Callable[..., Any], language: str) -> None:
    for role in ROLES:
        page = phone(role, language, WIDTHS[0])
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 780})
            entries = page.evaluate(DOORS)
            assert len(entries) > 1
            for entry in entries:
                assert entry["left"] >= 0, (role, width, entry)
                assert entry["right"] <= width, (role, width, entry)
                assert entry["open"], (role, width, entry)
        last = page.locator(".doors a").last
        wanted = last.get_attribute("href")
        last.tap()
        page.wait_for_url(f"**{wanted}")
