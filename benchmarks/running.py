"""Programs run and measured from outside: their time, the memory of all their processes; and peers asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
CAUCE = Path(sys.executable).parent / "cauce"
PEERS = ROOT / ".venv-peers" / "bin" / "python"
NO_PEER = "not measured: scripts/peers sets up what it needs"
EVERY = 0.25  # seconds between two looks at the memory


class Run(NamedTuple):
    """What a program took: seconds of the clock and of the processor (all its processes), and megabytes at most."""

    seconds: float
    processor: float
    megabytes: float
    out: str
    told: str

    def figures(self) -> dict[str, float]:
        return {"seconds": self.seconds, "processor_seconds": self.processor, "peak_mb": round(self.megabytes)}


def run(*command: str | Path, given: str = "") -> Run:
    """Run it to its end. Raises RuntimeError with what it said when it fails.

    Memory is that of the whole tree of processes, what they share counted once (PSS), looked at four times a second; or
    the most of one of them, when that is more.
    """
    with (
        tempfile.TemporaryFile("w+") as put_in,
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as err,
    ):
        put_in.write(given)
        put_in.seek(0)
        began = time.perf_counter()
        started = subprocess.Popen([str(part) for part in command], stdin=put_in, stdout=out, stderr=err, cwd=ROOT)
        done, most = threading.Event(), [0.0]
        watching = threading.Thread(target=_watch, args=(started.pid, done, most))
        watching.start()
        _, status, used = os.wait4(started.pid, 0)
        seconds = time.perf_counter() - began
        started.returncode = os.waitstatus_to_exitcode(status)
        done.set()
        watching.join()
        for file in (out, err):
            file.seek(0)
        said, told = out.read(), err.read()
    if started.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit {started.returncode}\n{told[-2000:]}")
    return Run(seconds, used.ru_utime + used.ru_stime, max(most[0], used.ru_maxrss / 1024), said, told)


def ask(script: str, *arguments: str | Path, given: object = None) -> tuple[dict[str, Any], Run] | None:
    """What a script of benchmarks/peers says, and what it took; None without the peers' environment."""
    if not PEERS.exists():
        return None
    text = json.dumps(given) if given is not None else ""
    taken = run(PEERS, ROOT / "benchmarks" / "peers" / script, *arguments, given=text)
    told: dict[str, Any] = json.loads(taken.out.strip().splitlines()[-1])
    return told, taken


def _watch(root: int, done: threading.Event, most: list[float]) -> None:
    while not done.wait(EVERY):
        most[0] = max(most[0], sum(map(_megabytes, _tree(root))))


def _tree(root: int) -> list[int]:
    """The process and all below it; nothing where there is no /proc."""
    below: dict[int, list[int]] = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        below[parent].append(int(folder.name))
    found, left = [], [root]
    while left:
        one = left.pop()
        found.append(one)
        left += below[one]
    return found


def _megabytes(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
