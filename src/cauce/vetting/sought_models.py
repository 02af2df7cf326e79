"""Who is sought here: by an authority (local alerts), or by their own family (tracing)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from cauce.corridor.shape import CONSEQUENCES
from cauce.journal.models import Projection
from cauce.journal.sealing import SealedJSON, SealedText, Sealing

ALERTS = "local-alerts"
TRACING = "tracing"
"""What both are called where a list is named. No list may be imported under these names."""


class Alert(Sealing, Projection):
    """A person sought locally. Whose it is stays; who is sought goes with the alert's own key once it is purged."""

    sealed_under = "id"

    id = models.UUIDField(primary_key=True)  # also the subject whose key seals who is sought
    number = models.CharField(max_length=20, unique=True)
    entry = models.BigIntegerField()  # that added it: whoever was searched before it is searched again
    names = SealedJSON(default=list)
    birth_dates = SealedJSON(default=list)  # [first day, last day], each
    sex = models.CharField(max_length=1, blank=True)
    nationalities = models.JSONField(default=list)  # alpha-3
    documents = SealedJSON(default=list)  # [kind, number, country], each
    why = SealedText()
    owner = models.CharField(max_length=200)
    legal_basis = models.TextField()
    consequence = models.CharField(max_length=10)
    authority = models.CharField(max_length=200)  # takes a confirmed match over
    state = models.CharField(max_length=3, blank=True)  # that asks, where one does (P6)
    review_on = models.DateField()
    expires_on = models.DateField()  # the last day on which it matches anybody
    expires_at = models.DateTimeField()  # the end of that day here
    status = models.CharField(max_length=10, default="active")  # active, ended, expired
    added_by = models.CharField(max_length=60)
    added_at = models.DateTimeField()
    reviewed_by = models.CharField(max_length=60, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)
    over_why = SealedText()
    purged = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(consequence__in=CONSEQUENCES)
                & ~Q(owner="")
                & ~Q(legal_basis="")
                & ~Q(authority="")
                & Q(review_on__lte=F("expires_on")),
                name="vetting_alert_stated",
            ),
            models.CheckConstraint(
                condition=(Q(status="active") & Q(over_at__isnull=True) & Q(purged=False))
                | (Q(status__in=("ended", "expired")) & Q(over_at__isnull=False)),
                name="vetting_alert_over_once",
            ),
        ]


class TracingRequest(Sealing, Projection):
    """Somebody looks for a child, a parent or another of the family. All of it is sealed under the request's key."""

    sealed_under = "id"

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=20, unique=True)
    entry = models.BigIntegerField()
    names = SealedJSON(default=list)
    birth_first = models.DateField(null=True)
    birth_last = models.DateField(null=True)
    sex = models.CharField(max_length=1, blank=True)
    relation = models.CharField(max_length=60, blank=True)  # of the sought person to the seeker: child, mother ...
    last_place = SealedText()
    last_day = models.CharField(max_length=40, blank=True)  # as it was said
    seeker = models.UUIDField(null=True)  # a person of the register
    agency = models.CharField(max_length=200, blank=True)  # or who asks from outside
    contact = SealedText()
    filed_by = models.CharField(max_length=60)
    filed_at = models.DateTimeField()
    status = models.CharField(max_length=10, default="open")  # open, ended
    over_at = models.DateTimeField(null=True)
    over_why = SealedText()
    purged = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(status="open") & Q(over_at__isnull=True) & Q(purged=False))
                | (Q(status="ended") & Q(over_at__isnull=False)),
                name="vetting_tracing_over_once",
            )
        ]


class TracingMatch(Sealing, Projection):
    """Somebody here may be the one sought: decided by one protection officer, told only once it was agreed.

    It is no Review, so that no list, figure or clock that is about suspicion can ever show, count or lapse it.
    """

    id = models.UUIDField(primary_key=True)
    request = models.ForeignKey(TracingRequest, on_delete=models.PROTECT, related_name="matches")
    person = models.UUIDField(db_index=True)
    digest = models.CharField(max_length=64, blank=True)  # of the request as it was compared
    score = models.FloatField(default=0.0)
    pieces = SealedJSON(default=list)
    opened_at = models.DateTimeField()
    status = models.CharField(max_length=10, default="open")  # open, found, not_same, closed
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = SealedText()
    closed_why = models.CharField(max_length=40, blank=True)  # code, when no person decided
    agreed_how = models.CharField(max_length=10, blank=True)  # person, officer, declined
    agreed_by = models.CharField(max_length=60, blank=True)
    agreed_at = models.DateTimeField(null=True)
    told_by = models.CharField(max_length=60, blank=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "person"], condition=Q(status__in=("open", "found")), name="vetting_tracing_once"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("found", "not_same")) | ~Q(decided_by=""), name="vetting_tracing_by_whom"
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True) | Q(status="found"), name="vetting_tracing_agreed_of_found"
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True)
                | Q(agreed_how__in=("person", "officer"), agreed_at__isnull=False, agreed_at__lte=F("told_at")),
                name="vetting_tracing_agreed_before_told",
            ),
        ]


class TracingSearch(Projection):
    """Up to which request somebody present was searched in."""

    person = models.UUIDField(primary_key=True)
    upto = models.BigIntegerField()  # entry of the newest request then
