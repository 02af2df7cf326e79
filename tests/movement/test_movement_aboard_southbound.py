"""People turn round: the same day by the same machinery, with the corridor file's other direction."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from tests.conftest import NOON
from tests.factories import a_family
from tests.movement.rows import TODAY
from tests.sync.sync_days import cleared

from cauce.access.actor import Actor
from cauce.corridor.file import parse, shipped_text
from cauce.corridor.services import apply_corridor
from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.journal.rebuild import rebuild
from cauce.movement import services
from cauce.movement.aboard.paxlst import read
from cauce.movement.aboard.rollcall import call
from cauce.movement.aboard.services import inspect, name_driver
from cauce.movement.aboard.vouching import known_keys, voucher
from cauce.movement.export import export_manifest
from cauce.movement.models import Manifest, Seat
from cauce.movement.selectors import manifest_for, matters_for, queue_for
from cauce.people.models import Person, Stay
from cauce.people.selectors import places_of
from cauce.people.services import record_arrivals

Actors = dict[str, Actor]
TURNED = ("leg", "vehicle", "quota", "closure", "departure", "recipient")
HERE = Path(__file__).parent


def southbound() -> str:
    """The Darién file with its ways, quotas, recipients and demands turned round."""
    tables = re.split(r"^(?=\[)", shipped_text(), flags=re.M)
    kept = [table for table in tables if not table.startswith(tuple(f"[[{name}]]" for name in TURNED))]
    return "".join(kept) + (HERE / "southbound.toml").read_text(encoding="utf-8")


@pytest.fixture
def turned(store: Actors) -> Actors:
    apply_corridor(corridor=parse(southbound()), by=store["administrator"], second=store["analyst"])
    return store


def leave(actors: Actors, place: str) -> Manifest:
    """The day's manifest of a place: proposed, sealed, everybody called."""
    (manifest,) = services.dispatch(place=place, date=TODAY, by=actors["coordinator"]).manifests
    services.seal(manifest=manifest, by=actors["coordinator"])
    seats = Seat.objects.filter(manifest=manifest, live=True).values_list("person", flat=True)
    services.roll_call(manifest=manifest, boarded=list(seats), by=actors["coordinator"])
    return Manifest.objects.get(id=manifest)


def by_bus(actors: Actors, place: str) -> Manifest:
    by = actors["coordinator"]
    row = leave(actors, place)
    inspect(manifest=row.id, plate="sjb 1234", passed=True, valid_until=TODAY, by=by)
    name_driver(manifest=row.id, driver="Elías Batista", hours_driven=1, rest_hours=9, by=by)
    services.depart(manifest=row.id, by=by)
    services.arrive(manifest=row.id, by=by)
    return row


def test_f11_from_costa_rica_to_the_boat_and_back_when_the_border_refuses(turned: Actors) -> None:
    by = turned["coordinator"]
    family = a_family(turned, "catem_sur", size=4)
    cleared(*family.person_ids)
    assert [one.size for one in queue_for(by, "catem_sur")] == [4]
    first = by_bus(turned, "catem_sur")
    assert (first.kind, first.destination, first.border) == ("onward", "planes_gualaca", "paso_canoas")
    record = by_bus(turned, "planes_gualaca")
    assert (record.kind, record.destination) == ("internal", "san_vicente")
    assert places_of(family.person_ids) == dict.fromkeys(family.person_ids, "san_vicente")
    boat = leave(turned, "san_vicente")
    assert (boat.kind, boat.mode, boat.border, boat.seats) == ("onward", "boat", "puerto_obaldia", 20)
    with pytest.raises(Refused, match="Fewer life-jackets than the 4 people on board"):
        services.depart(manifest=boat.id, by=by)
    inspect(manifest=boat.id, plate="PA-77", passed=True, valid_until=TODAY, life_jackets=4, by=by)
    codes = export_manifest(by, manifest_for(by, boat.id), form="codes").decode()
    assert len(call(codes, voucher().opens, known_keys()).people) == 4
    way, people = read(export_manifest(by, manifest_for(by, boat.id), form="paxlst"))
    assert (way.mode, way.origin, way.destination, len(people)) == ("boat", "SAN-VICENTE", "PUERTO-OBALDIA", 4)
    assert way.recipient == "COL-MIGRACION"
    with clock.stopped(NOON + timedelta(hours=3)):
        services.depart(manifest=boat.id, by=by)
        lost = family.person_ids[3]
        services.arrive(manifest=boat.id, arrived=family.person_ids[:3], by=by)
        (matter,) = [one for one in matters_for(by) if one.kind == "missing_person"]
        assert matter.about == lost
        services.refuse_at_border(manifest=boat.id, persons=family.person_ids, reason="no boats land today", by=by)
        assert Stay.objects.filter(person__in=family.person_ids, place="san_vicente", until=None).count() == 4
        assert not [one for one in matters_for(by) if one.kind == "missing_person"]  # found: sent back
    assert rebuild().identical


def test_f1_who_was_missing_on_arrival_is_an_open_matter_until_a_stay_shows_where(turned: Actors) -> None:
    by = turned["coordinator"]
    family = a_family(turned, "planes_gualaca", size=3)
    cleared(*family.person_ids)
    row = leave(turned, "planes_gualaca")
    inspect(manifest=row.id, plate="sjb 1234", passed=True, valid_until=TODAY, by=by)
    name_driver(manifest=row.id, driver="Elías Batista", hours_driven=1, rest_hours=9, by=by)
    services.depart(manifest=row.id, by=by)
    services.arrive(manifest=row.id, arrived=family.person_ids[:2], by=by)
    number = Person.objects.get(id=family.person_ids[2]).number
    assert [(one.kind, one.number) for one in matters_for(by)] == [("missing_person", number)]
    record_arrivals(persons=[family.person_ids[2]], place="san_vicente", by=by, at=row.proposed_at)
    assert [one.kind for one in matters_for(by)] == []
