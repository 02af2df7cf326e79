"""Planted cases: made-up reviews with a known answer, about nobody. No row of theirs can keep anybody from anything."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cauce.journal.models import Projection


class PlantedCase(Projection):
    """What an analyst sees as a review of somebody. There is no such person: it has no check, no stay and no seat."""

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=20, unique=True)  # of an entry that registered nobody, so no person's ever
    truth = models.CharField(max_length=12)  # same, not_same
    facts = models.JSONField(default=dict)  # the made-up person: planting.Stranger
    list_name = models.CharField(max_length=60, blank=True)
    list_entry = models.CharField(max_length=120, blank=True)
    score = models.FloatField(default=0.0)
    ranked_as = models.FloatField(default=0.0)  # of a true review: its place in the list is like that one's
    pieces = models.JSONField(default=list)
    listed = models.JSONField(default=dict)  # the entry as it was compared
    reasons = models.JSONField(default=list)
    waits = models.JSONField(default=dict)  # what its group would wait for: elsewhere.Waits
    planted_by = models.CharField(max_length=60)
    planted_at = models.DateTimeField()
    opened_at = models.DateTimeField()  # as it is shown
    due_at = models.DateTimeField()  # from then on nobody is shown it any more
    extended_until = models.DateTimeField(null=True)
    extended_by = models.CharField(max_length=60, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(truth__in=("same", "not_same")), name="vetting_planted_truth_known")
        ]
        indexes = [models.Index(fields=["withdrawn_at", "due_at"], name="vetting_planted_clock")]


class PlantedAnswer(Projection):
    """What one analyst said of a planted case. It is not a decision: nothing follows from it but being told."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(PlantedCase, on_delete=models.PROTECT, related_name="answers")
    account = models.CharField(max_length=60)
    outcome = models.CharField(max_length=12)
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "account"], name="vetting_planted_answer_once_each")]
