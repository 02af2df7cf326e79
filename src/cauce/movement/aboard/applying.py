"""The rows that follow from what is recorded before a departure."""

from __future__ import annotations

from uuid import UUID

from cauce.journal.commuting import local
from cauce.journal.events import Recorded, applies
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
    last = {r.event.manifest: r for r in records}
    Inspection.objects.filter(manifest__in=list(last)).delete()
    Inspection.objects.bulk_create(
        Inspection(
            id=r.event.id,
            manifest=r.event.manifest,
            plate=r.event.plate,
            passed=r.event.passed,
            valid_until=r.event.valid_until,
            life_jackets=r.event.life_jackets,
            inspector=r.event.inspector,
            note=r.event.note,
            account=r.account,
            at=r.happened_at,
        )
        for r in last.values()
    )


@applies(DriverNamed)
def keep_drivers(records: list[Recorded[DriverNamed]]) -> None:
    standing: dict[UUID, list[Recorded[DriverNamed]]] = {}
    for r in records:
        named = standing.setdefault(r.event.manifest, [])
        if not r.event.relay:
            Driver.objects.filter(manifest=r.event.manifest).delete()
            named.clear()
        named.append(r)
    Driver.objects.bulk_create(
        Driver(
            id=r.event.id,
            manifest=r.event.manifest,
            name=r.event.driver,
            licence=r.event.licence,
            hours_driven=r.event.hours_driven,
            rest_hours=r.event.rest_hours,
            account=r.account,
            at=r.happened_at,
        )
        for named in standing.values()
        for r in named
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
