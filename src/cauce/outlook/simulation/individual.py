"""The individual engine: one replication of the corridor, every person and family, in exact order of events."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cauce.outlook.simulation.begun import Begun
from cauce.outlook.simulation.kernels.individual import individual
from cauce.outlook.simulation.kernels.layout import (
    BITS,
    D_KNOWN,
    DAY,
    G_GIVES,
    G_HOLDS,
    G_PLAIN,
    G_SINGLES,
    GROUP,
    L_TICKS,
    MEASURES,
    V_BUDGET,
    Model,
    People,
    State,
)
from cauce.outlook.simulation.kernels.random import daily
from cauce.outlook.simulation.twin import Twin

_ASIDE = 4096
_LINE = 17  # so many words of a desk's line, less one, are moved at once
_MASK = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Tally:
    """What one replication counted: `days` [measures, places, days], `queued` [desks, days] people or groups."""

    days: NDArray[np.float64]
    queued: NDArray[np.float64]


class _Room(threading.local):
    """Arrays of the last replication in this thread, used again when they are large enough."""

    held: tuple[tuple[int, ...], People, State] | None = None


_room = _Room()


def key_of(seed: int, replication: int) -> np.uint64:
    """Under which random numbers of a replication are drawn; the scenario is not in it, so that two share them."""
    bits = (seed * 0x9E3779B97F4A7C15 + replication * 0xD1B54A32D192ED03 + 0x632BE59BD9B4E019) & _MASK
    for shift, factor in ((32, 0xD6E8FEB86659FD93), (32, 0xD6E8FEB86659FD93), (32, 1)):
        bits = ((bits ^ (bits >> shift)) * factor) & _MASK
    return np.uint64(bits)


def people_of(twin: Twin, key: np.uint64, replication: int) -> NDArray[np.int64]:
    """How many come on each day of a replication."""
    means = twin.coming.means[replication % len(twin.coming.means)]
    people = np.empty(len(means), dtype=np.int64)
    daily(key, means, int(twin.coming.poisson), people)
    return people


def run(twin: Twin, replication: int, begun: Begun | None = None) -> Tally:
    """One replication. `begun` is who is there on the first morning; nobody when None."""
    key = key_of(twin.scenario.seed, replication)
    people = people_of(twin, key, replication)
    model = _with(twin.model, begun)
    persons = int(people.sum()) + (begun.people if begun else 0)
    groups, state = _arrays(model, persons, persons, int(people.max(initial=0)))
    _reset(model, groups, state)
    if begun is not None:
        begun.put(groups, state)
    out = np.zeros((len(MEASURES), len(twin.places), twin.days))
    queued = np.zeros((len(twin.desks.names), twin.days))
    individual(key, people, model, groups, state, out, queued)
    return Tally(out, queued)


def _with(model: Model, begun: Begun | None) -> Model:
    """With people from before, no trait can be left out, and desks must look at what is done already."""
    if begun is None:
        return model
    flags, desk = model.flags.copy(), model.desk.copy()
    flags[G_SINGLES] = flags[G_PLAIN] = 0
    flags[G_HOLDS] |= bool((begun.held > 0).any())
    desk[:, D_KNOWN] = 1
    return model._replace(flags=flags, desk=desk)


def _arrays(model: Model, groups: int, persons: int, most: int) -> tuple[People, State]:
    days, places, legs = model.quota.shape[1], len(model.place), len(model.leg)
    rides = int(model.fleet_count.sum(axis=0).max(initial=0)) if len(model.fleet) else 0
    servers = int(model.staff.max(initial=0))
    batches = int((model.leg[:, L_TICKS] // DAY + 2).sum()) + 2  # on their way at once, and those of the first morning
    kinds = (len(model.desk), legs, len(model.quota), len(model.fleet), rides, servers, len(model.starts))
    waits = int((model.patience > 0).sum()) if model.flags[G_GIVES] else 0  # places at which patience is drawn
    shape = (days, places, *kinds, batches, waits)
    held = _room.held
    if held and held[0] == shape and len(held[1].group) >= groups and len(held[2].way_in) >= most:
        return held[1], held[2]
    groups, persons = max(1, groups * 21 // 20), max(1, persons * 21 // 20)
    if persons >= 1 << BITS:
        raise ValueError("More than 268 million people are too many for one replication.")
    made = (
        _people(groups, persons, days, waits),
        _state(groups, persons, shape[:-1], max(1, most * 21 // 20)),
    )
    _room.held = (shape, *made)
    return made


def _people(groups: int, persons: int, days: int, waits: int) -> People:
    return People(
        group=np.empty(groups, GROUP),
        group_of=np.empty(persons, np.int32),
        after=np.empty((2, persons), np.int32),
        nodes=np.empty((groups * waits + 1, 3), np.int32),  # pages that nothing is written to cost nothing
        bucket=np.empty(days + 1, np.int32),
    )


def _state(groups: int, persons: int, shape: tuple[int, ...], most: int) -> State:
    days, places, desks, legs, borders, fleets, rides, servers, classes, batches = shape
    return State(
        line=np.empty((desks, max(servers + 1, _LINE)), np.int64),
        desk=np.empty((desks, 2), np.int64),
        queue=np.empty((desks, classes, 2), np.int32),
        place=np.empty((places, 8), np.int64),
        inbox=np.empty((places, batches, 2), np.int64),
        ready=np.empty((2, places, groups), np.int64),
        late=np.empty((places, days + 1), np.int32),
        way_in=np.empty(most, np.int64),
        left=np.empty(borders + 1, np.int64),
        leg=np.empty((legs + 1, 2), np.int64),
        rides=np.empty((rides + 1, 2), np.int64),
        stand=np.empty((fleets + 1, 7), np.int64),
        aside=np.empty(_ASIDE, np.int64),
        taken=np.empty((groups, 2), np.int64),
        words=np.empty(persons, np.int64),
        other=np.empty(persons, np.int64),
        counters=np.empty(4, np.int64),
        money=np.empty(1, np.float64),
    )


def _reset(model: Model, people: People, state: State) -> None:
    for name in ("desk", "place", "counters"):
        getattr(state, name).fill(0)
    for name in ("queue", "late", "leg"):
        getattr(state, name).fill(-1)
    state.money[0] = model.real[V_BUDGET]
    people.bucket.fill(-1)
