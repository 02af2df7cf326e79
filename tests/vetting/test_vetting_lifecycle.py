"""Lists come, change and go while the background process checks people: nothing stops, nothing is asked twice."""

from __future__ import annotations

import csv
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.vetting.conftest import BYSTANDER, LISTED, write_list

from cauce.people.sheets import COLUMNS

pytestmark = [pytest.mark.slow, pytest.mark.one_store]
PATIENCE = 60.0  # seconds; the background process looks at new editions every ten


class Station:
    """A store on the disk with its background process, used from the command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CAUCE_", "DJANGO_"))}
        self.environment = kept | {"CAUCE_DATA": str(folder)}
        self.log = (folder.parent / "worker.log").open("w+", encoding="utf-8")
        self.worker: subprocess.Popen[str] | None = None

    def cauce(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "cauce", *words], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        self.worker = subprocess.Popen(
            [sys.executable, "-m", "cauce.desk.background", str(self.folder), str(os.getpid())],
            env=self.environment,
            stderr=self.log,
            text=True,
        )

    def stop(self) -> str:
        """What the process wrote; it must still have been running."""
        assert self.worker is not None
        assert self.worker.poll() is None, "the background process stopped by itself"
        self.worker.terminate()
        self.worker.wait(PATIENCE)
        self.log.seek(0)
        return self.log.read()

    def arrive(self, name: str) -> None:
        file = self.folder.parent / f"{name}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, COLUMNS)
            writer.writeheader()
            row = {
                "external_id": name,
                "group_id": name,
                "given_names": "Zarbuk",
                "family_names": "Ostrovoy Qandil",
                "birth_date": "1971-03-09",
                "sex": "M",
                "arrived_at": "2023-08-14T09:30",
                "place": "lajas_blancas",
            }
            writer.writerow(dict.fromkeys(COLUMNS, "") | row)
        self.cauce("people", "import", str(file))

    def bring(self, *entries: dict[str, str]) -> None:
        file = write_list(self.folder.parent / "list.csv", *entries)
        self.cauce("watchlist", "import", str(file), "--format", "csv", "--name", "un-sc")

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(f"file:{self.folder}/cauce.sqlite3?mode=ro", uri=True) as store:
            found = store.execute(query).fetchall()
        store.close()
        return found

    def wait_for(self, query: str, wanted: list[tuple[object, ...]]) -> None:
        until = time.monotonic() + PATIENCE
        while (found := self.rows(query)) != wanted:
            assert time.monotonic() < until, (found, wanted)
            time.sleep(0.2)


@pytest.fixture
def station(store_on_disk: Path) -> Iterator[Station]:
    one = Station(store_on_disk)
    yield one
    if one.worker is not None and one.worker.poll() is None:
        one.worker.kill()
        one.worker.wait(PATIENCE)
    one.log.close()


CHECKS = "SELECT result FROM vetting_checkresult WHERE check_id = 'watchlist' ORDER BY started"
REVIEWS = "SELECT status, closed_why FROM vetting_review ORDER BY opened_at"


def test_lists_come_change_and_go_under_a_running_background_process(station: Station) -> None:
    station.bring(BYSTANDER)
    station.start()
    station.arrive("one")
    station.wait_for(CHECKS, [("clear",)])
    station.bring(LISTED, BYSTANDER)
    station.wait_for(REVIEWS, [("open", "")])
    station.cauce("watchlist", "unload", "un-sc", "--reason", "its owner withdrew it")
    station.wait_for(REVIEWS, [("closed", "list_unloaded")])
    station.arrive("two")
    station.bring(BYSTANDER)
    station.wait_for(CHECKS, [("clear",)] * 2)
    station.bring(LISTED, BYSTANDER)
    station.wait_for(REVIEWS, [("closed", "list_unloaded")] + [("open", "")] * 2)
    assert "failed" not in station.stop()
    assert "identical" in station.cauce("journal", "rebuild")
