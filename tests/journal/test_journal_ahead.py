"""What is made and written before the chain head is locked: as if it had been done in its turn."""

from __future__ import annotations

import pytest
from django.db import connection, models
from tests.chains import rows
from tests.journal.test_journal_ingest import hub as hub  # noqa: PLC0414
from tests.journal.test_journal_ingest import station as station  # noqa: PLC0414
from tests.journal.test_journal_ingest import whole

from cauce.corridor.events import CorridorApplied
from cauce.journal import binary, copying, events, ingest
from cauce.journal.keys import Foresight
from cauce.journal.rebuild import rebuild
from cauce.people.events import GroupRegistered
from cauce.people.models import Person


@pytest.fixture(autouse=True)
def _as_large_batches_go(monkeypatch: pytest.MonkeyPatch) -> None:
    for most in ("MANY", "LARGE"):
        monkeypatch.setattr(copying, most, 1)


@pytest.mark.parametrize("kind", [GroupRegistered, CorridorApplied], ids=["their group's", "what comes before it"])
def test_whoever_asks_before_a_row_has_its_turn_does_not_find_it(hub, station, monkeypatch, kind):
    found: list[int] = []
    told = events.appliers_of(kind)
    monkeypatch.setitem(events._applies, kind, [lambda _some: found.append(Person.objects.count()), *told])
    whole(station)
    assert found[0] == 0
    assert rows() == station.rows


@pytest.mark.parametrize("large", [1, 2], ids=["many", "one group alone"])
def test_what_goes_ahead_of_the_lock_refers_to_nothing_that_has_to_wait(hub, station, monkeypatch, large):
    """Else the store refuses it, and all is read and done once more while others wait."""
    monkeypatch.setattr(copying, "LARGE", large)
    ahead: list[bool] = []
    write = ingest._Batch._write

    def watched(batch: ingest._Batch, careful: bool, early: object) -> ingest.Taken:
        ahead.append(early is not None)
        return write(batch, careful, early)

    monkeypatch.setattr(ingest._Batch, "_write", watched)
    whole(station)
    # One group is too few to go ahead, and everybody else refers to it.
    assert ahead == [large == 1 and connection.vendor == "postgresql"]
    assert rows() == station.rows


def test_rows_that_went_ahead_go_again_when_a_key_has_changed_before_the_lock(hub, station, monkeypatch):
    """All is read anew then, and made in its place: what stood there already would refuse it entry by entry."""
    monkeypatch.setattr(Foresight, "confirm", lambda _self: False)
    assert whole(station).contested == ()
    assert rows() == station.rows
    assert rebuild().identical


@pytest.mark.one_store
def test_a_column_of_values_that_are_equal_and_read_differently_is_written_value_by_value() -> None:
    as_json = binary.encoder(models.JSONField())
    for alike in ([[True], [1]], [{"n": 1}, {"n": 1.0}], [[0.0], [-0.0]]):
        assert binary.column(as_json, alike) == as_json(alike)
    assert type(binary.column(as_json, [[], []])) is bytes
