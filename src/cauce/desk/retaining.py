"""P16 on this node: the terms apply to people it answers for; the rest is another node's, and comes by its events."""

from __future__ import annotations

import logging
from typing import Any

from django.db import close_old_connections
from django.db.models import Exists, OuterRef, QuerySet

from cauce.journal.models import Node
from cauce.protection.retention_services import let_go_automatically
from cauce.sync.custody_models import Custody

log = logging.getLogger(__name__)
EVERY = 3600.0  # seconds: terms are days


def ours(rows: QuerySet[Any], field: str) -> QuerySet[Any]:
    """Rows about people of whom this node is the one that answers, or was the last to."""
    return rows.filter(Exists(Custody.objects.filter(person=OuterRef(field), node=Node.here().name)))


def once() -> dict[str, int]:
    """One look; what went, by kind. What fails is in the log and is tried again."""
    try:
        gone = let_go_automatically(ours)
    except Exception:
        log.exception("Letting go of what is over failed; it is tried again.")
        return {}
    finally:
        close_old_connections()
    if gone:
        log.info("retention: %s", ", ".join(f"{count} {kind}" for kind, count in gone.items()))
    return gone
