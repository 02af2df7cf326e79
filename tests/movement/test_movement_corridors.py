"""Any corridor file: nothing about one route is in the code."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.movement.rows import LONG_AGO, TODAY, a_group

from cauce.access.actor import Actor
from cauce.corridor.file import load
from cauce.corridor.selectors import in_force
from cauce.corridor.services import apply_corridor
from cauce.movement import services
from cauce.movement.borders import ways_from
from cauce.movement.models import Manifest, Seat
from cauce.movement.numbering import manifest_numbers, prefix

FILES = sorted((Path(__file__).parents[2] / "corridors").glob("*/corridor.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_every_place_of_every_corridor_dispatches_what_its_file_says(store: dict[str, Actor], file: Path) -> None:
    apply_corridor(corridor=load(file), by=store["administrator"], second=store["analyst"])
    corridor = in_force()
    origins = {leg.origin for leg in corridor.legs if leg.kind in ("onward", "internal")}
    equipped = {vehicle.place for vehicle in corridor.vehicles}
    seated = 0
    for place in sorted(origins & equipped):
        kind, ways = ways_from(corridor, place)
        a_group(3, place=place)
        days = (TODAY + timedelta(days=more) for more in range(7))
        plan = next((p for day in days if (p := _propose(store, place, day)).manifests), None)
        if plan is None:
            continue
        row = Manifest.objects.get(id=plan.manifests[0])
        assert (row.kind, row.destination) == (kind, ways[0].destination)
        seated += Seat.objects.filter(manifest=row, live=True).count()
    assert seated >= 3


def _propose(actors: dict[str, Actor], place: str, day: object) -> services.Plan:
    return services.dispatch(place=place, date=day, by=actors["coordinator"])  # type: ignore[arg-type]


def test_manifest_numbers_tell_place_day_and_order_and_never_collide(store: dict[str, Actor]) -> None:
    corridor = in_force()
    prefixes = [prefix(corridor, place.id) for place in corridor.places]
    assert len(set(prefixes)) == len(prefixes)
    assert prefix(corridor, "lajas_blancas") == "LB"
    numbers = manifest_numbers(corridor, "lajas_blancas", TODAY)
    assert [next(numbers), next(numbers)] == ["LB-230815-1", "LB-230815-2"]
    Manifest.objects.create(
        id="018a0000-0000-7000-8000-000000000001",
        number="LB-230815-1",
        kind="onward",
        origin="lajas_blancas",
        destination="paso_canoas",
        date=TODAY,
        vehicle="bus",
        mode="bus",
        seats=1,
        proposed_by="c",
        proposed_at=LONG_AGO,
    )
    assert next(manifest_numbers(corridor, "lajas_blancas", TODAY)) == "LB-230815-2"
