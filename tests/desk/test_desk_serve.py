"""`cauce serve` with several processes: what is pressed twice counts once, one that dies is replaced, all stop."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

SERVER = os.environ.get("CAUCE_TEST_DATABASE", "")
FOUND = """
import sys
from pathlib import Path
import cauce
from cauce.store import found_store
corridor = Path(cauce.__file__).parent / "corridor" / "data" / "darien" / "corridor.toml"
found_store(Path(sys.argv[1]), corridor=corridor, name="desk", training=True, database=sys.argv[2])
from cauce.access.services import add_account
add_account(name="rosa", role="registrar", password="a long password")
"""
pytestmark = pytest.mark.slow


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """The database of a store of its own; empty for SQLite."""
    if request.param == "sqlite":
        yield ""
        return
    if not SERVER:
        pytest.skip("CAUCE_TEST_DATABASE names no PostgreSQL server")
    import psycopg

    name, server = f"cauce_serve_{uuid4().hex[:12]}", SERVER.rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield f"{server}/{name}"
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Desk:
    """A served desk, and a browser that opens a new connection for whatever it asks."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder = folder
        self.environ = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        self.environ["CAUCE_DATABASE"] = address
        self.address = address
        subprocess.run([sys.executable, "-c", FOUND, str(folder), address], env=self.environ, check=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "cauce", "serve", "--data", str(folder), "--port", str(port), "--workers", "2"]
        self.serving = subprocess.Popen(command, env=self.environ)
        self.jar = CookieJar()

    def count(self, table: str) -> int:
        with closing(sqlite3.connect(self.folder / "cauce.sqlite3") if not self.address else self._server()) as store:
            return int(store.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def _server(self) -> Any:
        import psycopg

        return psycopg.connect(self.address)

    def ask(self, address: str, **form: str) -> tuple[str, str]:
        """Where it leads, and the page there."""
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        body = urlencode(form).encode() if form else None
        with opener.open(self.base + address, body, timeout=30) as answer:
            return urlsplit(answer.url).path, answer.read().decode()

    def sent(self, address: str, **typed: str) -> dict[str, str]:
        """The form of a page with its hidden fields."""
        _path, page = self.ask(address)
        main = page.partition("<main")[2]
        return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', main)) | typed

    def below(self) -> dict[int, str]:
        """Process -> what it runs, of those that `serve` started."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == self.serving.pid:
                    found[int(folder.name)] = (folder / "cmdline").read_text()
            except (OSError, ValueError):
                continue
        return found

    def workers(self) -> set[int]:
        return {process for process, runs in self.below().items() if "serve" in runs.split("\0")}


def until(met: Callable[[], bool], what: str) -> None:
    for _ in range(300):
        try:
            if met():
                return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.1)
    raise AssertionError(f"after half a minute: {what}")


@pytest.fixture
def desk(tmp_path: Path, address: str) -> Iterator[Desk]:
    served = Desk(tmp_path / "store", address)
    try:
        until(lambda: bool(served.ask("/login/")), "the desk does not answer")
        yield served
    finally:
        served.serving.kill()
        for process in served.below():
            os.kill(process, signal.SIGKILL)
        served.serving.wait()


def test_a_form_pressed_twice_counts_once_a_dead_process_is_replaced_and_all_stop(desk: Desk) -> None:
    desk.ask("/login/", **desk.sent("/login/", name="rosa", password="a long password"))
    person = {"p0-given_names": "Ana", "p0-sex": "F", "do": "save"}
    came = datetime.now(ZoneInfo("America/Panama")) - timedelta(hours=2)
    group = {"count": "1", "place": "lajas_blancas", "arrived_at": came.strftime("%Y-%m-%dT%H:%M")}
    form = desk.sent("/register/", **group, **person)
    with ThreadPoolExecutor(8) as pool:
        pages = set(pool.map(lambda _: desk.ask("/register/", **form)[0], range(8)))
    assert len(pages) == 1
    added = "/".join(pages.pop().split("/")[:3]) + "/"
    more = desk.sent(added, **(person | {"p0-given_names": "Luz"}))
    assert more["nonce"]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: desk.ask(added, **more), range(8)))
    assert (desk.count("people_group"), desk.count("people_person")) == (1, 2)

    before = desk.workers()
    assert len(before) == 2
    assert sum("cauce.desk.background" in runs for runs in desk.below().values()) == 1
    os.kill(min(before), signal.SIGKILL)
    until(lambda: len(desk.workers() - {min(before)}) == 2, "no process took the place of the one that died")
    until(lambda: desk.ask("/find/?q=Luz")[0] == "/find/", "the desk does not answer")

    processes = desk.below()
    desk.serving.send_signal(signal.SIGTERM)
    assert desk.serving.wait(30) == 0
    assert not [process for process in processes if Path(f"/proc/{process}").exists()]
