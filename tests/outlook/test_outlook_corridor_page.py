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
from cauce.outlook.labels import Ground, sides_of
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
    assert re.search(r"2022</th><td class=\"n\">248,284</td>", text)
    assert re.search(r"2023, until July</th><td class=\"n\">251,758</td>", text), "no year that is not over"
    assert "Jul 2023</th>" in text
    assert "Aug 2023</th>" not in text, "nothing is known of a month that has not ended"
    assert "520,085" not in text
    assert "Person G-" not in text
    assert text.count("<picture><source") == 2
    assert text.count("20</th>") == 1 + 9, "a table has every month of the picture that was counted"
    for address in ("map.svg?day=2023-08-15", "months.svg"):
        answer = client.get(f"/outlook/corridor/{address}")
        assert answer["Content-Type"] == "image/svg+xml"
        assert wide(answer.content) < 620, "it stands beside a table on a laptop, its letters in their size"
        narrow = client.get(f"/outlook/corridor/{address}{'&' if '?' in address else '?'}narrow=1")
        assert wide(narrow.content) <= 340, "a phone shows it whole"


def wide(picture: bytes) -> float:
    found = re.match(rb'<svg[^>]* width="([\d.]+)"', picture)
    assert found
    return float(found.group(1))


def test_a_day_that_has_not_begun_is_never_told_as_a_fact(store: Any, browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    tomorrow = f"{NOON + timedelta(days=1):%Y-%m-%d}"
    for page, key in (("/outlook/corridor/", "day"), ("/report/", "date")):
        answer = client.get(page, {key: tomorrow})
        text = answer.content.decode()
        assert answer.status_code == 422, page
        assert f"Day: {tomorrow} has not begun" in text, "the field is named"
        assert f'value="{tomorrow}"' in text, "what was typed is kept"
        assert "What is expected of the days to come" in text
        assert "<table" not in text
        today = client.get(page).content.decode()
        assert "day has not ended" in today
        assert f'max="{NOON:%Y-%m-%d}"' in today
        assert "day has not ended" not in client.get(page, {key: "2023-08-14"}).content.decode()
        for nonsense in ("soon", "0001-01-01", "1066-10-14"):
            answer = client.get(page, {key: nonsense})
            assert (answer.status_code, f"{nonsense}” is no day" in answer.content.decode()) == (422, True)
    for file in ("/report/report.csv?date=", "/report/report.json?date=", "/outlook/corridor/map.svg?day="):
        assert client.get(file + tomorrow).status_code == 422


def test_of_days_before_the_first_person_nothing_is_known(departed: None, browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    before = client.get("/outlook/corridor/?day=2023-08-12").content.decode()
    assert "Nobody is recorded here before 13 Aug 2023: whether anybody was in the corridor on this day" in before
    assert "People by place" not in before, "a zero would be told as counted"
    assert "map.svg" not in before
    first = client.get("/outlook/corridor/?day=2023-08-13").content.decode()
    assert "is not known" not in first
    assert "People by place" in first


@pytest.mark.one_store
def test_names_on_the_map_lie_on_no_circle_and_on_no_other_name() -> None:
    ground = Ground(300, 300, 3.0, 0.0, 8.0)
    places = [(0.0, 8.0, "Lajas Blancas"), (0.5, 8.0, "Bajo Chiquito"), (1.3, 8.0, "At the edge")]
    sides = sides_of(places, [place[:2] for place in places], ground)
    assert sides[0].align == "right", "on its other side somebody stands"
    assert sides[2].align != "left", "there the map ends"
    assert len(set(sides)) > 1
