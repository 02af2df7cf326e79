"""The board of a day's vehicles: what a move costs is shown before it is made, with a reason, and without a mouse."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from tests.movement.rows import a_group
from tests.pages.conftest import DAY, PLACE

from cauce.corridor.services import change_quota
from cauce.journal import clock
from cauce.movement import services
from cauce.movement.models import Manifest, Move, Seat
from cauce.people.company import keep_apart
from cauce.people.models import Group


@pytest.fixture
def day(store: Any) -> list[Group]:
    """A quota of five: of three groups of two, who came one hour after another, the last one stays."""
    change_quota(border="paso_canoas", start=DAY, until=DAY, per_day=5, reason="asked for", by=store["coordinator"])
    groups = [a_group(2, arrived_at=clock.now() - timedelta(hours=100 - n))[0] for n in range(3)]
    services.dispatch(place=PLACE, date=DAY, by=store["coordinator"])
    return groups


def asked(group: Group, to: object = "") -> dict[str, str]:
    return {"place": PLACE, "date": DAY.isoformat(), "group": group.number, "to": str(to)}


def seated() -> set[Any]:
    return set(Seat.objects.filter(live=True).values_list("group", flat=True))


def test_the_board_shows_vehicles_groups_and_who_stays(browser: Any, day: list[Group]) -> None:
    client = browser("coordinator")
    page = client.get(reverse("movement:buses"), {"place": PLACE, "date": DAY.isoformat()})
    text = page.content.decode()
    assert [group.number for group in day if group.number in text] == [group.number for group in day]
    stays = text.split('data-to=""', 1)[1].split("</section>", 1)[0]
    assert re.findall(r'data-group="([^"]+)"', stays) == [day[2].number]
    assert 'draggable="true"' in text
    assert "<script>" not in text  # the page's rules forbid a script that stands in it
    chosen = client.get(reverse("movement:buses"), {**asked(day[2])}).content.decode()
    assert f"Where to with {day[2].number}?" in chosen
    assert Manifest.objects.get().number in chosen


def test_f9_a_move_says_what_it_costs_and_whom_it_affects_and_is_made_with_a_reason(
    browser: Any, day: list[Group]
) -> None:
    client = browser("coordinator")
    bus = Manifest.objects.get()
    page = client.get(reverse("movement:move"), asked(day[2], bus.id))
    found = page.context["found"]
    assert [one.number for one in found.lose] == [day[1].number]
    # The one who goes came an hour after the one who stays for it: two people, an hour of weight each.
    assert (found.cost, found.gain, found.change) == (2, (), ())
    assert "1 group loses its seat on this day" in page.content.decode()
    assert seated() == {day[0].id, day[1].id}
    seen = page.context["seen"]
    without = client.post(reverse("movement:move"), {**asked(day[2], bus.id), "seen": seen, "reason": " "})
    assert (without.status_code, seated()) == (422, {day[0].id, day[1].id})
    made = client.post(reverse("movement:move"), {**asked(day[2], bus.id), "seen": seen, "reason": "a sick child"})
    assert made.status_code == 302
    assert seated() == {day[0].id, day[2].id}
    move = Move.objects.get()
    assert (move.group, move.verb, move.reason, move.account) == (day[2].id, "add", "a sick child", "coordinator")
    services.dispatch(place=PLACE, date=DAY, by=_actor("coordinator2"))
    assert seated() == {day[0].id, day[2].id}  # what was moved stays moved


def _actor(name: str) -> Any:
    from cauce.access.actor import Actor

    return Actor(account=name, role="coordinator")


def test_keeping_a_group_off_gives_its_seats_to_the_next(browser: Any, day: list[Group]) -> None:
    client = browser("coordinator")
    page = client.get(reverse("movement:move"), asked(day[0]))
    assert [one.number for one in page.context["found"].gain] == [day[2].number]
    assert page.context["found"].cost > 0
    client.post(
        reverse("movement:move"), {**asked(day[0]), "seen": page.context["seen"], "reason": "waits for a sister"}
    )
    assert seated() == {day[1].id, day[2].id}


def test_who_was_slower_changes_nothing_and_is_told(browser: Any, day: list[Group]) -> None:
    client = browser("coordinator2")
    bus = Manifest.objects.get()
    seen = client.get(reverse("movement:move"), asked(day[2], bus.id)).context["seen"]
    services.remove_group(manifest=bus.id, group=day[0].id, reason="asked", by=_actor("coordinator"))
    late = client.post(reverse("movement:move"), {**asked(day[2], bus.id), "seen": seen, "reason": "a sick child"})
    assert late.status_code == 409
    assert "Somebody changed the vehicles of this day meanwhile" in late.content.decode()
    assert day[2].id not in seated()


def test_p7_a_move_beside_somebody_kept_apart_moves_that_one_and_names_no_reason(
    browser: Any, store: Any, day: list[Group]
) -> None:
    keep_apart(one=day[0].id, other=day[2].id, reason="he beats her", by=store["protection"])
    page = browser("coordinator").get(reverse("movement:move"), asked(day[2], Manifest.objects.get().id))
    text = page.content.decode()
    assert "apart" not in text
    assert "beats" not in text
    assert {one.number for one in (*page.context["found"].change, *page.context["found"].lose)} >= {day[0].number}


@pytest.mark.parametrize("role", ["registrar", "protection", "analyst"])
def test_only_who_may_propose_opens_the_board(browser: Any, store: Any, role: str) -> None:
    assert browser(role).get(reverse("movement:buses")).status_code == 403
    assert browser(role).get(reverse("movement:move")).status_code == 403


def test_a_group_s_page_links_and_keeps_apart_with_a_reason(browser: Any, store: Any) -> None:
    one, _ = a_group(1)
    other, _ = a_group(1)
    client = browser("protection")
    told = {"apart-other": other.number, "apart-reason": "he beats her"}
    assert client.post(reverse("people:apart", args=[one.id]), told).status_code == 302
    assert "he beats her" in client.get(reverse("people:group", args=[other.id])).content.decode()
    registrar = browser("registrar").get(reverse("people:group", args=[other.id])).content.decode()
    assert "he beats her" not in registrar
    assert one.number not in registrar
    linked = {"link-other": other.number, "link-reason": "friends"}
    assert browser("registrar").post(reverse("people:link", args=[one.id]), linked).status_code == 422
    assert browser("registrar").post(reverse("people:apart", args=[one.id]), told).status_code == 403
