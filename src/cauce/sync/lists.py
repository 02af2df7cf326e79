"""The hub's watchlists reach the stations as files, in pieces: a link that breaks goes on where it broke.

A list counts at a station from when its file is there, whole and checked; until then the edition before it does. What
is sent lies in the batch, sealed to the station and signed by the hub: lists may not be public.
"""

from __future__ import annotations

import logging
import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

from cauce.journal.errors import CauceError
from cauce.sync.exchange import besides
from cauce.vetting import editions
from cauce.vetting.models import WatchList
from cauce.vetting.services.listing import warm

log = logging.getLogger(__name__)

PIECE = 1 << 20  # bytes of one batch: ten seconds of a slow link
_DIGEST = re.compile(r"[0-9a-f]{64}")


def wanted() -> dict[str, Any]:
    """Editions in force that are not here: digest -> how many bytes of it are."""
    digests = sorted(set(WatchList.objects.values_list("digest", flat=True)))
    return {digest: _size(_part(digest)) for digest in digests if not editions.here(digest)}


def given(station: str, asked: dict[str, Any]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """At the hub: the next piece of the first edition asked for that is in force here."""
    known = set(WatchList.objects.values_list("digest", flat=True))
    for digest, begun in asked.items():
        if _DIGEST.fullmatch(digest) and digest in known and editions.here(digest):
            content = editions.file_of(digest).read_bytes()
            at = begun if isinstance(begun, int) and 0 <= begun <= len(content) else 0
            told = {"digest": digest, "at": at, "size": len(content), "sha256": sha256(content).hexdigest()}
            return told, {f"lists/{digest}": content[at : at + PIECE]}
    return {}, {}


def taken(told: dict[str, Any], files: dict[str, bytes]) -> None:
    """At the station: put the piece behind those that are here; with the last one the edition is checked and kept."""
    digest = str(told.get("digest", ""))
    piece = files.get(f"lists/{digest}")
    if not _DIGEST.fullmatch(digest) or piece is None or editions.here(digest):
        return
    part = _part(digest)
    if told["at"] != _size(part):
        part.unlink(missing_ok=True)  # not what was begun, or an answer that came twice: from the start
        if told["at"]:
            return
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as out:
        out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    if _size(part) >= told["size"]:
        _finish(digest, part, str(told["sha256"]))


def _finish(digest: str, part: Path, whole: str) -> None:
    if sha256(part.read_bytes()).hexdigest() != whole:
        log.warning("A list came damaged (%s): it is asked for again.", digest[:12])
        part.unlink()
        return
    part.replace(editions.file_of(digest))
    rows = WatchList.objects.filter(digest=digest)
    for row in rows:
        try:
            if len(editions.entries(digest)) != row.entries:
                raise CauceError("it has another number of entries than the hub said")
            warm(row.format, digest)
        except CauceError as reason:
            log.warning("The list %s that came from the hub is not used: %s", row.name, reason)
            editions.file_of(digest).unlink(missing_ok=True)
            return
    log.info("The list edition %s is here and in force.", digest[:12])


def _part(digest: str) -> Path:
    return editions.folder() / f"{digest}.part"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


besides("lists", ask=wanted, give=given, take=taken, more=lambda: bool(wanted()))
