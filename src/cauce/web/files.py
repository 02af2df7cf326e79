"""Style sheets, scripts and pictures under names that hold a digest of what is in them.

What has such a name never changes, so a browser keeps it and does not ask again; another release has other names. They
are read where they are installed: nothing is collected or written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.middleware import WhiteNoiseMiddleware

_DIGEST = re.compile(r"\.[0-9a-f]{12}(\.[^./]+)$")


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


class ByContent(finders.BaseFinder):
    """Finds a file under its other name, for Django's own server that tests in a browser use. It lists none."""

    def find(self, path: str, find_all: bool = False, **_more: Any) -> Any:
        plain = _DIGEST.sub(r"\1", path)
        found = finders.find(plain) if plain != path and named(plain) == path else None
        return ([found] if found else []) if find_all else found

    def list(self, ignore_patterns: Any) -> Iterator[Any]:
        return iter(())


@cache
def named(name: str) -> str:
    """`cauce/cauce.css` as `cauce/cauce.0123456789ab.css`: read once a process, as the program itself is."""
    found = finders.find(name)
    if not found:
        return name
    digest = hashlib.sha256(Path(found).read_bytes()).hexdigest()[:12]
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}.{digest}{path.suffix}"))
