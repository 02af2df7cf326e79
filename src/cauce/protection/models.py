"""Holds and what they block, best-interests records, consents, and what left through the gate."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from cauce.journal.letters import SealedLetter
from cauce.journal.models import Projection
from cauce.journal.sealing import SealedText, Sealing


class Hold(Sealing, Projection):
    """Somebody is not to be moved in certain ways until two different people say otherwise.

    It stands while `lifted_at` is null. Two officers end it, or, for a hold whose basis has ended, the system with
    `ended_why`; then `lifted_by` stays empty.
    """

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=40, blank=True)  # id of a [[hold]] of the corridor file; empty: erased
    blocks = models.JSONField(default=list)  # movement kinds
    basis = models.TextField(blank=True)
    reason = SealedLetter()
    raised_by = SealedText()  # the needs codes that raised it, or what else did
    source = models.UUIDField(null=True)  # the review that raised it
    confidential = models.BooleanField(default=True)
    protection = models.BooleanField(default=False)
    placed_by = models.CharField(max_length=60)
    placed_at = models.DateTimeField()
    node = models.CharField(max_length=40)  # that placed it
    review_on = models.DateField()
    lift_proposed_by = models.CharField(max_length=60, blank=True)
    lift_proposed_at = models.DateTimeField(null=True)
    lift_reason = SealedLetter()
    lifted_by = models.CharField(max_length=60, blank=True)
    lifted_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=40, blank=True)  # code of why it ended without two officers
    # The node that placed it, where this one knows no more than what it blocks (P15); empty for a hold of our own.
    call = models.CharField(max_length=40, blank=True)
    told = models.BooleanField(default=False)  # the hub has told the other stations what it blocks

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_by="", lifted_at__isnull=True, ended_why="")
                | Q(lifted_by="", lifted_at__isnull=False) & ~Q(ended_why="")
                | Q(lifted_at__isnull=False, ended_why="")
                & ~Q(lifted_by="")
                & ~Q(lift_proposed_by="")
                & ~Q(lifted_by=F("lift_proposed_by")),
                name="protection_hold_lift_takes_two",
            )
        ]
        indexes = [
            models.Index(fields=["review_on"], condition=Q(lifted_at__isnull=True), name="protection_hold_due"),
        ]


class Block(Projection):
    """One movement that one hold blocks, for as long as it stands: what the boarding triggers read."""

    id = models.CharField(primary_key=True, max_length=48)  # hold id + kind
    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="blocked")
    person = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=10)
    active = models.BooleanField(default=True)


class BestInterests(Sealing, Projection):
    """P2: an assessment of a child's situation; who, when, with what outcome.

    The `_before` columns are what undoing it restores.
    """

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField(db_index=True)
    outcome = models.CharField(max_length=30, blank=True)  # services.OUTCOMES
    cleared = models.BooleanField()
    guardian = models.UUIDField(null=True)
    note = SealedLetter()
    guardian_before = models.UUIDField(null=True)
    doubted_before = models.BooleanField(default=False)
    cleared_before = models.BooleanField(default=False)
    account = models.CharField(max_length=60)
    at = models.DateTimeField()
    undone = models.BooleanField(default=False)


class Consent(Projection):
    """Per purpose and recipient, in a language; refusing costs no service. `given` null: notice only (law, life)."""

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField(db_index=True)
    purpose = models.CharField(max_length=40)
    recipient = models.CharField(max_length=40, blank=True)
    basis = models.CharField(max_length=20)
    given = models.BooleanField(null=True)
    language = models.CharField(max_length=10, blank=True)
    account = models.CharField(max_length=60)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(basis="consent", given__isnull=False) | ~Q(basis="consent") & Q(given__isnull=True),
                name="protection_consent_asked_only_where_it_counts",
            )
        ]


class Release(Projection):
    """P11: what left through the one gate, to whom, on what basis."""

    id = models.UUIDField(primary_key=True)
    recipient = models.CharField(max_length=40)
    controller = models.TextField()
    country = models.CharField(max_length=3)
    purpose = models.TextField()
    legal_basis = models.TextField()
    fields = models.JSONField(default=list)
    retention_days = models.IntegerField()
    people = models.IntegerField()
    withheld = models.IntegerField()
    what = models.CharField(max_length=60)
    account = models.CharField(max_length=60)
    at = models.DateTimeField()


from cauce.protection.retention_models import RetentionShown  # noqa: E402, F401  a table in a file of its own
