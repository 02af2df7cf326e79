"""Proposing the manifests of a place and a day. Asking twice changes nothing; being killed halfway leaves nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.journal.events import Event, new_id
from cauce.journal.guard import refusals
from cauce.journal.services import lock_head, record
from cauce.movement.borders import BorderDay
from cauce.movement.events import (
    Dispatched,
    ManifestCancelled,
    ManifestProposed,
    SeatsStruck,
    SeatsTaken,
    TakenSeat,
)
from cauce.movement.models import Manifest, PassedOver, Seat
from cauce.movement.numbering import manifest_numbers
from cauce.movement.planning import SECONDS, Bench, Proposal, propose


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A group that stays today; `mask` says why in bits of `reasons.Reason`."""

    group: UUID
    number: str
    size: int
    mask: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is proposed: the ids of the place's manifests of the day, who stays, and what the borders take."""

    place: str
    day: date
    kind: str
    manifests: tuple[UUID, ...]
    left_behind: tuple[LeftBehind, ...]
    quota: dict[str, BorderDay]
    changed: bool
    rule: str  # what filled the vehicles: one of `buses.solving.RULES`
    gap: float  # how much of the weighted delay could at most be spared


def dispatch(*, place: str, date: date, by: Actor, kind: str = "", time_limit: float = SECONDS) -> Plan:
    """Propose who leaves `place` on the local day `date`, by the corridor's rules (F3, F4, P9).

    Manifests proposed before are proposed again, with what coordinators moved kept; sealed ones stay as they are.
    Raises NotAllowed, Unknown for a place that the corridor does not have.
    """
    by.require("manifest.propose", place=place)
    with refusals(), transaction.atomic():
        lock_head()
        proposal = propose(place, date, kind, time_limit=time_limit)
        events = changes(proposal)
        record(*events, by=by)
        manifests = Manifest.objects.filter(origin=place, date=date, kind=proposal.kind).exclude(status="cancelled")
        ids = tuple(manifests.order_by("proposed_at", "number").values_list("id", flat=True))
    left = tuple(
        LeftBehind(party.id, party.number, len(party.rows), int(proposal.left[party.index]))
        for party in (proposal.parties[placed.waiting.group] for placed in proposal.queue)
        if party.index in proposal.left
    )
    plan = proposal.plan
    return Plan(place, date, proposal.kind, ids, left, dict(proposal.borders), bool(events), plan.rule, plan.gap)


def changes(proposal: Proposal) -> list[Event]:
    """The events that turn what stands into what is proposed: none when it is the same. Seats are freed first."""
    standing: dict[UUID, dict[UUID, int]] = {manifest.id: {} for manifest in proposal.open_manifests}
    for manifest, person, number in Seat.objects.filter(manifest__in=list(standing), live=True).values_list(
        "manifest", "person", "number"
    ):
        standing[manifest][person] = number
    struck: list[Event] = []
    proposed: list[Event] = []
    taken: list[Event] = []
    numbers = manifest_numbers(in_force(), proposal.place, proposal.day)
    for bench in proposal.benches:
        manifest = bench.manifest or new_id()
        if bench.manifest is None:
            proposed.append(_proposed(proposal, bench, manifest, next(numbers)))
        gone, come = _difference(proposal, bench, standing.pop(manifest, {}))
        if gone:
            struck.append(SeatsStruck(manifest=manifest, persons=gone, why="proposed_again"))
        if come:
            taken.append(SeatsTaken(manifest=manifest, seats=come))
    unused: list[Event] = [
        ManifestCancelled(id=manifest, persons=tuple(sorted(seats)), reason="nobody is proposed for it any more")
        for manifest, seats in standing.items()
    ]
    return [*struck, *unused, *proposed, *taken, *_passed_over(proposal)]


def _proposed(proposal: Proposal, bench: Bench, manifest: UUID, number: str) -> ManifestProposed:
    ride = bench.ride
    assert ride.way is not None
    return ManifestProposed(
        id=manifest,
        number=number,
        kind=proposal.kind,
        origin=proposal.place,
        destination=ride.way.destination,
        border=ride.way.border,
        date=proposal.day,
        vehicle=ride.vehicle,
        mode=ride.mode,
        seats=ride.seats,
    )


def _difference(
    proposal: Proposal, bench: Bench, standing: dict[UUID, int]
) -> tuple[tuple[UUID, ...], tuple[TakenSeat, ...]]:
    """Who loses a seat on this ride and who gets one; families sit side by side where the free numbers allow."""
    wanted = [(proposal.facts.persons[row], party.id) for party, rows in bench.parties for row in rows]
    staying = standing.keys() & {person for person, _ in wanted}
    used = {standing[person] for person in staying}
    free = (number for number in range(1, bench.ride.seats + 1) if number not in used)
    come = tuple(
        TakenSeat(id=new_id(), person=person, group=group, number=next(free))
        for person, group in wanted
        if person not in staying
    )
    return tuple(sorted(standing.keys() - staying)), come


def _passed_over(proposal: Proposal) -> Iterable[Event]:
    groups = sorted(proposal.parties[index].id for index in proposal.passed_over)
    before = PassedOver.objects.filter(place=proposal.place, date=proposal.day).values_list("group", flat=True)
    if groups != sorted(before):
        yield Dispatched(place=proposal.place, date=proposal.day, passed_over=tuple(groups))
