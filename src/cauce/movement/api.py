"""The queue and the manifests for machines: propose, seal, roll-call, depart, arrive."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from pydantic import Field

from cauce.access.machines.door import Machines, actor_of
from cauce.access.machines.fields import Code, Cursor, Day, Done, Limit, Moment, Reason, Shown, Told, Version
from cauce.access.machines.pages import Paged, paged
from cauce.access.services import note_reading
from cauce.movement import selectors, services
from cauce.movement.selectors import ManifestView
from cauce.movement.sentences import explain
from cauce.people.selectors import person_for

machines = Machines("movement", __name__)
Kind = Literal["onward", "return", "internal", ""]
Persons = Annotated[list[UUID], Field(max_length=2000)]


class Why(Shown):
    """A reason: `code` is stable for programs, `text` is for people. Confidential ones read `interview`."""

    code: str
    text: str


class QueuedShown(Shown):
    """A group in the queue; `reasons` is empty when only its turn keeps it."""

    group: UUID
    number: str
    position: int
    size: int
    since: Moment
    head_start_hours: float
    reasons: list[Why]


@machines.reads("/places/{place}/queue", "queue.read", Paged[QueuedShown])
def queue(
    request: HttpRequest, place: Code, kind: Kind = "", day: Day | None = None, cursor: Cursor = "", limit: Limit = 50
) -> Paged[QueuedShown]:
    """The queue of a place for a day (today there), as a proposal made now would see it. It names nobody."""
    rows = selectors.queue_for(actor_of(request), place, kind, day)
    shown, after = paged(rows, lambda row: (row.position, row.group.hex), cursor, limit)
    items = [
        QueuedShown(
            group=row.group,
            number=row.number,
            position=row.position,
            size=row.size,
            since=row.since,
            head_start_hours=row.head_start_hours,
            reasons=[Why(code=said.code, text=said.text) for said in explain(row.mask, "gate")],
        )
        for row in shown
    ]
    return Paged(items=items, next=after)


class Reasons(Shown):
    items: list[Why]


@machines.reads("/people/{person}/why", "people.read", Reasons)
def why(request: HttpRequest, person: Code, kind: Literal["onward", "return", "internal"] = "onward") -> Reasons:
    """Every reason why somebody does not leave today, from the rules that decide. The reading is noted."""
    actor = actor_of(request)
    row = person_for(actor, person)
    note_reading(actor=actor, what="api why", persons=[row.id])
    return Reasons(items=[Why(code=said.code, text=said.text) for said in selectors.why_for(actor, row, kind)])


class SeatShown(Shown):
    person: UUID
    group: UUID
    number: str
    name: str
    seat: int
    status: str


class ManifestShown(Shown):
    """A vehicle on a day. `version` grows with each change: send what you saw, and a change meanwhile is a conflict."""

    id: UUID
    number: str
    version: int
    status: str
    kind: str
    origin: str
    destination: str
    border: str
    date: date
    vehicle: str
    mode: str
    seats: int
    people: list[SeatShown]


@machines.reads("/manifests", "queue.read", Paged[ManifestShown])
def list_manifests(
    request: HttpRequest, place: Code = "", day: Day | None = None, cursor: Cursor = "", limit: Limit = 20
) -> Paged[ManifestShown]:
    """Manifests that leave or reach a place on a day, or on any, in the order of days. The reading is noted."""
    actor = actor_of(request)
    rows = selectors.manifests_for(actor, place, day)
    shown, after = paged(rows, lambda one: (one.row.date.isoformat(), one.row.number), cursor, limit)
    note_reading(actor=actor, what="api manifest", persons=dict.fromkeys(p for one in shown for p in one.persons))
    return Paged(items=[_manifest(one) for one in shown], next=after)


@machines.reads("/manifests/{manifest}", "queue.read", ManifestShown)
def read_manifest(request: HttpRequest, manifest: Code) -> ManifestShown:
    """A manifest by id or number, with who has a seat on it. The reading is noted."""
    actor = actor_of(request)
    found = selectors.manifest_for(actor, manifest)
    note_reading(actor=actor, what="api manifest", persons=found.persons)
    return _manifest(found)


_SAME = (
    "id", "number", "version", "status", "kind", "origin", "destination", "border", "date", "vehicle", "mode", "seats",
)  # fmt: skip


def _manifest(view: ManifestView) -> ManifestShown:
    people = [
        SeatShown(
            person=one.person, group=group.group, number=one.number, name=one.name, seat=one.seat, status=one.status
        )
        for group in view.groups
        for one in group.people
    ]
    told = {name: getattr(view.row, name) for name in _SAME}
    return ManifestShown(**told, people=sorted(people, key=lambda one: one.seat))


class ProposeTold(Told):
    place: Code
    date: Day
    kind: Kind = ""


class LeftShown(Shown):
    group: UUID
    number: str
    size: int
    reasons: list[Why]


class PlanShown(Shown):
    """`changed` is false when the same stood already: asking twice changes nothing."""

    manifests: list[UUID]
    left_behind: list[LeftShown]
    changed: bool


@machines.writes("/manifests", "manifest.propose", PlanShown)
def propose(request: HttpRequest, told: ProposeTold) -> PlanShown:
    """Propose who leaves a place on a day, by the corridor's rules; what is sealed stays."""
    plan = services.dispatch(place=told.place, date=told.date, kind=told.kind, by=actor_of(request))
    left = [
        LeftShown(
            group=one.group,
            number=one.number,
            size=one.size,
            reasons=[Why(code=said.code, text=said.text) for said in explain(one.mask, "gate")],
        )
        for one in plan.left_behind
    ]
    return PlanShown(manifests=list(plan.manifests), left_behind=left, changed=plan.changed)


