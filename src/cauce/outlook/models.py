"""Bulletins as they were issued, and the figures that partners were given: neither ever changes."""

from __future__ import annotations

from django.db import models

from cauce.journal.models import Projection


class Bulletin(Projection):
    """What was said on a day about what is coming, kept to be looked at again once it came. Counts, never people."""

    id = models.UUIDField(primary_key=True)
    day = models.DateField(db_index=True)  # local; the last whole day is the one before
    issued_at = models.DateTimeField()
    account = models.CharField(max_length=60)
    figures = models.JSONField()


class Published(Projection):
    """What partners were told of one day's arrivals. A later count of the same day is not told: it would give one away.

    `noise` is the epsilon of the noise that the cells carry, 0 where small cells are hidden instead.
    """

    id = models.CharField(primary_key=True, max_length=30)  # day and noise
    day = models.DateField(db_index=True)
    noise = models.FloatField(default=0.0)
    figures = models.JSONField()
    at = models.DateTimeField()


class Told(Projection):
    """An edition of a day's report as partners were told it: when the day was over, or while it lasted."""

    id = models.CharField(primary_key=True, max_length=30)  # day, and which of the two
    day = models.DateField(db_index=True)
    whole = models.BooleanField()
    figures = models.JSONField()
    at = models.DateTimeField()
