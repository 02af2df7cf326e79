"""What a page shows of thousands is not worked out at every look, and never passes for newer than it is."""

from __future__ import annotations

import zlib
from datetime import date, timedelta

import pytest
from tests.factories import a_family, a_person

from cauce.journal import clock, standing
from cauce.journal.models import Standing
from cauce.movement.services import dispatch

pytestmark = pytest.mark.django_db
TODAY = date(2023, 8, 15)
PLACE = "lajas_blancas"
QUEUE = f"/queue/?place={PLACE}"


@pytest.fixture(autouse=True)
def _many(monkeypatch):
    monkeypatch.setattr(standing, "MANY", 1)


def seen(browser, page):
    return browser.get(page).content.decode()


def test_the_queue_of_many_is_planned_behind_and_says_of_when_it_is(signed_in, store, checks, at):
    browser = signed_in("coordinator")
    first = a_family(store, place=PLACE)
    checks()
    assert "1 group," in seen(browser, QUEUE)
    a_family(store, place=PLACE, size=2)
    checks()
    later = seen(browser, QUEUE)
    assert "1 group," in later
    assert "As planned at 10:00:00" in later
    why = seen(browser, f"/people/{first.person_ids[0]}/why/")
    assert "As planned at 10:00:00" in why
    assert "So the queue stood at" in why
    standing.renew(lambda: False)
    now = seen(browser, QUEUE)
    assert "2 groups," in now
    assert "As planned" not in now
    a_person(store, place=PLACE)
    with at(clock.now() + timedelta(seconds=standing.AGE + 1)):  # and where nothing runs behind
        assert "3 groups," in seen(browser, QUEUE)


def test_seats_of_the_day_are_never_old(signed_in, store, checks):
    browser = signed_in("coordinator")
    a_family(store, place=PLACE)
    checks()
    assert "Has a seat on a manifest" not in seen(browser, QUEUE)
    dispatch(place=PLACE, date=TODAY, by=store["coordinator"])
    after = seen(browser, QUEUE)
    assert "Has a seat on a manifest" in after
    assert "As planned" not in after
    manifests = seen(browser, f"/manifests/?place={PLACE}&date={TODAY}")
    assert ">3/" in manifests


def test_the_report_of_many_is_counted_behind_and_a_file_of_it_at_once(signed_in, store, at):
    browser = signed_in("coordinator")
    page, file = f"/report/?date={TODAY}", f"/report/report.csv?date={TODAY}"
    a_person(store, arrived_at=clock.now() - timedelta(hours=1))
    assert "Counted at 10:00:00" in seen(browser, page)
    a_person(store, arrived_at=clock.now() - timedelta(hours=1))
    with at(clock.now() + timedelta(seconds=2)):
        assert "Counted at 10:00:00" in seen(browser, page)
        assert "arrivals,total,,2" in seen(browser, file)
        standing.renew(lambda: False)
        assert "Counted at 10:00:02" in seen(browser, page)


def test_what_an_earlier_program_kept_in_another_form_is_made_again(signed_in, store, monkeypatch):
    browser = signed_in("coordinator")
    a_person(store, place=PLACE)
    pages = ("/", QUEUE, f"/report/?date={TODAY}")
    shown = [seen(browser, page) for page in pages]
    monkeypatch.setattr(standing, "_read", {})
    kept = Standing.objects.values_list("key", "mark")
    assert len(kept) >= len(pages)
    for key, mark in kept:
        earlier = f"{int(mark[:8], 16) ^ 1:08x}{mark[8:]}"
        Standing.objects.filter(key=key).update(value=zlib.compress(b"[]"), mark=earlier)
    assert [len(seen(browser, page)) for page in pages] == [len(page) for page in shown]
