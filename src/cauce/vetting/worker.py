"""The background process of `cauce serve`: runs pending checks and the clocks until it is told to stop."""

from __future__ import annotations

import atexit
import logging
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from threading import Thread

from django.db import close_old_connections

from cauce.journal.clock_jumps import Watch
from cauce.vetting.facts import still_here
from cauce.vetting.models import CheckResult, WatchList
from cauce.vetting.names.jit import cache_folder, compile_kernels
from cauce.vetting.rules import edition_here
from cauce.vetting.services import compare_new, expire_alerts, lapse_due, purge_tracing, run_pending
from cauce.vetting.services.listing import warm as warm_edition
from cauce.vetting.services.trials import count_thresholds

log = logging.getLogger(__name__)

ONCE = 200  # people a round: somebody who registers during a large import waits for one round, not for the import
COMPARED_ONCE = 50  # people a round looked at for duplicates
CLOCKS_EVERY = 10.0  # seconds between looks at clocks and list editions


def run_forever(stop: Callable[[], bool], every: float = 1.0) -> None:
    """Run what is pending every so many seconds until `stop()`. An error is logged and the next round tries again."""
    looked = 0.0
    watch = Watch()
    _guarded(warm)
    while not stop():
        late = time.monotonic() - looked >= CLOCKS_EVERY
        if late:
            looked = time.monotonic()
            for clock in (watch.look, warm, lapse_due, expire_alerts, purge_tracing):
                _guarded(clock)
        close_old_connections()
        rounds = (partial(round_of_checks, clocks=late), partial(round_of_spare_time, clocks=late))
        if not any(_guarded(step) for step in rounds):
            time.sleep(every)


def round_of_checks(*, clocks: bool = False) -> bool:
    """One round; True when there may be more to do at once."""
    if not clocks and not CheckResult.objects.filter(still_here(), due=True).exists():
        return False
    ran = run_pending(limit=ONCE, stale=clocks)
    return ran.people >= ONCE


def round_of_spare_time(*, clocks: bool = False) -> bool:
    """What nobody waits for: who may be registered twice, and now and then what other thresholds would find."""
    if clocks:
        count_thresholds()
    return compare_new(limit=COMPARED_ONCE) >= COMPARED_ONCE


def warm() -> None:
    """Have the indexes of the lists in force at hand before a registration needs them; at once where they are."""
    for row in WatchList.objects.all():
        if digest := edition_here(row):
            warm_edition(row.format, digest)


def quicken() -> Thread:
    """Search with machine code as soon as there is some; until then searches go on as they are.

    Compiling takes a minute the first time on a machine: another process does it, at the lowest priority.
    """
    thread = Thread(target=_guarded, args=(_quicken,), name="quicken", daemon=True)
    thread.start()
    return thread


def _quicken() -> None:
    compiling = subprocess.Popen(["nice", sys.executable, "-m", "cauce.vetting.screening.compiling"])
    atexit.register(compiling.terminate)
    code = compiling.wait()
    atexit.unregister(compiling.terminate)
    if code:
        log.warning("The kernels were not compiled (code %d): searches go on, more slowly.", code)
    elif cache_folder() is not None:
        compile_kernels()


def _guarded(step: Callable[[], object]) -> object:
    try:
        return step()
    except Exception:  # the next round tries again, and what failed is in the log
        log.exception("A round of background checks failed; it is tried again.")
        close_old_connections()
        return None
