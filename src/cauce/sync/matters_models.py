"""What contradicts what: a matter is open until a person has settled it."""

from __future__ import annotations

from django.db import models

from cauce.journal.models import Projection

KINDS = (
    "contested",
    "in_two_places",
    "blocked_on_the_way",
    "quota_overspent",
    "answers_differ",
    "written_twice",
    "grouped_differently",
)


class Matter(Projection):
    """Two nodes recorded what cannot both be so, or a block came after the departure. `told` holds codes and numbers
    of things, never what was told of a person."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=30)  # one of KINDS
    node = models.CharField(max_length=40)  # which node saw it, and settles it
    person = models.UUIDField(null=True, db_index=True)
    place = models.CharField(max_length=40, blank=True)
    about = models.CharField(max_length=80, db_index=True)  # what makes it this matter and no other
    told = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        db_table = "sync_matter"
        indexes = [
            models.Index(fields=["opened_at"], condition=models.Q(settled_at__isnull=True), name="sync_matter_open")
        ]
