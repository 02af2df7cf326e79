"""Thirty stations come back after three days alone: `python benchmarks/bench_sync.py [--stations N]`.

Each brings 4,500 entries (1,500 a day: registrations, checks, stays, needs, holds, manifests) in signed and sealed
batches, as they come over the network. The hub, on PostgreSQL, answers them on two processes by its real path: unseal,
prove, unpack, take in, apply the rows, pick what goes down, sign the receipt. Beside it, in the same run, plain COPY of
the same entries into a bare table. Wanted: >= 13,500 entries/s, >= 5 % of COPY, every chain whole and every row there.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from common import arguments, keep_scaled
from station_days import NODE, chain_of, days, in_batches

ROOT = Path(__file__).parents[1]
CORRIDOR = ROOT / "corridors" / "darien" / "corridor.toml"
BATCH = 5_000  # as a station sends them
PROCESSES = 2


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--stations", type=int, default=30)
    parser.add_argument("--profile", action="store_true", help="one process, and where its time goes")
    given = parser.parse_args()
    given.scale = given.stations / 30
    with _server() as server, tempfile.TemporaryDirectory(prefix="cauce-bench-") as folder:
        figures = measure(Path(folder), server, given.stations, profile=given.profile)
    wanted = {
        "ingested >= 13,500 entries/s": figures["entries_per_second"] >= 13_500,
        ">= 5 % of COPY": figures["share_of_copy"] >= 0.05,
        "chains whole": bool(figures["whole"]),
        "nothing contested": figures["contested"] == 0,
    }
    return keep_scaled("sync", figures, wanted, given, "psycopg", "pyrage", "orjson", "cryptography")


def measure(folder: Path, server: str, stations: int, *, profile: bool = False) -> dict[str, Any]:
    kept = Path(os.environ.get("CAUCE_BENCH_DIR") or folder) / "station-days"
    _in_a_process(_play, folder / "base", kept)
    name = f"cauce_bench_{uuid4().hex[:10]}"
    with _database(server, name) as address:
        os.environ["CAUCE_DATABASE"] = address
        data = folder / "hub"
        sizes = _in_a_process(_prepare, data, address, kept, folder / "batches", stations)
        taken, spent = _ingest(data, folder / "batches", 1 if profile else PROCESSES, profile=profile)
        copied = _in_a_process(_copy, address)
        checked = _in_a_process(_check, data)
    entries = sizes["entries"]
    return {
        **sizes,
        "stations": stations,
        "processes": 1 if profile else PROCESSES,
        "seconds": taken,
        "entries_per_second": entries / taken,
        "processor_us_per_entry": sum(spent) / entries * 1e6,
        "of_it_the_server": spent[1] / entries * 1e6,
        "copy_seconds": copied,
        "copy_entries_per_second": entries / copied,
        "share_of_copy": copied / taken,
        **checked,
    }


def _in_a_process(work: Any, *given: Any) -> Any:
    """In one of its own: Django is set up once a process, for one store."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(work, given)


def _play(folder: Path, kept: Path) -> None:
    if kept.exists():
        return
    os.environ.pop("CAUCE_DATABASE", None)
    from cauce.store import found_store

    found_store(folder, corridor=CORRIDOR, name=NODE, training=False)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")  # the playing is not what is measured
    days(kept)


def _prepare(data: Path, address: str, kept: Path, batches: Path, stations: int) -> dict[str, Any]:
    """Found the hub, enrol the stations, and pack what they bring."""
    from cauce.store import found_store

    found_store(data, corridor=CORRIDOR, name="hub", training=False, database=address)
    import pyrage
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from cauce.access.actor import SYSTEM
    from cauce.journal.services import record
    from cauce.sync.events import NodeEnrolled
    from cauce.sync.identity import mine

    own, told = mine(), days(kept)
    record(NodeEnrolled(node="hub", role="hub", key=own.key, recipient=own.recipient), by=SYSTEM)
    batches.mkdir()
    entries = size = 0
    for number in range(stations):
        station = f"station{number:02d}"
        signer, opener = Ed25519PrivateKey.generate(), pyrage.x25519.Identity.generate()
        key = signer.public_key().public_bytes_raw().hex()
        joined = NodeEnrolled(node=station, role="station", key=key, recipient=str(opener.to_public()), places=())
        record(joined, by=SYSTEM)
        for part, content in enumerate(_packed(station, told, signer, own.recipient)):
            (batches / f"{number:02d}-{part:02d}").write_bytes(content)
            size += len(content)
        entries += len(told.rows)
    kinds = {kind: count * stations for kind, count in told.kinds.most_common()}
    return {"entries": entries, "megabytes_on_the_wire": size / 1e6, "kinds": kinds}


