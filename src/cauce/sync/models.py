"""Nodes as they know of each other, how far two of them are, and what did not fit."""

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


class Invitation(models.Model):
    """At the hub: a station is expected. Local; the code itself is kept nowhere, only its digest."""

    node = models.CharField(primary_key=True, max_length=40)
    places = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    account = models.CharField(max_length=60)  # who invited
    used_by = models.CharField(max_length=64, blank=True)  # the key of the node that came with it


class Contact(models.Model):
    """At the hub: when a station was last heard, and what its clock showed. Local."""

    node = models.CharField(primary_key=True, max_length=40)
    at = models.DateTimeField()
    seq = models.BigIntegerField(default=0)  # the end of its chain, as it said
    clock_skew = models.FloatField(default=0.0)  # seconds by which its clock is ahead of the hub's
    way = models.CharField(max_length=10)  # link, stick


class Link(models.Model):
    """At a station: its hub, and how far the two are. Local, one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    hub = models.CharField(max_length=40)
    url = models.CharField(max_length=300, blank=True)
    insecure = models.BooleanField(default=False)  # http beyond this machine, as somebody insisted
    key = models.CharField(max_length=64)
    recipient = models.CharField(max_length=80)
    cursor = models.CharField(max_length=80, blank=True)  # how far it has what comes down
    hub_seq = models.BigIntegerField(default=0)  # the end of the hub's own chain, as it last said
    receipt_seq = models.BigIntegerField(default=0)
    receipt_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    refused = models.CharField(max_length=20, blank=True)  # code of the hub's last no: revoked, quarantined, forked
    trouble = models.TextField(blank=True)  # why the last try failed
    clock_skew = models.FloatField(default=0.0)  # seconds by which this node's clock is ahead of the hub's

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="sync_link_one")]


class Receipt(models.Model):
    """What the hub signed for. Local to the station; the newest few."""

    id = models.BigAutoField(primary_key=True)
    node = models.CharField(max_length=40)
    hub = models.CharField(max_length=40)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    count = models.BigIntegerField()
    at = models.CharField(max_length=27)
    signature = models.CharField(max_length=128)


class Conflict(models.Model):
    """The other version of an entry that a node wrote twice: at the hub, or at the station that set it aside. Local."""

    id = models.BigAutoField(primary_key=True)
    node = models.CharField(max_length=40)
    seq = models.BigIntegerField()
    here = models.CharField(max_length=64)  # hash of what was taken in; empty when nothing has that number yet
    there = models.CharField(max_length=64)
    entry = models.BinaryField()  # the other version, as it stands in the batch
    at = models.DateTimeField()
    told = models.BooleanField(default=False)  # as a matter, when somebody decided that the version here goes on

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "seq", "there"], name="sync_conflict_once")]


from cauce.sync.custody_models import Concern, Custody  # noqa: E402, F401  tables of this room in files of their own
from cauce.sync.hearing_models import Hearer, Sorted  # noqa: E402, F401
from cauce.sync.matters_models import Matter  # noqa: E402, F401
