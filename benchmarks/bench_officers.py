"""Fifty officers at once: `python benchmarks/bench_officers.py [--officers 50] [--minutes 10] [--people 1500000]`.

A hub on PostgreSQL with 1.5 million people, 12,000 of them here, 400 reviews open, the day's manifests proposed (hub.py
says how they came there), served by `cauce serve` with its worker beside it, on loopback. The database is a server of
its own that saves to the disk as a hub's does. Officers are browsers that sign in, look at the board, register families
with photographs, find people, read their pages, decide reviews, look at holds, children, queue and manifests, and sign
out, pausing as people do (officers.py says how long). A browser asks for a page's photographs each time, for style
sheets and scripts once, as these may be kept (browsing.py). Who was registered before has been compared with everybody
already, as at a hub that keeps up; who is registered meanwhile is compared while the officers work. The generator runs
on the same machine. Wanted: p95 <= 300 ms of everything that is asked, and of pages alone, and no error.

CAUCE_BENCH_DIR, a folder that the database's user can enter, keeps hub and database; `--fill` only makes them.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from browsing import Asked
from common import arguments, keep, spread
from hub import REGISTERED, alike, compared, fill, found, proposed
from officers import PASSWORD, READ, ROLES, TYPE, Officer
from running import CAUCE, ROOT

FILLED = "filled.json"
SETTLING = 30  # seconds from the first sign-in that are told apart: everybody comes at once, and nothing is warm


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--people", type=int, default=1_500_000)
    parser.add_argument("--officers", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--fill", action="store_true", help="make the hub, unless it is there, and measure nothing")
    given = parser.parse_args()
    with _folder() as kept:
        folder, cluster = kept / f"hub-{given.people}", kept / f"postgres-{given.people}"
        if not (folder / FILLED).exists():
            if folder.exists():
                raise SystemExit(f"{folder} is half a hub: remove it and {cluster}, and start again")
            with _database(cluster, "fill") as address:
                store(folder, address, given.people)
        if given.fill:
            return 0
        with _database(cluster) as address:
            found(folder, address)
            accounts(given.officers)
            compared()
            with _served(folder) as (base, server):
                figures = measure(base, server, cluster, given)
            figures = {**json.loads((folder / FILLED).read_text()), **settings(), **figures}
    wanted = {
        "p95 of all that was asked <= 300 ms": figures["all"]["p95_ms"] <= 300,
        "p95 of pages alone <= 300 ms": figures["without_files"]["p95_ms"] <= 300,
        "no error": not figures["errors"] and not figures["wrong"],
    }
    return keep("officers", figures, wanted, given.out, "psycopg", "granian", "httpx")


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="cauce-bench-") as scratch:
        Path(scratch).chmod(0o755)  # the database's user goes through it
        yield Path(os.environ.get("CAUCE_BENCH_DIR") or scratch).absolute()


@contextmanager
def _database(cluster: Path, *how: str) -> Iterator[str]:
    """The address of the kept server while it runs."""
    script = ROOT / "scripts" / "postgres"
    started = subprocess.run([script, "keep", cluster, *how], check=True, stdout=subprocess.PIPE, text=True)
    told = dict(part.split("=", 1) for part in started.stdout.split())
    try:
        yield told["CAUCE_TEST_DATABASE"]
    finally:
        from django.db import connections

        connections.close_all()
        subprocess.run([script, "rest", cluster], check=True)


def store(folder: Path, address: str, people: int) -> None:
    """Make the hub. What it took, and what there is to do at it, is kept beside it."""
    found(folder, address)
    seconds = fill(people)
    from cauce.people.models import Person, Stay

    told = {
        "filling_s": seconds,
        "people": Person.objects.count(),
        "registered_by_events": min(REGISTERED, people),
        "present": Stay.objects.filter(until=None).count(),
        "reviews_open": alike(folder),
        "manifests_of_the_day": proposed(),
    }
    (folder / FILLED).write_text(json.dumps(told))
    print(told, flush=True)


def accounts(officers: int) -> None:
    """An account for each officer, unless it is there."""
    from cauce.access.models import Account
    from cauce.access.services import add_account

    for number in range(officers):
        if not Account.objects.filter(name=f"officer{number}").exists():
            add_account(name=f"officer{number}", role=ROLES[number % len(ROLES)], password=PASSWORD)


def settings() -> dict[str, Any]:
    """How the database saves and what memory it has."""
    from django.db import connection

    told = {}
    with connection.cursor() as cursor:
        for name in ("server_version", "fsync", "synchronous_commit", "shared_buffers"):
            cursor.execute(f"SHOW {name}")
            told[name] = cursor.fetchone()[0]
    return {"database": told}


@contextmanager
def _served(folder: Path) -> Iterator[tuple[str, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [CAUCE, "serve", "--data", folder, "--port", str(port)]
    told = (folder / "serve.log").open("w")
    server = subprocess.Popen(command, cwd=ROOT, stdout=told, stderr=told)
    base = f"http://127.0.0.1:{port}"
    try:
        _wait(base)
        yield base, server.pid
    finally:
        server.terminate()
        server.wait(60)
        told.close()


def _wait(base: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{base}/login/", timeout=5).read()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("the server does not answer")


def measure(base: str, server: int, cluster: Path, given: Any) -> dict[str, Any]:
    """Let the officers work; what each kind of page took."""
    asked: list[Asked] = []
    wrong: list[str] = []
    people = _people()
    until = time.time() + given.minutes * 60
    postmaster = int((cluster / "data" / "postmaster.pid").read_text().split()[0])
    began, before, stored, own = time.time(), _processor(server), _processor(postmaster), time.process_time()
    officers = [
        Officer(number, base, people, asked, wrong, lambda: time.time() >= until) for number in range(given.officers)
    ]

    async def work() -> None:
        await asyncio.gather(*(officer.work() for officer in officers))

    asyncio.run(work())
    seconds, used = time.time() - began, _processor(server) - before
    stored, own = _processor(postmaster) - stored, time.process_time() - own
    return {
        "officers": given.officers,
        "seconds": seconds,
        "pauses_s": {"reading, on average": READ, "asking and typing, a person, on average": TYPE},
        "asked": len(asked),
        "asked_a_second": len(asked) / seconds,
        "server_processor_share": used / seconds / (os.cpu_count() or 1),
        "server_processor_ms_a_request": 1000 * used / max(1, len(asked)),
        "database_processor_ms_a_request": 1000 * stored / max(1, len(asked)),
        "generator_processor_ms_a_request": 1000 * own / max(1, len(asked)),
        "machine_processor_share": (used + stored + own) / seconds / (os.cpu_count() or 1),
        **_spreads(asked, began),
        "wrong": wrong[:20],
    }


def _spreads(asked: list[Asked], began: float) -> dict[str, Any]:
    """What was asked, and each kind of it, once the first half minute is over; and what went wrong at any time."""
    steady = [each for each in asked if each.at - began >= SETTLING]
    kinds: dict[str, list[float]] = defaultdict(list)
    for each in steady:
        kinds[each.what].append(each.seconds)
    errors = [f"{each.what}: {each.status}" for each in asked if each.status >= 500 or each.status in (0, 403, 429)]
    return {
        "all": spread(each.seconds for each in steady),
        "without_files": spread(each.seconds for each in steady if each.what != "file"),
        "settling": spread(each.seconds for each in asked if each.at - began < SETTLING),
        "kinds": {what: spread(times) for what, times in sorted(kinds.items())},
        "errors": errors[:20],
    }


def _people() -> list[tuple[str, str, str, str]]:
    """Some of the people to be found again: a third of them here, the others gone on long ago."""
    from cauce.people.models import Person

    columns = ("id", "number", "given_names", "family_names")
    known = Person.objects.exclude(number__contains=".")  # who was registered, and is no multiplied row
    here = known.filter(stays__until=None).values_list(*columns)[:500]
    gone = known.exclude(stays__until=None).values_list(*columns)[:1000]
    return [(str(id_), *rest) for id_, *rest in (*here, *gone)]


def _processor(server: int) -> float:
    """Seconds of processor of a server and all below it, those included that it has seen end."""
    from running import _tree

    ticks = 0
    for process in _tree(server):
        try:
            told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(map(int, told[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
