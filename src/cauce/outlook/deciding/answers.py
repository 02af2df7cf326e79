"""What a simulation says to a planner: place by place today's way and the decision's, and what lies between. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from cauce.outlook.simulation.ensemble import Ensemble, Figures
from cauce.outlook.simulation.kernels.layout import GAVE_UP, LEFT, PRESENT, RETURNED
from cauce.outlook.simulation.results import Overflow, bands, overflow

WEEK = 7


@dataclass(frozen=True, slots=True)
class Band:
    """Half of the simulations lie above `middle`, nine of ten between `low` and `high`."""

    low: float
    middle: float
    high: float

    @property
    def says_something(self) -> bool:
        """Whether nine of ten lie on one side of nothing."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Side:
    """A place under one scenario. People, but for `wait` (days) and `meals` (of those without a bed, in all).

    `by_day` are people present at midnight. `wait`: how long who comes last will wait, if as many leave a day as in the
    last week; it is cut at the number of days that were simulated.
    """

    beds: int
    by_day: tuple[Band, ...]
    mean: Band
    at_end: Band
    left: Band
    short: Band  # beds short on the worst day
    meals: Band
    wait: Band
    over: Overflow


@dataclass(frozen=True, slots=True)
class Change:
    """The decision less today, replication by replication under the same random numbers."""

    mean: Band
    at_end: Band
    left: Band
    short: Band
    meals: Band
    wait: Band
    over: float  # of the probability


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    place: str
    before: Side
    after: Side
    change: Change


@dataclass(frozen=True, slots=True)
class Answer:
    """`departed`, `gave_up`, `returned`: over the whole corridor and time; before, after, and the difference."""

    start: date
    days: int
    replications: int
    places: tuple[PlaceAnswer, ...]
    departed: tuple[Band, Band, Band]
    gave_up: tuple[Band, Band, Band]
    returned: tuple[Band, Band, Band]

    @property
    def end(self) -> date:
        return self.start + timedelta(days=self.days - 1)


def answer(before: Ensemble, after: Ensemble) -> Answer:
    """Both ensembles have the same places, days and replications; ValueError otherwise."""
    if before.twin.places != after.twin.places or before.days.shape != after.days.shape:
        raise ValueError("The two have other places, days or replications.")
    twin = before.twin
    rows = [row for row in twin.stations if before.days[PRESENT, row].any() or after.days[PRESENT, row].any()]
    out = [row for row in twin.stations if _last(before, row)]
    return Answer(
        start=twin.start,
        days=twin.days,
        replications=before.replications,
        places=tuple(_place(before, after, row) for row in rows),
        departed=_three(*(one.days[LEFT][out].sum(axis=(0, 1)) for one in (before, after))),
        gave_up=_three(*(one.days[GAVE_UP].sum(axis=(0, 1)) for one in (before, after))),
        returned=_three(*(one.days[RETURNED].sum(axis=(0, 1)) for one in (before, after))),
    )


def _last(ensemble: Ensemble, row: int) -> bool:
    """Whether those who leave the place leave the corridor."""
    twin = ensemble.twin
    ends = [twin.exits[twin.places.index(leg.destination)] for leg in twin.legs if leg.origin == twin.places[row]]
    return bool(ends) and all(ends)


def _place(before: Ensemble, after: Ensemble, row: int) -> PlaceAnswer:
    mine, other = _measures(before, row), _measures(after, row)
    sides = [_side(one, row, found) for one, found in ((before, mine), (after, other))]
    change = {name: _band(other[name] - mine[name]) for name in mine}
    over = sides[1].over.probability - sides[0].over.probability
    return PlaceAnswer(before.twin.places[row], sides[0], sides[1], Change(**change, over=over))


def _measures(ensemble: Ensemble, row: int) -> dict[str, Figures]:
    """By replication; the names are those of Change."""
    days = ensemble.days[:, row]
    present = days[PRESENT]
    gone = days[LEFT] + days[RETURNED] + days[GAVE_UP]
    short = np.maximum(present - np.float32(ensemble.twin.beds[row]), 0)
    lately = gone[-WEEK:].mean(axis=0)
    longest = np.float32(ensemble.twin.days)
    wait = np.divide(present[-1], lately, out=np.where(present[-1] > 0, longest, np.float32(0)), where=lately > 0)
    return {
        "mean": present.mean(axis=0),
        "at_end": present[-1],
        "left": days[LEFT].sum(axis=0),
        "short": short.max(axis=0),
        "meals": short.sum(axis=0) * np.float32(ensemble.twin.scenario.meals),
        "wait": np.minimum(wait, longest),
    }


def _side(ensemble: Ensemble, row: int, found: dict[str, Figures]) -> Side:
    present = ensemble.days[PRESENT, row]
    return Side(
        beds=int(ensemble.twin.beds[row]),
        by_day=tuple(_made(values) for values in bands(present)),
        over=overflow(ensemble.twin, row, present),
        **{name: _band(values) for name, values in found.items()},
    )


def _three(before: Figures, after: Figures) -> tuple[Band, Band, Band]:
    return _band(before), _band(after), _band(after - before)


def _band(values: Figures) -> Band:
    return _made(bands(values[None])[0])


def _made(values: NDArray[np.float64]) -> Band:
    """From mean, 5 %, half and 95 %."""
    return Band(float(values[1]), float(values[2]), float(values[3]))
