"""What somebody hears about themselves on the card page: nothing confidential (P7), no place or time without the PIN
(P8), and who looked at them by role and station (P17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from cauce.access.selectors import looks_for
from cauce.corridor.selectors import in_force, local_day
from cauce.corridor.shape import Corridor
from cauce.desk.card_words import missing_of, read_of, way_of
from cauce.desk.selectors import apart_from_seat
from cauce.journal import clock
from cauce.movement.charters.models import Place as FlightPlace
from cauce.movement.facts import facts_of
from cauce.movement.journeys import journey_from
from cauce.movement.models import Seat
from cauce.movement.reasons import Reason
from cauce.movement.sentences import explain
from cauce.movement.when import When, when_of
from cauce.people.cards import pin_fits
from cauce.people.models import Person, Stay
from cauce.vetting.models import Objection

_FLIES = ("proposed", "booked")


@dataclass(frozen=True, slots=True)
class Status:
    """Without the PIN. `state`: waiting, ready, planned, seat or gone."""

    state: str
    missing: list[str]  # sentences; of who is ready for a journey that crosses no border: what the border asks
    looked: list[str]  # roles
    objections: list[tuple[date, bool]]  # answer due by, answered


@dataclass(frozen=True, slots=True)
class Plan:
    """A day on which the person is proposed to leave, and by what; nothing that a change of the plan would belie."""

    day: date
    way: str


@dataclass(frozen=True, slots=True)
class Private:
    """What the PIN opens."""

    place: str
    vehicle: str
    destination: str
    day: date | None
    seat: int
    plan: Plan | None
    standby: date | None  # the day of a flight on whose stand-by list the person is
    when: When | None  # the place in the queue and the likely days; None for who has a seat or a plan
    looks: list[tuple[str, str, str, date]]  # role, station, what was read, day
    answers: list[tuple[str, str]]  # words, answer


def holder(token: str) -> Person | None:
    """Whose card it is; None for a token that nobody has, or has any more."""
    return Person.objects.filter(card_token=token, erased=False).first() if token else None


def expired(person: Person) -> bool:
    """P8: some days after departure the card shows nothing."""
    return person.card_expires is not None and person.card_expires <= clock.now()


def pin_is(person: Person, pin: str) -> bool:
    return pin_fits(person, pin, in_force().card.pin_digits)


def status_of(person: Person) -> Status:
    corridor = in_force()
    stay = Stay.objects.filter(person=person.id, until__isnull=True).first()
    objections = [
        (local_day("", row.due_at), row.answered_at is not None)
        for row in Objection.objects.filter(person=person.id).order_by("filed_at")
    ]
    roles = list(dict.fromkeys(look.role for look in looks_for(person.id)))
    if stay is None:
        return Status("gone", [], roles, objections)
    if _promised(person).exists():
        return Status("seat", [], roles, objections)
    against, later = _masks(corridor, person.id, stay.place)
    mask = apart_from_seat(against)
    missing = missing_of(said.code for said in explain(mask, "person"))
    planned = _planned(person).exists() or _standby(person) is not None
    state = "planned" if planned else "waiting" if missing else "ready"
    return Status(state, missing or missing_of(said.code for said in explain(later, "person")), roles, objections)


def _promised(person: Person) -> QuerySet[Seat]:
    """The seat that a person may count on: a proposal may still change, a sealed manifest is meant to leave."""
    return Seat.objects.filter(person=person.id, live=True, manifest__status__in=("sealed", "departed"))


def _planned(person: Person) -> QuerySet[Seat]:
    """A seat that a proposal has for the person: a plan, which can still change."""
    return Seat.objects.filter(person=person.id, live=True, manifest__status="proposed")


def _standby(person: Person) -> date | None:
    rows = FlightPlace.objects.filter(group=person.group_id, live=True, status="standby", flight__status__in=_FLIES)
    days = [row.flight.day for row in rows.select_related("flight") if str(person.id) in row.persons]
    return min(days, default=None)


def _masks(corridor: Corridor, person: UUID, place: str) -> tuple[int, int]:
    """Against the next journey from the place, and what crossing a border asks besides where that crosses none."""
    kind, facts = journey_from(corridor, place).kind or "onward", facts_of([person])
    day, row = local_day(place, clock.now()), facts.persons.index(person)
    later = int(facts.masks("onward", day)[row]) & ~int(Reason.ON_MANIFEST) if kind == "internal" else 0
    return int(facts.masks(kind, day)[row]), later


def private_of(person: Person, *, estimate: bool = True) -> Private:
    """`estimate`: whether the place in the queue is worked out too, which takes the whole queue of the place."""
    corridor = in_force()
    names = {place.id: place.name for place in corridor.places}
    stay = Stay.objects.filter(person=person.id, until__isnull=True).first()
    seat = _promised(person).select_related("manifest").first()
    plan = None if seat else _planned(person).select_related("manifest").first()
    standby = None if seat or plan else _standby(person)
    waits = estimate and stay is not None and not (seat or plan or standby)
    looks = [(look.role, names.get(look.place, ""), read_of(look.what), _day(look.at)) for look in looks_for(person.id)]
    answered = Objection.objects.filter(person=person.id).order_by("filed_at")
    return Private(
        place=names.get(stay.place, stay.place) if stay else "",
        vehicle=seat.manifest.number if seat else "",
        destination=names.get(seat.manifest.destination, "") if seat else "",
        day=seat.manifest.date if seat else None,
        seat=seat.number if seat else 0,
        plan=Plan(plan.manifest.date, way_of(plan.manifest.mode)) if plan else None,
        standby=standby,
        when=when_of(person) if waits else None,
        looks=list(dict.fromkeys(looks)),
        answers=[(one.words, one.answer) for one in answered],
    )


def _day(moment: datetime) -> date:
    return local_day("", moment)
