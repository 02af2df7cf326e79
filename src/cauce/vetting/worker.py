"""The background process of `cauce serve`: runs pending checks and the clocks until it is told to stop."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial

from django.db import close_old_connections

from cauce.vetting import editions
from cauce.vetting.models import CheckResult, WatchList
from cauce.vetting.services import lapse_due, run_pending

log = logging.getLogger(__name__)

ONCE = 200  # people a round: somebody who registers during a large import waits for one round, not for the import
CLOCKS_EVERY = 10.0  # seconds between looks at clocks and list editions


def run_forever(stop: Callable[[], bool], every: float = 1.0) -> None:
    """Run what is pending every so many seconds until `stop()`. An error is logged and the next round tries again."""
    looked = 0.0
    _guarded(warm)
    while not stop():
        late = time.monotonic() - looked >= CLOCKS_EVERY
        if late:
            looked = time.monotonic()
            _guarded(lapse_due)
        close_old_connections()
        if not _guarded(partial(round_of_checks, clocks=late)):
            time.sleep(every)


def round_of_checks(*, clocks: bool = False) -> bool:
    """One round; True when there may be more to do at once."""
    if not clocks and not CheckResult.objects.filter(due=True).exists():
        return False
    ran = run_pending(limit=ONCE, stale=clocks)
    return ran.people >= ONCE


def warm() -> None:
    """Read the lists and build their indexes before the first registration needs them."""
    for digest in WatchList.objects.values_list("digest", flat=True):
        editions.index(digest)


def _guarded(step: Callable[[], object]) -> object:
    try:
        return step()
    except Exception:  # the next round tries again, and what failed is in the log
        log.exception("A round of background checks failed; it is tried again.")
        close_old_connections()
        return None
