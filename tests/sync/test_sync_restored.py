"""A burnt laptop and a hub on another machine: brought back from what was copied, then level with each other again."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.utils import load_backend
from meeting import OPERATOR, Pair
from tests.chains import rows
from tests.factories import a_family, a_person

from cauce.cli import main
from cauce.desk import backup_beside, backup_postgres
from cauce.desk.backup import write_backup
from cauce.desk.backup_follow import litestream
from cauce.journal.models import Entry, Node
from cauce.journal.rebuild import rebuild
from cauce.journal.verify import verify
from cauce.people.models import Person
from cauce.sync import exchange, transport
from cauce.sync.models import Link
from cauce.sync.selectors import status

HUB = "http://hub.test"


@pytest.fixture
def opening(monkeypatch: pytest.MonkeyPatch, pair: Pair) -> Callable[[Path], Any]:
    """Commands open the store that lies in their folder, as in a process of their own."""
    before = connections["default"]

    def open_store(data: Path, account: str = "operator") -> Any:
        monkeypatch.setattr(settings, "CAUCE_KEY_FILE", data / "keys" / "master.key")
        monkeypatch.setattr(settings, "CAUCE_DATA", data)
        told = dict(before.settings_dict, NAME=str(data / "cauce.sqlite3"))
        connections["default"] = load_backend(told["ENGINE"]).DatabaseWrapper(told, "default")
        Node.forget()
        return OPERATOR

    monkeypatch.setattr("cauce.store.open_store", open_store)
    monkeypatch.setattr(backup_beside, "open_store", open_store)
    return open_store


@pytest.fixture
def wire(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """The way to the hub; `[False]` cuts it."""
    up = [True]

    def post(url: str, path: str, content: bytes) -> bytes:
        if not up[0]:
            raise transport.Unreachable("No way to the hub now.")
        with pair.at("hub"):
            return exchange.answer(content)

    monkeypatch.setattr(transport, "post", post)
    return up


def laid_down(pair: Pair, folder: Path) -> Path:
    """The station's store as files, as its laptop has them."""
    with pair.at("bajo") as store:
        Link.objects.update(url=HUB)
        (folder / "keys").mkdir(parents=True)
        shutil.copy(store.folder / "keys" / "master.key", folder / "keys" / "master.key")
        with closing(sqlite3.connect(folder / "cauce.sqlite3")) as file:
            store.connection.connection.backup(file)
    return folder


def done(*arguments: str) -> int:
    """Run the command; its exit status."""
    try:
        main([*arguments])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@pytest.mark.one_store
@pytest.mark.parametrize("there", [True, False])
def test_a_restored_laptop_has_again_what_it_had_told_the_hub(
    pair: Pair, actors, opening, wire, tmp_path: Path, capsys, there: bool
) -> None:
    with pair.at("bajo"):
        a_person(actors, "bajo_chiquito")
    pair.level()
    copy = tmp_path / "bajo.cauce"
    write_backup(laid_down(pair, tmp_path / "laptop"), copy)
    with pair.at("bajo"):
        after = a_family(actors, "bajo_chiquito")
    pair.level()
    with pair.at("bajo"):
        lost = rows()
    wire[0] = there
    new = tmp_path / "new"
    with pair.at("bajo"):  # what is opened meanwhile is put back afterwards
        code = done("restore", str(copy), "--data", str(new))
        told = capsys.readouterr()
        if there:
            assert (code, " back. " in told.out, "is a copy of no more" in told.out) == (0, True, True)
        else:
            assert (code, "`cauce sync recover` does that" in told.err) == (1, True)
            assert not Person.objects.filter(id__in=after.person_ids).exists()
            wire[0] = True
            assert done("sync", "recover", "--data", str(new)) == 0
        assert rows() == lost
        assert Person.objects.get(id=after.person_ids[0]).given_names
        a_person(actors, "bajo_chiquito")
        assert done("sync", "--data", str(new)) == 0
        assert status().level
        assert (verify().first_bad, rebuild().identical) == (None, True)
        connection.close()


@pytest.mark.one_store
@pytest.mark.parametrize("program", [True, False])
def test_what_copies_beside_the_desk_writes_a_backup_that_comes_back(
    pair: Pair, actors, opening, tmp_path: Path, monkeypatch, program: bool
) -> None:
    """`cauce serve` starts this process when CAUCE_BACKUP is set; with Litestream and without."""
    if not program:
        monkeypatch.setattr("cauce.desk.backup_follow.litestream", lambda: None)
    elif litestream() is None:
        pytest.skip("litestream is not installed")
    with pair.at("bajo"):
        made = a_person(actors, "bajo_chiquito")
    laptop, folder, new = laid_down(pair, tmp_path / "laptop"), tmp_path / "disk", tmp_path / "new"
    monkeypatch.setenv("CAUCE_BACKUP", str(folder))
    monkeypatch.setattr("sys.argv", ["backup_beside", str(laptop), "0"])
    monkeypatch.setattr(backup_beside, "Until", lambda _parent: lambda: _copied(folder))
    with pair.at("bajo"):
        backup_beside.main()
        connection.close()
        assert done("restore", str(folder), "--data", str(new)) == 1, "and the hub cannot be asked"
        assert Person.objects.get().id == made.person_ids[0]
        assert verify().first_bad is None
        connection.close()


def _copied(folder: Path) -> bool:
    return bool(list(folder.glob("*.cauce")) or list(folder.glob("*/level")))


def test_a_hub_moves_to_another_postgresql_and_is_the_same(pair: Pair, actors, tmp_path: Path) -> None:
    with pair.at("bajo"):
        a_family(actors, "bajo_chiquito")
    pair.level()
    with pair.at("hub") as store:
        if connection.vendor != "postgresql" or shutil.which("pg_dump") is None:
            pytest.skip("a hub on SQLite is copied by SQLite; the way by pg_dump needs PostgreSQL and its programs")
        there = rows()
        chain = list(Entry.objects.order_by("id").values_list("node", "seq", "hash"))
        moved = f"{store.connection.settings_dict['NAME']}_moved"
        backup_postgres.dump(_address(store.connection.settings_dict["NAME"]), tmp_path / "hub.dump")
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{moved}"')
            cursor.execute(f'CREATE DATABASE "{moved}" TEMPLATE template0')
        before = connections["default"]
        try:
            backup_postgres.load(_address(moved), tmp_path / "hub.dump")
            told = dict(before.settings_dict, NAME=moved)
            connections["default"] = load_backend(told["ENGINE"]).DatabaseWrapper(told, "default")
            assert list(Entry.objects.order_by("id").values_list("node", "seq", "hash")) == chain
            assert rows() == there
            assert verify().first_bad is None
            assert [table.name for table in rebuild().tables if not table.identical] == []
            assert rows() == there
        finally:
            connection.close()
            connections["default"] = before
            with before._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{moved}"')


def _address(name: str) -> str:
    told = connection.settings_dict
    return f"postgresql://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT']}/{name}"
