"""What a hostile or unlucky hand types at registration must not stop the station."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.factories import a_person

from cauce.access.actor import Actor
from cauce.corridor.selectors import day_bounds, zone_of
from cauce.journal.errors import Misused, Refused
from cauce.people.bands import age_band
from cauce.people.importing import import_people
from cauce.people.intake import clean
from cauce.people.models import Person

HEADER = "external_id,given_names,family_names,arrived_at,place\n"


def _file(folder: Path, *rows: str) -> Path:
    path = folder / "people.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n", "utf-8")
    return path


def test_a_name_of_characters_that_nobody_sees_is_no_name(store: dict[str, Actor], tmp_path: Path) -> None:
    path = _file(tmp_path, "1,\u200b\u200e,,2023-08-15T08:00,lajas_blancas", "2,\u200d,,2023-08-15T08:00,lajas_blancas")
    done = import_people(path=path, by=store["registrar"])
    assert (done.registered, done.refused) == (0, 2)


def test_a_mark_that_turns_a_name_round_is_taken_out() -> None:
    assert clean("\u202eevil\u202c") == "evil"
    assert clean("می\u200cخواهم") == "می\u200cخواهم"


def test_an_arrival_that_nobody_can_remember_does_not_head_the_queue(store: dict[str, Actor], tmp_path: Path) -> None:
    done = import_people(path=_file(tmp_path, "1,Ana,Paz,0223-08-15T08:00,lajas_blancas"), by=store["registrar"])
    assert (done.registered, done.refused) == (0, 1)
    with pytest.raises(Refused):
        a_person(store, arrived_at=datetime(223, 8, 15, 8, tzinfo=UTC))
    assert not Person.objects.exists()


def test_a_source_longer_than_its_column_is_refused_before_anything(store: dict[str, Actor], tmp_path: Path) -> None:
    path = _file(tmp_path, "1,Ana,Paz,2023-08-15T08:00,lajas_blancas")
    with pytest.raises(Misused):
        import_people(path=path, by=store["registrar"], source="x" * 61)
    assert import_people(path=path, by=store["registrar"], source="x" * 60).registered == 1


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar_have_bounds(store: dict[str, Actor], day: date) -> None:
    start, end = day_bounds("lajas_blancas", day)
    assert start < end


def test_a_place_that_a_later_file_leaves_out_still_has_a_time_zone(store: dict[str, Actor]) -> None:
    assert zone_of("closed_years_ago") == zone_of()


def test_everybody_has_an_age_band_on_the_last_day_of_the_calendar() -> None:
    born = date(1990, 1, 1)
    assert age_band((born, born), date.max)
