"""Who has a place on a flight and who stands by; a place becomes a seat once its people are where the flight leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.journal.errors import Conflict, NotAllowed, Refused
from cauce.journal.events import Event, new_id
from cauce.journal.guard import refusals
from cauce.journal.services import By, lock_head, record
from cauce.movement.charters.bills import aboard, committed_for, cost_of, places_of
from cauce.movement.charters.costing import Aboard, escorts
from cauce.movement.charters.events import FlightPlacesFreed, FlightPlacesGiven, FlightProposed, GivenPlace
from cauce.movement.charters.models import Flight, Place
from cauce.movement.charters.services.common import flight_now, lands_not
from cauce.movement.events import ManifestProposed, SeatsStruck, SeatsTaken, TakenSeat
from cauce.movement.facts import facts_of_groups
from cauce.movement.funds.money import shown
from cauce.movement.models import Manifest, Seat
from cauce.movement.numbering import manifest_numbers
from cauce.movement.reasons import ENFORCED
from cauce.movement.sentences import sentence
from cauce.movement.services.common import UNDEPARTED, reason_given


@dataclass(frozen=True, slots=True)
class Travelling:
    """A group that goes home together: its people, where to, and whether escorts go with them."""

    group: UUID
    persons: tuple[UUID, ...]
    country: str
    escorted: bool = False
    custody_days: int = 0


@dataclass(frozen=True, slots=True)
class Seated:
    """What became of the places of a flight: groups with seats now, and why each other has none yet, in words."""

    groups: tuple[UUID, ...]
    waiting: dict[UUID, str]


def propose(*, flight: UUID, parties: Sequence[Travelling], by: Actor, standby: Sequence[Travelling] = ()) -> Seated:
    """Propose a flight that is on offer: a manifest a stop, a place a group, seats for those who are there.

    Money is committed by somebody else (`book`); without it nothing is sealed. Raises Refused when the groups and their
    escorts are more than the seats, or a group has a place elsewhere.
    """
    with refusals(), transaction.atomic():
        lock_head()
        row = flight_now(flight, status=("offered",))
        by.require("flights.manage", place=row.origin)
        manifests = [new_id() for _stop in row.stops.all()]
        events: list[Event] = [*_manifests(row, manifests), FlightProposed(id=row.id, manifests=tuple(manifests))]
        record(*events, by=by)
        _given(row, parties, standby, by)
        return _seated(row, by)


def give(*, flight: UUID, parties: Sequence[Travelling], by: Actor, standby: Sequence[Travelling] = ()) -> Seated:
    """More places on a flight that is proposed or booked; of a booked one only what is committed already pays."""
    with refusals(), transaction.atomic():
        lock_head()
        row = flight_now(flight, status=("proposed", "booked"))
        by.require("flights.manage", place=row.origin)
        _given(row, parties, standby, by)
        return _seated(row, by)


def free(*, flight: UUID, groups: Iterable[UUID], reason: str, by: Actor) -> int:
    """Groups give their place on a flight back, and their seats; they keep their turn. Returns how many groups."""
    reason = reason_given(reason)
    with refusals(), transaction.atomic():
        lock_head()
        row = flight_now(flight, status=("proposed", "booked"))
        by.require("flights.manage", place=row.origin)
        return freed_places(row, set(groups), reason[:60], by)


def fill(*, flight: UUID, by: Actor) -> list[UUID]:
    """Those who stand by get what room there is, who stood by first first. Returns the groups that got a place."""
    with refusals(), transaction.atomic():
        lock_head()
        row = flight_now(flight, status=("proposed", "booked"))
        by.require("flights.manage", place=row.origin)
        places = places_of(row.id)
        taken = [place for place in places if place.status == "reserved"]
        found: list[Place] = []
        for place in places:
            if (
                place.status != "standby"
                or Place.objects.filter(group=place.group, live=True, status="reserved").exists()
            ):
                continue
            if _fits(row, _with(aboard([*taken, *found]), place.people, place.escorted)):
                place.status = "reserved"
                found.append(place)
        if not found:
            return []
        parties = [
            Travelling(p.group, tuple(map(UUID, p.persons)), p.country, p.escorted, p.custody_days) for p in found
        ]
        _given(row, parties, (), by)
        _seated(row, by)
    return [place.group for place in found]


def seat_present(*, flight: UUID, by: Actor) -> Seated:
    """Seats for the groups that have a place, no seat yet, and are where the flight leaves."""
    with refusals(), transaction.atomic():
        lock_head()
        row = flight_now(flight, status=("proposed", "booked"))
        by.require("flights.manage", place=row.origin)
        return _seated(row, by)


def _manifests(row: Flight, ids: Sequence[UUID]) -> Iterable[Event]:
    numbers = manifest_numbers(in_force(), row.origin, row.day)
    for manifest, stop in zip(ids, row.stops.order_by("position"), strict=True):
        yield ManifestProposed(
            id=manifest,
            number=next(numbers),
            kind="return",
            origin=row.origin,
            destination=stop.place,
            date=row.day,
            vehicle=row.number,
            mode="flight",
            seats=row.seats - row.crew_seats,
        )


def _given(row: Flight, parties: Sequence[Travelling], standby: Sequence[Travelling], by: By) -> None:
    served = set(row.stops.filter(refused=False).values_list("country", flat=True))
    for party in (*parties, *standby):
        if party.country not in served or not party.persons:
            raise lands_not(row, party.country)
    who = aboard(places_of(row.id))
    for party in parties:
        who = _with(who, len(party.persons), party.escorted, party.custody_days)
    if not _fits(row, who):
        raise Refused(
            _("Flight %(number)s has %(seats)s seats; %(people)s people and their escorts are more.")
            % {"number": row.number, "seats": row.seats - row.crew_seats, "people": who.people},
            code="flight_full",
        )
    if row.status == "booked":
        _paid_for(row, who)
    places = [_place(party, standby=False) for party in parties] + [_place(party, standby=True) for party in standby]
    if places:
        record(FlightPlacesGiven(flight=row.id, places=tuple(places)), by=by)


def _paid_for(row: Flight, who: Aboard) -> None:
    """F10: more people on a flight whose money is committed may cost no more than that."""
    committed = committed_for(row.id)
    for purpose, amount in cost_of(row, who).items():
        if amount > committed.get(purpose, 0):
            raise Refused(
                _(
                    "With them flight %(number)s costs %(more)s more than is committed. Somebody of finance commits it "
                    "first, or others give their place back."
                )
                % {"number": row.number, "more": shown(amount - committed.get(purpose, 0), row.currency)},
                code="flight_underfunded",
            )


def _place(party: Travelling, *, standby: bool) -> GivenPlace:
    return GivenPlace(
        id=new_id(),
        group=party.group,
        persons=party.persons,
        country=party.country,
        escorted=party.escorted,
        custody_days=party.custody_days,
        standby=standby,
    )


def _with(who: Aboard, people: int, escorted: bool, custody_days: int = 0) -> Aboard:
    return Aboard(who.people + people, who.escorted + (people if escorted else 0), who.custody_days + custody_days)


def _fits(row: Flight, who: Aboard) -> bool:
    return who.people + escorts(who.escorted, row.escort_ratio) <= row.seats - row.crew_seats


def freed_places(row: Flight, groups: set[UUID], why: str, by: By) -> int:
    """Inside a transaction: these groups' places and seats on the flight are free."""
    places = [place for place in places_of(row.id) if place.group in groups]
    if not places:
        return 0
    manifests = [stop.manifest for stop in row.stops.all() if stop.manifest]
    seats = Seat.objects.filter(manifest__in=manifests, group__in=groups, live=True, manifest__status__in=UNDEPARTED)
    struck: dict[UUID, list[UUID]] = {}
    for seat in seats:
        struck.setdefault(seat.manifest_id, []).append(seat.person)
    events: list[Event] = [
        SeatsStruck(manifest=manifest, persons=tuple(sorted(persons)), why="moved")
        for manifest, persons in sorted(struck.items())
    ]
    gone = FlightPlacesFreed(
        flight=row.id,
        places=tuple(place.id for place in places),
        persons=tuple(UUID(person) for place in places for person in place.persons),
        why=why,
    )
    record(gone, *events, by=by)
    return len(places)


