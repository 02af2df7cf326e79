"""Every page in a real browser: it asks nobody but its own server, and breaks none of what the policy forbids."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from test_security_routes import PAGES, filled
from tests.factories import a_family

from cauce.access.models import Account
from cauce.journal import clock
from cauce.people.models import Person

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_store,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is missing"),
]


@pytest.fixture
def opened(transactional_store: Any, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A page of a browser that is signed in as the operator, who may open everything; and what it was heard to do."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    from playwright.sync_api import sync_playwright

    client = Client()
    with clock.stopped(datetime.now(UTC)):  # the server's threads know no stopped clock: its session would be over
        client.force_login(Account.objects.get_or_create(name="operator9", defaults={"role": "operator"})[0])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = browser.new_context(locale="en-GB")
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()
        heard: list[str] = []
        page.on("request", lambda asked: asked.url.startswith((live_server.url, "data:")) or heard.append(asked.url))
        page.on("console", lambda told: heard.append(told.text) if "Policy" in told.text else None)
        page.on("pageerror", lambda error: heard.append(str(error)))
        yield page, live_server.url, heard, client
        browser.close()


def test_every_page_asks_its_own_origin_alone_and_breaks_no_policy(opened: Any, transactional_store: Any) -> None:
    page, base, heard, client = opened
    family = a_family(transactional_store, size=3)
    person = Person.objects.get(id=family.person_ids[0])
    known = {"person": person.id, "group": family.group_id, "number": person.number}
    seen = 0
    for route, pattern in PAGES:
        if pattern.name in ("logout", "set_language", "photo", "pdf") or route.endswith((".csv", ".json")):
            continue
        address = filled(route, known)
        with clock.stopped(datetime.now(UTC)):
            told = client.get(address)
        if told.status_code == 405 or not told.get("Content-Type", "text/html").startswith("text/html"):
            continue  # only takes a form, or is a file: there is no page to open
        answer = page.goto(base + address, wait_until="load")
        seen += answer.status == 200 and "/login/" not in page.url
        assert heard == [], f"/{route}: {heard}"
    assert seen > 40
