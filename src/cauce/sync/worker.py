"""The station's background work: meet the hub every half minute, less often while there is no way to it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.db import close_old_connections

from cauce.access.actor import SYSTEM
from cauce.journal.errors import CauceError, Refused
from cauce.sync.models import Link
from cauce.sync.services import meet

log = logging.getLogger(__name__)

EVERY = 30.0  # seconds between two exchanges
LONGEST = 600.0  # seconds between two tries while the link is down, or the hub says no


def run_forever(stop: Callable[[], bool], every: float = EVERY, pause: float = 1.0) -> None:
    """Meet the hub every so many seconds until `stop()`; a node without one looks now and then whether it has."""
    wait, due = every, time.monotonic()
    while not stop():
        if time.monotonic() >= due:
            wait = every if once() else min(wait * 2, LONGEST)
            due = time.monotonic() + wait
        time.sleep(pause)


def once() -> bool:
    """One exchange, if there is a hub with an address. False when it came to nothing; why is kept for the page."""
    close_old_connections()
    try:
        if Link.objects.exclude(url="").exists():
            meet(by=SYSTEM)
    except CauceError as reason:
        # That a link is down is no news in the jungle; that the hub says no is.
        log.log(logging.WARNING if isinstance(reason, Refused) else logging.INFO, "sync: %s", reason)
        return False
    except Exception:
        log.exception("An exchange with the hub failed; it is tried again.")
        return False
    return True
