"""The cohort engine: a corridor by day, a thousand replications at once, while a slider moves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cauce.outlook.simulation.begun import Begun
from cauce.outlook.simulation.ensemble import Ensemble, Figures
from cauce.outlook.simulation.flowing import flow_of
from cauce.outlook.simulation.kernels.cohort import Flow, Hands, cohort
from cauce.outlook.simulation.kernels.layout import MEASURES, V_BUDGET
from cauce.outlook.simulation.twin import Twin

BLOCK = 1000
"""Replications side by side: what they have in hand stays in the processor's cache."""


def cohorts(twin: Twin, replications: int, *, begun: Begun | None = None) -> Ensemble:
    """`replications` of the cohort engine, all figures kept."""
    flow = flow_of(twin, begun)
    days = np.zeros((len(MEASURES), len(twin.places), twin.days, replications), dtype=np.float32)
    queued = np.zeros((len(twin.desks.names), twin.days, replications), dtype=np.float32)
    if replications <= BLOCK:
        _block(twin, flow, 0, replications, days, queued)
        return Ensemble(twin, "cohort", days, queued)
    for first in range(0, replications, BLOCK):  # the kernel wants arrays without gaps
        last = min(first + BLOCK, replications)
        mine = [np.zeros((*whole.shape[:-1], last - first), dtype=np.float32) for whole in (days, queued)]
        _block(twin, flow, first, last, *mine)
        days[..., first:last], queued[..., first:last] = mine
    return Ensemble(twin, "cohort", days, queued)


def sweep(twin: Twin, replications: int, first: int = 0) -> Iterator[Figures]:
    """Blocks of figures [measures, places, days, ≤ BLOCK], each valid until the next: millions of corridor-years."""
    flow = flow_of(twin)
    days = np.zeros((len(MEASURES), len(twin.places), twin.days, BLOCK), dtype=np.float32)
    queued = np.zeros((len(twin.desks.names), twin.days, BLOCK), dtype=np.float32)
    for start in range(first, first + replications, BLOCK):
        many = min(BLOCK, first + replications - start)
        days.fill(0)
        _block(twin, flow, start, start + many, days, queued)
        yield days[..., :many]


def run_flow(twin: Twin, flow: Flow, replications: int) -> Figures:
    """Figures [measures, places, days, replications] of a twin whose flow is given."""
    days = np.zeros((len(MEASURES), len(twin.places), twin.days, replications), dtype=np.float32)
    queued = np.zeros((len(twin.desks.names), twin.days, replications), dtype=np.float32)
    _block(twin, flow, 0, replications, days, queued)
    return days


def _block(twin: Twin, flow: Flow, first: int, last: int, days: Figures, queued: Figures) -> None:
    keys = keys_of(twin.scenario.seed, first, last)
    hands = _hands(twin, flow, last - first)
    means = np.roll(twin.coming.means, -first % len(twin.coming.means), axis=0)
    cohort(keys, twin.days, means, int(twin.coming.poisson), twin.model, flow, hands, days, queued)


def keys_of(seed: int, first: int, last: int) -> NDArray[np.uint64]:
    """Keys of replications, as `individual.key_of` gives them one by one."""
    from cauce.outlook.simulation.individual import key_of

    return np.array([key_of(seed, number) for number in range(first, last)], dtype=np.uint64)


def _hands(twin: Twin, flow: Flow, many: int) -> Hands:
    model = twin.model
    places, desks = len(twin.places), len(model.desk)
    start = flow.start
    longest = int(flow.leg_day.max(initial=0)) + 1

    def rows(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.repeat(values[:, None], many, axis=1)

    hands = Hands(
        early=np.zeros(many),
        late=np.zeros(many),
        fresh=np.zeros((places, many)),
        desk=rows(start[:desks]),
        ready=rows(start[desks : desks + places]),
        held=rows(start[desks + places : desks + 2 * places]),
        home=rows(start[desks + 2 * places :]),
        here=np.zeros((places, many)),
        coming=np.zeros((places, 2, twin.days + longest, many), dtype=np.float32),
        border=np.zeros((len(model.quota), many)),
        money=np.full(many, model.real[V_BUDGET]),
        transit=np.zeros((places, many)),
    )
    for place, row in enumerate(model.place):
        at_desks = hands.desk[row[1] : row[2]].sum(axis=0)
        hands.here[place] = at_desks + hands.ready[place] + hands.held[place] + hands.home[place]
    return hands
