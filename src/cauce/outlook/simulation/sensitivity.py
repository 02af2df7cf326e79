"""Which number matters most: Sobol indices of the corridor's figures, each moved up and down by the same part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cauce.outlook.simulation.begun import Begun
from cauce.outlook.simulation.cohort import run_flow
from cauce.outlook.simulation.flowing import flow_of
from cauce.outlook.simulation.kernels.cohort import Flow
from cauce.outlook.simulation.kernels.layout import GAVE_UP, PRESENT, Model
from cauce.outlook.simulation.twin import Twin

Floats = NDArray[np.float64]
FACTORS = ("arrivals", "quota", "seats", "servers", "hold_days", "held_share", "patience")
OUTCOMES = ("present_at_end", "nights_without_bed", "gave_up")
_REPLICATIONS = 16


@dataclass(frozen=True, slots=True)
class Indices:
    """`first` and `total` [outcomes, factors]: the part of the variance a factor makes alone, and with the others.

    `spread` [outcomes]: the standard deviation that all of them make together, in the outcome's own unit. A factor that
    nothing depends on has 0.
    """

    factors: tuple[str, ...]
    outcomes: tuple[str, ...]
    first: Floats
    total: Floats
    spread: Floats


def sensitivity(twin: Twin, *, part: float = 0.2, points: int = 64, begun: Begun | None = None) -> Indices:
    """Sobol indices when each of FACTORS lies anywhere within ± `part` of what it is, independently of the others.

    The cohort engine is run points × (factors + 2) times, under the same random numbers.
    """
    flow = flow_of(twin, begun)
    ask = _asked(twin, flow)
    first, total, spread = sobol(lambda unit: ask(1 - part + 2 * part * unit), len(FACTORS), points)
    return Indices(FACTORS, OUTCOMES, first, total, spread)


def sobol(ask: Callable[[Floats], Floats], factors: int, points: int) -> tuple[Floats, Floats, Floats]:
    """First-order and total Sobol indices [outcomes, factors] and standard deviations [outcomes] of `ask`.

    `ask` takes `factors` numbers between 0 and 1. First order: Saltelli et al. (2010), table 2 (b); total: Jansen
    (1999), table 2 (f) there. The points are Richtmyer's: multiples of square roots of primes.
    """
    roots = np.sqrt(np.array(_primes(2 * factors), dtype=np.float64))
    cube = (0.5 + np.arange(1, points + 1)[:, None] * roots) % 1.0
    one, other = cube[:, :factors], cube[:, factors:]
    a, b = (np.stack([ask(row) for row in rows]) for rows in (one, other))
    middle, spread = np.concatenate((a, b)).mean(axis=0), np.concatenate((a, b)).std(axis=0)
    variance = np.where(spread > 0, spread**2, 1.0)
    first, total = np.zeros((a.shape[1], factors)), np.zeros((a.shape[1], factors))
    for factor in range(factors):
        mixed = one.copy()
        mixed[:, factor] = other[:, factor]
        c = np.stack([ask(row) for row in mixed])
        first[:, factor] = ((b - middle) * (c - a)).mean(axis=0) / variance
        total[:, factor] = ((a - c) ** 2).mean(axis=0) / 2 / variance
    return first, total, spread


def _primes(count: int) -> list[int]:
    found: list[int] = []
    number = 2
    while len(found) < count:
        if all(number % prime for prime in found):
            found.append(number)
        number += 1
    return found


def _asked(twin: Twin, flow: Flow) -> Callable[[Floats], Floats]:
    stations = twin.stations

    def ask(factors: Floats) -> Floats:
        changed, moved = scaled(twin, flow, dict(zip(FACTORS, factors, strict=True)))
        days = run_flow(changed, moved, _REPLICATIONS)
        present = days[PRESENT][stations]
        short = np.maximum(present - twin.beds[stations][:, None, None], 0)
        return np.array(
            [present[:, -1].sum(axis=0).mean(), short.sum(axis=(0, 1)).mean(), days[GAVE_UP].sum(axis=(0, 1)).mean()]
        )

    return ask


def scaled(twin: Twin, flow: Flow, factors: dict[str, float]) -> tuple[Twin, Flow]:
    """The twin and its flow with the figures multiplied; what is not named stays."""
    by = {name: factors.get(name, 1.0) for name in FACTORS}
    model: Model = twin.model._replace(quota=np.round(twin.model.quota * by["quota"]).astype(np.int64))
    coming = replace(twin.coming, means=twin.coming.means * by["arrivals"])
    freed = 1 - np.exp(np.log(np.maximum(1 - flow.freed, 1e-12)) / by["hold_days"])
    moved = flow._replace(
        can=flow.can * by["servers"],
        seats=flow.seats * by["seats"],
        held=np.minimum(flow.held * by["held_share"], 1.0),
        freed=freed,
        walk=flow.walk / by["patience"],
    )
    return replace(twin, model=model, coming=coming), moved
