"""What is kept for a while goes when its time is over: marks of forms, counts, drafts, ended sessions."""

from __future__ import annotations

import logging

from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections

from cauce.access import pressing
from cauce.access.machines import limits
from cauce.desk import drafts

log = logging.getLogger(__name__)
EVERY = 600.0  # seconds


def once() -> None:
    """Sweep everything. What fails is in the log, and is tried again."""
    for sweep in (pressing.sweep, limits.sweep, drafts.sweep, SessionStore.clear_expired):
        try:
            sweep()
        except Exception:
            log.exception("Sweeping what is over failed; it is tried again.")
        finally:
            close_old_connections()
