"""A backup with one byte gone wrong is told from a whole one before anything is laid out."""

from __future__ import annotations

import io
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from cauce.desk.backup import read_backup
from cauce.journal.errors import Refused

STORE = "cauce.sqlite3"


@pytest.fixture
def backup(tmp_path: Path) -> bytes:
    store = tmp_path / STORE
    with closing(sqlite3.connect(store)) as made:
        made.execute("CREATE TABLE people (name TEXT)")
        made.executemany("INSERT INTO people VALUES (?)", ((f"Ana {n * n}",) for n in range(2_000)))
        made.commit()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        tar.add(store, STORE)
    return packed.getvalue()


def test_a_whole_backup_comes_back(backup: bytes, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_bytes(backup)
    read_backup(file, tmp_path / "store")
    assert (tmp_path / "store" / STORE).exists()


@pytest.mark.parametrize("part", range(1, 20))
def test_a_byte_turned_anywhere_refuses_the_whole_file(backup: bytes, tmp_path: Path, part: int) -> None:
    damaged = bytearray(backup)
    damaged[len(damaged) * part // 20] ^= 0x41
    file = tmp_path / "backup"
    file.write_bytes(damaged)
    with pytest.raises(Refused, match="no whole backup"):
        read_backup(file, tmp_path / "store")
    assert not (tmp_path / "store" / STORE).exists()
