"""Manifests and the seats on them. A trigger refuses a seat that a rule forbids; see triggers.py."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from cauce.journal.models import Projection

SEAT_STATUSES = ("assigned", "boarded", "absent", "arrived", "missing", "refused", "struck")
STATUSES = ("proposed", "sealed", "departed", "arrived", "cancelled")


class Manifest(Projection):
    """One vehicle on one day: who sits in it, from where to where, and how far it has come."""

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=20, unique=True)
    node = models.CharField(max_length=40)  # which node proposed it, and alone changes it until it departs
    kind = models.CharField(max_length=10)  # onward, return, internal
    origin = models.CharField(max_length=40)
    destination = models.CharField(max_length=40)
    border = models.CharField(max_length=40, blank=True)
    date = models.DateField()  # local at the origin
    vehicle = models.CharField(max_length=40)
    mode = models.CharField(max_length=10)
    seats = models.IntegerField()
    status = models.CharField(max_length=10, default="proposed")
    version = models.IntegerField(default=1)  # compare-and-set: every change adds one
    proposed_by = models.CharField(max_length=60)
    proposed_at = models.DateTimeField()
    sealed_by = models.CharField(max_length=60, blank=True)
    sealed_at = models.DateTimeField(null=True)
    departed_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)  # roll-call before departure

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="movement_manifest_status"),
            models.CheckConstraint(
                condition=Q(kind__in=("onward", "return", "internal")), name="movement_manifest_kind"
            ),
        ]
        indexes = [models.Index(fields=["origin", "date"], name="movement_manifest_day")]


class Seat(Projection):
    """A person on a manifest. `live` is true from the proposal until arrival, absence or being struck."""

    id = models.UUIDField(primary_key=True)
    manifest = models.ForeignKey(Manifest, on_delete=models.PROTECT, related_name="taken")
    person = models.UUIDField(db_index=True)
    group = models.UUIDField(db_index=True)
    number = models.IntegerField()
    status = models.CharField(max_length=10, default="assigned")  # one of SEAT_STATUSES
    live = models.BooleanField(default=True)
    why = models.CharField(max_length=60, blank=True)  # code of why it was struck, moved or absent

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=SEAT_STATUSES), name="movement_seat_status"),
            models.UniqueConstraint(fields=["person"], condition=Q(live=True), name="movement_seat_one_live"),
            models.UniqueConstraint(
                fields=["manifest", "number"], condition=Q(live=True), name="movement_seat_number_once"
            ),
        ]


class Move(Projection):
    """F9: a coordinator put a group on, took it off or moved it, and said why."""

    id = models.UUIDField(primary_key=True)
    manifest = models.UUIDField(db_index=True)
    group = models.UUIDField()
    verb = models.CharField(max_length=10)  # add, remove
    reason = models.TextField()
    account = models.CharField(max_length=60)
    at = models.DateTimeField()
    approved_by = models.CharField(max_length=60, blank=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by="") | ~Q(approved_by=F("account")), name="movement_move_approved_by_another"
            )
        ]


class PassedOver(Projection):
    """F4: the last seats of a day were too few for this group and somebody behind it took them: it comes first now."""

    id = models.CharField(primary_key=True, max_length=90)  # place, date and group
    group = models.UUIDField(db_index=True)
    place = models.CharField(max_length=40)
    date = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["place", "date"], name="movement_passed_day")]


class HeadStart(Projection):
    """Hours that a person's turn comes earlier, as one node told the others; never what for (P15)."""

    id = models.CharField(primary_key=True, max_length=80)  # person-node
    person = models.UUIDField(db_index=True)
    node = models.CharField(max_length=40)
    hours = models.FloatField()


from cauce.movement.aboard.models import Driver, EmergencyKey, Inspection  # noqa: E402, F401  tables in a file of their own
from cauce.movement.charters.models import (  # noqa: E402, F401
    CostItem,
    Flight,
    FlightStop,
    Permit,
    Place,
    Tickets,
)
from cauce.movement.funds.models import (  # noqa: E402, F401
    Commitment,
    Donor,
    ExchangeRate,
    Grant,
    Help,
    Pledge,
    Receipt,
    SeatPayment,
    Spending,
    Tranche,
    TranchePurpose,
)
from cauce.movement.returns.models import (  # noqa: E402, F401  tables in a file of their own
    Custody,
    ReturnCase,
    ReturnConsent,
    ReturnExplanation,
)
