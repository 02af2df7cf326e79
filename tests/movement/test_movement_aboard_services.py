"""Exceptions, inspections and drivers through the services: who may, what is sealed, what another file changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from tests.factories import a_family, a_person, ready_to_leave
from tests.movement.rows import TODAY
from tests.sync.sync_days import a_return, cleared

from cauce.access.actor import Actor
from cauce.corridor.file import check, parse, shipped_text
from cauce.corridor.services import apply_corridor
from cauce.journal import clock
from cauce.journal.errors import NotAllowed, Refused
from cauce.journal.models import Entry, PersonKey
from cauce.journal.rebuild import rebuild
from cauce.journal.verify import verify
from cauce.movement import services
from cauce.movement.aboard.selectors import demands_of, overruled
from cauce.movement.aboard.services import approve, inspect, name_driver
from cauce.movement.models import Driver, Inspection, Manifest, Move, Seat
from cauce.protection import retention_services as retention
from cauce.protection.services import place_hold
from cauce.sync.models import Link

Actors = dict[str, Actor]
PLACE = "lajas_blancas"


@pytest.fixture
def bus(store: Actors) -> UUID:
    """A proposed bus with two families on it."""
    families = [a_family(store, PLACE), a_family(store, PLACE)]
    cleared(*(person for one in families for person in one.person_ids))
    (manifest,) = services.dispatch(place=PLACE, date=TODAY, by=store["coordinator"]).manifests
    return manifest


def called(actors: Actors, manifest: UUID) -> None:
    services.seal(manifest=manifest, by=actors["coordinator"])
    seats = list(Seat.objects.filter(manifest=manifest, live=True).values_list("person", flat=True))
    services.roll_call(manifest=manifest, boarded=seats, by=actors["coordinator"])


def groups(manifest: UUID) -> list[UUID]:
    return sorted(set(Seat.objects.filter(manifest=manifest, live=True).values_list("group", flat=True)))


def test_f9_who_moved_a_group_does_not_approve_it_and_another_does(store: Actors, bus: UUID) -> None:
    mine, other = store["coordinator"], store["coordinator2"]
    with pytest.raises(Refused, match="No exception on manifest"):
        approve(manifest=bus, by=other)
    services.remove_group(manifest=bus, group=groups(bus)[0], reason="asked to wait", by=mine)
    with pytest.raises(Refused, match="another officer approves that"):
        approve(manifest=bus, by=mine)
    with pytest.raises(NotAllowed):
        approve(manifest=bus, by=store["registrar"])
    with pytest.raises(Refused, match="1 exception that nobody but coordinator has seen"):
        services.seal(manifest=bus, by=mine)
    assert approve(manifest=bus, by=other) == 1
    assert [(one.account, one.approved_by) for one in Move.objects.all()] == [("coordinator", "coordinator2")]
    services.seal(manifest=bus, by=mine)
    assert rebuild().identical


def test_two_who_moved_groups_need_a_third_or_each_other_taken_back(store: Actors, bus: UUID) -> None:
    first, second = groups(bus)
    services.remove_group(manifest=bus, group=first, reason="asked to wait", by=store["coordinator"])
    services.remove_group(manifest=bus, group=second, reason="asked to wait", by=store["coordinator2"])
    for name in ("coordinator", "coordinator2"):
        with pytest.raises(Refused, match="another officer approves that"):
            approve(manifest=bus, by=store[name])
    assert approve(manifest=bus, by=store["coordinator3"]) == 2


def test_an_exception_that_a_hold_undid_waits_for_nobody(store: Actors, bus: UUID) -> None:
    late = a_family(store, PLACE)
    cleared(*late.person_ids)
    services.add_group(manifest=bus, group=late.group_id, reason="before its turn", by=store["coordinator"])
    assert [one.verb for one in overruled(bus)] == ["add"]
    place_hold(person=late.person_ids[0], kind="medical", reason="fever", by=store["protection"])
    assert overruled(bus) == []
    services.seal(manifest=bus, by=store["coordinator"])


def test_a_bus_says_everything_that_lacks_at_once(store: Actors, bus: UUID) -> None:
    for nobody in ("analyst", "protection", "partner"):
        with pytest.raises(NotAllowed):
            name_driver(manifest=bus, driver="X", hours_driven=0, rest_hours=9, by=store[nobody])
    called(store, bus)
    with pytest.raises(Refused, match=r"does not leave yet\. No passed inspection .* No driver: record who drives"):
        services.depart(manifest=bus, by=store["coordinator"])
    left = inspect(manifest=bus, plate=" cb  4711 ", passed=False, valid_until=TODAY, by=store["registrar"])
    assert [one.what for one in left] == ["inspection", "driver"]
    left = inspect(manifest=bus, plate=" cb  4711 ", passed=True, valid_until=TODAY, by=store["registrar"])
    assert ([one.what for one in left], Inspection.objects.get().plate) == (["driver"], "CB 4711")
    left = name_driver(manifest=bus, driver="Elías", hours_driven=9, rest_hours=5, by=store["registrar"])
    assert [(one.what, one.figure) for one in left] == [
        ("max_hours_driven", 8),
        ("min_rest_hours", 8),
        ("max_hours_driving", 9),
    ]
    with pytest.raises(Refused, match=r"8 hours at most that day: name another one\. .* must have rested 8 hours"):
        services.depart(manifest=bus, by=store["coordinator"])
    left = name_driver(manifest=bus, driver="Rosa", hours_driven=0, rest_hours=9, by=store["registrar"])
    assert [(one.what, one.figure, one.way) for one in left] == [("max_hours_driving", 9, 14)]
    with pytest.raises(Refused, match=r"takes 14 hours, and nobody drives more than 9 on one day"):
        services.depart(manifest=bus, by=store["coordinator"])
    turns = {"manifest": bus, "driver": "Ana", "hours_driven": 2, "rest_hours": 9, "by": store["registrar"]}
    assert name_driver(**turns, relay=True) == []
    assert [one.name for one in Driver.objects.order_by("at", "id")] == ["Rosa", "Ana"]
    assert services.depart(manifest=bus, by=store["coordinator"]) == 6
    with pytest.raises(Refused, match="is departed"):
        inspect(manifest=bus, plate="X", passed=True, valid_until=TODAY, by=store["registrar"])


@pytest.mark.parametrize(
    ("told", "says"),
    [({"plate": " "}, "needs the plate"), ({"life_jackets": -1}, "cannot be below zero")],
)
def test_an_inspection_that_says_nothing_is_refused(store: Actors, bus: UUID, told: dict[str, Any], says: str) -> None:
    given = {"plate": "CB 1", "passed": True, "valid_until": TODAY, **told}
    with pytest.raises(Refused, match=says):
        inspect(manifest=bus, by=store["coordinator"], **given)
    with pytest.raises(Refused, match="Name the driver"):
        name_driver(manifest=bus, driver=" ", hours_driven=0, rest_hours=9, by=store["coordinator"])
    with pytest.raises(Refused, match="from 0 to 24"):
        name_driver(manifest=bus, driver="Rosa", hours_driven=25, rest_hours=9, by=store["coordinator"])


def test_p15_names_of_driver_and_inspector_are_sealed_in_the_journal_and_in_the_rows(store: Actors, bus: UUID) -> None:
    inspect(
        manifest=bus, plate="CB 1", passed=True, valid_until=TODAY, inspector="Zulma Arrocha", by=store["registrar"]
    )
    name_driver(
        manifest=bus, driver="Elías Batista", hours_driven=0, rest_hours=9, licence="8-777", by=store["registrar"]
    )
    assert (Inspection.objects.get().inspector, Driver.objects.get().name) == ("Zulma Arrocha", "Elías Batista")
    with connection.cursor() as cursor:
        cursor.execute("SELECT inspector FROM movement_inspection UNION ALL SELECT name FROM movement_driver")
        cells = [bytes(row[0]) if not isinstance(row[0], str) else row[0].encode() for row in cursor.fetchall()]
    lying = [*cells, *(bytes(body) for body in Entry.objects.values_list("body", flat=True))]
    for secret in ("Zulma", "Arrocha", "Batista", "8-777"):
        assert not any(secret.encode() in each for each in lying), secret
    assert rebuild().identical


def test_a_corridor_file_without_demands_asks_for_nothing(store: Actors, bus: UUID) -> None:
    row = Manifest.objects.get(id=bus)
    assert demands_of(row) == {
        "inspection": 0,
        "driver": 0,
        "max_hours_driven": 8,
        "max_hours_driving": 9,
        "min_rest_hours": 8,
    }
    text = shipped_text()
    start, end = text.index("[[departure]]"), text.index("# In the codes of a paper manifest")
    apply_corridor(corridor=parse(text[:start] + text[end:]), by=store["administrator"], second=store["analyst"])
    assert demands_of(row) == {}
    called(store, bus)
    assert services.depart(manifest=bus, by=store["coordinator"]) == 6


@pytest.mark.one_store
def test_p10_no_corridor_file_can_put_a_need_of_protection_on_a_paper() -> None:
    text = shipped_text().replace('needs = ["SM", "DS", "ER"]', 'needs = ["SM", "TR-PI", "SV", "WR-LC"]')
    assert [problem.message for problem in check(text)] == [
        "'TR-PI' is no need of an emergency (rule P10)",
        "'SV' is no need of an emergency (rule P10)",
    ]


def test_p18_a_sealed_bus_is_inspected_and_leaves_without_any_link_and_a_flight_home_does_not(
    store: Actors, bus: UUID
) -> None:
    called(store, bus)
    Link.objects.create(hub="centro", met_at=clock.now() - timedelta(days=9))
    ready_to_leave(store, bus)
    assert services.depart(manifest=bus, by=store["coordinator"]) == 6
    person = a_person(store)
    cleared(*person.person_ids)
    flight = a_return(store, PLACE, person)
    with pytest.raises(Refused, match="holds of the last 60 minutes"):
        services.seal(manifest=flight, by=store["coordinator"])


def test_p18_a_hold_that_comes_when_all_is_recorded_keeps_the_group_here(store: Actors, bus: UUID) -> None:
    called(store, bus)
    ready_to_leave(store, bus)
    person = Seat.objects.filter(manifest=bus, live=True)[0].person
    place_hold(person=person, kind="medical", reason="fever", by=store["protection"])
    assert services.depart(manifest=bus, by=store["coordinator"]) == 3


def test_p16_who_drove_and_who_inspected_goes_after_its_term_and_plate_and_hours_stay(
    store: Actors, bus: UUID, at: Any
) -> None:
    by, keeper = store["registrar"], store["administrator"]
    inspect(manifest=bus, plate="CB 1", passed=True, valid_until=TODAY, inspector="Zulma Arrocha", by=by)
    name_driver(manifest=bus, driver="Elías Batista", hours_driven=2, rest_hours=9, licence="8-777", by=by)
    secrets = {Driver.objects.get().id, Inspection.objects.get().id}
    with at(clock.now() + timedelta(days=370)):
        (early,) = [plan for plan in retention.plans_for(keeper) if plan.rule.kind == "crew"]
        assert (early.due, early.over) == ((), 2)
    with at(clock.now() + timedelta(days=374)):
        assert retention.let_go(retention.plans_for(keeper), by=keeper, unseen=True)["crew"] == 2
    driver, seen = Driver.objects.get(), Inspection.objects.get()
    assert (driver.name, driver.licence, driver.hours_driven, seen.inspector, seen.plate) == ("", "", 2, "", "CB 1")
    assert set(PersonKey.objects.filter(wrapped=None).values_list("person", flat=True)) == secrets
    assert not Driver.objects.exclude(forgotten=True).exists()
    assert rebuild().identical
    assert verify().first_bad is None
