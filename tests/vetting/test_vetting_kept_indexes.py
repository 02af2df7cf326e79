"""The index of an edition is built once, kept for every process, closed to others, and rebuilt when it is no good."""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
import tarfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import LazySettings
from tests.vetting.conftest import BYSTANDER, LISTED, Bring, write_list

from cauce.access.actor import Actor
from cauce.desk.backup import STORE, write_backup
from cauce.vetting import editions, kept_indexes
from cauce.vetting.models import WatchList
from cauce.vetting.names import Index, Query
from cauce.vetting.services import unload_list

ASKED = Query("q", (LISTED["name"],))
Build = Callable[[], Index]


@pytest.fixture(autouse=True)
def own_folder(settings: LazySettings, tmp_path: Path) -> Iterator[Path]:
    """A data folder of its own, nothing in memory; the folder of the kept indexes in it."""
    settings.CAUCE_DATA = tmp_path / "data"
    editions.index.cache_clear()
    editions.entries.cache_clear()
    yield tmp_path / "data" / "indexes"
    editions.index.cache_clear()
    editions.entries.cache_clear()


@pytest.fixture
def digest(bring: Bring) -> str:
    bring(LISTED, BYSTANDER)
    return WatchList.objects.get().digest


def found(index: Index) -> list[str]:
    return [hit.entry_id for hit in index.search(ASKED)]


def must_not_build() -> Index:
    raise AssertionError("built again")


def test_another_process_opens_what_the_import_built(digest: str, own_folder: Path) -> None:
    editions.index.cache_clear()
    index = kept_indexes.kept(digest, must_not_build)
    assert (found(index), len(index)) == (["e1"], 2)


def test_p15_kept_indexes_are_closed_to_other_users(digest: str, own_folder: Path) -> None:
    paths = [own_folder, *own_folder.rglob("*")]
    assert len(paths) > 20
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o700, 0o600}
    assert all(path.is_dir() == (path.stat().st_mode & 0o100 != 0) for path in paths)


def test_an_index_that_is_not_whole_is_built_again(
    digest: str, own_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder,) = own_folder.iterdir()
    (folder / "texts.npy").write_bytes(b"")
    editions.index.cache_clear()
    with caplog.at_level(logging.WARNING):
        assert found(editions.index(digest)) == ["e1"]
    assert "not whole" in caplog.text
    assert found(kept_indexes.kept(digest, must_not_build)) == ["e1"]
    assert [path.name for path in own_folder.iterdir()] == [folder.name]


def test_another_make_of_the_matcher_builds_its_own_and_removes_the_older(
    digest: str, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_indexes, "made_by", lambda: "0123456789ab")
    monkeypatch.setattr("cauce.vetting.names.index.made_by", lambda: "0123456789ab")
    editions.index.cache_clear()
    assert found(editions.index(digest)) == ["e1"]
    assert [path.name for path in own_folder.iterdir()] == [f"{digest}-0123456789ab"]


def test_many_at_once_leave_one_whole_index(digest: str, own_folder: Path) -> None:
    kept_indexes.drop(digest)

    def build() -> Index:
        index = Index(editions.entries(digest).values())
        time.sleep(0.05)  # so that nobody is done before the last has begun
        return index

    with ThreadPoolExecutor(8) as threads:
        indexes = list(threads.map(lambda _: kept_indexes.kept(digest, build), range(8)))
    assert [found(index) for index in indexes] == [["e1"]] * 8
    assert found(kept_indexes.kept(digest, must_not_build)) == ["e1"]
    assert len(list(own_folder.iterdir())) == 1


def test_where_nothing_can_be_kept_people_are_searched_all_the_same(
    digest: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(self: Index, folder: Path) -> None:
        folder.mkdir()
        (folder / "texts.npy").touch()
        raise OSError(28, "No space left on device")

    kept_indexes.drop(digest)
    monkeypatch.setattr(Index, "save", full)
    editions.index.cache_clear()
    with caplog.at_level(logging.WARNING):
        assert found(editions.index(digest)) == ["e1"]
    assert "No space left" in caplog.text


def test_half_an_index_of_a_killed_process_is_swept_away_after_a_day(digest: str, own_folder: Path) -> None:
    old, new = own_folder / ".half-old", own_folder / ".half-new"
    for half in (old, new):
        half.mkdir()
    os.utime(old, (time.time() - 90_000,) * 2)
    kept_indexes.drop(digest)
    editions.index.cache_clear()
    editions.index(digest)
    assert (old.exists(), new.exists()) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_the_index_goes_when_its_edition_is_replaced_or_unloaded(
    transactional_store: dict[str, Actor], own_folder: Path, tmp_path: Path
) -> None:
    from cauce.vetting.services import import_list

    by = transactional_store["administrator"]

    def bring(name: str, *entries: dict[str, str]) -> str:
        path = write_list(tmp_path / f"{name}.csv", *entries)
        import_list(path=path, format="csv", name=name, by=by)
        return WatchList.objects.get(name=name).digest

    def kept() -> list[str]:
        return sorted(path.name.partition("-")[0] for path in own_folder.iterdir())

    first = bring("one", LISTED)
    assert bring("two", LISTED) == first
    second = bring("one", LISTED, BYSTANDER)
    assert kept() == sorted([first, second])  # the first is in force under another name
    unload_list(name="two", reason="no longer shared", by=by)
    assert kept() == [second]
    assert found(editions.index(second)) == ["e1"]


def test_a_backup_carries_the_lists_and_not_their_indexes(digest: str, own_folder: Path, tmp_path: Path) -> None:
    data = own_folder.parent
    with closing(sqlite3.connect(data / STORE)) as store:
        store.execute("CREATE TABLE one (two)")
    write_backup(data, tmp_path / "backup")
    with tarfile.open(tmp_path / "backup") as tar:
        names = tar.getnames()
    assert f"lists/{digest}.json.gz" in names
    assert not [name for name in names if "indexes" in name]
