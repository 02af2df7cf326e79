"""Return cases, what was explained and agreed, and who is in custody. A trigger refuses a seat that a rule forbids."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cauce.journal.letters import SealedLetter
from cauce.journal.models import Projection
from cauce.journal.sealing import SealedText, Sealing

KINDS = ("voluntary", "deportation", "expulsion")
ESCORTS = ("none", "escorted")
FINDINGS = ("fit", "fit_with_care", "unfit")
APPEAL_OUTCOMES = ("dismissed", "upheld", "withdrawn")
CLOSED = ("withdrawn", "followed_up", "set_aside", "stays", "in_error")


class ReturnCase(Sealing, Projection):
    """One person's way home, from the day it is asked for or ordered to the follow-up. One open case a person."""

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField(db_index=True)
    node = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)  # one of KINDS: counted apart, and never changed
    destination = models.CharField(max_length=3)
    asked = models.CharField(max_length=3, blank=True)  # where the person asked to go
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=60)

    authority = SealedText()
    reference = SealedText()
    legal_basis = SealedText()
    decided_on = models.DateField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)  # the account that wrote the decision down
    set_aside = models.CharField(max_length=20, blank=True)  # code of why a decision fell
    no_appeal = models.BooleanField(default=False)  # the law gives none against this decision
    appeal_until = models.DateField(null=True)  # the last day on which an appeal can be filed
    appeal_filed_on = models.DateField(null=True)
    appeal_suspensive = models.BooleanField(null=True)
    appeal_outcome = models.CharField(max_length=10, blank=True)  # one of APPEAL_OUTCOMES
    appeal_decided_on = models.DateField(null=True)

    document = models.CharField(max_length=30, blank=True)  # kind of the paper they travel on
    document_until = models.DateField(null=True)
    escort = models.CharField(max_length=10, default="none")  # one of ESCORTS
    escort_reason = SealedText()
    fit = models.CharField(max_length=14, blank=True)  # one of FINDINGS
    fit_until = models.DateField(null=True)
    fit_by = SealedText()
    fit_note = SealedLetter()

    manifest = models.UUIDField(null=True)  # on which they left
    departed_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    handed_over_to = SealedText()
    followed_up_at = models.DateTimeField(null=True)
    follow_up = SealedText()
    closed_at = models.DateTimeField(null=True)
    closed_why = models.CharField(max_length=12, blank=True)  # one of CLOSED

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="movement_return_kind"),
            models.CheckConstraint(condition=Q(escort__in=ESCORTS), name="movement_return_escort"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(closed_at__isnull=True), name="movement_return_one_open"
            ),
        ]


class ReturnExplanation(Projection):
    """What was explained before anybody was asked: entry bars and re-entry rules in force, ways not to return."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(ReturnCase, on_delete=models.PROTECT, related_name="explanations")
    person = models.UUIDField(db_index=True)
    destination = models.CharField(max_length=3)
    rules = models.JSONField(default=list)  # ids of [[entry_rule]]
    language = models.CharField(max_length=10, blank=True)
    account = models.CharField(max_length=60)
    at = models.DateTimeField()


class ReturnConsent(Sealing, Projection):
    """P12: a yes to a voluntary return, and everything that decides whether it counts."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(ReturnCase, on_delete=models.PROTECT, related_name="consents")
    person = models.UUIDField(db_index=True)
    explanation = models.ForeignKey(ReturnExplanation, on_delete=models.PROTECT, related_name="consents")
    destination = models.CharField(max_length=3)  # the yes is to that country and to no other
    language = models.CharField(max_length=10, blank=True)
    shared = models.BooleanField()  # who asked and who answered speak it both
    interpreter = models.BooleanField()
    interpreter_name = SealedText()
    counsel = models.BooleanField()
    counsel_name = SealedText()
    in_custody = models.BooleanField()
    custody_place = SealedText()
    account = models.CharField(max_length=60)
    given_at = models.DateTimeField()
    cooling_until = models.DateTimeField()
    ready_on = models.DateField()  # the local day on which the cooling-off ends: no seat on an earlier one
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cooling_until__gte=models.F("given_at")), name="movement_return_consent_cooling"
            )
        ]


class Custody(Sealing, Projection):
    """P13: somebody is deprived of liberty: where, why, by whose order, since when, for how long at most."""

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField(db_index=True)
    place = models.CharField(max_length=40)
    basis = SealedText()
    authority = SealedText()
    since = models.DateTimeField()
    maximum = models.DateTimeField()
    next_review = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=60, blank=True)
    outcome = SealedText()  # of the last review
    counsel = models.BooleanField()
    counsel_name = SealedText()
    recorded_by = models.CharField(max_length=60)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="movement_custody_one_open"
            ),
            models.CheckConstraint(
                condition=Q(maximum__gt=models.F("since")) & Q(next_review__lte=models.F("maximum")),
                name="movement_custody_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by="") | ~Q(reviewed_by=models.F("recorded_by")),
                name="movement_custody_reviewed_by_another",
            ),
        ]
