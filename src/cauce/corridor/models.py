"""The corridor as adopted here: versions of the file, changes of the quota, and the tables that triggers read."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from cauce.journal.models import Projection


class Adopted(Projection):
    """A corridor file that was applied. The newest is the one in force."""

    id = models.UUIDField(primary_key=True)
    content = models.JSONField()  # file.canonical(corridor)
    digest = models.CharField(max_length=64)
    thresholds = models.BooleanField(default=False)  # it changes who is referred, or when the corridor warns
    account = models.CharField(max_length=60, blank=True)
    second = models.CharField(max_length=60, blank=True)  # who agreed to that
    adopted_at = models.DateTimeField()
    entry = models.BigIntegerField()  # orders versions

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(thresholds=False) | (~Q(second="") & ~Q(second=F("account"))),
                name="corridor_thresholds_take_two",
            )
        ]


class QuotaChange(Projection):
    """A change of a border's quota made on a page: `per_day` null closes the border."""

    id = models.UUIDField(primary_key=True)
    border = models.CharField(max_length=40)
    start = models.DateField()
    until = models.DateField()
    per_day = models.IntegerField(null=True)
    reason = models.TextField()
    account = models.CharField(max_length=60)
    entry = models.BigIntegerField()
    undone = models.BooleanField(default=False)


class Allotment(Projection):
    """F3: so many of a border's quota are a place's own, each day from `start` to `until`; none else spends them."""

    id = models.UUIDField(primary_key=True)
    border = models.CharField(max_length=40)
    place = models.CharField(max_length=40)
    start = models.DateField()
    until = models.DateField()
    seats = models.IntegerField()
    source = models.TextField()
    account = models.CharField(max_length=60)
    entry = models.BigIntegerField()  # of two for one place and day the later counts
    withdrawn = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["border", "start"], name="corridor_allotment_day")]


class Demand(Projection):
    """For the triggers: what the corridor in force demands before a vehicle leaves. `figure`: hours, for those."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=10)
    mode = models.CharField(max_length=10)
    what = models.CharField(max_length=20)  # of shape.DEMANDS or shape.HOURS_DEMANDED
    figure = models.FloatField(default=0.0)


class LegHours(Projection):
    """For the triggers: how long a leg takes whose vehicles the corridor in force sends."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=10)
    mode = models.CharField(max_length=10)
    origin = models.CharField(max_length=40)
    destination = models.CharField(max_length=40)
    hours = models.FloatField()


class Sufficient(Projection):
    """P3 for the triggers: a result of a check that suffices for a kind of movement, under the corridor in force."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=10)
    check_id = models.CharField(max_length=40)
    result = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "check_id", "result"], name="corridor_sufficient_once")]
