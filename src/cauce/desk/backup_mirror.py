"""A folder kept the same as another, file by file, sealed on the way when there is a recipient.

What is mirrored is never changed in place: pages of the journal's tables as Litestream lays them down, blobs, lists and
keys under names of their own. A disk that is taken out and put back is caught up with.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pyrage

PARTIAL = ".partial"
SAME = 2.0  # seconds: the coarsest a disk tells when a file was made (FAT)


class Mirror:
    """Copies from `source` to `target`. `recipient` is an age recipient (age1…), or empty: copied as they are."""

    def __init__(self, source: Path, target: Path, recipient: str = "") -> None:
        self.source, self.target = source, target
        self.recipient = pyrage.x25519.Recipient.from_str(recipient) if recipient else None
        self._there: dict[str, float] = {name: path.stat().st_mtime for name, path in files(target)}

    def round(self, *folders: str) -> int:
        """Bring these folders level: what is new first, then take away what is gone. How many files were touched.

        New before gone: a restore in the middle of a round finds more than it needs, never less. Raises OSError.
        """
        touched = 0
        found = {name: path for folder in folders for name, path in files(self.source, folder)}
        for name, path in found.items():
            touched += self._bring(name, path)
        for name in [name for name in self._there if name.partition("/")[0] in folders and name not in found]:
            (self.target / name).unlink(missing_ok=True)
            del self._there[name]
            touched += 1
        return touched

    def _bring(self, name: str, path: Path) -> bool:
        try:
            made = path.stat().st_mtime
            if abs(self._there.get(name, -SAME - 1) - made) <= SAME:
                return False
            content = path.read_bytes()
        except FileNotFoundError:  # compacted, replaced or erased since we looked
            return False
        if self.recipient is not None:
            content = pyrage.encrypt(content, [self.recipient])
        put(self.target / name, content, made)
        self._there[name] = made
        return True


def files(root: Path, folder: str = "") -> Iterator[tuple[str, Path]]:
    """Every file below with its name from `root`; half-written ones are left out."""
    for here, _, names in os.walk(root / folder):
        for name in sorted(names):
            path = Path(here) / name
            if not name.endswith((PARTIAL, ".tmp")):
                yield path.relative_to(root).as_posix(), path


def put(path: Path, content: bytes, made: float | None = None) -> None:
    """Write whole or not at all, on the disk for good; OSError when it does not fit."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(path.name + PARTIAL)
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        if made is not None:
            os.utime(partial, (made, made))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