class SeenTold(Told):
    version: Version


class Sealed(Shown):
    version: int


@machines.writes("/manifests/{manifest}/seal", "manifest.seal", Sealed)
def seal(request: HttpRequest, manifest: UUID, told: SeenTold) -> Sealed:
    """Freeze a proposed manifest as you saw it."""
    return Sealed(version=services.seal(manifest=manifest, version=told.version, by=actor_of(request)))


class OffTold(Told):
    reason: Reason
    version: Version | None = None


@machines.writes("/manifests/{manifest}/unseal", "manifest.seal", Done)
def unseal(request: HttpRequest, manifest: UUID, told: OffTold) -> Done:
    """Break the seal of a manifest that has not departed, so that it can be changed."""
    services.unseal(manifest=manifest, reason=told.reason, version=told.version, by=actor_of(request))
    return Done()


@machines.writes("/manifests/{manifest}/cancel", "manifest.seal", Done)
def cancel(request: HttpRequest, manifest: UUID, told: OffTold) -> Done:
    """Call off a manifest that has not departed; everybody on it keeps the place in the queue."""
    services.cancel(manifest=manifest, reason=told.reason, version=told.version, by=actor_of(request))
    return Done()


class CalledTold(Told):
    """Who is in the vehicle; everybody else on the manifest did not come."""

    boarded: Persons
    version: Version | None = None
    at: Moment | None = None


class Called(Shown):
    """`stayed`: those of a family of which somebody did not come; a family stays whole."""

    boarded: list[UUID]
    absent: list[UUID]
    stayed: list[UUID]


@machines.writes("/manifests/{manifest}/roll-call", "manifest.rollcall", Called)
def roll_call(request: HttpRequest, manifest: UUID, told: CalledTold) -> Called:
    """Say who of a sealed manifest is in the vehicle; may be said again until departure."""
    made = services.roll_call(
        manifest=manifest, boarded=told.boarded, version=told.version, at=told.at, by=actor_of(request)
    )
    return Called(boarded=list(made.boarded), absent=list(made.absent), stayed=list(made.stayed))


class LeftTold(Told):
    version: Version | None = None
    at: Moment | None = None


class Departed(Shown):
    people: int


@machines.writes("/manifests/{manifest}/depart", "manifest.rollcall", Departed)
def depart(request: HttpRequest, manifest: UUID, told: LeftTold) -> Departed:
    """The vehicle leaves with everybody who boarded."""
    actor = actor_of(request)
    return Departed(people=services.depart(manifest=manifest, version=told.version, at=told.at, by=actor))


class ArrivedTold(Told):
    """Who arrived; null: everybody who was on board."""

    arrived: Persons | None
    version: Version | None = None
    at: Moment | None = None


class Arrived(Shown):
    arrived: list[UUID]
    missing: list[UUID]


@machines.writes("/manifests/{manifest}/arrive", "manifest.rollcall", Arrived)
def arrive(request: HttpRequest, manifest: UUID, told: ArrivedTold) -> Arrived:
    """Roll-call at the destination: who was on board and is not there is missing, and an open matter."""
    made = services.arrive(
        manifest=manifest, arrived=told.arrived, version=told.version, at=told.at, by=actor_of(request)
    )
    return Arrived(arrived=list(made.arrived), missing=list(made.missing))


class RefusedTold(Told):
    persons: Annotated[list[UUID], Field(min_length=1, max_length=2000)]
    reason: Reason
    at: Moment | None = None


class Back(Shown):
    people: int


@machines.writes("/manifests/{manifest}/refused-at-border", "manifest.rollcall", Back)
def refused_at_border(request: HttpRequest, manifest: UUID, told: RefusedTold) -> Back:
    """The border sent these people back: their stay goes on, the place in the queue is kept."""
    made = services.refuse_at_border(
        manifest=manifest, persons=told.persons, reason=told.reason, at=told.at, by=actor_of(request)
    )
    return Back(people=made)
