"""Fifty officers at once: `python benchmarks/bench_officers.py [--officers 50] [--minutes 10] [--people 1500000]`.

A hub on PostgreSQL (CAUCE_BENCH_DATABASE, an empty database; without it a server of its own is started) with 1.5
million people (hub.py says how they came there), served by `cauce serve` with its worker beside it, on loopback.
Officers are browsers that sign in, look at the board, register families with photographs, find people, read their
pages, decide reviews, look at holds, children, queue and manifests, and sign out, pausing as people do (officers.py
says how long); style sheets and photographs are asked for with each page. The generator runs on the same machine.
Wanted: p95 <= 300 ms of everything that is asked, and no error. CAUCE_BENCH_DIR keeps the store's folder.
"""

from __future__ import annotations

import asyncio
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
from hub import REGISTERED, alike, fill, found
from officers import PASSWORD, READ, ROLES, TYPE, Officer
from running import CAUCE, ROOT

SETTLING = 30  # seconds from the first sign-in that are told apart: everybody comes at once, and nothing is warm


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--people", type=int, default=1_500_000)
    parser.add_argument("--officers", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10)
    given = parser.parse_args()
    with _folder() as kept, _database() as address:
        folder = kept / f"hub-{given.people}"
        filled = store(folder, address, given.people, given.officers)
        with _served(folder) as (base, server):
            figures = measure(base, server, given)
    figures = {
        "people": given.people,
        "registered_by_events": min(REGISTERED, given.people),
        "filled": filled,
        **figures,
    }
    wanted = {
        "p95 of all that was asked <= 300 ms": figures["all"]["p95_ms"] <= 300,
        "no error": not figures["errors"] and not figures["wrong"],
    }
    return keep("officers", figures, wanted, given.out, "psycopg", "granian", "httpx")


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="cauce-bench-") as scratch:
        yield Path(os.environ.get("CAUCE_BENCH_DIR") or scratch)


@contextmanager
def _database() -> Iterator[str]:
    given = os.environ.get("CAUCE_BENCH_DATABASE")
    if given:
        yield given
        return
    started = subprocess.run([ROOT / "scripts" / "postgres", "start"], check=True, capture_output=True, text=True)
    told = dict(part.split("=", 1) for part in started.stdout.split())
    try:
        yield told["CAUCE_TEST_DATABASE"]
    finally:
        subprocess.run([ROOT / "scripts" / "postgres", "stop", told["CAUCE_TEST_CLUSTER"]], check=True)


def store(folder: Path, address: str, people: int, officers: int) -> dict[str, float]:
    """The hub, filled unless it is; what the filling took."""
    found(folder, address)
    done = folder / "filled"
    took: dict[str, float] = {}
    if not done.exists():
        took["seconds"] = fill(people)
        took["people_a_second"] = people / took["seconds"]
        took["reviews_opened"] = alike(folder)
        done.touch()
    from cauce.access.models import Account
    from cauce.access.services import add_account

    for number in range(officers):
        if not Account.objects.filter(name=f"officer{number}").exists():
            add_account(name=f"officer{number}", role=ROLES[number % len(ROLES)], password=PASSWORD)
    return took


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


def measure(base: str, server: int, given: Any) -> dict[str, Any]:
    """Let the officers work; what each kind of page took."""
    asked: list[Asked] = []
    wrong: list[str] = []
    people = _people()
    until = time.time() + given.minutes * 60
    began, before = time.time(), _processor(server)
    officers = [
        Officer(number, base, people, asked, wrong, lambda: time.time() >= until) for number in range(given.officers)
    ]

    async def work() -> None:
        await asyncio.gather(*(officer.work() for officer in officers))

    asyncio.run(work())
    seconds, used = time.time() - began, _processor(server) - before
    steady = [each for each in asked if each.at - began >= SETTLING]
    kinds: dict[str, list[float]] = defaultdict(list)
    for each in steady:
        kinds[each.what].append(each.seconds)
    errors = [f"{each.what}: {each.status}" for each in asked if each.status >= 500 or each.status in (0, 403, 429)]
    pages = [each.seconds for each in steady if each.what != "file"]
    return {
        "officers": given.officers,
        "seconds": seconds,
        "pauses_s": {"reading, on average": READ, "asking and typing, a person, on average": TYPE},
        "asked": len(asked),
        "asked_a_second": len(asked) / seconds,
        "server_processor_share": used / seconds / (os.cpu_count() or 1),
        "server_processor_ms_a_request": 1000 * used / max(1, len(asked)),  # without the database's
        "all": spread(each.seconds for each in steady),
        "without_files": spread(pages),
        "settling": spread(each.seconds for each in asked if each.at - began < SETTLING),
        "kinds": {what: spread(times) for what, times in sorted(kinds.items())},
        "errors": errors[:20],
        "wrong": wrong[:20],
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
    """Seconds of processor of the server and all below it, as far as they still run."""
    from running import _tree

    ticks = 0
    for process in _tree(server):
        try:
            told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(told[11]) + int(told[12])
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
