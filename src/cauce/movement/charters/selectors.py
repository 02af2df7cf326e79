"""Reading flights home: the calendar of days, a flight with its groups, what it costs a person, who stands by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.journal.errors import Unknown
from cauce.movement.charters.bills import aboard, committed_for, cost_of, places_of
from cauce.movement.charters.costing import Aboard, escorts, per_person
from cauce.movement.charters.models import Flight, FlightStop, Place
from cauce.movement.charters.wording import stays
from cauce.movement.funds.selectors import purses
from cauce.movement.models import Manifest, Seat
from cauce.movement.returns.selectors import movable
from cauce.people.models import Group

ENOUGH = 20  # seats called at doors before a share of no-shows is said


@dataclass(frozen=True, slots=True)
class FlightView:
    """A flight with who is on it and what that costs, in smallest units of its currency."""

    row: Flight
    stops: tuple[FlightStop, ...]
    aboard: Aboard
    standby: int  # people
    cost: dict[str, int]
    committed: dict[str, int]
    person: int | None  # cost of one who leaves, no-shows counted where a share is known

    @property
    def usable(self) -> int:
        return self.row.seats - self.row.crew_seats

    @property
    def taken(self) -> int:
        return self.aboard.people + self.escorts

    @property
    def escorts(self) -> int:
        return escorts(self.aboard.escorted, self.row.escort_ratio)

    @property
    def fill(self) -> int:
        """Per cent of the seats that are taken."""
        return round(100 * self.taken / self.usable) if self.usable else 0

    @property
    def total(self) -> int:
        return sum(self.cost.values())


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A group's place as the flight's page shows it; `number` is empty where the group is not here any more."""

    row: Place
    number: str
    seats: int  # people who have a seat on the manifest


def flight_called(key: str | UUID) -> Flight:
    """By number or id; Unknown for none."""
    rows = Flight.objects.all()
    if isinstance(key, str):
        try:
            rows = rows.filter(id=UUID(key))
        except ValueError:
            rows = rows.filter(number=key.strip().upper())
    else:
        rows = rows.filter(id=key)
    found = rows.first()
    if found is None:
        raise Unknown(_("There is no flight %(number)s. `cauce flight list` shows them.") % {"number": key})
    return found


def flights_for(actor: Actor, first: date, last: date) -> list[FlightView]:
    """Flights of these days at the actor's place, or everywhere, by day; withdrawn offers are left out."""
    actor.require("flights.read")
    rows = Flight.objects.filter(day__gte=first, day__lte=last).exclude(status="withdrawn")
    rows = rows.filter(origin=actor.place) if actor.place else rows
    share = no_show_share()
    return [_view(row, share) for row in rows.order_by("day", "number")]


def flight_for(actor: Actor, key: str | UUID) -> FlightView:
    """One flight; Unknown for none, or one of another place."""
    actor.require("flights.read")
    row = flight_called(key)
    if actor.place and row.origin != actor.place:
        raise Unknown(_("There is no flight %(number)s. `cauce flight list` shows them.") % {"number": key})
    return _view(row, no_show_share())


def _view(row: Flight, no_show: float | None) -> FlightView:
    places = places_of(row.id)
    who = aboard(places)
    cost = cost_of(row, who)
    return FlightView(
        row,
        tuple(row.stops.order_by("position")),
        who,
        sum(place.people for place in places if place.status == "standby"),
        cost,
        committed_for(row.id),
        per_person(sum(cost.values()), who.people, no_show or 0.0),
    )


def no_show_share() -> float | None:
    """The share of those called at doors of flights home who did not come; None below ENOUGH: nothing is invented."""
    flights = Manifest.objects.filter(kind="return", departed_at__isnull=False)
    seats = Seat.objects.filter(manifest__in=flights)
    absent = seats.filter(status="absent").count()
    called = absent + seats.exclude(status__in=("absent", "struck")).count()
    return absent / called if called >= ENOUGH else None


def places_for(actor: Actor, flight: UUID) -> list[PlaceView]:
    """Who has a place or stands by, and of the last ones who had one. Groups are told to who reads queues."""
    actor.require("queue.read")
    rows = list(Place.objects.filter(flight=flight).exclude(why="got_a_place").order_by("-live", "status", "at", "id"))
    numbers = dict(Group.objects.filter(id__in=[row.group for row in rows]).values_list("id", "number"))
    manifests = FlightStop.objects.filter(flight=flight).values("manifest")
    seated: dict[UUID, int] = {}
    for group in Seat.objects.filter(manifest__in=manifests, live=True).values_list("group", flat=True):
        seated[group] = seated.get(group, 0) + 1
    return [PlaceView(row, numbers.get(row.group, ""), seated.get(row.group, 0)) for row in rows]


def awaiting_money_for(actor: Actor) -> list[tuple[Flight, int]]:
    """Proposed flights whose money is not committed, by day, with what they cost as things stand."""
    actor.require("funds.read")
    rows = Flight.objects.filter(status="proposed").order_by("day", "number")
    return [(row, sum(cost_of(row, aboard(places_of(row.id))).values())) for row in rows]


def budget_left_for(actor: Actor, first: date, last: date) -> list[tuple[str, int]]:
    """What is granted, available on some of these days for flights, and not committed: a sum for each currency."""
    actor.require("flights.read")
    found: dict[str, int] = {}
    for purse in purses(first, last):
        if purse.purposes & {"charter", "commercial"}:
            found[purse.currency] = found.get(purse.currency, 0) + purse.left
    return sorted(found.items())


@dataclass(frozen=True, slots=True)
class Waits:
    """A group that goes where a flight goes, on a day on which it may, and has no place on it, and why (P7)."""

    number: str
    people: int
    text: str


def staying_for(actor: Actor, view: FlightView) -> list[Waits]:
    """Who could go on this flight by destination and day, and does not; those whom nothing keeps come first."""
    actor.require("queue.read")
    placed = set(Place.objects.filter(live=True, status="reserved").values_list("group", flat=True))
    standby = set(Place.objects.filter(flight=view.row, live=True, status="standby").values_list("group", flat=True))
    countries = {stop.country for stop in view.stops if not stop.refused}
    found: list[tuple[bool, Waits]] = []
    for party in movable(view.row.day, view.row.day):
        if party.destination not in countries or party.group in placed:
            continue
        text = _("Stands by.") if party.group in standby else _("Nothing stands against it: give it a place.")
        text = stays(party.blocked, "")[1] if party.blocked else text
        found.append((bool(party.blocked), Waits(party.number, len(party.persons), text)))
    return [waits for _blocked, waits in sorted(found, key=lambda one: (one[0], one[1].number))]
