"""Persons, the groups they travel in, their papers, needs and stays: what registration knows."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from cauce.journal.letters import SealedLetter
from cauce.journal.models import Projection
from cauce.journal.sealing import SealedText, Sealing
from cauce.people.intake import FOCAL

OUTCOMES = (
    "departed",
    "walked_on",
    "transferred",
    "hospital",
    "custody",
    "returned",
    "died",
    "unknown",
    "registered_in_error",
    "duplicate",
)


class Group(Projection):
    """People who travel together, usually a family. It moves whole or not at all (P9)."""

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=20)
    node = models.CharField(max_length=40)  # which node registered it
    external_id = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=60, blank=True)
    place = models.CharField(max_length=40)  # where it was registered, then where it was moved to
    head = models.UUIDField(null=True)  # the focal person
    incomplete = models.BooleanField(default=False)  # F2: a member's row was refused; nobody boards until finished
    incomplete_why = models.TextField(blank=True)
    missing = models.JSONField(default=list)  # external ids that are waited for; "?" for a row that gave none
    joined_into = models.UUIDField(null=True)  # its members travel on in that group
    arrived_at = models.DateTimeField()  # first arrival in the corridor: the queue counts from here
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="people_group_number"),
            models.UniqueConstraint(
                # Of one node: two stations may bring in the same file while nothing connects them.
                fields=["node", "source", "external_id"],
                condition=~Q(external_id=""),
                name="people_group_external",
            ),
        ]
        indexes = [
            models.Index(fields=["place"], name="people_group_place"),
            models.Index(fields=["place"], condition=Q(incomplete=True), name="people_group_incomplete"),
        ]


class Person(Sealing, Projection):
    """One person. Text fields are empty and dates null when nothing is known: nothing is ever forced."""

    sealed_under = "id"

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=20)
    node = models.CharField(max_length=40)  # which node registered the person
    card_token = models.CharField(max_length=40, null=True)  # noqa: DJ001 - unique; null: revoked or erased
    card_expires = models.DateTimeField(null=True)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="members")
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=80, blank=True)
    guardian_external = models.CharField(max_length=80, blank=True)  # named by an import that has not brought them yet
    content_digest = models.CharField(max_length=64, blank=True)  # of the imported row: the same again changes nothing

    given_names = models.CharField(max_length=200, blank=True)
    family_names = models.CharField(max_length=200, blank=True)
    full_name = models.CharField(max_length=400, blank=True)  # as printed, in its own script
    description = models.TextField(blank=True)  # of somebody whose name is not known
    search = models.CharField(max_length=600, blank=True)  # folded to plain Latin, for finding
    sex = models.CharField(max_length=1, blank=True)  # F, M, X
    birth_first = models.DateField(null=True)  # the birth date lies in [first, last]
    birth_last = models.DateField(null=True)
    birth_estimated = models.BooleanField(default=False)
    said_minor = models.BooleanField(default=False)  # birth date unknown, but said or seen to be a child
    adult_on = models.DateField(null=True)  # P2: the latest day of coming of age; null: unknown
    nationality = models.CharField(max_length=3, blank=True)
    feared_country = models.CharField(max_length=3, blank=True)
    language = models.CharField(max_length=10, blank=True)
    relation = models.CharField(max_length=40, blank=True)  # to the head of the group
    guardian = models.UUIDField(null=True)
    guardian_doubted = models.BooleanField(default=False)
    guardian_cleared = models.BooleanField(default=False)  # by a best-interests record (P2)
    guardian_words = models.JSONField(default=list)  # that stand about both: id, doubted, cleared
    next_of_kin = SealedText()
    other_card = models.CharField(max_length=40, blank=True)  # number given by another station
    photo = models.CharField(max_length=64, blank=True)  # digest of a sealed blob

    arrived_at = models.DateTimeField(db_index=True)  # first arrival in the corridor
    arrived_place = models.CharField(max_length=40)
    registered_at = models.DateTimeField()
    erased = models.BooleanField(default=False)

    class Meta:
        # Indexes of texts are named here: of a field's own the store would keep a second, for how a text begins.
        constraints = [
            models.UniqueConstraint(fields=["number"], name="people_person_number"),
            models.UniqueConstraint(fields=["card_token"], name="people_person_card_token"),
            models.UniqueConstraint(
                fields=["node", "source", "external_id"], condition=~Q(external_id=""), name="people_person_external"
            ),
            models.CheckConstraint(
                condition=Q(erased=True) | ~Q(given_names="", family_names="", full_name="", description=""),
                name="people_person_named_or_described",
            ),
            models.CheckConstraint(
                condition=Q(birth_first__isnull=True) | Q(birth_first__lte=models.F("birth_last")),
                name="people_person_birth_range",
            ),
            models.UniqueConstraint(fields=["group"], condition=Q(relation=FOCAL), name="people_person_one_head"),
        ]
        indexes = [models.Index(fields=["other_card"], name="people_person_other_card")]

    @property
    def display_name(self) -> str:
        """How a page calls the person: as printed, else given and family names, else the description."""
        return self.full_name or f"{self.given_names} {self.family_names}".strip() or self.description or self.number


class Document(Sealing, Projection):
    """A paper somebody carries, as it is printed."""

    sealed_under = "person_id"

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=30)  # passport, identity_card, birth_certificate, visa, other
    number = SealedText()
    number_key = models.CharField(max_length=40, blank=True)  # hashed with this node's key: finds equals
    issuer = models.CharField(max_length=3, blank=True)
    expires = models.DateField(null=True)
    mrz = SealedText()
    kept_as_printed = models.BooleanField(default=False)  # an officer kept what a check digit contradicts

    class Meta:
        indexes = [models.Index(fields=["number_key"], name="people_document_number_key")]


class Need(Projection):
    """A specific need, flagged for referral and never assessed here."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="needs")
    code = models.CharField(max_length=20)  # a needs code, or an indicator of the corridor file
    question = models.CharField(max_length=60, blank=True)  # code of what looks inconsistent about it
    flagged_at = models.DateTimeField()
    withdrawn = models.BooleanField(default=False)


