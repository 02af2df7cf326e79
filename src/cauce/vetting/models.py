"""Checks and their results, reviews and who decided what, the lists that were searched, objections and hand-overs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cauce.corridor.shape import CHECK_RESULTS
from cauce.journal.models import Projection
from cauce.journal.sealing import SealedJSON, SealedText, Sealing
from cauce.journal.tables import EntryNumber


class CheckResult(Sealing, Projection):
    """Where one check of one person stands now; how it came there is in the journal."""

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField()  # found by what is unique, which begins with it
    check_id = models.CharField(max_length=40)
    result = models.CharField(max_length=12)  # corridor.shape.CHECK_RESULTS
    reasons = models.JSONField(default=list)  # codes
    evidence = SealedJSON(default=dict)
    waived_by = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    due = models.BooleanField(default=False)  # the machine has not run it yet, or has to run it again
    started = EntryNumber(default=0)  # entry that last asked for it: a result of older facts is not kept
    against = models.TextField(blank=True)  # lists it was searched in, as JSON: name -> digest of the edition

    found_by = "person"  # of several checks a person the person is looked for once

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "check_id"], name="vetting_check_once"),
            models.CheckConstraint(condition=Q(result__in=CHECK_RESULTS), name="vetting_check_result_known"),
            # P3: waived, and by whom: an account, or `corridor` where the file itself waives it.
            models.CheckConstraint(condition=~Q(result="waived", waived_by=""), name="vetting_check_waived_by_whom"),
        ]
        indexes = [models.Index(fields=["started"], condition=Q(due=True), name="vetting_check_due")]


class WatchList(Projection):
    """A list in force. The entries themselves lie beside the store, named by their digest: they are not ours."""

    name = models.CharField(primary_key=True, max_length=60)
    format = models.CharField(max_length=20)
    edition = models.CharField(max_length=60)  # date or dates, as the publisher gives them
    digest = models.CharField(max_length=64)
    before = models.CharField(max_length=64, blank=True)  # digest of the edition that this one replaced
    node = models.CharField(max_length=40, blank=True)  # who put it in force: of the hub's the file comes by itself
    entries = models.IntegerField()
    persons = models.IntegerField()
    imported_at = models.DateTimeField()
    owner = models.CharField(max_length=200, blank=True)  # stated at import; the corridor file's [[list]] comes first
    legal_basis = models.TextField(blank=True)
    consequence = models.CharField(max_length=10, blank=True)
    threshold = models.FloatField(null=True)  # as two people changed it; null: the corridor file's

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(threshold__isnull=True) | Q(threshold__gte=0.0, threshold__lte=1.0),
                name="vetting_list_threshold_on_scale",
            )
        ]


class ThresholdChange(Projection):
    """Somebody wants a list to refer from another score on; another account makes it so, or somebody takes it back."""

    id = models.UUIDField(primary_key=True)
    list_name = models.CharField(max_length=60)
    threshold = models.FloatField()  # 0 to 1, as in the corridor file
    before = models.FloatField()  # in force when it was proposed
    reason = models.TextField()
    status = models.CharField(max_length=12, default="proposed")  # proposed, confirmed, withdrawn
    proposed_by = models.CharField(max_length=60)
    proposed_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=60, blank=True)
    withdrawn_by = models.CharField(max_length=60, blank=True)
    withdrawn_why = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)  # when it was confirmed or withdrawn

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(confirmed_by=models.F("proposed_by")), name="vetting_threshold_takes_two"
            ),
            models.CheckConstraint(
                condition=(Q(status="confirmed") & ~Q(confirmed_by="")) | (~Q(status="confirmed") & Q(confirmed_by="")),
                name="vetting_threshold_confirmed_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(threshold__gte=0.0, threshold__lte=1.0), name="vetting_threshold_on_scale"
            ),
            models.UniqueConstraint(
                fields=["list_name"], condition=Q(status="proposed"), name="vetting_threshold_one_open"
            ),
        ]


class Review(Sealing, Projection):
    """A person at the machine's request: is this the one on the list? Open until decided, lapsed or closed."""

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField(db_index=True)
    check_id = models.CharField(max_length=40)
    list_name = models.CharField(max_length=60, blank=True)
    list_entry = models.CharField(max_length=120, blank=True)  # of a document review: the doubt and the document
    entry_digest = models.CharField(max_length=64, blank=True)  # of the entry as it was compared
    score = models.FloatField(default=0.0)
    pieces = SealedJSON(default=list)
    listed = SealedJSON(default=dict)  # the entry as it was compared
    reasons = models.JSONField(default=list)
    protection_first = models.BooleanField(default=False)  # P6: listed by the person's own or feared state
    passed_by = models.CharField(max_length=60, blank=True)  # the protection officer who let it go to the analysts
    blocks = models.BooleanField(default=True)  # false: the list may only inform
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    escalated_at = models.DateTimeField(null=True)
    extended_until = models.DateTimeField(null=True)
    extended_by = models.CharField(max_length=60, blank=True)
    extended_why = SealedText()
    status = models.CharField(max_length=12, default="open")  # open, decided, lapsed, closed
    outcome = models.CharField(max_length=12, blank=True)  # same, not_same, cannot_tell
    closed_at = models.DateTimeField(null=True)
    closed_why = models.CharField(max_length=40, blank=True)  # code, when no person decided
    over = models.CharField(max_length=40, blank=True)  # code of why a confirmed match blocks no longer

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "check_id", "list_name", "list_entry"],
                # `lapsed` is over for onward travel only, and an erased review no longer names its entry.
                condition=Q(status__in=("open", "lapsed")) & ~Q(list_entry=""),
                name="vetting_review_one_open",
            )
        ]
        indexes = [models.Index(fields=["status", "due_at"], name="vetting_review_clock")]


