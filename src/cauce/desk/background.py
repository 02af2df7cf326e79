"""The process beside `cauce serve`: checks, clocks and terms of retention, until it or its parent is told to stop."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from types import FrameType

from cauce.store import open_store


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
    run_forever(stop)


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
