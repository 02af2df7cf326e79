"""Reading the queue, the manifests, and why somebody waits, each for an actor."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force, local_day
from cauce.journal import clock
from cauce.journal.errors import Unknown
from cauce.journal.standing import Stood
from cauce.movement.facts import facts_of
from cauce.movement.journeys import Journey, journey_from
from cauce.movement.models import Manifest, Seat
from cauce.movement.planning import propose
from cauce.movement.queued import Queued, last_queue, queued_in
from cauce.movement.reasons import HOLDS, Reason
from cauce.movement.returns.models import Custody
from cauce.movement.sentences import Said, explain
from cauce.people import reach
from cauce.people.models import Group, Person, Stay
from cauce.people.selectors import places_of
from cauce.protection.selectors import words_for


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
class Taken:
    """A manifest and how many people sit, or sat, in its vehicle."""

    row: Manifest
    people: int


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


def last_queue_for(actor: Actor, place: str, kind: str = "", day: date | None = None) -> Stood[list[Queued]]:
    """The same for a page: where thousands wait it may be of some moments ago, and then says of when."""
    actor.require("queue.read", place=place)
    return last_queue(place, day or local_day(place, clock.now()), kind)


def why_for(actor: Actor, person: Person, kind: str = "") -> list[Said]:
    """Every reason why this person waits, from the rules and today's proposal, as the actor may read them (P7).

    Without `kind`: of the movement that leaves next from where they are (`journey_of`). From a place where nothing
    leaves onward, the turn is that of the movement that does leave.
    """
    return _why(actor, person, kind, _turn).value


def last_why_for(actor: Actor, person: Person) -> Stood[list[Said]]:
    """The same for a page: of the turn alone, where thousands wait, it may be of some moments ago."""
    return _why(actor, person, "", _last_turn)


def journey_of(person: Person, kind: str = "") -> Journey:
    """Which movement `why_for` answers for."""
    return journey_from(in_force(), places_of([person.id]).get(person.id, ""), kind)


def later_for(actor: Actor, person: Person) -> list[Said]:
    """What is still missing to cross a border, for who leaves next on a journey that crosses none; else nothing."""
    actor.require("people.read")
    reach.require(actor, person.id)
    if not journey_of(person).within:
        return []
    mask = reasons_for(actor, [person.id], "onward").get(person.id, 0)
    return explain(mask & ~int(Reason.ON_MANIFEST), "officer", role=actor.role)


def _why(actor: Actor, person: Person, kind: str, turn: Callable[[str, Person, str], Stood[int]]) -> Stood[list[Said]]:
    actor.require("people.read")
    reach.require(actor, person.id)
    place = places_of([person.id]).get(person.id, "")
    kind = kind or journey_from(in_force(), place).kind or "onward"
    mask = reasons_for(actor, [person.id], kind).get(person.id, int(Reason.NOT_PRESENT))
    found = Stood(mask)
    if place and not mask:
        found = turn(place, person, "" if kind == "onward" else kind)
    told = mask & int(HOLDS)
    holds = words_for(actor, person.id) if told and actor.may("holds.read") else []
    return Stood(explain(found.value, "officer", role=actor.role, holds=_titles(holds)), found.at)


def _turn(place: str, person: Person, kind: str) -> Stood[int]:
    """Why the group of somebody against whom nothing stands does not leave today; 0 when it would."""
    proposal = propose(place, local_day(place, clock.now()), kind)
    for index, reason in proposal.left.items():
        if proposal.parties[index].id == person.group_id:
            return Stood(int(reason))
    return Stood(0)


def _last_turn(place: str, person: Person, kind: str) -> Stood[int]:
    """The same as the last proposal saw it, unless it knew something else about the group than is so now."""
    seen = last_queue(place, local_day(place, clock.now()), kind)
    for row in seen.value:
        if row.group == person.group_id and not row.against:
            return Stood(row.mask, seen.at)
    return _turn(place, person, kind)


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


def taken_for(actor: Actor, place: str, day: date) -> list[Taken]:
    """The manifests that leave or reach a place on a day, with how many people each has, and without who they are."""
    actor.require("queue.read", place=place)
    seats = Q(taken__live=True, taken__status__in=("assigned", "boarded")) | Q(taken__status__in=("arrived", "missing"))
    rows = Manifest.objects.filter(Q(origin=place) | Q(destination=place), date=day).exclude(status="cancelled")
    return [Taken(row, row.people) for row in rows.annotate(people=Count("taken", filter=seats))]


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
