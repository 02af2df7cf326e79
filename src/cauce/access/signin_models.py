"""How somebody signs in and stays so: second factors, sessions, wrong tries, the rules, and what was done about it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q


class Factor(models.Model):
    """What somebody has besides the password: an app that makes codes (`totp`) or a passkey. Not in force until tried.

    `secret`: of an app, sealed under a key of the node. `public_key` and `credential`: of a passkey.
    """

    id = models.UUIDField(primary_key=True)  # the sealed secret is bound to it
    account = models.ForeignKey("access.Account", on_delete=models.CASCADE, related_name="factors")
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=60)
    secret = models.BinaryField(default=bytes)
    last_step = models.BigIntegerField(default=0)  # of the last code that was used: none before it counts again
    credential = models.CharField(max_length=1400, blank=True)  # base64url
    public_key = models.BinaryField(default=bytes)
    sign_count = models.BigIntegerField(default=0)
    site = models.CharField(max_length=253, blank=True)  # the name of the desk that a passkey was made for
    added_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)  # null: still being made
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="totp", credential="") & ~Q(secret=b""))
                | (Q(kind="passkey", secret=b"") & ~Q(credential="") & ~Q(public_key=b"")),
                name="access_factor_whole",
            ),
            models.UniqueConstraint(
                fields=["credential"], condition=~Q(credential=""), name="access_factor_passkey_once"
            ),
            models.UniqueConstraint(fields=["account", "name"], name="access_factor_name_once"),
        ]


class RecoveryCode(models.Model):
    """One of ten codes for who lost the telephone. Only its digest is kept; it works once."""

    account = models.ForeignKey("access.Account", on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)


class SignedIn(models.Model):
    """Somebody signed in on a browser. Over when `ended_at` is set, at `until`, or after `idle` seconds of nothing."""

    account = models.ForeignKey("access.Account", on_delete=models.CASCADE, related_name="sessions")
    how = models.CharField(max_length=10)  # password, totp, passkey, recovery
    address = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=120, blank=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()  # to the minute
    until = models.DateTimeField()
    idle = models.IntegerField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True)


class Attempt(models.Model):
    """Wrong tries for one name, address or card, in all processes together. The key says to nobody whose they are."""

    key = models.CharField(primary_key=True, max_length=64)
    count = models.IntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    until = models.DateTimeField(null=True)  # nothing is tried before


class Confidant(models.Model):
    """An account that may read confidential notes: its own keys, the private one sealed under the password."""

    account = models.OneToOneField("access.Account", on_delete=models.CASCADE, primary_key=True)
    recipient = models.CharField(max_length=80)  # age
    sealed = models.BinaryField()
    made_at = models.DateTimeField()


class CircleKey(models.Model):
    """The private key of one pair of a circle (`journal.letters`), sealed to one account that was let into it."""

    account = models.ForeignKey("access.Account", on_delete=models.CASCADE, related_name="circle_keys")
    circle = models.CharField(max_length=20)  # its name and which of its pairs, as `confidants` puts them together
    sealed = models.BinaryField()
    let_in_by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "circle"], name="access_circle_key_once")]


class SignInRule(models.Model):
    """What this store asks of everybody who signs in; what is not here is as `ruleset.DEFAULTS` says."""

    name = models.CharField(primary_key=True, max_length=30)
    value = models.JSONField()


class Act(models.Model):
    """Something done about accounts, by whom: chained like the readings, and never changed."""

    id = models.BigAutoField(primary_key=True)
    account = models.CharField(max_length=60)  # who did it
    role = models.CharField(max_length=20, blank=True)
    place = models.CharField(max_length=40, blank=True)
    what = models.CharField(max_length=30)
    about = models.CharField(max_length=60, blank=True)  # the account it was done to
    note = models.CharField(max_length=200, blank=True)
    at = models.CharField(max_length=27)
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)


def act_columns(row: Any) -> tuple[str, ...]:
    """What of an Act enters its hash."""
    return (row.account, row.role, row.place, row.what, row.about, row.note, row.at)
