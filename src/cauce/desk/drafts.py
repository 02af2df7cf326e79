"""A photo chosen on a page that is shown again: a browser sends a chosen file once and forgets it.

It lies sealed in a file for as long as a form may be filled in. The key is in the officer's page alone and the file is
named by a digest of it, so that what lies here cannot be opened by whoever finds it (P15); nothing else refers to it,
and no backup has it.
"""

from __future__ import annotations

import os
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

LIFETIME = 2 * 3600  # seconds
_KEY, _NONCE = 32, 12


def folder() -> Path:
    return Path(settings.CAUCE_DATA) / "drafts"


def keep(picture: bytes, account: str) -> str:
    """Keep the picture for this account; what the page carries to find it again. Older drafts are swept away."""
    sweep()
    key, nonce = AESGCM.generate_key(_KEY * 8), secrets.token_bytes(_NONCE)
    path = _path(key)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(nonce + AESGCM(key).encrypt(nonce, picture, account.encode()))
    return urlsafe_b64encode(key).decode()


def find(token: str, account: str) -> bytes | None:
    """The picture; None when it is another account's, swept away or forgotten."""
    key = _key(token)
    if key is None:
        return None
    path = _path(key)
    try:
        if path.stat().st_mtime < time.time() - LIFETIME:
            return None
        sealed = path.read_bytes()
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], account.encode())
    except (OSError, InvalidTag, ValueError):
        return None


def forget(token: str) -> None:
    """Take the draft away."""
    key = _key(token)
    if key is not None:
        with suppress(OSError):
            _path(key).unlink()


def sweep() -> None:
    """Take away what nobody came back for."""
    oldest = time.time() - LIFETIME
    for path in folder().glob("*"):
        with suppress(OSError):  # another one sweeps too
            if path.stat().st_mtime < oldest:
                path.unlink()


def _path(key: bytes) -> Path:
    return folder() / sha256(b"draft\0" + key).hexdigest()


def _key(token: str) -> bytes | None:
    with suppress(ValueError):
        key = urlsafe_b64decode(token.encode("ascii", "replace"))
        if len(key) == _KEY:
            return key
    return None
