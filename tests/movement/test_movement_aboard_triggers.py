"""What the database itself refuses before a seal and before a departure: raw rows, past every service."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from tests.movement.rows import LONG_AGO, TODAY, a_group, a_manifest, a_seat
from tests.movement.test_movement_triggers import advance, refused

from cauce.corridor.models import Demand
from cauce.journal import triggers
from cauce.journal.events import new_id
from cauce.movement.models import Driver, Inspection, Manifest, Move

pytestmark = pytest.mark.usefixtures("store")


def a_bus(**facts: Any) -> Manifest:
    """A sealed bus with one person on it; nothing recorded about the vehicle."""
    _, (person,) = a_group()
    row = a_manifest(fit=False, **facts)
    a_seat(row, person)
    advance(row, "sealed")
    return row


def inspected(row: Manifest, **facts: Any) -> None:
    told = {"passed": True, "valid_until": TODAY, "plate": "CB 4711", "account": "gate", "at": LONG_AGO}
    Inspection.objects.filter(manifest=row.id).delete()
    Inspection.objects.create(id=new_id(), manifest=row.id, **{**told, **facts})


def driven(row: Manifest, driven: float = 0, rest: float = 12, relay: float | None = 0) -> None:
    """Who drives, and who takes turns and drove for `relay` hours before; None: nobody does."""
    Driver.objects.filter(manifest=row.id).delete()
    for hours, rested in ((driven, rest), (relay, 12)):
        if hours is not None:
            Driver.objects.create(
                id=new_id(), manifest=row.id, hours_driven=hours, rest_hours=rested, account="gate", at=LONG_AGO
            )


def moved(row: Manifest, group: Any, verb: str = "add", **facts: Any) -> Move:
    told = {"manifest": row.id, "group": group, "verb": verb, "reason": "asked", "account": "luis", "at": LONG_AGO}
    return Move.objects.create(id=new_id(), **{**told, **facts})


def test_f11_every_rule_of_departures_is_installed() -> None:
    ours = {name for name in triggers.known() if name.startswith(("movement_departure_", "movement_seal_exceptions"))}
    assert len(ours) == 7
    assert ours <= triggers.installed()


def test_an_onward_bus_leaves_inspected_and_with_a_rested_driver_only() -> None:
    row = a_bus()
    driven(row)
    assert refused(lambda: advance(row, "departed")) == "departure_inspection"
    inspected(row, passed=False)
    assert refused(lambda: advance(row, "departed")) == "departure_inspection"
    inspected(row, valid_until=TODAY - timedelta(days=1))
    assert refused(lambda: advance(row, "departed")) == "departure_inspection"
    inspected(row)
    Driver.objects.all().delete()
    Demand.objects.exclude(what="driver").delete()
    assert refused(lambda: advance(row, "departed")) == "departure_driver"
    driven(row)
    advance(row, "departed")
    assert Manifest.objects.get().status == "departed"


@pytest.mark.parametrize(
    ("hours", "rest", "code"), [(8.5, 12, "departure_max_hours_driven"), (2, 7.5, "departure_min_rest_hours")]
)
def test_a_tired_driver_does_not_drive(hours: float, rest: float, code: str) -> None:
    Demand.objects.filter(what="max_hours_driving").delete()
    row = a_bus()
    inspected(row)
    driven(row, hours, rest)
    assert refused(lambda: advance(row, "departed")) == code
    driven(row, 8, 8)
    advance(row, "departed")


def test_f11_a_way_longer_than_one_may_drive_takes_drivers_whose_hours_suffice() -> None:
    row = a_bus()  # 14 hours to the border, nine a day for each
    inspected(row)
    for first, second in ((0, None), (4, 1), (8, 8)):
        driven(row, first, relay=second)
        assert refused(lambda: advance(row, "departed")) == "departure_max_hours_driving"
    driven(row, 4, relay=0)
    advance(row, "departed")


def test_f11_a_boat_leaves_with_a_life_jacket_for_each_on_board() -> None:
    Demand.objects.create(id=900, kind="internal", mode="boat", what="life_jackets")
    boat = {"kind": "internal", "mode": "boat"}
    _, persons = a_group(3)
    row = a_manifest(fit=False, **boat)
    for person in persons:
        a_seat(row, person)
    advance(row, "sealed")
    assert refused(lambda: advance(row, "departed")) == "departure_life_jackets"
    inspected(row)  # nobody counted them
    assert refused(lambda: advance(row, "departed")) == "departure_life_jackets"
    inspected(row, life_jackets=2)
    assert refused(lambda: advance(row, "departed")) == "departure_life_jackets"
    inspected(row, life_jackets=3)
    advance(row, "departed")


@pytest.mark.parametrize("way", [{"kind": "internal", "mode": "canoe"}, {"kind": "internal", "mode": "bus"}])
def test_what_the_corridor_file_does_not_demand_is_not_asked(way: dict[str, str]) -> None:
    advance(a_bus(**way), "departed")


def test_nobody_approves_their_own_exception() -> None:
    group, (person,) = a_group()
    row = a_manifest()
    a_seat(row, person)
    exception = moved(row, group.id)
    with pytest.raises(IntegrityError, match="movement_move_approved_by_another"), transaction.atomic():
        Move.objects.filter(id=exception.id).update(approved_by="luis")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE movement_move SET approved_by = account")
    assert refused(lambda: advance(row, "sealed")) == "manifest_exceptions_open"
    Move.objects.filter(id=exception.id).update(approved_by="ana")
    advance(row, "sealed")


def test_a_group_kept_off_against_the_queue_is_an_exception_too() -> None:
    kept, _ = a_group()
    _, (person,) = a_group()
    row = a_manifest()
    a_seat(row, person)
    moved(row, kept.id, "remove")
    assert refused(lambda: advance(row, "sealed")) == "manifest_exceptions_open"
    Move.objects.update(approved_by="ana")
    advance(row, "sealed")


def test_what_no_longer_makes_a_difference_waits_for_nobody() -> None:
    struck, _ = a_group()
    group, (person,) = a_group()
    row = a_manifest()
    a_seat(row, person)
    moved(row, struck.id, "add")  # a hold took the group off again
    moved(row, group.id, "remove")  # and this one was proposed again
    advance(row, "sealed")


@pytest.mark.parametrize("wrong", [{"hours_driven": 25}, {"hours_driven": -1}, {"rest_hours": -1}])
def test_hours_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    told: dict[str, Any] = {"hours_driven": 1, "rest_hours": 8, "account": "gate", "at": LONG_AGO, **wrong}
    with pytest.raises(IntegrityError, match="movement_driver_hours"), transaction.atomic():
        Driver.objects.create(id=new_id(), manifest=new_id(), **told)


def test_an_inspection_without_a_plate_is_refused() -> None:
    row = a_manifest(fit=False)
    with pytest.raises(IntegrityError, match="movement_inspection_plate"), transaction.atomic():
        inspected(row, plate="")