def _packed(station: str, told: Any, signer: Any, recipient: str) -> Iterator[bytes]:
    from datetime import UTC, datetime

    from cauce.journal import clock
    from cauce.sync.wire import Batch, packed

    chain, keys = chain_of(station, told)
    for some in in_batches(chain, BATCH):
        batch = Batch(
            kind="up",
            sender=station,
            receiver="hub",
            at=clock.stamp(datetime.now(UTC)),
            head=(chain[-1].seq, chain[-1].hash),
            entries=some,
            keys={entry.person: keys[entry.person] for entry in some if entry.person in keys},
        )
        yield packed(batch, signer, recipient)


def _ingest(data: Path, batches: Path, processes: int, *, profile: bool) -> tuple[float, tuple[float, float]]:
    """Seconds from the first batch to the last answer, and of processor: the hub's own, and its server's for it.

    A station's batches come one after the other.
    """
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(processes + 1)
    files = sorted(batches.iterdir())
    stations = sorted({file.name[:2] for file in files})
    workers, told = [], context.Queue()
    for number in range(processes):
        mine = stations[number::processes]
        own = [file for file in files if file.name[:2] in mine]
        workers.append(context.Process(target=_answer, args=(data, own, gate, told, profile)))
        workers[-1].start()
    gate.wait(timeout=300)
    began = time.perf_counter()
    for worker in workers:
        worker.join()
    taken = time.perf_counter() - began
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("a process of the hub failed")
    spent = [told.get(timeout=30) for _ in workers]
    return taken, (sum(own for own, _ in spent), sum(server for _, server in spent))


def _answer(data: Path, files: list[Path], gate: Any, told: Any, profile: bool) -> None:
    from cauce.store import wake

    wake(data)
    from cauce.corridor.selectors import in_force
    from cauce.sync.exchange import answer

    in_force()  # a hub that runs has read its corridor
    contents = [file.read_bytes() for file in files]
    gate.wait(timeout=300)
    own, server = time.process_time(), _of_the_server()
    if not profile:
        for content in contents:
            answer(content)
        told.put((time.process_time() - own, _of_the_server() - server))
        return
    told.put((0.0, 0.0))
    import cProfile
    import pstats

    with cProfile.Profile() as seen:
        for content in contents:
            answer(content)
    pstats.Stats(seen).sort_stats("cumulative").print_stats(60)


def _of_the_server() -> float:
    """Seconds of processor that the server has spent for this connection; nothing where it runs elsewhere."""
    from django.db import connection

    connection.ensure_connection()
    try:
        stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    except OSError:
        return 0.0
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _copy(address: str) -> float:
    """Seconds that plain COPY takes for the same entries into a table without anything; best of three."""
    import psycopg

    columns = "node, seq, name, version, person, account, place, happened_at, recorded_at, body, sealed, prev, hash"
    best = float("inf")
    with psycopg.connect(address, autocommit=True) as to:
        rows = to.execute(f"SELECT {columns} FROM journal_entry WHERE node <> 'hub'").fetchall()
        for _ in range(3):
            to.execute(f"CREATE TABLE bare AS SELECT {columns} FROM journal_entry WITH NO DATA")
            began = time.perf_counter()
            with to.cursor() as cursor, cursor.copy(f"COPY bare ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            best = min(best, time.perf_counter() - began)
            to.execute("DROP TABLE bare")
    return best


def _check(data: Path) -> dict[str, Any]:
    from cauce.store import wake

    wake(data)
    from cauce.journal.models import Contested, Entry
    from cauce.journal.verify import verify
    from cauce.people.models import Person
    from cauce.vetting.models import CheckResult

    verdict = verify()
    return {
        "whole": verdict.first_bad is None,
        "wrong": str(verdict.first_bad or ""),
        "contested": Contested.objects.count(),
        "rows": {
            "entries": Entry.objects.count(),
            "people": Person.objects.count(),
            "checks": CheckResult.objects.count(),
        },
    }


@contextmanager
def _server() -> Iterator[str]:
    """The PostgreSQL of CAUCE_TEST_DATABASE, or one of our own for the time being."""
    told = os.environ.get("CAUCE_TEST_DATABASE")
    if told:
        yield told.rpartition("/")[0]
        return
    begun = subprocess.run([ROOT / "scripts" / "postgres", "start"], capture_output=True, text=True, check=True).stdout
    found = dict(re.findall(r"(\w+)=(\S+)", begun))
    try:
        yield found["CAUCE_TEST_DATABASE"].rpartition("/")[0]
    finally:
        subprocess.run([ROOT / "scripts" / "postgres", "stop", found["CAUCE_TEST_CLUSTER"]], check=False)


@contextmanager
def _database(server: str, name: str) -> Iterator[str]:
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server}/{name}"
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


if __name__ == "__main__":
    sys.exit(main())
