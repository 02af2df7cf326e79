"""What is recorded between a proposal and a departure, for machines."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from pydantic import Field

from cauce.access.machines.door import Machines, actor_of
from cauce.access.machines.fields import Day, Shown, Told, Version
from cauce.movement.aboard import services

machines = Machines("movement", __name__)
Line = Annotated[str, Field(max_length=200)]


class ApproveTold(Told):
    version: Version | None = None


class Approved(Shown):
    exceptions: int


@machines.writes("/manifests/{manifest}/approve", "manifest.approve", Approved)
def approve(request: HttpRequest, manifest: UUID, told: ApproveTold) -> Approved:
    """Agree to what another officer put on the manifest, or kept off it, against the queue."""
    return Approved(exceptions=services.approve(manifest=manifest, version=told.version, by=actor_of(request)))


class InspectionTold(Told):
    """`plate`: or a boat's registration. `life_jackets`: on board. Who inspected and what was noted is sealed."""

    plate: Annotated[str, Field(min_length=1, max_length=40)]
    passed: bool
    valid_until: Day
    life_jackets: Annotated[int, Field(ge=0, le=10_000)] | None = None
    inspector: Line = ""
    note: Annotated[str, Field(max_length=2000)] = ""


class Left(Shown):
    """What keeps it here: inspection, life_jackets, driver, max_hours_driven, max_hours_driving, min_rest_hours."""

    lacking: list[str]


@machines.writes("/manifests/{manifest}/inspection", "manifest.rollcall", Left)
def inspection(request: HttpRequest, manifest: UUID, told: InspectionTold) -> Left:
    """Record the inspection of the vehicle or boat before it leaves; the last one counts."""
    left = services.inspect(manifest=manifest, by=actor_of(request), **told.model_dump())
    return Left(lacking=[one.what for one in left])


class DriverTold(Told):
    """Hours driven that day before this way, hours rested before that. Name and licence are sealed.

    `relay`: takes turns with those named before, and does not stand in their stead.
    """

    driver: Annotated[str, Field(min_length=1, max_length=200)]
    hours_driven: Annotated[float, Field(ge=0, le=24)]
    rest_hours: Annotated[float, Field(ge=0, le=1000)]
    licence: Annotated[str, Field(max_length=60)] = ""
    relay: bool = False


@machines.writes("/manifests/{manifest}/driver", "manifest.rollcall", Left)
def driver(request: HttpRequest, manifest: UUID, told: DriverTold) -> Left:
    """Record who drives; the last one counts."""
    left = services.name_driver(manifest=manifest, by=actor_of(request), **told.model_dump())
    return Left(lacking=[one.what for one in left])
