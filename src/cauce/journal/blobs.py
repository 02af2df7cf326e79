"""Sealed blobs: what is too large for an entry lies in a file named by the digest of its ciphertext.

An entry carries the digest, so the chain vouches for the file; the subject's own key seals the content, so that it goes
where the key goes. Files are never changed, only added and taken away.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.utils.translation import gettext as _

from cauce.journal.errors import Refused
from cauce.journal.full import is_full
from cauce.journal.keys import Ring

_DIGEST = re.compile(r"[0-9a-f]{64}")


def folder() -> Path:
    return Path(settings.CAUCE_DATA) / "blobs"


def path_of(digest: str) -> Path:
    """Where the blob lies; ValueError for what is no digest, which could lead out of the folder."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError(f"{digest!r} is no digest of a blob")
    return folder() / digest[:2] / digest


def keep(person: UUID, plain: bytes, purpose: str) -> str:
    """Seal `plain` under the person's key and put it on the disk for good (F8); the digest. Refused without a key."""
    ring = Ring()
    ring.load({person})
    sealed = ring.seal(person, plain, _about(person, purpose))
    if sealed is None:
        raise Refused(
            _("The key of person %(person)s is gone: nothing more can be kept about them.") % {"person": person},
            code="no_key",
        )
    digest = sha256(sealed).hexdigest()
    _write(path_of(digest), sealed)
    return digest


def put(digest: str, sealed: bytes) -> None:
    """Keep what another node sealed, under the digest that its entry names. What is here already stays."""
    path = path_of(digest)
    if not path.exists():
        _write(path, sealed)


def read(person: UUID, digest: str, purpose: str) -> bytes | None:
    """What was sealed; None when the file or the key is gone. Refused when the file is not what was kept."""
    try:
        sealed = path_of(digest).read_bytes()
    except FileNotFoundError:
        return None
    ring = Ring()
    ring.load({person})
    try:
        if sha256(sealed).hexdigest() != digest:
            raise InvalidTag
        return ring.unseal(person, sealed, _about(person, purpose))
    except InvalidTag as reason:
        raise Refused(
            _("The file %(file)s is damaged or is another one's. Put it back from a backup, or take it anew.")
            % {"file": path_of(digest)},
            code="damaged_blob",
        ) from reason


def discard(digest: str) -> None:
    """Take the file away, if it can be: without it or without the key the content is gone all the same."""
    if not digest:
        return
    try:
        path_of(digest).unlink(missing_ok=True)
    except OSError:
        return


def sweep(named: Collection[str], *, before: float) -> int:
    """Take away every file, whole or begun, that is not among the digests `named`; how many.

    Only what was last written before that moment (Unix time): a file is there a little before the row that names it.
    """
    gone = 0
    for path in folder().glob("??/*"):
        with suppress(FileNotFoundError):
            if path.name not in named and path.stat().st_mtime < before:
                path.unlink()
                gone += 1
    return gone


def _about(person: UUID, purpose: str) -> str:
    return f"blob\0{purpose}\0{person.hex}"


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, whenever the power goes: the name appears after the bytes are on the disk."""
    partial = path.with_name(path.name + ".partial")
    try:
        for parent in (folder(), path.parent):
            if not parent.exists():
                parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                _settle(parent.parent)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(path)
        _settle(path.parent)
    except OSError as reason:
        partial.unlink(missing_ok=True)
        if not is_full(reason):
            raise
        raise Refused(
            _("The disk is full: the file was not kept, and nothing was recorded of it. Make room, then try again."),
            code="disk_full",
        ) from reason


def _settle(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
