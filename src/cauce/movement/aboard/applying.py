"""The rows that follow from what is recorded before a departure."""

from __future__ import annotations

from operator import attrgetter
from uuid import UUID

from cauce.journal.commuting import local
from cauce.journal.events import Recorded, applies
from cauce.journal.rows import put
from cauce.journal.services import ruling
from cauce.movement.aboard.events import (
    CrewForgotten,
    DriverNamed,
    EmergencyKeyNamed,
    ExceptionsApproved,
    VehicleInspected,
)
from cauce.movement.aboard.models import Driver, EmergencyKey, Inspection
from cauce.movement.models import Move


@applies(ExceptionsApproved)
def approve(records: list[Recorded[ExceptionsApproved]]) -> None:
    for r in records:
        Move.objects.filter(id__in=r.event.moves, approved_by="").update(
            approved_by=r.account, approved_at=r.happened_at
        )


@applies(VehicleInspected)
def keep_inspections(records: list[Recorded[VehicleInspected]]) -> None:
    told = ("id", "plate", "passed", "valid_until", "life_jackets", "inspector", "note")
    of, kept = attrgetter(*told), (*told, "forgotten", "account", "at")
    rows = ((r.event.manifest, *of(r.event), False, r.account, r.happened_at) for r in records)
    put(Inspection, ("manifest", *kept), rows, update=kept)


@applies(DriverNamed)
def keep_drivers(records: list[Recorded[DriverNamed]]) -> None:
    standing: dict[UUID, list[Recorded[DriverNamed]]] = {}
    for r in records:
        named = standing.setdefault(r.event.manifest, [])
        if not r.event.relay:
            named.clear()
        named.append(r)
    first = {r.event.manifest for r in records if not r.event.relay}
    Driver.objects.filter(manifest__in=first).delete()
    of = attrgetter("id", "manifest", "driver", "licence", "hours_driven", "rest_hours")
    put(
        Driver,
        ("id", "manifest", "name", "licence", "hours_driven", "rest_hours", "account", "at"),
        ((*of(r.event), r.account, r.happened_at) for named in standing.values() for r in named),
    )


@applies(CrewForgotten)
def forget_crews(records: list[Recorded[CrewForgotten]]) -> None:
    ids = [r.event.id for r in records]
    Driver.objects.filter(id__in=ids).update(name="", licence="", forgotten=True)
    Inspection.objects.filter(id__in=ids).update(inspector="", note="", forgotten=True)


@applies(EmergencyKeyNamed)
def name_keys(records: list[Recorded[EmergencyKeyNamed]]) -> None:
    EmergencyKey.objects.bulk_create(
        EmergencyKey(id=r.event.id, recipient=r.event.recipient, account=r.account, at=r.happened_at, entry=r.entry)
        for r in ruling(records)
    )


local(VehicleInspected, DriverNamed, touches=lambda told: (told.manifest,))
