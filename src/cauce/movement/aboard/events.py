"""What is recorded between a proposal and a departure, and to whom the paper's emergency facts are sealed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cauce.journal.events import Event, event, personal
from cauce.journal.keys import erases


@event("movement.exceptions_approved", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ExceptionsApproved(Event):
    """Another officer agreed to what a coordinator had put on a manifest, or kept off it, against the queue."""

    manifest: UUID
    moves: tuple[UUID, ...]

    def mentions(self) -> Iterable[UUID]:
        return (self.manifest,)


@event("movement.vehicle_inspected", subject="id", travels="hub")
@dataclass(frozen=True, kw_only=True)
class VehicleInspected(Event):
    """A vehicle or boat was inspected before its departure: by its plate, with what result, valid until when.

    Who inspected, and what was noted, is sealed under the inspection's own key.
    """

    id: UUID
    manifest: UUID
    plate: str
    passed: bool
    valid_until: datetime.date
    life_jackets: int | None = None
    inspector: str = personal("")
    note: str = personal("")

    def mentions(self) -> Iterable[UUID]:
        return (self.manifest,)


@event("movement.driver_named", subject="id", travels="hub")
@dataclass(frozen=True, kw_only=True)
class DriverNamed(Event):
    """Who will drive, for how long already on that day, and rested how long before. The name has a key of its own.

    `relay`: in turns with those named before; otherwise instead of them.
    """

    id: UUID
    manifest: UUID
    hours_driven: float
    rest_hours: float
    relay: bool = False
    driver: str = personal("")
    licence: str = personal("")

    def mentions(self) -> Iterable[UUID]:
        return (self.manifest,)


@event("movement.crew_forgotten", subject="id", travels="hub")
@dataclass(frozen=True, kw_only=True)
class CrewForgotten(Event):
    """P16: who drove, or who inspected, is over: the key of the name is destroyed."""

    id: UUID


erases("movement.crew_forgotten")


@event("movement.emergency_key_named", subject="", travels="everywhere")
@dataclass(frozen=True, kw_only=True)
class EmergencyKeyNamed(Event):
    """P10: from now on the emergency facts on papers are sealed to this public key, and to no older one."""

    id: UUID
    recipient: str
