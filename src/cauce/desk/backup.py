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
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pyrage

from cauce.desk import backup_postgres
from cauce.journal.errors import Refused

STORE = "cauce.sqlite3"
DUMP = "cauce.dump"
KEPT = ("keys", "lists", "blobs")
AGE = b"age-encryption.org/"
SUFFIX = ".cauce"


def write_backup(data: Path, file: Path, *, passphrase: str = "", database: str = "") -> int:
    """Copy the store in `data` to `file` while it is in use; returns its size in bytes.

    Tables come by SQLite's online backup, or by pg_dump from `database` (postgresql://…). Raises Refused when the file
    exists or pg_dump does not answer. When the disk fills, what was begun is taken away again.
    """
    if file.exists():
        raise Refused(f"{file} exists. Nothing was overwritten: choose another name.")
    if not file.parent.is_dir():
        raise Refused(f"There is no folder {file.parent}. Make it, or look whether its disk is in, and start again.")
    partial = file.with_name(file.name + ".partial")
    with whole_or_not_at_all(file), tempfile.TemporaryDirectory(dir=data) as scratch:
        tables = _tables(data, Path(scratch), database)
        archive = Path(scratch) / "archive"
        with tarfile.open(archive, "w:gz", compresslevel=6) as tar:
            tar.add(tables, tables.name)
            _add_kept(tar, data)
        if passphrase:
            archive.write_bytes(pyrage.passphrase.encrypt(archive.read_bytes(), passphrase))
        try:
            with (
                os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out,
                archive.open("rb") as content,
            ):
                shutil.copyfileobj(content, out, 2**20)
                out.flush()
                os.fsync(out.fileno())
            partial.rename(file)
        finally:
            partial.unlink(missing_ok=True)
    return file.stat().st_size


@contextmanager
def whole_or_not_at_all(file: Path) -> Iterator[None]:
    """Inside the block, a disk that is full or gone becomes Refused with what to do."""
    try:
        yield
    except (OSError, sqlite3.OperationalError, sqlite3.DatabaseError) as reason:
        raise Refused(
            f"{file} was not written ({reason}). The store itself is as it was. Make room, or name another disk, and "
            "start again.",
            code="backup_not_written",
        ) from reason


def _tables(data: Path, scratch: Path, database: str) -> Path:
    if database:
        backup_postgres.dump(database, scratch / DUMP)
        return scratch / DUMP
    copy_tables(data, scratch / STORE)
    return scratch / STORE


def copy_tables(data: Path, copy: Path) -> None:
    """SQLite's online backup of the store in `data`."""
    with closing(sqlite3.connect(data / STORE)) as live, closing(sqlite3.connect(copy)) as still:
        live.backup(still)


def _add_kept(tar: tarfile.TarFile, data: Path) -> None:
    for folder in KEPT:
        for path in (data / folder, *sorted((data / folder).rglob("*"))):
            with suppress(FileNotFoundError):  # a photo that was replaced or erased while we copied
                tar.add(path, path.relative_to(data).as_posix(), recursive=False)


def read_backup(file: Path, data: Path, *, passphrase: str = "", database: str = "") -> None:
    """Lay the store of `file` out in `data`, a hub's tables in the empty database at `database`.

    Raises Refused, with nothing laid out, when there is a store already or the file is not whole.
    """
    with scratch_for(data) as scratch:
        _unpack(file, _opened(file, passphrase), scratch)
        if (scratch / DUMP).exists():
            _load(scratch, database)
        lay_out(scratch, data)


@contextmanager
def scratch_for(data: Path) -> Iterator[Path]:
    """A folder beside `data` in which to get everything ready; Refused when there is a store in `data`."""
    if (data / STORE).exists() or (data / "keys" / "master.key").exists():
        raise Refused(f"There is a store in {data}/. Nothing was overwritten: restore into another --data folder.")
    data.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=data.parent)).absolute()
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def lay_out(ready: Path, data: Path) -> None:
    """Move what is ready into the store's folder, the tables last: they say "done"."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    data.chmod(0o700)
    for part in sorted(ready.iterdir(), key=lambda path: path.name == STORE):
        target = data / part.name
        if target.is_dir():
            shutil.rmtree(target)
        shutil.move(part, target)


def _load(scratch: Path, database: str) -> None:
    kept = scratch / "keys" / "database"
    if not database:
        raise Refused(
            "This backup is of a store on PostgreSQL. Make an empty database and name it with "
            "--database postgresql://… Nothing was restored."
        )
    backup_postgres.load(database, scratch / DUMP)
    (scratch / DUMP).unlink()
    kept.unlink(missing_ok=True)
    with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(database)


def _opened(file: Path, passphrase: str) -> io.BufferedIOBase:
    with file.open("rb") as peek:
        sealed = peek.read(len(AGE)) == AGE
    if not sealed:
        return file.open("rb")
    if not passphrase:
        raise Refused(f"{file} is sealed. Give the passphrase with --passphrase-file.")
    try:
        return io.BytesIO(pyrage.passphrase.decrypt(file.read_bytes(), passphrase))
    except pyrage.DecryptError as reason:
        raise Refused(f"{file} does not open: the passphrase is another one, or the file is damaged.") from reason


def _unpack(file: Path, content: io.BufferedIOBase, into: Path) -> None:
    try:
        with content, gzip.open(content) as packed:
            with tarfile.open(fileobj=packed, mode="r|") as tar:
                tar.extractall(into, filter="data")
            while packed.read(2**20):  # the sum over everything stands at the end, which tar does not read
                pass
        if not (into / DUMP).exists():
            check_tables(file, into / STORE)
    except (tarfile.TarError, OSError, EOFError, zlib.error) as reason:
        raise Refused(f"{file} is no whole backup ({reason}). Nothing was restored.") from reason


def check_tables(source: Path, store: Path) -> None:
    """Refused when the tables are not whole; `source` is what they came from."""
    if not store.exists():
        raise Refused(f"{source} is no whole backup (there are no tables in it). Nothing was restored.")
    try:
        with closing(sqlite3.connect(store)) as tables:
            whole = tables.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as reason:
        raise Refused(f"{source} is no whole backup ({reason}). Nothing was restored.") from reason
    if whole != "ok":
        raise Refused(f"The store inside {source} is damaged ({whole}). Nothing was restored.")
