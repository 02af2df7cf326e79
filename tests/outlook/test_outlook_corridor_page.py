"""The corridor page: a map of a day and the published months, with a table that says the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.conftest import NOON
from tests.movement.rows import a_group, a_manifest
from tests.pages.conftest import browser as browser  # noqa: PLC0414

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.events import new_id
from cauce.movement.models import Seat
from cauce.outlook.passing import passing_for
from cauce.people.models import Stay


@pytest.fixture
def departed(store: dict[str, Actor]) -> None:
    """A family of three left Lajas Blancas for the border this morning, another of two is at San Vicente."""
    group, persons = a_group(3, arrived_at=NOON - timedelta(days=2))
    a_group(2, place="san_vicente", arrived_at=NOON - timedelta(days=1))
    manifest = a_manifest(status="departed", departed_at=NOON)
    for at, person in enumerate(persons, start=1):
        Seat.objects.create(
            id=new_id(), manifest=manifest, person=person.id, group=group.id, number=at, status="boarded", live=False
        )
        Stay.objects.filter(person=person).update(until=NOON, outcome="departed")


def test_the_map_counts_who_is_where_who_came_and_who_was_moved(store: dict[str, Actor], departed: None) -> None:
    with clock.stopped(NOON + timedelta(hours=20)):
        found = passing_for(store["coordinator"], NOON.date())
        points = {point.id: point for point in found.points}
        assert (points["san_vicente"].present, points["lajas_blancas"].present) == (2, 0)
        assert points["lajas_blancas"].arrived == 3
        assert points["lajas_blancas"].beds == 500
        ways = [(way.origin.id, way.destination.id, way.people) for way in found.ways]
        assert ways == [("lajas_blancas", "paso_canoas", 3)]
        before = passing_for(store["coordinator"], NOON.date() - timedelta(days=1))
        assert before.ways == ()
        assert {p.id: p.present for p in before.points}["lajas_blancas"] == 3


def test_the_page_has_a_table_behind_each_picture_and_names_nobody(
    departed: None, browser: Callable[[str], Any]
) -> None:
    client = browser("coordinator")
    text = client.get("/outlook/corridor/?day=2023-08-15").content.decode()
    assert re.search(r"San Vicente.*?</th><td class=\"n\">2</td><td class=\"n\">544</td><td class=\"n\">2</td>", text)
    assert text.count("<img") == text.count('<figure class="picture">') == 2
    assert "520,085" in text or "520085" in text.replace("\u202f", "").replace(".", "")
    assert "Person G-" not in text
    for address in ("map.svg?day=2023-08-15", "months.svg"):
        answer = client.get(f"/outlook/corridor/{address}")
        assert answer["Content-Type"] == "image/svg+xml"
        assert answer.content.startswith(b"<svg")
    assert client.get("/outlook/corridor/?day=soon").status_code == 422
