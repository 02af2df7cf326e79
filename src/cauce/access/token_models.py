"""Tokens by which machines come in, what they were answered, how often they asked; and which forms were sent.

Local to the node: nothing of it is in the journal. It is in the store so that all processes know of it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Token(models.Model):
    """What lets a device or a partner in, in the name of an account. The secret itself is kept nowhere."""

    name = models.CharField(max_length=60, unique=True)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the secret
    account = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="tokens")
    capabilities = models.JSONField(default=list)
    place = models.CharField(max_length=40, blank=True)  # empty: the account's own, or every place
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)  # to the minute
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="access_token_ends"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by="") | Q(revoked_at__isnull=False) & ~Q(revoked_by=""),
                name="access_token_revoked_by_whom",
            ),
        ]


class Answer(models.Model):
    """What a write was answered, for a day: the same write again finds it. Sealed under the token's own secret."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="answers")
    key = models.CharField(max_length=100)  # the Idempotency-Key
    asked = models.CharField(max_length=64)  # digest of method, address and body
    status = models.SmallIntegerField(default=0)
    sealed = models.BinaryField(default=bytes)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="access_answer_once")]


class Asked(models.Model):
    """How often something was asked in the window that began at `since`, in all processes together."""

    key = models.CharField(primary_key=True, max_length=64)
    since = models.BigIntegerField(db_index=True)  # seconds since 1970, a whole number of windows
    count = models.IntegerField()


class Pressed(models.Model):
    """A form that had its effect, by the nonce it carried: sent again it has none."""

    account = models.CharField(max_length=60)
    nonce = models.CharField(max_length=40)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "nonce"], name="access_pressed_once")]
