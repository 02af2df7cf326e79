"""The file of refused rows: the input's own columns, and why. Corrected, it can be imported as it is."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from cauce.journal.errors import Misused
from cauce.spreadsheets import typed, write_table

CELL = 1000  # characters kept of a cell; a longer one is why the row is here
_UNREADABLE = re.compile("[\0\ud800-\udfff]")


class Rejects:
    """Open for the time of one import. UTF-8 with commas; only its owner may read it, as it holds what was told."""

    def __init__(self, path: Path, header: Sequence[str], *, source: Path) -> None:
        if path.exists() and path.samefile(source):
            raise Misused(f"{path} is the file that is imported. Name another one for the refused rows.")
        self._kept = [at for at, name in enumerate(header) if name.strip().casefold() not in ("line", "reason")]
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as reason:
            raise Misused(f"{path} cannot be written ({reason.strerror}). Name another file.") from None
        self._file = os.fdopen(descriptor, "w", encoding="utf-8", newline="")
        write_table(self._file, [[*(header[at] for at in self._kept), "line", "reason"]])

    def add(self, cells: Sequence[str], line: int, reason: str) -> None:
        kept = [_shown(typed(cells[at])) if at < len(cells) else "" for at in self._kept]
        write_table(self._file, [[*kept, line, _shown(reason)]])
        self._file.flush()

    def __enter__(self) -> Rejects:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def _shown(cell: str) -> str:
    short = cell if len(cell) <= CELL else cell[:CELL] + "…"
    return _UNREADABLE.sub("\ufffd", short)