def _seated(row: Flight, by: Actor) -> Seated:
    """All at once where nothing is in the way; else each by itself: what keeps one group from a seat keeps no other."""
    places = [place for place in places_of(row.id) if place.status == "reserved"]
    manifest_of = {stop.country: stop.manifest for stop in row.stops.all() if stop.manifest and not stop.refused}
    manifests = {m.id: m for m in Manifest.objects.filter(id__in=manifest_of.values())}
    have = set(Seat.objects.filter(manifest__in=manifests, live=True).values_list("group", flat=True))
    facts = facts_of_groups([place.group for place in places if place.group not in have])
    masks = dict(zip(facts.persons, facts.masks("return", row.day, row.origin), strict=True))
    ready: list[tuple[Place, UUID]] = []
    waiting: dict[UUID, str] = {}
    for place in places:
        if place.group in have:
            continue
        against = 0
        for person in place.persons:
            against |= int(masks.get(UUID(person), 0)) & int(ENFORCED)
        manifest = manifests.get(manifest_of.get(place.country) or place.id)
        if against:
            waiting[place.group] = str(sentence(against, "officer", role=by.role))
        elif manifest is None or manifest.status != "proposed":
            waiting[place.group] = _("The manifest is sealed or called off: break the seal, then seat them.")
        else:
            ready.append((place, manifest.id))
    if _take(row, ready, by):
        for one in ready:
            refused = _take(row, [one], by)
            if refused:
                waiting[one[0].group] = refused
    return Seated(tuple(place.group for place, _m in ready if place.group not in waiting), waiting)


def _take(row: Flight, chosen: Sequence[tuple[Place, UUID]], by: Actor) -> str:
    """Seats for these groups, families side by side; the sentence that says why not, and nothing was done then."""
    sold = Seat.objects.filter(manifest__in=row.stops.values("manifest"), live=True)
    used = set(sold.values_list("number", flat=True))
    numbers = iter([number for number in range(1, row.seats - row.crew_seats + 1) if number not in used])
    taken: dict[UUID, list[TakenSeat]] = {}
    try:
        with refusals(), transaction.atomic():
            for place, manifest in chosen:
                for person in place.persons:
                    number = next(numbers, None)
                    if number is None:
                        return _("No seat is free on the flight.")
                    seat = TakenSeat(id=new_id(), person=UUID(person), group=place.group, number=number)
                    taken.setdefault(manifest, []).append(seat)
            record(*(SeatsTaken(manifest=manifest, seats=tuple(seats)) for manifest, seats in taken.items()), by=by)
    except (Conflict, NotAllowed):
        raise
    except Refused as reason:
        return str(reason)
    return ""
