"""Nodes as they know of each other, and which of them answers for whom."""

from __future__ import annotations

from django.db import models

from cauce.journal.models import Projection


class Peer(Projection):
    """Another node, as the hub enrolled it: its keys, and the places that it serves."""

    name = models.CharField(primary_key=True, max_length=40)
    role = models.CharField(max_length=10)  # station, hub
    key = models.CharField(max_length=64)  # Ed25519, hexadecimal
    recipient = models.CharField(max_length=80)  # of age, to whom what is sent is sealed
    places = models.JSONField(default=list)
    revoked = models.BooleanField(default=False)
    quarantined_why = models.TextField(blank=True)
    enrolled_at = models.DateTimeField()


from cauce.sync.custody_models import Concern, Custody  # noqa: E402, F401  tables of this room in a file of their own
