"""Reading the queue, the manifests, and why somebody waits, each for an actor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force, local_day
from cauce.journal import clock
from cauce.journal.errors import Unknown
from cauce.movement.facts import facts_of
from cauce.movement.models import Manifest, Seat
from cauce.movement.planning import Proposal, propose
from cauce.movement.queue import Placed
from cauce.movement.reasons import HOLDS, Reason
from cauce.movement.returns.models import Custody
from cauce.movement.sentences import Said, explain, sentence
from cauce.people import reach
from cauce.people.models import Group, Person, Stay
from cauce.people.selectors import places_of
from cauce.protection.selectors import words_for


@dataclass(frozen=True, slots=True)
class Queued:
    """A group in the queue of a place. `mask` is for programs; show `sentence`, which keeps P7 at the gate."""

    group: UUID
    number: str
    position: int
    size: int
    since: datetime
    head_start_hours: float
    mask: int
    sentence: str
    turn: datetime
    passed_over: bool = False
    linked: tuple[str, ...] = ()  # numbers of the groups that it travels with


@dataclass(frozen=True, slots=True)
class Seated:
    """Somebody on a manifest. `name` is as the person calls themselves, in their own script."""

    person: UUID
    number: str
    name: str
    seat: int
    status: str
    why: str


@dataclass(frozen=True, slots=True)
class SeatedGroup:
    """A group on a manifest, its people by seat number."""

    group: UUID
    number: str
    people: tuple[Seated, ...]


@dataclass(frozen=True, slots=True)
class ManifestView:
    """A manifest with everybody who has, or had on departure, a seat on it."""

    row: Manifest
    groups: tuple[SeatedGroup, ...]

    @property
    def people(self) -> list[Seated]:
        return sorted((one for group in self.groups for one in group.people), key=lambda one: one.seat)

    @property
    def persons(self) -> list[UUID]:
        return [one.person for one in self.people]


@dataclass(frozen=True, slots=True)
class Matter:
    """Something to see to: `missing_person`, `incomplete_group`, `overdue_manifest` or `custody`."""

    kind: str
    since: datetime
    place: str
    about: UUID
    number: str


def reasons_for(
    actor: Actor, persons: Iterable[UUID], kind: str = "onward", day: date | None = None
) -> dict[UUID, int]:
    """The reasons of each person against that movement from where they are, as a mask of `reasons.Reason`.

    0 for who may board. `day` defaults to today in the corridor. People nobody knows are left out. Show masks through
    `sentences.explain`, which keeps P7.
    """
    actor.require("people.find")
    wanted = reach.seen(actor, persons)
    facts = facts_of(wanted)
    masks = facts.masks(kind, day or local_day("", clock.now()))
    return {person: int(mask) for person, mask in zip(facts.persons, masks, strict=True) if person in wanted}


def queue_for(actor: Actor, place: str, kind: str = "", day: date | None = None) -> list[Queued]:
    """The queue of a place for a day (default: today there), as a proposal made now would see it."""
    actor.require("queue.read", place=place)
    proposal = propose(place, day or local_day(place, clock.now()), kind)
    return queued_in(proposal)


def queued_in(proposal: Proposal) -> list[Queued]:
    """The queue that a proposal was made from. It asks nobody: who reads it was asked before."""
    seats = Seat.objects.filter(live=True, manifest__origin=proposal.place)
    seated = set(seats.values_list("group", flat=True))
    units: dict[int, list[str]] = {}
    for placed in proposal.queue:
        if placed.waiting.unit is not None:
            units.setdefault(placed.waiting.unit, []).append(placed.waiting.number)
    return [_queued(proposal, placed, seated, units) for placed in proposal.queue]


def _queued(proposal: Proposal, placed: Placed[int], seated: set[UUID], units: dict[int, list[str]]) -> Queued:
    waiting = placed.waiting
    party = proposal.parties[waiting.group]
    mask = int(Reason.ON_MANIFEST) if party.id in seated else int(proposal.left.get(party.index, 0))
    return Queued(
        party.id,
        party.number,
        placed.position,
        waiting.size,
        waiting.since,
        placed.head_start_hours,
        mask,
        sentence(mask, "gate"),
        placed.turn,
        waiting.passed_over,
        tuple(one for one in units.get(-1 if waiting.unit is None else waiting.unit, ()) if one != waiting.number),
    )


def why_for(actor: Actor, person: Person, kind: str = "onward") -> list[Said]:
    """Every reason why this person waits, from the rules and today's proposal, as the actor may read them (P7).

    From a place where nothing leaves onward, the turn is that of the movement that does leave.
    """
    actor.require("people.read")
    reach.require(actor, person.id)
    mask = reasons_for(actor, [person.id], kind).get(person.id, int(Reason.NOT_PRESENT))
    place = places_of([person.id]).get(person.id, "")
    if place and not mask:
        mask = _turn(place, person, "" if kind == "onward" else kind)
    told = mask & int(HOLDS)
    holds = words_for(actor, person.id) if told and actor.may("holds.read") else []
    return explain(mask, "officer", role=actor.role, holds=_titles(holds))


def _turn(place: str, person: Person, kind: str) -> int:
    """Why the group of somebody against whom nothing stands does not leave today; 0 when it would."""
    proposal = propose(place, local_day(place, clock.now()), kind)
    for index, reason in proposal.left.items():
        if proposal.parties[index].id == person.group_id:
            return int(reason)
    return 0


def _titles(kinds: list[str]) -> list[str]:
    titles = {kind.id: _(kind.title) for kind in in_force().holds}
    return [titles.get(kind, kind) for kind in kinds]


def manifests_for(actor: Actor, place: str = "", day: date | None = None) -> list[ManifestView]:
    """Manifests that leave or reach a place (empty: the actor's own, or every place) on a day, or on any."""
    actor.require("queue.read", place=place)
    here = place or actor.place
    rows = Manifest.objects.exclude(status="cancelled").order_by("-date", "proposed_at", "number")
    rows = rows.filter(Q(origin=here) | Q(destination=here)) if here else rows
    return _views(list(rows.filter(date=day) if day else rows))


def manifest_for(actor: Actor, key: UUID | str) -> ManifestView:
    """The manifest by id or number; Unknown when there is none, or none that the actor may know of."""
    actor.require("queue.read")
    row = Manifest.objects.filter(_called(key)).first()
    if row is None or (actor.place and actor.place not in (row.origin, row.destination)):
        raise Unknown(
            _("There is no manifest %(number)s here. `cauce manifest list` shows those of a day.") % {"number": key}
        )
    return _views([row])[0]


def _called(key: UUID | str) -> Q:
    if isinstance(key, UUID):
        return Q(id=key)
    text = key.strip()
    try:
        return Q(number=text.upper()) | Q(id=UUID(text))
    except ValueError:
        return Q(number=text.upper())


def _views(rows: list[Manifest]) -> list[ManifestView]:
    """Each manifest with its groups: seats in use, and those that were used once the vehicle left."""
    seats = list(
        Seat.objects.filter(manifest__in=rows)
        .filter(Q(live=True) | Q(status__in=("arrived", "missing", "refused", "absent")))
        .order_by("manifest", "number")
    )
    persons = Person.objects.in_bulk({seat.person for seat in seats})
    numbers = dict(Group.objects.filter(id__in={seat.group for seat in seats}).values_list("id", "number"))
    grouped: dict[UUID, dict[UUID, list[Seated]]] = {row.id: {} for row in rows}
    for seat in seats:
        person = persons.get(seat.person)
        if person is None:
            continue  # a fellow passenger of whom this station knows nothing (P15)
        grouped[seat.manifest_id].setdefault(seat.group, []).append(
            Seated(person.id, person.number, person.display_name, seat.number, seat.status, seat.why)
        )
    return [
        ManifestView(
            row,
            tuple(
                SeatedGroup(group, numbers.get(group, ""), tuple(people)) for group, people in grouped[row.id].items()
            ),
        )
        for row in rows
    ]


def matters_for(actor: Actor, place: str = "") -> list[Matter]:
    """What waits for somebody, oldest first: the missing on arrival, groups not finished, vehicles overdue, custody."""
    actor.require("board.read", place=place)
    here = place or actor.place
    found = [*_missing(here), *_overdue(here), *_incomplete(here), *_held_too_long(here)]
    return sorted(found, key=lambda matter: (matter.since, matter.number))


def _missing(place: str) -> Iterable[Matter]:
    """People who were on board and not there on arrival, until a stay shows where they are."""
    seats = Seat.objects.filter(status="missing").select_related("manifest")
    if place:
        seats = seats.filter(Q(manifest__origin=place) | Q(manifest__destination=place))
    rows = list(seats)
    persons = Person.objects.in_bulk({seat.person for seat in rows})
    since = Stay.objects.filter(person__in=persons).values_list("person_id", "since", "until")
    for seat in rows:
        left = seat.manifest.departed_at
        if (
            seat.person not in persons
            or left is None
            or any(p == seat.person and (begun >= left or until is None) for p, begun, until in since)
        ):
            continue
        found = seat.manifest.arrived_at or left
        yield Matter("missing_person", found, seat.manifest.destination, seat.person, persons[seat.person].number)


def _overdue(place: str) -> Iterable[Matter]:
    """Vehicles that should have arrived: the leg's hours are over, and half as long again."""
    hours = {(leg.origin, leg.destination, leg.mode): leg.hours for leg in in_force().legs}
    rows = Manifest.objects.filter(status="departed")
    for row in rows.filter(Q(origin=place) | Q(destination=place)) if place else rows:
        takes = hours.get((row.origin, row.destination, row.mode), 0.0) or 24.0
        if row.departed_at is not None and clock.now() > row.departed_at + timedelta(hours=1.5 * takes):
            yield Matter("overdue_manifest", row.departed_at, row.destination, row.id, row.number)


def _held_too_long(place: str) -> Iterable[Matter]:
    """P13: custody past its maximum, or at which nobody looked in time."""
    now = clock.now()
    rows = Custody.objects.filter(Q(maximum__lte=now) | Q(next_review__lte=now), ended_at__isnull=True)
    found = list(rows.filter(place=place) if place else rows)
    numbers = dict(Person.objects.filter(id__in=[row.person for row in found]).values_list("id", "number"))
    for row in found:
        yield Matter("custody", min(row.maximum, row.next_review), row.place, row.person, numbers.get(row.person, ""))


def _incomplete(place: str) -> Iterable[Matter]:
    rows = Group.objects.filter(incomplete=True)
    for group in rows.filter(place=place) if place else rows:
        yield Matter("incomplete_group", group.registered_at, group.place, group.id, group.number)
