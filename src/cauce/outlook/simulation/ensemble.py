"""Many replications of one twin: in this process, in several, or on a cluster, with the same figures every way."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cauce.outlook.simulation.begun import Begun
from cauce.outlook.simulation.kernels.layout import MEASURES
from cauce.outlook.simulation.twin import Twin

Figures = NDArray[np.float32]
BLOCK_SECONDS = 1.0
"""No block is less work than this: handing one over costs some milliseconds, starting a process a second."""
_START_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Ensemble:
    """`days` [measures, places, days, replications] and `queued` [desks, days, replications]."""

    twin: Twin
    engine: str
    days: Figures
    queued: Figures

    @property
    def replications(self) -> int:
        return int(self.days.shape[3])


@dataclass(frozen=True, slots=True)
class Block:
    """Replications `first` to `first + many - 1` of one twin."""

    twin: Twin
    begun: Begun | None
    first: int
    many: int


Done = tuple[int, Figures, Figures]


def run_block(block: Block) -> Done:
    """The figures of a block: its first replication, then as in Ensemble."""
    from cauce.outlook.simulation.individual import run

    twin = block.twin
    days = np.empty((len(MEASURES), len(twin.places), twin.days, block.many), dtype=np.float32)
    queued = np.empty((len(twin.desks.names), twin.days, block.many), dtype=np.float32)
    for number in range(block.many):
        tally = run(twin, block.first + number, block.begun)
        days[..., number] = tally.days
        queued[..., number] = tally.queued
    return block.first, days, queued


def individuals(
    twin: Twin,
    replications: int,
    *,
    begun: Begun | None = None,
    workers: int = 0,
    spread: Callable[[Sequence[Block]], Iterable[Done]] | None = None,
) -> Ensemble:
    """`replications` of the individual engine; `workers` 0 takes as many processes as there is work for.

    `spread` runs blocks elsewhere (see `cluster`). The figures do not depend on who runs what.
    """
    start = time.perf_counter()
    first = run_block(Block(twin, begun, 0, 1))
    seconds = time.perf_counter() - start
    if replications > 1:  # the first one may have compiled
        start = time.perf_counter()
        second = run_block(Block(twin, begun, 1, 1))
        seconds = time.perf_counter() - start
    done = [first, *([second] if replications > 1 else [])]
    rest = replications - len(done)
    if workers == 0 and spread is None:
        workers = min(os.cpu_count() or 1, max(1, int(rest * seconds / (2 * _START_SECONDS))))
    many = block_size(rest, seconds, max(1, workers))
    blocks = [
        Block(twin, begun, number, min(many, replications - number)) for number in range(len(done), replications, many)
    ]
    if spread is not None:
        done += spread(blocks)
    elif workers > 1 and len(blocks) > 1:
        done += _processes(blocks, workers)
    else:
        done += map(run_block, blocks)
    return _together(twin, replications, done)


def block_size(replications: int, seconds: float, workers: int) -> int:
    """Replications in one block: at least a second of work, at most a fair share for each worker."""
    least = int(np.ceil(BLOCK_SECONDS / max(seconds, 1e-6)))
    return max(1, min(least, -(-replications // workers)))


def _processes(blocks: Sequence[Block], workers: int) -> Iterator[Done]:
    """In processes that begin afresh: a fork would take threads' locks along."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(blocks)), mp_context=fresh) as pool:
        yield from pool.map(run_block, blocks)


def _together(twin: Twin, replications: int, done: Iterable[Done]) -> Ensemble:
    days = np.empty((len(MEASURES), len(twin.places), twin.days, replications), dtype=np.float32)
    queued = np.empty((len(twin.desks.names), twin.days, replications), dtype=np.float32)
    for first, mine, waiting in done:
        days[..., first : first + mine.shape[3]] = mine
        queued[..., first : first + mine.shape[3]] = waiting
    return Ensemble(twin, "individual", days, queued)
