"""Blocks of replications on a Dask cluster (`cauce[cluster]`); a worker that is lost loses only its block's time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from cauce.journal.errors import Misused
from cauce.outlook.simulation.ensemble import Block, Done, run_block

_PATIENCE = "10s"
_TRIES = 5


@contextmanager
def on_cluster(address: str) -> Iterator[Callable[[Sequence[Block]], Iterable[Done]]]:
    """Something that runs blocks on the cluster whose scheduler is at `address`, like tcp://10.0.0.5:8786.

    Every worker must have Cauce in this version. Misused when Dask is not installed or nobody answers.
    """
    try:
        import distributed
    except ImportError as error:
        raise Misused("A cluster needs Dask: pip install 'cauce[cluster]'.") from error
    dask: Any = distributed  # it has no types of its own
    try:
        client = dask.Client(address, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        raise Misused(
            f"No Dask scheduler answers at {address} ({error}). Start one, or leave --cluster out."
        ) from error

    def spread(blocks: Sequence[Block]) -> Iterator[Done]:
        futures = client.map(run_block, blocks, pure=False, retries=_TRIES)
        for future in dask.as_completed(futures):
            yield future.result()

    try:
        yield spread
    finally:
        client.close()
