"""What was recorded about a vehicle and its driver before it leaves, and to whom emergency facts are sealed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cauce.journal.models import Projection
from cauce.journal.sealing import SealedText, Sealing


class Inspection(Sealing, Projection):
    """The last inspection of a manifest's vehicle or boat. Who inspected is sealed under the inspection's own key."""

    sealed_under = "id"

    id = models.UUIDField()
    manifest = models.UUIDField(primary_key=True)
    plate = models.CharField(max_length=40)  # or a boat's registration
    passed = models.BooleanField()
    valid_until = models.DateField()
    life_jackets = models.IntegerField(null=True)  # F11
    inspector = SealedText()
    note = SealedText()
    forgotten = models.BooleanField(default=False)  # P16: who inspected is known no longer
    account = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id"], name="movement_inspection_once"),
            models.CheckConstraint(condition=~Q(plate=""), name="movement_inspection_plate"),
        ]


class Driver(Sealing, Projection):
    """Who drives a manifest's vehicle, one of several who take turns. The name is sealed under a key of its own."""

    sealed_under = "id"

    id = models.UUIDField(primary_key=True)
    manifest = models.UUIDField(db_index=True)
    name = SealedText()
    licence = SealedText()
    forgotten = models.BooleanField(default=False)  # P16: who drove is known no longer
    hours_driven = models.FloatField()  # that day, before this way
    rest_hours = models.FloatField()  # before that
    account = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(hours_driven__gte=0, hours_driven__lte=24, rest_hours__gte=0), name="movement_driver_hours"
            ),
        ]


class EmergencyKey(Projection):
    """The public half of the emergency role's key. The newest one counts; the private half is in no store."""

    id = models.UUIDField(primary_key=True)
    recipient = models.CharField(max_length=80)
    account = models.CharField(max_length=60)
    at = models.DateTimeField()
    entry = models.BigIntegerField()
