"""What is kept for a while goes when its time is over: marks of forms, counts, drafts, ended sessions.

And what a process left undone that died after it had committed: files of photographs, lines of the list of the erased.
"""

from __future__ import annotations

import logging

from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections

from cauce.access import pressing
from cauce.access.machines import limits
from cauce.desk import drafts
from cauce.journal import erasures
from cauce.people import photos

log = logging.getLogger(__name__)
EVERY = 600.0  # seconds


def once() -> None:
    """Sweep everything. What fails is in the log, and is tried again."""
    for sweep in (
        pressing.sweep, limits.sweep, drafts.sweep, photos.sweep, erasures.catch_up, SessionStore.clear_expired,
    ):  # fmt: skip
        try:
            sweep()
        except Exception:
            log.exception("Sweeping what is over failed; it is tried again.")
        finally:
            close_old_connections()
