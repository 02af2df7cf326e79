"""The page of whose how much of a border's quota is: read, allotted and taken back (F3)."""

from __future__ import annotations

from datetime import date

import pytest

from cauce.corridor.models import Allotment
from cauce.corridor.selectors import allotted
from cauce.sync.models import Link

pytestmark = pytest.mark.one_store
DAY = date(2023, 8, 16)
ALLOT = "/quotas/allot/?border=paso_canoas"
TOLD = {"place": "lajas_blancas", "start": "2023-08-16", "until": "2023-08-18", "seats": "400", "source": "minutes"}


def test_f3_a_coordinator_allots_once_sees_what_is_spent_and_takes_it_back(browser, bus):
    client = browser("coordinator")
    for _time in range(2):
        answer = client.post(ALLOT, {**TOLD, "start": "2023-08-15", "nonce": "n"}, follow=True)
        assert answer.status_code == 200
    row = Allotment.objects.get()
    (day, *_rest) = answer.context["days"]
    share = next(share for share in day.shares if share.place == "lajas_blancas")
    people = sum(len(group) for group in bus.persons)
    assert (share.seats, share.spent, day.rest) == (400, people, day.quota.per_day - 400)
    assert "minutes" in answer.content.decode()
    take_back = f"/quotas/{row.id}/withdraw/?border=paso_canoas"
    assert "Say why" in client.post(take_back, {"reason": " "}, follow=True).content.decode()
    assert allotted("paso_canoas", DAY)
    away = client.post(f"{take_back}&from=2023-02-31", {"reason": "the road is closed"})
    assert away.status_code == 302
    assert not allotted("paso_canoas", DAY)


def test_f3_too_many_seats_are_refused_and_what_was_typed_stands(browser):
    answer = browser("coordinator").post(ALLOT, {**TOLD, "seats": "900000"})
    page = answer.content.decode()
    assert (answer.status_code, Allotment.objects.count()) == (422, 0)
    assert "are too many" in page
    assert 'value="minutes"' in page


def test_f3_a_day_out_of_our_time_is_refused_as_machines_are_refused(browser):
    client = browser("coordinator")
    for day in ("0001-01-01", "9999-12-31"):
        answer = client.post(ALLOT, {**TOLD, "start": day, "until": ""})
        assert (answer.status_code, Allotment.objects.count()) == (422, 0)
        assert "the years 1850 to 2200" in answer.content.decode()


def test_f3_who_does_not_decide_reads_and_a_station_sends_to_the_hub(browser):
    reader = browser("registrar")
    page = reader.get("/quotas/").content.decode()
    assert "Allotted to nobody" in page
    assert "/quotas/allot/" not in page
    assert reader.post(ALLOT, TOLD).status_code == 403
    Link.objects.create(hub="hub", key="", recipient="")
    planner = browser("coordinator")
    assert "The hub decides" in planner.get("/quotas/").content.decode()
    assert "ask there" in planner.post(ALLOT, TOLD).content.decode().lower()
    assert not Allotment.objects.exists()
    assert planner.get("/quotas/?border=nowhere").status_code == 404
    assert planner.get("/quotas/?from=9999-99-99").status_code == 200
