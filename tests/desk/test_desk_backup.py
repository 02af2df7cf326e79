"""A burnt laptop comes back: from one file, from copies every so often, and from a copy that follows every write."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from cauce.desk.backup import STORE, read_backup, write_backup
from cauce.desk.backup_follow import Follower, litestream, read_following
from cauce.desk.backup_mirror import Mirror
from cauce.desk.backup_repeated import copies, repeat
from cauce.desk.restoring import bring_back
from cauce.journal.errors import Refused

pytestmark = pytest.mark.one_store
needs_litestream = pytest.mark.skipif(litestream() is None, reason="litestream is not installed: nothing can follow")
WAIT = 30.0


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A store as the copies see one: tables in WAL mode, a master key, a photograph."""
    folder = tmp_path / "store"
    (folder / "keys").mkdir(parents=True)
    (folder / "keys" / "master.key").write_bytes(b"k" * 32)
    (folder / "blobs" / "ab").mkdir(parents=True)
    (folder / "blobs" / "ab" / "ab12").write_bytes(b"a photograph")
    with closing(sqlite3.connect(folder / STORE)) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE people (name TEXT)")
        made.commit()
    write(folder, "Ana")
    return folder


def write(data: Path, *names: str) -> None:
    with closing(sqlite3.connect(data / STORE, timeout=WAIT)) as store, store:
        store.executemany("INSERT INTO people VALUES (?)", [(name,) for name in names])


def names(data: Path) -> list[str]:
    with closing(sqlite3.connect(data / STORE)) as store:
        return [name for (name,) in store.execute("SELECT name FROM people ORDER BY rowid")]


def until(found: Callable[[], object]) -> None:
    """Wait for it; the test fails when it does not come."""
    began = time.monotonic()
    while not found():
        assert time.monotonic() - began < WAIT, "it did not come"
        time.sleep(0.1)


class Following:
    """A follower driven by hand: `level()` returns when the copy holds what was just written."""

    def __init__(self, data: Path, folder: Path, passphrase: str = "") -> None:
        self.follower = Follower(data, folder, "paso", passphrase)
        self.data, self.said = data, list[str]()
        self.seen: datetime | None = None

    def level(self) -> None:
        """Until the last page that Litestream noted is in the copy."""
        with closing(sqlite3.connect(self.data / STORE)) as store:
            wanted = store.execute("SELECT count(*) FROM people").fetchone()[0]
        scratch = self.data.parent / "peek"

        def there() -> bool:
            self.follower.once(self.said.append)
            if self.follower.level == self.seen:
                return False
            self.seen = self.follower.level
            try:
                read_following(self.follower.folder, scratch, passphrase=self.follower.passphrase)
                return len(names(scratch)) == wanted
            except Refused:
                return False
            finally:
                subprocess.run(["rm", "-rf", str(scratch)], check=True)

        until(there)


@pytest.fixture
def follow(data: Path, tmp_path: Path) -> Iterator[Callable[..., Following]]:
    started: list[Following] = []

    def begin(passphrase: str = "", folder: Path = tmp_path / "copy") -> Following:
        started.append(Following(data, folder, passphrase))
        return started[-1]

    yield begin
    for each in started:
        each.follower.close()


@needs_litestream
def test_what_was_written_is_in_the_copy_without_anybody_asking(follow, data: Path, tmp_path: Path) -> None:
    following = follow()
    following.level()
    write(data, "Luis", "Rosa")
    following.level()
    read_following(tmp_path / "copy", tmp_path / "new")
    assert names(tmp_path / "new") == ["Ana", "Luis", "Rosa"]
    assert (tmp_path / "new" / "keys" / "master.key").read_bytes() == b"k" * 32
    assert (tmp_path / "new" / "blobs" / "ab" / "ab12").read_bytes() == b"a photograph"
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["blobs", STORE, "keys"]


@needs_litestream
def test_the_copy_survives_that_everything_is_killed_and_started_again(follow, data: Path, tmp_path: Path) -> None:
    following = follow()
    following.level()
    following.follower.process.kill()
    write(data, "written while nobody followed")
    again = follow()
    again.level()
    read_following(tmp_path / "copy", tmp_path / "new")
    assert names(tmp_path / "new")[-1] == "written while nobody followed"
    following.follower.process.wait()


@needs_litestream
def test_a_sealed_copy_says_nothing_and_opens_with_its_passphrase_alone(follow, data: Path, tmp_path: Path) -> None:
    write(data, "Somebody frightened")
    following = follow("four words on paper")
    until(lambda: following.follower.once(print) or following.follower.level)
    files = [path.read_bytes() for path in (tmp_path / "copy").rglob("*") if path.is_file()]
    assert not [content for content in files if b"frightened" in content or b"k" * 32 in content or b"photo" in content]
    with pytest.raises(Refused, match="passphrase is another"):
        read_following(tmp_path / "copy", tmp_path / "new", passphrase="other words")
    with pytest.raises(Refused, match="sealed"):
        read_following(tmp_path / "copy", tmp_path / "new")
    read_following(tmp_path / "copy", tmp_path / "new", passphrase="four words on paper")
    assert names(tmp_path / "new") == ["Ana", "Somebody frightened"]


