"""What still has to be done before a manifest is sealed or leaves, and what was recorded about vehicle and driver."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cauce.corridor.models import Demand, LegHours
from cauce.corridor.selectors import in_force
from cauce.movement.aboard.models import Driver, EmergencyKey, Inspection
from cauce.movement.models import Manifest, Move, Seat
from cauce.people.models import Group

OF_DRIVERS = frozenset(("driver", "max_hours_driven", "min_rest_hours", "max_hours_driving"))
ROUNDING = 1e-6  # hours; the triggers give as much


@dataclass(frozen=True, slots=True)
class Overruled:
    """A group that a coordinator put on (`verb` add) or kept off (remove) against the queue."""

    id: UUID
    group: UUID
    number: str
    verb: str
    reason: str
    account: str
    at: datetime
    approved_by: str


@dataclass(frozen=True, slots=True)
class Lacking:
    """Something that the corridor file demands and is not so yet. `figure`: hours, for those; `way`: of the leg."""

    what: str
    figure: float = 0.0
    way: float = 0.0


def overruled(manifest: UUID) -> list[Overruled]:
    """The exceptions on a manifest that still make a difference, in the order in which they were made."""
    moves = list(Move.objects.filter(manifest=manifest).order_by("at", "id"))
    if not moves:
        return []
    seated = set(Seat.objects.filter(manifest=manifest, live=True).values_list("group", flat=True))
    standing = [move for move in moves if (move.group in seated) == (move.verb == "add")]
    numbers = dict(Group.objects.filter(id__in={move.group for move in standing}).values_list("id", "number"))
    return [
        Overruled(m.id, m.group, numbers.get(m.group, ""), m.verb, m.reason, m.account, m.at, m.approved_by)
        for m in standing
    ]


def waiting_for_approval(manifest: UUID) -> list[Overruled]:
    return [one for one in overruled(manifest) if not one.approved_by]


def demands_of(row: Manifest) -> dict[str, float]:
    """What the corridor in force demands of this manifest's departure: what -> hours, 0 where there are none.

    Where two tables of the file say a figure the stricter one holds.
    """
    found: dict[str, float] = {}
    for what, figure in Demand.objects.filter(kind=row.kind, mode=row.mode).values_list("what", "figure"):
        stricter = min if what.startswith("max_") else max
        found[what] = stricter(found.get(what, figure), figure)
    return found


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the corridor file demands of a departure, and what was recorded."""

    demands: dict[str, float]
    inspection: Inspection | None
    drivers: tuple[Driver, ...]


def recorded(row: Manifest) -> Recorded:
    return Recorded(
        demands_of(row),
        Inspection.objects.filter(manifest=row.id).first(),
        tuple(Driver.objects.filter(manifest=row.id).order_by("at", "id")),
    )


def lacking(row: Manifest, aboard: int, told: Recorded | None = None) -> list[Lacking]:
    """What keeps the manifest from departing with so many people, in the order in which one would see to it.

    Where nothing is recorded yet, that alone is said and not what it would have to be.
    """
    told = told or recorded(row)
    way = _hours_of(row)
    wanted = (*_of_the_vehicle(row, told, aboard), *_of_the_drivers(told, way))
    return [Lacking(what, told.demands.get(what, 0.0), way) for what in wanted]


def _of_the_vehicle(row: Manifest, told: Recorded, aboard: int) -> Iterable[str]:
    found = told.inspection
    if "inspection" in told.demands and (found is None or not found.passed or found.valid_until < row.date):
        yield "inspection"
    if "life_jackets" in told.demands and (found is None or (found.life_jackets or 0) < aboard):
        yield "life_jackets"


def _hours_of(row: Manifest) -> float:
    legs = LegHours.objects.filter(kind=row.kind, mode=row.mode, origin=row.origin, destination=row.destination)
    return max(legs.values_list("hours", flat=True), default=0.0)


def _of_the_drivers(told: Recorded, way: float) -> Iterable[str]:
    if not told.demands.keys() & OF_DRIVERS:
        return
    if not told.drivers:
        yield "driver"
        return
    if any(one.hours_driven > told.demands.get("max_hours_driven", 24) for one in told.drivers):
        yield "max_hours_driven"
    if any(one.rest_hours < told.demands.get("min_rest_hours", 0) for one in told.drivers):
        yield "min_rest_hours"
    most = told.demands.get("max_hours_driving")
    if most is not None and sum(max(0.0, most - one.hours_driven) for one in told.drivers) + ROUNDING < way:
        yield "max_hours_driving"


def inspection_of(manifest: UUID) -> Inspection | None:
    return Inspection.objects.filter(manifest=manifest).first()


def emergency_recipients() -> list[str]:
    """Age recipients of the emergency role: the one named last here, and the corridor file's."""
    newest = EmergencyKey.objects.order_by("-entry").values_list("recipient", flat=True)[:1]
    return list(dict.fromkeys(filter(None, _each(newest, in_force().emergency.recipient))))


def _each(newest: Iterable[str], told: str) -> Iterable[str]:
    yield from newest
    yield told
