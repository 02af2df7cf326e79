"""A month without a single person: nothing divides by nobody, nothing is overdue, every page says that all is quiet."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from tests.conftest import NOON
from tests.pages.conftest import PLACE

from cauce.journal import clock
from cauce.journal.models import Entry
from cauce.movement.models import Manifest
from cauce.movement.selectors import matters_for, queue_for
from cauce.movement.services import dispatch
from cauce.outlook.selectors import report_for

QUIET = {
    "desk:board": "Nobody waits.",
    "movement:queue": "Nobody waits",
    "movement:manifests": "No manifest leaves here on this day yet.",
    "outlook:report": "Nobody waits.",
}


@pytest.mark.parametrize("name", QUIET)
def test_a_page_after_a_month_of_nobody_says_so(browser, store, name):
    with clock.stopped(NOON + timedelta(days=31)):
        page = browser("coordinator").get(reverse(name), follow=True)
    assert page.status_code == 200
    text = html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode().split("<main", 1)[1]))
    assert QUIET[name] in text
    for odd in ("nan", "None", "inf ", "-1 ", "Open matters", "overdue"):
        assert odd not in text, odd


def test_a_month_of_proposals_of_nobody_writes_nothing(store):
    before = Entry.objects.count()
    for day in range(0, 31, 5):
        with clock.stopped(NOON + timedelta(days=day)):
            today = clock.now().date()
            plan = dispatch(place=PLACE, date=today, by=store["coordinator"])
            assert (plan.manifests, plan.left_behind, plan.changed) == ((), (), False)
            assert queue_for(store["coordinator"], PLACE) == []
            assert matters_for(store["coordinator"]) == []
    assert Entry.objects.count() == before
    assert not Manifest.objects.exists()
    with clock.stopped(NOON + timedelta(days=31)):
        report = report_for(store["coordinator"], clock.now().date())
    assert {figure.total for figure in report.figures.values()} == {0}
    assert (report.waiting, report.longest_wait_hours) == ({}, None)
