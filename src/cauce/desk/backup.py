"""One file that a burnt laptop is replaced from: the tables as they stood at one instant, the lists, the keys."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from contextlib import closing, suppress
from pathlib import Path

import pyrage

from cauce.journal.errors import Refused

STORE = "cauce.sqlite3"
KEPT = ("keys", "lists", "blobs")
AGE = b"age-encryption.org/"


def write_backup(data: Path, file: Path, *, passphrase: str = "") -> int:
    """Copy the store in `data` to `file` with SQLite's online backup; returns its size in bytes.

    Raises Refused when the file exists, or the store is on PostgreSQL, which has its own tools for this.
    """
    if file.exists():
        raise Refused(f"{file} exists. Nothing was overwritten: choose another name.")
    if not (data / STORE).exists():
        raise Refused("This store is on PostgreSQL. Back it up with pg_dump, and keep a copy of its keys folder.")
    partial = file.with_name(file.name + ".partial")
    with tempfile.TemporaryDirectory(dir=data) as scratch:
        copy = Path(scratch) / STORE
        with closing(sqlite3.connect(data / STORE)) as live, closing(sqlite3.connect(copy)) as still:
            live.backup(still)
        archive = Path(scratch) / "archive"
        with tarfile.open(archive, "w:gz", compresslevel=6) as tar:
            tar.add(copy, STORE)
            for folder in KEPT:
                for path in (data / folder, *sorted((data / folder).rglob("*"))):
                    with suppress(FileNotFoundError):  # a photo that was replaced or erased while we copied
                        tar.add(path, path.relative_to(data).as_posix(), recursive=False)
        content = archive.read_bytes()
    if passphrase:
        content = pyrage.passphrase.encrypt(content, passphrase)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    partial.rename(file)
    return len(content)


def read_backup(file: Path, data: Path, *, passphrase: str = "") -> None:
    """Lay the store of `file` out in `data`; Refused when there is one already or the file is not whole."""
    if (data / STORE).exists():
        raise Refused(f"There is a store in {data}/. Nothing was overwritten: restore into another --data folder.")
    content = _opened(file, passphrase)
    data.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=data.parent))
    try:
        _unpack(file, content, scratch)
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        data.chmod(0o700)
        for part in sorted(scratch.iterdir(), key=lambda path: path.name == STORE):  # the store last: it says "done"
            target = data / part.name
            if target.is_dir():
                shutil.rmtree(target)
            shutil.move(part, target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _opened(file: Path, passphrase: str) -> bytes:
    content = file.read_bytes()
    if not content.startswith(AGE):
        return content
    if not passphrase:
        raise Refused(f"{file} is sealed. Give the passphrase with --passphrase-file.")
    try:
        opened: bytes = pyrage.passphrase.decrypt(content, passphrase)
    except pyrage.DecryptError as reason:
        raise Refused(f"{file} does not open: the passphrase is another one, or the file is damaged.") from reason
    return opened


def _unpack(file: Path, content: bytes, into: Path) -> None:
    try:
        with gzip.open(io.BytesIO(content)) as packed:
            with tarfile.open(fileobj=packed, mode="r:") as tar:
                tar.extractall(into, filter="data")
            while packed.read(2**20):  # the sum over everything stands at the end, which tar does not read
                pass
        with closing(sqlite3.connect(into / STORE)) as store:
            whole = store.execute("PRAGMA integrity_check").fetchone()[0]
    except (tarfile.TarError, OSError, EOFError, zlib.error, sqlite3.DatabaseError) as reason:
        raise Refused(f"{file} is no whole backup ({reason}). Nothing was restored.") from reason
    if whole != "ok":
        raise Refused(f"The store inside {file} is damaged ({whole}). Nothing was restored.")