@needs_litestream
def test_a_disk_that_is_taken_out_is_told_and_caught_up_with(follow, data: Path, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    following = follow(folder=tmp_path / "disk" / "copy")
    following.level()
    (tmp_path / "disk").rename(tmp_path / "pocket")
    write(data, "while it was out")
    following.follower.mirrors = None
    following.follower.once(following.said.append)
    assert "does not follow" in following.said[-1]
    (tmp_path / "pocket").rename(tmp_path / "disk")
    following.level()
    assert "level with the store again" in following.said[-1]


@needs_litestream
def test_a_restored_store_that_is_followed_again_does_not_mix_with_what_was_before(
    follow, data: Path, tmp_path: Path
) -> None:
    follow().level()
    write(data, "lost in the fire")
    read_following(tmp_path / "copy", tmp_path / "new")
    write(tmp_path / "new", "after the fire")
    after = Following(tmp_path / "new", tmp_path / "copy")
    try:
        after.level()
    finally:
        after.follower.close()
    read_following(tmp_path / "copy", tmp_path / "newer")
    assert names(tmp_path / "newer") == ["Ana", "after the fire"]


@needs_litestream
def test_the_folder_of_another_station_is_left_alone(follow, data: Path, tmp_path: Path) -> None:
    follow().level()
    with pytest.raises(Refused, match="follows the store of paso"):
        Follower(data, tmp_path / "copy", "other").once(print)


@needs_litestream
def test_a_damaged_page_refuses_the_whole_copy(follow, tmp_path: Path) -> None:
    follow().level()
    for page in (tmp_path / "copy").rglob("*.ltx"):
        content = bytearray(page.read_bytes())
        content[len(content) // 2] ^= 0xFF
        page.write_bytes(content)
    with pytest.raises(Refused, match="no whole backup"):
        read_following(tmp_path / "copy", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_without_litestream_following_is_refused_with_what_to_install(data: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("cauce.desk.backup_follow.litestream", lambda: None)
    with pytest.raises(Refused, match="pip install"):
        Follower(data, tmp_path / "copy", "paso")


def test_copies_every_so_often_keep_the_last_few_and_the_newest_comes_back(
    data: Path, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr("cauce.desk.backup_repeated.LOOK", 0.05)
    folder, said, rounds = tmp_path / "copies", list[str](), iter(range(5))

    def stop() -> bool:
        number = next(rounds)
        write(data, f"round {number}")
        return number == 4

    repeat(data, folder, "paso", minutes=0, keep=2, stop=stop, tell=said.append)
    assert len(said) == 4
    assert len(copies(folder, "paso")) == 2
    assert "paso-" in bring_back(folder, tmp_path / "new")
    assert names(tmp_path / "new")[-1] == "round 3"


def test_a_folder_with_copies_of_two_stations_asks_which(data: Path, tmp_path: Path) -> None:
    for name in ("paso-20261122T080000Z.cauce", "rio-20261122T080000Z.cauce"):
        write_backup(data, tmp_path / name)
    with pytest.raises(Refused, match="several nodes"):
        bring_back(tmp_path, tmp_path / "new")


def test_nothing_is_restored_over_a_store(data: Path, tmp_path: Path) -> None:
    write_backup(data, tmp_path / "file")
    with pytest.raises(Refused, match="There is a store"):
        read_backup(tmp_path / "file", data)


def test_a_mirror_takes_away_what_is_gone_and_leaves_what_it_did_not_bring(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    for folder in (source / "blobs", target / "other"):
        folder.mkdir(parents=True)
    (source / "blobs" / "photo").write_bytes(b"x")
    (target / "other" / "kept").write_bytes(b"y")
    mirror = Mirror(source, target)
    assert mirror.round("blobs") == 1
    assert mirror.round("blobs") == 0
    (source / "blobs" / "photo").unlink()
    mirror.round("blobs")
    assert not (target / "blobs" / "photo").exists()
    assert (target / "other" / "kept").exists()


def test_a_folder_that_is_not_there_is_told_as_that_and_not_made(data: Path, tmp_path: Path) -> None:
    """The disk is not in: a folder made in its place would fill the laptop's own."""
    with pytest.raises(Refused, match=r"There is no folder .*stick\. Make it, or look whether its disk is in"):
        write_backup(data, tmp_path / "stick" / "file")
    assert not (tmp_path / "stick").exists()


def test_a_backup_that_does_not_fit_leaves_nothing_behind_and_says_what_to_do(data: Path, tmp_path: Path) -> None:
    """In a process of its own that may write no file beyond 64 kB: a disk that fills, whoever runs the test."""
    write(data, *(os.urandom(600).hex() for _ in range(500)))
    script = (
        "import resource, signal, sys; from pathlib import Path; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
        "from cauce.desk.backup import write_backup; from cauce.journal.errors import Refused\n"
        "try: write_backup(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "except Refused as reason: print(reason)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(data), str(tmp_path / "file")], capture_output=True, text=True, check=True
    )
    assert "was not written" in done.stdout
    assert "Make room" in done.stdout
    assert not list(tmp_path.glob("file*"))
    assert names(data)[0] == "Ana"
