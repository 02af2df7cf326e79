"""Departures that come in together hand over as if each had come alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from tests.conftest import NOON
from tests.factories import a_person

from cauce.access.actor import Actor
from cauce.journal.events import Recorded, new_id
from cauce.journal.services import record
from cauce.movement.events import ManifestDeparted
from cauce.sync.custody import hand_over
from cauce.sync.custody_models import Concern, Custody
from cauce.sync.events import NodeEnrolled


def departure(number: int, destination: str, *persons: UUID) -> Recorded[Any]:
    told = ManifestDeparted(id=new_id(), persons=persons, destination=destination)
    when = NOON + timedelta(hours=number)
    return Recorded(told, 1_000_000 + number, "bajo", number, "", "", when, when)


def kept() -> tuple[list[Any], list[Any]]:
    rows = Custody.objects.order_by("person").values_list("person", "node", "place", "state", "since")
    return list(rows), list(Concern.objects.order_by("person", "station").values_list("station", "since", "until"))


def test_who_is_handed_over_twice_in_one_batch_was_the_first_ones_between(store: dict[str, Actor]) -> None:
    stations = {"lajas": ("lajas_blancas",), "frontera": ("paso_canoas",)}
    record(
        *(NodeEnrolled(node=name, role="station", key="", recipient="", places=at) for name, at in stations.items()),
        by=store["administrator"],
    )
    ana, luis = (a_person(store).person_ids[0] for _ in range(2))
    came = [departure(1, "lajas_blancas", ana, luis), departure(2, "paso_canoas", ana), departure(3, "", luis)]
    found = []
    for together in (False, True):
        with transaction.atomic():
            for some in [came] if together else [[one] for one in came]:
                hand_over(some)
            found.append(kept())
            transaction.set_rollback(True)
    assert found[0] == found[1]
    custody, concerns = found[0]
    assert {(node, place) for _, node, place, _, _ in custody} == {
        ("frontera", "paso_canoas"),
        ("lajas", "lajas_blancas"),
    }
    assert ("lajas", came[0].entry, came[1].entry) in concerns