class Decision(Sealing, Projection):
    """One analyst's answer. Two for an adverse one, by different people, the second blind to the first."""

    id = models.UUIDField(primary_key=True)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="decisions")
    person = models.UUIDField()
    account = models.CharField(max_length=60)
    outcome = models.CharField(max_length=12)
    reason = SealedText()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "account"], name="vetting_decision_once_each")]


class NotTheSame(Projection):
    """Remembered: this person is not that entry, as it was then. A list's new edition does not ask again."""

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField(db_index=True)
    list_name = models.CharField(max_length=60)
    list_entry = models.CharField(max_length=120)
    entry_digest = models.CharField(max_length=64)
    review = models.UUIDField()


class HandOver(Projection):
    """P6: a confirmed match is offered to a named authority until the deadline; then the block ends."""

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField(db_index=True)
    review = models.UUIDField(unique=True)
    authority = models.CharField(max_length=200)
    deadline = models.DateTimeField()
    taken_up_at = models.DateTimeField(null=True)
    taken_up_by = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)
    withhold_from = models.CharField(max_length=3, blank=True)  # P6: the person's own or feared state never hears of it
    status = models.CharField(max_length=12, default="offered")  # offered, taken_up, expired, ended


class Objection(Sealing, Projection):
    """P17: the person objects to a decision; somebody who had no part in it answers by a deadline."""

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField(db_index=True)
    about = models.CharField(max_length=20)  # review, hold, manifest, return, other
    about_id = models.UUIDField(null=True)
    words = SealedText()
    filed_by = models.CharField(max_length=60, blank=True)
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_by = models.CharField(max_length=60, blank=True)
    answer = SealedText()
    upheld = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)


class Vaccination(Projection):
    """One line of an immunisation record, as shown or said."""

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField(db_index=True)
    vaccine = models.CharField(max_length=20)
    given_on = models.DateField(null=True)
    how = models.CharField(max_length=10)  # shown, said, given, declined


class NameToken(Projection):
    """A word that somebody's name is made of, with what it is found by. It goes with the last person who bears it."""

    id = models.CharField(primary_key=True, max_length=40)  # the word in Latin letters; `~` at its end: without vowels
    fold = models.CharField(max_length=40, db_index=True)  # by sound
    ends = models.CharField(max_length=40, db_index=True)  # the fold backwards: finds by how a word ends
    skeleton = models.CharField(max_length=40, db_index=True)  # its consonants


class NamePart(Projection):
    """Somebody's name has that word, in one of the ways it may be read."""

    pk = models.CompositePrimaryKey("token", "born", "person")
    token = models.CharField(max_length=40)
    born = models.IntegerField()  # yyyymmdd; yyyy0000: only the year is known; 0: not even that
    person = models.UUIDField(db_index=True)


class Duplicate(Sealing, Projection):
    """`second`, registered later, may be `first` registered twice. What they have in common is compared when shown."""

    sealed_under = "second"

    id = models.UUIDField(primary_key=True)
    first = models.UUIDField(db_index=True)
    second = models.UUIDField(db_index=True)
    score = models.FloatField()  # nats, as it was when the question arose
    status = models.CharField(max_length=10, default="open")  # open, same, not_same, closed
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)
    reason = SealedText()
    changed = models.JSONField(default=dict)  # what linking them changed besides: what undoing it puts back

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="vetting_duplicate_once"),
            models.CheckConstraint(condition=~Q(first=models.F("second")), name="vetting_duplicate_of_another"),
            # Nobody is registered twice of two people: a record is taken for one other at most.
            models.UniqueConstraint(fields=["second"], condition=Q(status="same"), name="vetting_duplicate_of_one"),
            models.CheckConstraint(
                condition=~Q(status__in=("same", "not_same")) | ~Q(decided_by__in=("", "system")),
                name="vetting_duplicate_by_a_person",
            ),
        ]
        indexes = [models.Index(fields=["opened_at"], condition=Q(status="open"), name="vetting_duplicate_open")]


class Compared(models.Model):
    """Up to which entry of the journal people were looked at for duplicates. Local, one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    entry = models.BigIntegerField(default=0)


class Trial(models.Model):
    """What each threshold of a list would have found among the people of the last month: counts only. Local."""

    list_name = models.CharField(primary_key=True, max_length=60)
    digest = models.CharField(max_length=64)  # of the edition that was searched
    day = models.DateField()
    counts = models.JSONField(default=dict)
    at = models.DateTimeField()


from cauce.vetting.planted import PlantedAnswer, PlantedCase  # noqa: E402, F401  tables of this room in a file of their own
from cauce.vetting.sought_models import Alert, TracingMatch, TracingRequest, TracingSearch  # noqa: E402, F401
