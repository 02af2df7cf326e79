"""Which station answers for whom, and whose history a station is given."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cauce.journal.models import Projection

STATES = ("held", "in_transit", "left")


class Custody(Projection):
    """One node answers for each person at any time: it writes about them and runs their checks.

    `in_transit`: on the way to `place`, of which `node` takes care; `left`: gone, and `node` was the last.
    """

    person = models.UUIDField(primary_key=True)
    node = models.CharField(max_length=40)
    place = models.CharField(max_length=40)
    state = models.CharField(max_length=10)
    since = models.DateTimeField()

    class Meta:
        db_table = "sync_custody"
        constraints = [models.CheckConstraint(condition=Q(state__in=STATES), name="sync_custody_state")]
        indexes = [models.Index(fields=["node"], name="sync_custody_node")]


class Concern(Projection):
    """A station that did not register a person has, awaits or asked for them: from that entry on it has their history.

    `since` and `until` are entries of this store: what was recorded after `until` is no longer sent there, but for an
    erasure, which reaches every copy.
    """

    pk = models.CompositePrimaryKey("station", "person")
    station = models.CharField(max_length=40)
    person = models.UUIDField(db_index=True)
    since = models.BigIntegerField()
    until = models.BigIntegerField(null=True)

    class Meta:
        db_table = "sync_concern"
