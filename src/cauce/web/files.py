"""Style sheets, scripts and pictures under names that hold a digest of what is in them.

What has such a name never changes, so a browser keeps it and does not ask again; another release has other names. They
are read where they are installed: nothing is collected or written.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path, PurePosixPath

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.middleware import WhiteNoiseMiddleware


class Named(StaticFilesStorage):
    """Gives pages these names; a file that is not there keeps its own."""

    def url(self, name: str | None) -> str:
        return super().url(named(name or ""))


class Files(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Answers under both: under the plain name for a minute, under the other for ever."""

    def add_files_from_finders(self) -> None:
        super().add_files_from_finders()
        for address in list(self.files):
            name = address.removeprefix(self.static_prefix)
            self.add_file_to_dictionary(self.static_prefix + named(name), finders.find(name))


@cache
def named(name: str) -> str:
    """`cauce/cauce.css` as `cauce/cauce.0123456789ab.css`: read once a process, as the program itself is."""
    found = finders.find(name)
    if not found:
        return name
    digest = hashlib.sha256(Path(found).read_bytes()).hexdigest()[:12]
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}.{digest}{path.suffix}"))
