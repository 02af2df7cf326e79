"""Flights on offer, permits to land, costs, and who has a place on which flight."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from cauce.journal.models import Projection
from cauce.movement.charters.costing import ITEMS

STATUSES = ("offered", "proposed", "booked", "cancelled", "withdrawn")
PLACED = ("reserved", "standby", "released")


class Flight(Projection):
    """A flight home: a whole aircraft, or single tickets of one day. Money in smallest units of `currency`.

    `terms`: pairs of days before the flight and how many thousandths of the price are kept from then on.
    """

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10)  # charter, commercial
    carrier = models.CharField(max_length=200)
    origin = models.CharField(max_length=40)
    day = models.DateField(db_index=True)  # local at the origin
    seats = models.IntegerField()
    crew_seats = models.IntegerField(default=0)
    escort_ratio = models.IntegerField(default=1)  # escorted people one escort goes with
    escort_days = models.IntegerField(default=0)  # that an escort is away, the way back included
    price = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    terms = models.JSONField(default=list)
    option_until = models.DateField(null=True)  # until then the offer stands
    status = models.CharField(max_length=10, default="offered")
    why = models.TextField(blank=True)
    kept = models.BigIntegerField(default=0)  # of the price, by the carrier, when it was called off
    proposed_by = models.CharField(max_length=60, blank=True)
    proposed_at = models.DateTimeField(null=True)
    booked_by = models.CharField(max_length=60, blank=True)
    booked_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "movement"
        constraints = [
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="movement_flight_status"),
            models.CheckConstraint(condition=Q(kind__in=("charter", "commercial")), name="movement_flight_kind"),
            models.CheckConstraint(
                condition=Q(seats__gt=F("crew_seats"), crew_seats__gte=0, price__gte=0, escort_ratio__gte=1),
                name="movement_flight_figures",
            ),
            models.CheckConstraint(
                condition=Q(booked_by="") | ~Q(booked_by=F("proposed_by")), name="movement_flight_takes_two"
            ),
        ]


class FlightStop(Projection):
    """Where a flight lands, in order; `refused` once the country has said no."""

    id = models.CharField(primary_key=True, max_length=40)  # flight and position
    flight = models.ForeignKey(Flight, on_delete=models.PROTECT, related_name="stops")
    position = models.IntegerField()
    country = models.CharField(max_length=3)
    place = models.CharField(max_length=40)
    refused = models.BooleanField(default=False)
    manifest = models.UUIDField(null=True, unique=True)  # of those who leave the aircraft there

    class Meta:
        app_label = "movement"


class Permit(Projection):
    """A country lets a flight land on days from `start` to `until`."""

    id = models.UUIDField(primary_key=True)
    flight = models.ForeignKey(Flight, on_delete=models.PROTECT, related_name="permits")
    country = models.CharField(max_length=3)
    number = models.CharField(max_length=80)
    start = models.DateField()
    until = models.DateField()

    class Meta:
        app_label = "movement"


class Tickets(Projection):
    """Seats on scheduled flights: so many a day, at a fare, for groups no larger than `max_group`."""

    id = models.UUIDField(primary_key=True)
    carrier = models.CharField(max_length=200)
    origin = models.CharField(max_length=40)
    country = models.CharField(max_length=3)
    place = models.CharField(max_length=40)
    fare = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    seats_per_day = models.IntegerField()
    max_group = models.IntegerField()
    start = models.DateField()
    until = models.DateField()
    terms = models.JSONField(default=list)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        app_label = "movement"


class CostItem(Projection):
    """What a part of a return costs from a day on, as a person entered it with its source."""

    id = models.UUIDField(primary_key=True)
    item = models.CharField(max_length=16)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    since = models.DateField()
    source = models.TextField()
    entry = models.BigIntegerField()  # of two for one day the later counts

    class Meta:
        app_label = "movement"
        constraints = [
            models.CheckConstraint(condition=Q(item__in=ITEMS), name="movement_cost_item"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="movement_cost_amount"),
        ]


class Place(Projection):
    """A group's place on a flight, or on its stand-by list. `live` until it is released."""

    id = models.UUIDField(primary_key=True)
    flight = models.ForeignKey(Flight, on_delete=models.PROTECT, related_name="places")
    group = models.UUIDField(db_index=True)
    persons = models.JSONField()  # ids
    people = models.IntegerField()
    country = models.CharField(max_length=3)
    escorted = models.BooleanField(default=False)
    custody_days = models.IntegerField(default=0)  # of all its people together, until the flight
    status = models.CharField(max_length=10)
    live = models.BooleanField(default=True)
    why = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "movement"
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PLACED), name="movement_place_status"),
            models.CheckConstraint(
                condition=Q(live=False, status="released") | Q(live=True, status__in=("reserved", "standby")),
                name="movement_place_live",
            ),
            models.UniqueConstraint(
                fields=["group"], condition=Q(live=True, status="reserved"), name="movement_place_one_reserved"
            ),
            models.UniqueConstraint(fields=["flight", "group"], condition=Q(live=True), name="movement_place_once"),
            models.CheckConstraint(condition=Q(people__gt=0, custody_days__gte=0), name="movement_place_people"),
        ]
