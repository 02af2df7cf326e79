"""Which stations an entry is told to, and up to which entry that is known. Local: it follows from the rest."""

from __future__ import annotations

from django.db import models


class Hearer(models.Model):
    """The station is given the entry; `*` is every station, `?` the one that began the matter."""

    pk = models.CompositePrimaryKey("station", "entry")
    station = models.CharField(max_length=40)
    entry = models.BigIntegerField()

    class Meta:
        db_table = "sync_hearer"


class Sorted(models.Model):
    """Up to which entry it was found out who hears of it. One row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    entry = models.BigIntegerField(default=0)

    class Meta:
        db_table = "sync_sorted"
