"""The process beside `cauce serve`: checks, clocks and terms of retention, until it or its parent is told to stop."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Thread
from types import FrameType

from cauce.store import open_store

log = logging.getLogger(__name__)
RENEWED = 5.0  # seconds between looks at what pages show of many people


class Until:
    """True once a signal came or the parent process is gone."""

    def __init__(self, parent: int) -> None:
        self.parent = parent
        self.told = False
        signal.signal(signal.SIGTERM, self._tell)
        signal.signal(signal.SIGINT, self._tell)

    def _tell(self, _signal: int, _frame: FrameType | None) -> None:
        self.told = True

    def __call__(self) -> bool:
        return self.told or os.getppid() != self.parent


def main() -> None:
    """`python -m cauce.desk.background DATA PARENT_PID`."""
    open_store(Path(sys.argv[1]))
    from cauce.desk import retaining, sweeping
    from cauce.sync import worker as sync
    from cauce.vetting.worker import quicken, run_forever

    quicken()
    stop = Until(int(sys.argv[2]))
    # A slow link holds up no check: the hub is met on a track of its own.
    Thread(target=sync.run_forever, args=(stop,), name="sync", daemon=True).start()
    for task in (retaining, sweeping):
        Thread(target=_now_and_then, args=(stop, task.once, task.EVERY), name=task.__name__, daemon=True).start()
    Thread(target=_now_and_then, args=(stop, partial(_renew, stop), RENEWED), name="standing", daemon=True).start()
    run_forever(stop)


def _renew(stop: Until) -> None:
    """Make again what pages show of thousands of people. What fails is in the log, and is tried again."""
    from django.db import close_old_connections

    from cauce.desk import selectors  # noqa: F401 - what makes them again is registered where it is made first
    from cauce.journal import standing

    try:
        standing.renew(stop)
    except Exception:
        log.exception("What pages show of many people could not be made again; it is tried again.")
    finally:
        close_old_connections()


def _now_and_then(stop: Until, act: Callable[[], object], every: float) -> None:
    """At once, then every so many seconds, until `stop()`."""
    last = 0.0
    while not stop():
        if not last or time.monotonic() - last >= every:
            last = time.monotonic()
            act()
        time.sleep(1.0)


if __name__ == "__main__":
    main()
