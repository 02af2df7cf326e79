"""The master key, which wraps all other keys of a node, and where it may come from.

It is looked for in this order: `CAUCE_KEY_FILE`, the systemd credential `cauce-master-key`, `keys/master.key` of the
store. A file holds the 32 bytes themselves, or the same sealed with a passphrase (age), or wrapped by a key that never
leaves a PKCS#11 device. While a key is being changed two stand side by side (`.next`, `.old`); what is wrapped says
which one it needs, and what the store's own keys need is the one in force.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from getpass import getpass
from hashlib import blake2b, sha256
from pathlib import Path

import pyrage
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from cauce.journal.errors import CauceError

NAME = 8
"""Bytes in front of everything wrapped: the name of the master key that opens it."""
SIZE = 32
NONCE = 12
CREDENTIAL = "cauce-master-key"
SEALED = b"age-encryption.org/"
DEVICE = b"cauce-pkcs11/1\n"
OPENED = "CAUCE_OPENED_KEYS"
"""Names the memory in which `cauce serve` holds keys that it was given the passphrase for; no file of a disk."""
PASSPHRASE_FILE = "CAUCE_KEY_PASSPHRASE_FILE"  # noqa: S105 - the name of a setting


class Master:
    """A master key, opened."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SIZE:
            raise ValueError(f"it has {len(secret)} bytes, a key has {SIZE}")
        self.secret = secret
        self.name = blake2b(secret, digest_size=NAME, person=b"cauce master").digest()
        self._cipher = AESGCM(secret)

    def wrap(self, secret: bytes, about: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return self.name + nonce + self._cipher.encrypt(nonce, secret, about)

    def unwrap(self, wrapped: bytes, about: bytes) -> bytes:
        """InvalidTag for what is another's, or was changed."""
        start = NAME + NONCE
        return self._cipher.decrypt(wrapped[NAME:start], wrapped[start:], about)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the key comes from and how it lies there: `plain`, `passphrase` or `device`. Only a file can be changed."""

    path: Path
    kind: str  # file, credential
    protection: str  # plain, passphrase, device; empty: there is none


def source() -> Source:
    """Where this node's key is looked for, and what lies there."""
    credentials = os.environ.get("CREDENTIALS_DIRECTORY", "")
    credential = Path(credentials) / CREDENTIAL if credentials else None
    if credential is not None and not os.environ.get("CAUCE_KEY_FILE") and credential.exists():
        return Source(credential, "credential", protection_of(credential))
    path = Path(settings.CAUCE_KEY_FILE)
    return Source(path, "file", protection_of(path))


def protection_of(path: Path) -> str:
    try:
        start = path.read_bytes()[: len(SEALED)]
    except OSError:
        return ""
    return "passphrase" if start == SEALED else "device" if start.startswith(DEVICE) else "plain"


def next_to(path: Path) -> Path:
    return path.with_name(path.name + ".next")


def before(path: Path) -> Path:
    return path.with_name(path.name + ".old")


def in_force(name: bytes | None) -> Master:
    """The key to wrap with: the one of this name, or in a store without keys the one that lies there."""
    if name is not None:
        try:
            return named(name)
        except KeyError as reason:
            raise CauceError(
                f"The master key in {source().path} is not the one that this store's keys are wrapped with: the wrong "
                "key file is in use, or the key was changed while this process ran. Put the right key back, or start "
                "again.",
                code="wrong_master_key",
            ) from reason
    return next(iter(_known().values()))


def named(name: bytes) -> Master:
    """KeyError when no key of that name lies here; CauceError when none can be read at all."""
    return _known()[name]


def forget() -> None:
    """Read the files anew."""
    _read.cache_clear()


def _known() -> dict[bytes, Master]:
    """By name, the one at the source's own path first. Looks at the files' dates, not at their content, each time."""
    path = source().path
    files = []
    for each in (path, next_to(path), before(path)):
        try:
            at = each.stat()
        except OSError:
            continue
        files.append((str(each), at.st_mtime_ns, at.st_ino, at.st_size))
    if not files:
        raise _unreadable(path, "there is no such file")
    return _read(tuple(files))


@lru_cache(maxsize=4)
def _read(files: tuple[tuple[str, int, int, int], ...]) -> dict[bytes, Master]:
    keys: dict[bytes, Master] = {}
    for name, *_ in files:
        try:
            key = Master(opened(Path(name).read_bytes(), Path(name)))
        except (OSError, ValueError) as reason:
            if len(files) == 1:
                raise _unreadable(Path(name), reason) from reason
            continue  # half-written beside a whole one: the next attempt to change the key writes it anew
        keys.setdefault(key.name, key)
    if not keys:
        raise _unreadable(Path(files[0][0]), "no key in it is whole")
    return keys


def _unreadable(path: Path, reason: object) -> CauceError:
    return CauceError(
        f"The master key {path} cannot be read ({reason}). Without it personal data stays closed: "
        "put the key file back, or point CAUCE_KEY_FILE at it.",
        code="no_master_key",
    )


def opened(content: bytes, path: Path) -> bytes:
    """The key itself, however it lies in the file. ValueError when it is not one."""
    if content.startswith(DEVICE):
        from cauce.journal import device

        return device.unwrap(content[len(DEVICE) :])
    if not content.startswith(SEALED):
        return content
    digest = sha256(content).digest()
    for kept, held in _held():
        if kept == digest:
            return held
    try:
        secret: bytes = pyrage.passphrase.decrypt(content, passphrase(path))
    except pyrage.DecryptError as reason:
        raise CauceError(
            f"The master key {path} does not open: the passphrase is another one, or the file is damaged.",
            code="wrong_passphrase",
        ) from reason
    return secret


def passphrase(path: Path, *, asking: str = "Passphrase of the master key") -> str:
    """From the file that CAUCE_KEY_PASSPHRASE_FILE names, or asked for on the terminal."""
    if told := os.environ.get(PASSPHRASE_FILE):
        try:
            return Path(told).read_text().splitlines()[0]
        except (OSError, IndexError) as reason:
            raise CauceError(f"The passphrase file {told} cannot be read.", code="no_passphrase") from reason
    if not sys.stdin.isatty():
        raise CauceError(
            f"The master key {path} is sealed with a passphrase, and there is no terminal to ask on. "
            f"Name a file with the passphrase in {PASSPHRASE_FILE}.",
            code="no_passphrase",
        )
    return getpass(f"{asking} ({path}): ")


def _held() -> Iterator[tuple[bytes, bytes]]:
    """Digest of a sealed file -> its key, as the parent process holds them in memory."""
    place = os.environ.get(OPENED)
    if not place:
        return
    try:
        content = Path(place).read_bytes()
    except OSError:
        return
    step = 32 + SIZE
    for at in range(0, len(content) - step + 1, step):
        yield content[at : at + 32], content[at + 32 : at + step]


def hold_open() -> int | None:
    """Open what is sealed now, asking if need be, and hold it in memory for the processes that this one starts.

    The file descriptor, which lives as long as this process; None when nothing is sealed with a passphrase.
    """
    path = source().path
    sealed = [each for each in (path, next_to(path), before(path)) if protection_of(each) == "passphrase"]
    if not sealed:
        return None
    held = b""
    for each in sealed:
        content = each.read_bytes()
        held += sha256(content).digest() + opened(content, each)
    handle = os.memfd_create("cauce")
    os.write(handle, held)
    os.environ[OPENED] = f"/proc/{os.getpid()}/fd/{handle}"
    return handle
