"""From the roll-call at the vehicle to the roll-call at the destination, and back from the border (F1, P9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.journal.events import Event
from cauce.journal.guard import refusals
from cauce.journal.services import lock_head, record
from cauce.movement.aboard.requiring import require_ready
from cauce.movement.events import (
    ManifestArrived,
    ManifestDeparted,
    RefusedAtBorder,
    RollCalled,
    SeatsStruck,
    TakenSeat,
)
from cauce.movement.models import Manifest, Seat
from cauce.movement.services.common import UNDEPARTED, live_seats, manifest_now, reason_given
from cauce.people.models import Stay
from cauce.people.services import record_arrivals, record_departures, reopen_stays


def roll_call(
    *, manifest: UUID, boarded: Iterable[UUID], by: Actor, version: int | None = None, at: datetime | None = None
) -> RollCalled:
    """Say who of a sealed manifest is in the vehicle. Everybody else on it did not come.

    A family of which somebody did not come stays whole (P9): the others are struck, here and where the family is spread
    over. An adult who lets the others go leaves the group first; a child is parted only by two officers. May be called
    again until departure. Raises Refused for somebody who has no seat on it.
    """
    with refusals(), transaction.atomic():
        lock_head()
        row = manifest_now(manifest, version=version, status=("sealed",))
        by.require("manifest.rollcall", place=row.origin)
        seats = live_seats(row.id)
        present = set(boarded)
        _all_on(row, present, seats)
        absent = {seat.person for seat in seats} - present
        parted = {seat.group for seat in seats if seat.person in absent}
        called = RollCalled(
            id=row.id,
            boarded=_in_order(seats, {s.person for s in seats if s.person in present and s.group not in parted}),
            absent=_in_order(seats, absent),
            stayed=_in_order(seats, {s.person for s in seats if s.person in present and s.group in parted}),
        )
        record(called, *_elsewhere(row, parted), by=by, happened_at=at)
    return called


def depart(*, manifest: UUID, by: Actor, version: int | None = None, at: datetime | None = None) -> int:
    """The vehicle leaves with everybody who boarded; their stays end. Returns how many they are.

    Raises Refused without a roll-call, with nobody on board, or when a rule forbids somebody on it by now.
    """
    with refusals(), transaction.atomic():
        lock_head()
        row = manifest_now(manifest, version=version, status=("sealed",))
        by.require("manifest.rollcall", place=row.origin)
        seats = live_seats(row.id)
        if row.called_at is None or any(seat.status != "boarded" for seat in seats):
            raise Refused(
                _("Manifest %(number)s has no roll-call yet. First say who boarded.") % {"number": row.number},
                code="no_roll_call",
            )
        if not seats:
            raise Refused(
                _("Nobody is on board of %(number)s. Call the manifest off instead.") % {"number": row.number},
                code="manifest_empty",
            )
        require_ready(row, len(seats))
        persons = tuple(seat.person for seat in seats)
        moment = at or clock.now()
        record(_departed(row, seats), by=by, happened_at=moment)
        outcome = _way_out(row)
        record_departures(persons=persons, outcome=outcome, by=by, at=moment)
    return len(persons)


def _departed(row: Manifest, seats: list[Seat]) -> ManifestDeparted:
    return ManifestDeparted(
        id=row.id,
        persons=tuple(seat.person for seat in seats),
        number=row.number,
        kind=row.kind,
        origin=row.origin,
        destination=row.destination,
        border=row.border,
        date=row.date,
        vehicle=row.vehicle,
        mode=row.mode,
        seats=row.seats,
        at_version=row.version + 1,
        taken=tuple(TakenSeat(id=s.id, person=s.person, group=s.group, number=s.number) for s in seats),
    )


def arrive(
    *,
    manifest: UUID,
    by: Actor,
    arrived: Iterable[UUID] | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> ManifestArrived:
    """Roll-call at the destination: who arrived (None: everybody). Who was on board and is not there is missing.

    At a place of the corridor a stay begins; past a border there is none. Missing people stay an open matter until they
    are found. Raises Refused for somebody who was not on board.
    """
    with refusals(), transaction.atomic():
        lock_head()
        row = manifest_now(manifest, version=version, status=("departed",))
        by.require("manifest.rollcall", place="" if by.place == row.origin else row.destination)
        seats = live_seats(row.id)
        there = {seat.person for seat in seats} if arrived is None else set(arrived)
        _all_on(row, there, seats)
        fact = ManifestArrived(
            id=row.id,
            arrived=_in_order(seats, there),
            missing=_in_order(seats, {seat.person for seat in seats} - there),
        )
        moment = at or clock.now()
        record(fact, by=by, happened_at=moment)
        if fact.arrived and _way_out(row) == "transferred":
            record_arrivals(persons=fact.arrived, place=row.destination, by=by, at=moment)
    return fact


def refuse_at_border(
    *, manifest: UUID, persons: Iterable[UUID], by: Actor, reason: str, at: datetime | None = None
) -> int:
    """The border sent these people of a manifest back: the stay at the origin reopens, the queue place is kept (F1)."""
    reason = reason_given(reason)
    with refusals(), transaction.atomic():
        lock_head()
        row = manifest_now(manifest, status=("departed", "arrived"))
        by.require("manifest.rollcall", place=row.origin)
        back = list(dict.fromkeys(persons))
        seats = Seat.objects.filter(manifest=row, status__in=("boarded", "arrived", "missing"), person__in=back)
        _all_on(row, set(back), list(seats))
        record(
            *(RefusedAtBorder(manifest=row.id, person=person, reason=reason) for person in back),
            by=by,
            happened_at=at,
        )
        here = set(Stay.objects.filter(person__in=back, until__isnull=True).values_list("person_id", flat=True))
        reopen_stays(persons=[person for person in back if person not in here], reason=reason, by=by)
    return len(back)


def _way_out(row: Manifest) -> str:
    """How the stays of those on board end (F1): home, at another place of the corridor, or past its border."""
    if row.kind == "return":
        return "returned"
    return "transferred" if _cared_for(row.destination) else "departed"


def _cared_for(place: str) -> bool:
    """Whether people who get there stay in the corridor's care: past a border or port they do not."""
    return in_force().place(place).role not in ("border", "port")


def _all_on(row: Manifest, persons: set[UUID], seats: list[Seat]) -> None:
    strange = persons - {seat.person for seat in seats}
    if strange:
        raise Refused(
            ngettext(
                "%(count)s of the people named has no seat on manifest %(number)s. Look at the list again.",
                "%(count)s of the people named have no seat on manifest %(number)s. Look at the list again.",
                len(strange),
            )
            % {"count": len(strange), "number": row.number},
            code="not_on_manifest",
        )


def _in_order(seats: list[Seat], persons: set[UUID]) -> tuple[UUID, ...]:
    return tuple(seat.person for seat in seats if seat.person in persons)


def _elsewhere(row: Manifest, groups: set[UUID]) -> list[Event]:
    """Seats that these families have on other vehicles of the day."""
    seats = Seat.objects.filter(group__in=groups, live=True, manifest__status__in=UNDEPARTED).exclude(manifest=row)
    by_manifest: dict[UUID, list[UUID]] = {}
    for seat in seats:
        by_manifest.setdefault(seat.manifest_id, []).append(seat.person)
    return [
        SeatsStruck(manifest=manifest, persons=tuple(sorted(persons)), why="stays_with_family")
        for manifest, persons in sorted(by_manifest.items())
    ]
