"""The page of a decision on paper: what was asked and what comes of it, from the first page on."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from tests.factories import a_family

from cauce.access.actor import Actor
from cauce.access.models import Account
from cauce.journal import clock

CHROMIUM = Path("/usr/bin/chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_store,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is missing"),
]


@pytest.fixture
def asked(transactional_store: dict[str, Actor], live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The page of a decision, asked with a question of its own, in a browser of a coordinator."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    from playwright.sync_api import sync_playwright

    now, client = datetime.now(UTC), Client()
    with clock.stopped(now):
        for back in range(20):
            a_family(transactional_store, size=3, arrived_at=now - timedelta(days=back, hours=1))
        client.force_login(Account.objects.create(name="coordinator9", role="coordinator"))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1100, "height": 780}, locale="en-GB")
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + "/outlook/simulate/")
        page.goto(page.locator(".tries a").first.evaluate("one => one.href"))
        page.locator(".places .card").first.wait_for(timeout=60_000)
        yield page
        browser.close()


def test_on_paper_the_answer_begins_on_the_first_page_and_nothing_to_press_is_printed(asked: Any) -> None:
    chosen = asked.locator(".tries a[aria-current]").inner_text()
    pdf = asked.pdf(format="A4")
    asked.emulate_media(media="print")
    asked.set_viewport_size({"width": 718, "height": 1000})  # A4 less its margins
    shown = [one.inner_text() for one in asked.locator(".tabs a").all() if one.is_visible()]
    assert shown == [chosen], "which question it is, and no other to press"
    assert not asked.locator("form[data-follow]").is_visible()
    assert asked.locator(".sentence .answer").is_visible()
    assert asked.locator(".places .card").first.bounding_box()["y"] < 500
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 3
