"""Work that is many pieces, each under a seed of its own, spread over processes; it tells how far it is.

A piece depends on its seed alone: what stopped in the middle goes on with `--from` the seed that is told.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import resource
import shutil
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

TELL = 30.0  # seconds between two lines of progress
ROOM = 1 << 30  # bytes that stores in memory may need
Piece = Callable[[int], dict[str, Any]]


class Wrong(AssertionError):
    """What must never be so was found."""


def in_memory() -> str | None:
    """A folder in memory for stores, if there is one with room: a killed process leaves the same bytes there as on a
    disk, and nothing has to wait for the disk. None: wherever temporary files go."""
    folder = Path("/dev/shm")
    return str(folder) if folder.is_dir() and shutil.disk_usage(folder).free > ROOM else None


def spread(
    piece: Piece, seeds: Iterable[int], *, jobs: int, unit: str, until: float = 0.0, log: Path | None = None
) -> int:
    """Do `piece(seed)` for every seed in `jobs` processes, and print the sum as one line of JSON; an exit status.

    A piece gives numbers by name (and Counters of them), of which `unit` is what is counted on the lines of progress.
    Stops at the first that raises, and tells its seed. `until` (Unix time) begins no piece after that moment. What a
    seed gave is kept as a line of `log`; those that it has already count, and are not done again.
    """
    wanted = list(seeds)
    told = Told(unit, len(wanted))
    if log is not None:
        _kept(log, told, set(wanted))
    left = [seed for seed in wanted if seed not in told.done]
    wrong: tuple[int, str] | None = None
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        for seed, result in pool.imap_unordered(_Guarded(piece, until), left):
            if isinstance(result, str):
                wrong = (seed, result)
                break
            if result is None:
                continue
            told.add(seed, **result)
            if log is not None:
                with log.open("a") as out:
                    out.write(json.dumps({"seed": seed, **result}) + "\n")
    left = [seed for seed in wanted if seed not in told.done]
    if wrong:
        _say(f"seed {wrong[0]}: {wrong[1]}")
    elif left:
        _say(f"Go on with --from {left[0]}.")
    print(json.dumps(told.all()), flush=True)
    return 1 if wrong else 0


def _kept(log: Path, told: Told, wanted: set[int]) -> None:
    """Add what the log has of these seeds, if there is a log yet."""
    log.parent.mkdir(parents=True, exist_ok=True)
    log.touch()
    for line in log.read_text().splitlines():
        result = json.loads(line)
        if result["seed"] in wanted:
            told.add(**result)


class Told:
    """The sum of what seeds gave, and a line now and then that says how far it is."""

    def __init__(self, unit: str, of: int) -> None:
        self.unit, self.of = unit, of
        self.began = self.said = time.monotonic()
        self.done: set[int] = set()
        self.total: Counter[str] = Counter()
        self.parts: dict[str, Counter[str]] = {}

    def add(self, seed: int, **result: Any) -> None:
        self.done.add(seed)
        for name, value in result.items():
            if isinstance(value, dict):
                self.parts.setdefault(name, Counter()).update(value)
            else:
                self.total[name] += value
        if time.monotonic() - self.said >= TELL:
            self.said = time.monotonic()
            counted, pace = self.total[self.unit], self.total[self.unit] / self.total["cpu_seconds"]
            _say(f"{len(self.done)} of {self.of} seeds, {counted} {self.unit}, {pace:.1f} a second of a processor")

    def all(self) -> dict[str, Any]:
        numbers = {name: round(value, 1) for name, value in self.total.items()}
        return {"seeds": len(self.done), **numbers} | {n: dict(sorted(each.items())) for n, each in self.parts.items()}


class _Guarded:
    """The piece as another process does it: what it raises comes back as words, with the seed."""

    def __init__(self, piece: Piece, until: float) -> None:
        self.piece, self.until = piece, until

    def __call__(self, seed: int) -> tuple[int, dict[str, Any] | str | None]:
        if self.until and time.time() >= self.until:
            return seed, None
        before = _seconds()
        try:
            return seed, {**self.piece(seed), "cpu_seconds": round(_seconds() - before, 2)}
        except (Wrong, RuntimeError) as reason:
            return seed, str(reason)


def _seconds() -> float:
    """Of a processor, that this process and those which it waited for have used."""
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def apart(work: Callable[[], Any]) -> Any:
    """What the work gives (as JSON carries it), done by a child of this process: it leaves nothing behind here."""
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        gc.disable()  # it ends soon
        code = 0
        try:
            answer = json.dumps(work())
        except BaseException:
            code, answer = 1, traceback.format_exc()
        with os.fdopen(told, "w") as pipe:
            pipe.write(answer)
        os._exit(code)
    os.close(told)
    with os.fdopen(heard) as pipe:
        said = pipe.read()
    if os.waitpid(child, 0)[1]:
        raise Wrong(said[-4000:])
    return json.loads(said)


def processors() -> int:
    """As many as this process may use."""
    return len(os.sched_getaffinity(0))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
