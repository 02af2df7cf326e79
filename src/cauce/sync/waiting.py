"""The hub's address between `cauce init --hub` and the enrolment: a line in the folder of the store, and no secret."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from cauce.journal.errors import Misused

FILE = "hub"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,38}[a-z0-9]")


def checked(url: str, node: str) -> None:
    """Misused for what is no address, and for a name that no hub would invite: both are kept for good."""
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise Misused(f"{url!r} is no address of a hub: it begins with https://")
    if not NAME.fullmatch(node):
        raise Misused(f"{node!r} is no name of a station: use 2 to 40 of a-z, 0-9 and dash. It stays for good.")


def keep(data: Path, url: str) -> None:
    (data / FILE).write_text(url + "\n")


def hub_of(data: Path) -> str:
    """What `cauce init --hub` was told; empty without."""
    try:
        return (data / FILE).read_text().strip()
    except OSError:
        return ""
