"""A whole copy every so many minutes, the last few kept: where Litestream is not installed, or the store is a hub's."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cauce.desk.backup import SUFFIX, write_backup
from cauce.journal.errors import Refused

LOOK = 1.0  # seconds between two looks at whether to stop


def copies(folder: Path, node: str) -> list[Path]:
    """The copies of this node's store in the folder, the oldest first: their names sort as they were made."""
    return sorted(folder.glob(f"{node}-*{SUFFIX}"))


def repeat(
    data: Path,
    folder: Path,
    node: str,
    *,
    minutes: float,
    keep: int,
    stop: Callable[[], bool],
    tell: Callable[[str], None],
    passphrase: str = "",
    database: str = "",
) -> None:
    """Write a copy now and every so many minutes, until `stop()`; remove the oldest beyond `keep`.

    A disk that is gone or full is told, and tried again next time; no old copy is removed before a new one is whole.
    """
    following = 0.0
    while not stop():
        if time.monotonic() >= following:
            following = time.monotonic() + minutes * 60
            # A clock that was set back must not give a name that is taken, or sorts before the last one.
            last = copies(folder, node)
            name = f"{node}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{SUFFIX}"
            if last and last[-1].name >= name:
                name = last[-1].name.removesuffix(SUFFIX) + f"_1{SUFFIX}"  # sorts after it, as a dash would not
            try:
                folder.mkdir(mode=0o700, exist_ok=True)
                size = write_backup(data, folder / name, passphrase=passphrase, database=database)
            except (Refused, OSError) as reason:
                tell(f"{reason} It is tried again in {minutes:g} minutes.")
            else:
                tell(f"{folder / name}: {size / 1e6:.1f} MB.")
                for old in copies(folder, node)[:-keep]:
                    old.unlink()
        time.sleep(LOOK)
