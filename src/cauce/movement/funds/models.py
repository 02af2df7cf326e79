"""Money and help in kind. Sums stand in the tranche's own row, under a constraint: two at once cannot both be right."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from cauce.journal.models import Projection
from cauce.movement.funds.terms import HELP, PURPOSES


class Donor(Projection):
    """Who gives: a state, an organisation, the corridor's own treasury."""

    id = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=3, blank=True)

    class Meta:
        app_label = "movement"


class Pledge(Projection):
    """Money that somebody said they would give. Nothing is committed on it."""

    id = models.UUIDField(primary_key=True)
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="pledges")
    amount = models.BigIntegerField()  # smallest units
    currency = models.CharField(max_length=3)
    on = models.DateField()
    source = models.TextField(blank=True)

    class Meta:
        app_label = "movement"
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="movement_pledge_amount")]


class Help(Projection):
    """Planes, staff, training or goods that somebody promised, and how much of it came."""

    id = models.UUIDField(primary_key=True)
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="help")
    what = models.CharField(max_length=10)  # one of HELP
    title = models.CharField(max_length=200)
    quantity = models.IntegerField()
    arrived = models.IntegerField(default=0)
    on = models.DateField()
    due = models.DateField(null=True)
    source = models.TextField(blank=True)

    class Meta:
        app_label = "movement"
        constraints = [
            models.CheckConstraint(condition=Q(what__in=HELP), name="movement_help_what"),
            models.CheckConstraint(condition=Q(quantity__gt=0, arrived__gte=0), name="movement_help_quantity"),
        ]


class Grant(Projection):
    """Money that is agreed in writing. It comes in tranches."""

    id = models.UUIDField(primary_key=True)
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="grants")
    pledge = models.ForeignKey(Pledge, null=True, on_delete=models.PROTECT, related_name="grants")
    number = models.CharField(max_length=60, unique=True)
    currency = models.CharField(max_length=3)
    on = models.DateField()
    source = models.TextField(blank=True)

    class Meta:
        app_label = "movement"


class Tranche(Projection):
    """A part of a grant: so much, for days from `start` to `until`. `received`, `committed` and `spent` are sums.

    `reimbursed`: the donor pays what was spent afterwards, so that spending does not wait for the money.
    """

    id = models.UUIDField(primary_key=True)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="tranches")
    amount = models.BigIntegerField()
    start = models.DateField()
    until = models.DateField()
    reimbursed = models.BooleanField(default=False)
    received = models.BigIntegerField(default=0)
    committed = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)

    class Meta:
        app_label = "movement"
        constraints = [
            models.CheckConstraint(
                condition=Q(committed__gte=0) & Q(committed__lte=F("amount")), name="movement_tranche_committed"
            ),
            models.CheckConstraint(
                condition=Q(spent__gte=0)
                & Q(spent__lte=F("committed"))
                & (Q(reimbursed=True) | Q(spent__lte=F("received"))),
                name="movement_tranche_spent",
            ),
            models.CheckConstraint(
                condition=Q(received__gte=0) & Q(received__lte=F("amount")), name="movement_tranche_received"
            ),
            models.CheckConstraint(condition=Q(start__lte=F("until")), name="movement_tranche_days"),
        ]


class TranchePurpose(Projection):
    """What a tranche may pay for."""

    id = models.CharField(primary_key=True, max_length=60)  # tranche and purpose
    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="purposes")
    purpose = models.CharField(max_length=12)

    class Meta:
        app_label = "movement"
        constraints = [models.CheckConstraint(condition=Q(purpose__in=PURPOSES), name="movement_tranche_purpose")]


class Receipt(Projection):
    """Money of a tranche that is in the account."""

    id = models.UUIDField(primary_key=True)
    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="receipts")
    amount = models.BigIntegerField()
    on = models.DateField()
    reference = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "movement"
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="movement_receipt_amount")]


class Commitment(Projection):
    """Money set aside for something that is needed on a day: `amount` of it stands, `spent` of that is paid.

    `told_amount` and `told_currency` are the price as it was told, where it was in another currency.
    """

    id = models.UUIDField(primary_key=True)
    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="commitments")
    amount = models.BigIntegerField()
    spent = models.BigIntegerField(default=0)
    released = models.BigIntegerField(default=0)
    purpose = models.CharField(max_length=12)
    needed_on = models.DateField()
    about = models.UUIDField(null=True, db_index=True)  # the flight, or the manifest, that it pays for
    title = models.CharField(max_length=200, blank=True)
    told_amount = models.BigIntegerField()
    told_currency = models.CharField(max_length=3)
    account = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        app_label = "movement"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0) & Q(spent__gte=0) & Q(spent__lte=F("amount")),
                name="movement_commitment_spent",
            ),
        ]


class Spending(Projection):
    """A payment on a commitment."""

    id = models.UUIDField(primary_key=True)
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="spendings")
    amount = models.BigIntegerField()
    on = models.DateField()
    reference = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "movement"
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="movement_spending_amount")]


class ExchangeRate(Projection):
    """What a person entered: from `since` on one unit of `currency` is `billionths` billionths of one of `into`."""

    id = models.UUIDField(primary_key=True)
    currency = models.CharField(max_length=3)
    into = models.CharField(max_length=3)
    billionths = models.BigIntegerField()
    since = models.DateField()
    source = models.TextField()
    account = models.CharField(max_length=60)
    entry = models.BigIntegerField()  # of two for one day the later counts

    class Meta:
        app_label = "movement"
        constraints = [models.CheckConstraint(condition=Q(billionths__gt=0), name="movement_rate_above_zero")]
        indexes = [models.Index(fields=["currency", "into", "since"], name="movement_rate_day")]


class SeatPayment(Projection):
    """F9: who paid for a seat of a sealed manifest: the traveller, a named fund, or nobody (waived)."""

    id = models.UUIDField(primary_key=True)
    seat = models.UUIDField(unique=True)
    manifest = models.UUIDField(db_index=True)
    how = models.CharField(max_length=12)
    commitment = models.ForeignKey(Commitment, null=True, on_delete=models.PROTECT, related_name="seats")
    account = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        app_label = "movement"
        constraints = [
            models.CheckConstraint(
                condition=Q(how__in=("paid", "waived"), commitment__isnull=True)
                | Q(how="subsidised", commitment__isnull=False),
                name="movement_seatpayment_how",
            ),
        ]
