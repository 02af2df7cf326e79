"""The index of a list edition as a folder beside the lists: built by one process, read and shared by all.

An index can be built again from its edition, so it is in no backup. It says what the list says: closed to other users.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from cauce.vetting.names import Index
from cauce.vetting.names.jit import made_by

log = logging.getLogger(__name__)

_HALF = ".half-"
_ABANDONED = 86_400
"""Seconds after which a folder that nobody finished was left by a process that was killed."""


def kept(digest: str, build: Callable[[], Index]) -> Index:
    """The index of the edition: the kept one, or what `build` makes, kept from now on where that is possible."""
    folder = _root() / f"{digest}-{made_by()}"
    if (found := _opened(folder)) is not None:
        return found
    index = build()
    try:
        _keep(index, folder)
    except OSError as reason:  # a full disk stops no check
        log.warning("The index of a list could not be kept in %s (%s); this process has its own.", folder, reason)
        return index
    return _opened(folder) or index


def drop(digest: str, *, but: Path | None = None) -> None:
    """Remove the kept indexes of an edition. Processes that have one open keep it until they end."""
    for folder in _root().glob(f"{digest}-*"):
        if folder != but:
            shutil.rmtree(folder, ignore_errors=True)


def _root() -> Path:
    return Path(settings.CAUCE_DATA) / "indexes"


def _opened(folder: Path) -> Index | None:
    try:
        return Index.open(folder)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as reason:
        log.warning("%s", reason)
        return None


def _keep(index: Index, folder: Path) -> None:
    """Write the index, whole or not at all. Of two processes at once either may win: both wrote the same."""
    root = folder.parent
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=_HALF, dir=root))  # open to nobody else, whatever is in it
    try:
        made = half / folder.name
        index.save(made)
        made.chmod(0o700)
        for path in (*made.iterdir(), made):
            _to_disk(path)
        with suppress(FileNotFoundError):  # one that does not open, or another process has just finished
            folder.rename(half / "before")
        made.rename(folder)
    except OSError:
        if _opened(folder) is None:  # nobody else finished it in the meantime
            raise
    finally:
        shutil.rmtree(half, ignore_errors=True)
    drop(folder.name.partition("-")[0], but=folder)
    _sweep(root)


def _to_disk(path: Path) -> None:
    if path.is_file():
        path.chmod(0o600)
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(root: Path) -> None:
    for half in root.glob(f"{_HALF}*"):
        with suppress(OSError):
            if time.time() - half.stat().st_mtime > _ABANDONED:
                shutil.rmtree(half, ignore_errors=True)
