"""The rows that follow from events of movement. Nothing else writes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import F

from cauce.journal.commuting import local
from cauce.journal.events import Recorded, applies
from cauce.journal.rows import insert, put, those, update
from cauce.movement.events import (
    Dispatched,
    GroupMoved,
    ManifestArrived,
    ManifestCancelled,
    ManifestDeparted,
    ManifestProposed,
    ManifestSealed,
    ManifestUnsealed,
    RefusedAtBorder,
    RollCalled,
    SeatsStruck,
    SeatsTaken,
)
from cauce.movement.models import Manifest, Move, PassedOver, Seat
from cauce.people.events import GroupsJoined, GroupSplit, PersonTakenOver
from cauce.people.models import Person
from cauce.people.settling import related


@applies(ManifestProposed)
def propose(records: list[Recorded[ManifestProposed]]) -> None:
    names = ("id", "number", "kind", "origin", "destination", "border", "date", "vehicle", "mode", "seats")
    of = attrgetter(*names)
    told = ((*of(r.event), r.node, r.account, r.happened_at) for r in records)
    put(Manifest, (*names, "node", "proposed_by", "proposed_at"), told)


@applies(SeatsTaken)
def take_seats(records: list[Recorded[SeatsTaken]]) -> None:
    names = ("id", "person", "group", "number")
    of = attrgetter(*names)
    put(Seat, (*names, "manifest_id"), ((*of(seat), r.event.manifest) for r in records for seat in r.event.seats))
    _next_version(r.event.manifest for r in records)


@applies(SeatsStruck)
def strike_seats(records: list[Recorded[SeatsStruck]]) -> None:
    for r in records:
        _end(r.event.manifest, r.event.persons, "struck", r.event.why)
    _next_version(r.event.manifest for r in records)


@applies(GroupMoved)
def keep_moves(records: list[Recorded[GroupMoved]]) -> None:
    Move.objects.bulk_create(
        Move(
            id=r.event.id,
            manifest=r.event.manifest,
            group=r.event.group,
            verb=r.event.verb,
            reason=r.event.reason,
            account=r.account,
            at=r.happened_at,
        )
        for r in records
    )


@applies(Dispatched)
def keep_passed_over(records: list[Recorded[Dispatched]]) -> None:
    for r in records:
        PassedOver.objects.filter(place=r.event.place, date=r.event.date).delete()
        PassedOver.objects.bulk_create(
            PassedOver(
                id=f"{r.event.place}:{r.event.date}:{group.hex}", group=group, place=r.event.place, date=r.event.date
            )
            for group in r.event.passed_over
        )


@applies(ManifestSealed)
def seal(records: list[Recorded[ManifestSealed]]) -> None:
    told = ((r.event.id, "sealed", r.event.sealed, r.account, r.happened_at) for r in records)
    update(Manifest, ("status", "version", "sealed_by", "sealed_at"), told)


@applies(ManifestUnsealed)
def unseal(records: list[Recorded[ManifestUnsealed]]) -> None:
    for r in records:
        Seat.objects.filter(manifest=r.event.id, live=True, status="boarded").update(status="assigned")
        _step(r, status="proposed", sealed_by="", sealed_at=None, called_at=None)


@applies(ManifestCancelled)
def cancel(records: list[Recorded[ManifestCancelled]]) -> None:
    for r in records:
        _end(r.event.id, r.event.persons, "struck", "cancelled")
        _step(r, status="cancelled")


@applies(RollCalled)
def call_roll(records: list[Recorded[RollCalled]]) -> None:
    """All rolls at once: somebody has one live seat, so who is called twice is so on one manifest."""
    for part in _each_once(records):
        seats = _live_seats(r.event.id for r in part)
        boarded, others = list[tuple[Any, ...]](), dict[UUID, tuple[Any, ...]]()
        for r in part:
            here = seats.get(r.event.id, {})
            boarded += [(here[person], "boarded") for person in r.event.boarded if person in here]
            for persons, status, why in (
                (r.event.absent, "absent", "did_not_come"),
                (r.event.stayed, "struck", "stays_with_family"),
            ):
                for seat in (here[person] for person in persons if person in here):
                    others.setdefault(seat, (seat, status, False, why))
        update(Seat, ("status",), boarded)
        update(Seat, ("status", "live", "why"), others.values())
        _steps({r.event.id: (r.happened_at,) for r in part}, "called_at")


@applies(ManifestDeparted)
def depart(records: list[Recorded[ManifestDeparted]]) -> None:
    known = {id_ for (id_,) in those(Manifest, "id", (r.event.id for r in records), "id")}
    for part in _each_once(records):
        here = [r for r in part if r.event.id in known or r.event.date is None]
        _steps({r.event.id: ("departed", r.happened_at) for r in here}, "status", "departed_at")
    for r in records:
        if r.event.id not in known and r.event.date is not None:
            _on_the_way(r, r.event.date)


def _on_the_way(r: Recorded[ManifestDeparted], day: date) -> None:
    """A manifest of another station, of which nothing was known here before."""
    told = r.event
    Manifest.objects.create(
        id=told.id,
        number=told.number,
        node=r.node,
        kind=told.kind,
        origin=told.origin,
        destination=told.destination,
        border=told.border,
        date=day,
        vehicle=told.vehicle,
        mode=told.mode,
        seats=told.seats,
        status="departed",
        version=told.at_version,
        proposed_by="",
        proposed_at=r.happened_at,
        departed_at=r.happened_at,
    )
    insert(
        Seat(
            id=seat.id,
            manifest_id=told.id,
            person=seat.person,
            group=seat.group,
            number=seat.number,
            status="boarded",
        )
        for seat in told.taken
    )


@applies(ManifestArrived)
def arrive(records: list[Recorded[ManifestArrived]]) -> None:
    for r in records:
        _end(r.event.id, r.event.arrived, "arrived", "")
        _end(r.event.id, r.event.missing, "missing", "not_found_on_arrival")
        _step(r, status="arrived", arrived_at=r.happened_at)


@applies(RefusedAtBorder)
def refuse(records: list[Recorded[RefusedAtBorder]]) -> None:
    for r in records:
        Seat.objects.filter(manifest=r.event.manifest, person=r.event.person).exclude(status="struck").update(
            status="refused", live=False, why="refused_at_border"
        )


@applies(PersonTakenOver)
def leave_seats(records: list[Recorded[PersonTakenOver]]) -> None:
    """Who walked to another station sits in no vehicle, whatever was recorded."""
    Seat.objects.filter(live=True, person__in=[r.event.person for r in records]).update(
        status="absent", live=False, why="taken_over"
    )


@applies(GroupSplit)
def follow_splits(records: list[Recorded[GroupSplit]]) -> None:
    _follow({each for r in records for each in (r.event.group, r.event.new)})


@applies(GroupsJoined)
def follow_joins(records: list[Recorded[GroupsJoined]]) -> None:
    _follow({each for r in records for each in (r.event.into, r.event.other)})


def _follow(groups: Iterable[UUID]) -> None:
    """Live seats are of the group that their person travels in."""
    for person, group in Person.objects.filter(group__in=related(groups)).values_list("id", "group"):
        Seat.objects.filter(live=True, person=person).exclude(group=group).update(group=group)


def _live(manifest: UUID, persons: Iterable[UUID]) -> Any:
    return Seat.objects.filter(manifest=manifest, person__in=list(persons), live=True)


def _end(manifest: UUID, persons: Iterable[UUID], status: str, why: str) -> None:
    _live(manifest, persons).update(status=status, live=False, why=why)


def _step(r: Recorded[Any], **changes: Any) -> None:
    Manifest.objects.filter(id=r.event.id).update(version=F("version") + 1, **changes)


def _next_version(manifests: Iterable[UUID]) -> None:
    _steps(dict.fromkeys(manifests, ()))


def _steps(told: Mapping[UUID, tuple[Any, ...]], *columns: str) -> None:
    """Set these columns of manifests, all at once; each has a new version."""
    versions = those(Manifest, "id", told, "id", "version")
    update(Manifest, ("version", *columns), ((m, version + 1, *told[m]) for m, version in versions))


def _live_seats(manifests: Iterable[UUID]) -> dict[UUID, dict[UUID, UUID]]:
    """Manifest -> person -> seat."""
    found: dict[UUID, dict[UUID, UUID]] = {}
    for manifest, person, seat, live in those(Seat, "manifest_id", manifests, "manifest_id", "person", "id", "live"):
        if live:
            found.setdefault(manifest, {})[person] = seat
    return found


def _each_once(records: Sequence[Recorded[Any]]) -> Iterator[list[Recorded[Any]]]:
    """The records in their order, in parts in which no manifest stands twice."""
    part: list[Recorded[Any]] = []
    for record in records:
        if any(record.event.id == other.event.id for other in part):
            yield part
            part = []
        part.append(record)
    if part:
        yield part


local(ManifestProposed, ManifestSealed, RollCalled, touches=lambda told: (told.id,))
local(SeatsTaken, touches=lambda told: (told.manifest, *(seat.person for seat in told.seats)))
local(ManifestDeparted, touches=lambda told: (told.id, *told.persons))