class Stay(Sealing, Projection):
    """F1: somebody is at a place from then until it ends in one of the outcomes."""

    sealed_under = "person_id"

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stays")
    place = models.CharField(max_length=40)
    since = models.DateTimeField()
    bed = models.BooleanField(default=False)
    until = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    note = SealedText()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(until__isnull=True), name="people_stay_one_open"),
            models.CheckConstraint(
                condition=(Q(until__isnull=True) & Q(outcome="")) | (Q(until__isnull=False) & Q(outcome__in=OUTCOMES)),
                name="people_stay_ends_with_outcome",
            ),
        ]
        # Who is here, and who left since: of a hub's millions of stays only those that a page is about.
        indexes = [
            models.Index(fields=["until", "place"], name="people_stay_until"),
            models.Index(fields=["place"], name="people_stay_place"),
        ]


class Parting(Sealing, Projection):
    """P9: somebody asked that a child leave a guardian; only another officer can make it so."""

    id = models.UUIDField(primary_key=True)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="partings")
    person = models.UUIDField()  # the first of them, under whose key the reason is sealed
    persons = models.JSONField(default=list)  # hex ids of those who would leave
    reason = SealedLetter()
    proposed_by = models.CharField(max_length=60)
    proposed_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=60, blank=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by="") | ~Q(confirmed_by=models.F("proposed_by")),
                name="people_parting_takes_two",
            )
        ]


class Word(Projection):
    """What a node said of who travels with whom (`words`): groups and heads are worked out from all that is known."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=10)
    about = models.UUIDField(db_index=True)  # a person, a group, or a word of two groups
    value = models.UUIDField(null=True, db_index=True)
    more = models.JSONField(default=list)
    at = models.CharField(max_length=27)  # the moment that counts; empty of what a registration said
    node = models.CharField(max_length=40)
    seq = models.BigIntegerField()


class Companion(Sealing, Projection):
    """Two groups that travel together, or that never share a vehicle. Why, only those in charge read (P7, P15).

    A group that is kept apart from itself holds people who must be: somebody has to split it.
    """

    sealed_under = "person"

    id = models.UUIDField(primary_key=True)
    word = models.UUIDField(db_index=True)  # the event's; people kept apart may be in more groups than it named
    kind = models.CharField(max_length=10)  # together, apart
    one = models.UUIDField(db_index=True)
    other = models.UUIDField(db_index=True)
    person = models.UUIDField()  # of the first group, under whose key the reason is sealed
    reason = SealedText()
    account = models.CharField(max_length=60)
    since = models.DateTimeField()
    ended = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=("together", "apart")), name="people_companion_kind"),
            models.CheckConstraint(condition=~Q(one=F("other")) | Q(kind="apart"), name="people_companion_of_two"),
            models.UniqueConstraint(
                fields=["one", "other"], condition=Q(ended=False), name="people_companion_one_or_the_other"
            ),
        ]


class Submission(models.Model):
    """A form that was sent, by the nonce it carried: the same one again finds its group. Local, not a projection."""

    id = models.BigAutoField(primary_key=True)
    nonce = models.CharField(max_length=64)
    account = models.CharField(max_length=60)
    group = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "nonce"], name="people_submission_once")]
