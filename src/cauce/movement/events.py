"""What can happen to a manifest and the people on it, and the rows that follow."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cauce.journal.events import Event, event, personal


@event("movement.manifest_proposed", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ManifestProposed(Event):
    """A vehicle is to leave on a day, from where to where, with how many seats. Nobody sits in it yet."""

    id: UUID
    number: str
    kind: str
    origin: str
    destination: str
    border: str = ""
    date: datetime.date
    vehicle: str
    mode: str
    seats: int

    def mentions(self) -> Iterable[UUID]:
        return (self.id,)


@dataclass(frozen=True, kw_only=True)
class TakenSeat:
    """A seat inside an event: who sits where."""

    id: UUID
    person: UUID
    group: UUID
    number: int


@event("movement.seats_taken", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class SeatsTaken(Event):
    """People got seats on a manifest, whole groups at a time."""

    manifest: UUID
    seats: tuple[TakenSeat, ...]

    def mentions(self) -> Iterable[UUID]:
        return [seat.person for seat in self.seats]


@event("movement.seats_struck", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class SeatsStruck(Event):
    """People lost their seats on a manifest that has not departed; a seal becomes a new version."""

    manifest: UUID
    persons: tuple[UUID, ...]
    why: str

    def mentions(self) -> Iterable[UUID]:
        return self.persons


@event("movement.group_moved", travels="hub")
@dataclass(frozen=True, kw_only=True)
class GroupMoved(Event):
    """F9: a coordinator put a group on a manifest or took it off, and said why. `person` is the head of the group."""

    id: UUID
    person: UUID
    manifest: UUID
    group: UUID
    verb: str
    reason: str = personal("")


@event("movement.dispatched", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class Dispatched(Event):
    """A place's manifests of a day were proposed; for these groups the last seats were too few (F4)."""

    place: str
    date: datetime.date
    passed_over: tuple[UUID, ...] = ()


@event("movement.manifest_sealed", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ManifestSealed(Event):
    """A coordinator froze a manifest as it stood in that version."""

    id: UUID
    sealed: int  # the version that is sealed


@event("movement.manifest_unsealed", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ManifestUnsealed(Event):
    """A seal was broken before departure, with a reason: the manifest can be changed, and must be sealed again."""

    id: UUID
    reason: str


@event("movement.manifest_cancelled", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ManifestCancelled(Event):
    """A manifest will not leave; everybody on it keeps the place in the queue."""

    id: UUID
    persons: tuple[UUID, ...] = ()
    reason: str = ""

    def mentions(self) -> Iterable[UUID]:
        return self.persons


@event("movement.roll_called", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class RollCalled(Event):
    """Roll-call at the vehicle: who boarded, who did not come, and who stays because one of the family did not."""

    id: UUID
    boarded: tuple[UUID, ...]
    absent: tuple[UUID, ...] = ()
    stayed: tuple[UUID, ...] = ()

    def mentions(self) -> Iterable[UUID]:
        return (*self.boarded, *self.absent, *self.stayed)


@event("movement.manifest_departed", subject="")
@dataclass(frozen=True, kw_only=True)
class ManifestDeparted(Event):
    """A vehicle left with everybody who boarded.

    It tells all that the next station needs of the manifest, and nothing of those who stayed behind: what came before
    it (proposals, seals, roll-calls) does not travel on.
    """

    id: UUID
    persons: tuple[UUID, ...]
    number: str = ""
    kind: str = ""
    origin: str = ""
    destination: str = ""
    border: str = ""
    date: datetime.date | None = None
    vehicle: str = ""
    mode: str = ""
    seats: int = 0
    at_version: int = 0  # of the manifest, with the departure
    taken: tuple[TakenSeat, ...] = ()

    def mentions(self) -> Iterable[UUID]:
        return (*self.persons, self.id)


@event("movement.manifest_arrived", subject="")
@dataclass(frozen=True, kw_only=True)
class ManifestArrived(Event):
    """Roll-call at the destination: who arrived, and who was on board and is missing."""

    id: UUID
    arrived: tuple[UUID, ...]
    missing: tuple[UUID, ...] = ()

    def mentions(self) -> Iterable[UUID]:
        return (*self.arrived, *self.missing, self.id)


@event("movement.refused_at_border")
@dataclass(frozen=True, kw_only=True)
class RefusedAtBorder(Event):
    """F1: the border sent somebody back. The stay reopens and the place in the queue is kept."""

    manifest: UUID
    person: UUID
    reason: str = personal("")


@event("movement.head_start_given")
@dataclass(frozen=True, kw_only=True)
class HeadStartGiven(Event):
    """How many hours earlier a person's turn comes, for what this node saw; what that was does not travel (P15)."""

    person: UUID
    hours: float = personal(0.0)
