"""That a dry run was looked at. Local: no other node's set is the same."""

from __future__ import annotations

from django.db import models


class RetentionShown(models.Model):
    """Somebody was shown what would go, as the digest of the set."""

    digest = models.CharField(primary_key=True, max_length=64)
    account = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        app_label = "protection"
