"""The process that imports is killed at any moment and started again: nothing doubled, nothing lost."""

from __future__ import annotations

import csv
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from cauce.people.sheets import COLUMNS

GROUPS, SIZE = 80, 3  # several transactions of the import
STARTS = 4


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CAUCE_", "DJANGO_"))}
    return kept | {"CAUCE_DATA": str(folder)}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "cauce", *words]


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*words), env=environment(folder), capture_output=True, text=True, check=True)


def people(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for group in range(GROUPS):
            for member in range(SIZE):
                writer.writerow(
                    dict.fromkeys(COLUMNS, "")
                    | {
                        "external_id": f"{group}-{member}",
                        "group_id": str(group),
                        "given_names": f"Name {group} {member}",
                        "arrived_at": "2023-08-14T09:30",
                        "place": "lajas_blancas",
                    }
                )


def count(folder: Path) -> tuple[int, int, int, int]:
    """Persons, different external ids, groups, groups that are not whole."""
    with sqlite3.connect(f"file:{folder}/cauce.sqlite3?mode=ro", uri=True) as rows:
        persons, ids = rows.execute("SELECT count(*), count(DISTINCT external_id) FROM people_person").fetchone()
        groups = rows.execute("SELECT count(*) FROM people_group").fetchone()[0]
        parts = rows.execute(
            "SELECT count(*) FROM (SELECT 1 FROM people_person GROUP BY group_id HAVING count(*) <> ?)", (SIZE,)
        ).fetchone()[0]
    rows.close()
    return persons, ids, groups, parts


@pytest.mark.slow
def test_an_import_killed_at_random_moments_ends_as_one_that_was_not(store_on_disk: Path, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    people(file)
    chance = random.Random(20230815)
    killed_midway = 0
    for _ in range(STARTS):
        before = count(store_on_disk)[0]
        process = subprocess.Popen(command("people", "import", str(file)), env=environment(store_on_disk))
        # The start of the program takes most of the time: wait for the first new person, then a little longer.
        deadline = time.monotonic() + 60
        with closing(sqlite3.connect(f"file:{store_on_disk}/cauce.sqlite3?mode=ro", uri=True)) as rows:
            there = partial(rows.execute, "SELECT count(*) FROM people_person")
            while process.poll() is None and there().fetchone()[0] == before and time.monotonic() < deadline:
                time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.15))
        process.send_signal(signal.SIGKILL)
        process.wait()
        persons, ids, _, parts = count(store_on_disk)
        assert persons == ids
        assert parts == 0
        killed_midway += before < persons < GROUPS * SIZE
    assert killed_midway > 0
    said = run(store_on_disk, "people", "import", str(file)).stdout
    assert "refused 0" in said
    assert count(store_on_disk) == (GROUPS * SIZE, GROUPS * SIZE, GROUPS, 0)
    assert f"registered 0\nunchanged {GROUPS * SIZE}\n" in run(store_on_disk, "people", "import", str(file)).stdout
    assert run(store_on_disk, "journal", "verify").returncode == 0
