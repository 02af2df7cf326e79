"""When a warning is raised and when it ends, from counts by day alone: the same days give the same states. Pure.

A warning is quiet until its measure reaches `raise_at`. From the first day on which the measure lies below
`clear_below` the days to its end are counted; when they are over it is quiet. A measure that reaches `raise_at` again
meanwhile starts all over. Between the two levels nothing changes, so that a number that wavers does not make the
warning flicker. The pattern is that of the United States' rule of June 2024 on asylum at its southern border: suspended
at a mean of seven days of 2,500 or more, lifted 14 days after it fell below 1,500.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from cauce.corridor.shape import WarningRule

QUIET, RAISED, CLEARING = "quiet", "raised", "clearing"
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class State:
    """How a warning stands at the end of a day: since when, its measure, and when it ends if nothing changes."""

    rule: WarningRule
    day: date
    state: str
    since: date | None  # when it was raised; None while it is quiet
    measure: float | None  # None: too few days are known
    ends: date | None = None  # while it is clearing

    @property
    def stands(self) -> bool:
        return self.state != QUIET


def run(rule: WarningRule, first: date, measures: Sequence[float | None], since: date | None = None) -> list[State]:
    """The state at the end of each day from `first` on. A day without a measure changes nothing.

    `since` a day before the first it stood already; None: it was quiet.
    """
    states: list[State] = []
    begun: date | None = None  # the first day below, of the days that count
    for at, measure in enumerate(measures):
        day = first + timedelta(days=at)
        if measure is not None:
            if measure >= rule.raise_at:
                since, begun = since or day, None
            elif measure < rule.clear_below:
                begun = begun or day
            elif rule.must_hold:
                begun = None
        end = begun + timedelta(days=rule.clear_after_days) if since and begun else None
        if end is not None and day >= end:
            since = begun = end = None
        state = QUIET if since is None else CLEARING if end else RAISED
        states.append(State(rule, day, state, since, measure, end))
        begun = begun if since else None
    return states


def settled(rule: WarningRule, first: date, measures: Sequence[float | None]) -> bool:
    """Whether the last state is the same however things stood before `first`."""
    before = first - timedelta(days=1)
    return run(rule, first, measures)[-1:] == run(rule, first, measures, before)[-1:]


def measured(rule: WarningRule, counts: Array) -> list[float | None]:
    """The measure of each day. `counts`: (days, nationalities) people who arrived; only for level, rise and mix."""
    days, over = len(counts), rule.over_days
    sums = np.concatenate((np.zeros((1, counts.shape[1])), np.cumsum(counts, axis=0)))
    found: list[float | None] = []
    for end in range(1, days + 1):
        now = sums[end] - sums[end - over] if end >= over else None
        before = sums[end - over] - sums[end - 2 * over] if end >= 2 * over else None
        found.append(_measure(rule, now, before))
    return found


def _measure(rule: WarningRule, now: Array | None, before: Array | None) -> float | None:
    if now is None:
        return None
    if rule.measure == "level":
        return float(now.sum() / rule.over_days)
    # Where hardly anybody came there is no rise and no mix: a family more would be both.
    if before is None or before.sum() < rule.over_days or now.sum() < rule.over_days:
        return None if before is None else 0.0
    if rule.measure == "rise":
        return float(now.sum() / before.sum())
    return float(np.abs(now / now.sum() - before / before.sum()).sum() / 2)


def table_of(counts: Mapping[tuple[date, str], int], first: date, days: int) -> Array:
    """(days, nationalities) from people by day and nationality; days without anybody are zeros."""
    names = sorted({nationality for _day, nationality in counts})
    table = np.zeros((days, max(1, len(names))))
    for (day, nationality), people in counts.items():
        at = (day - first).days
        if 0 <= at < days:
            table[at, names.index(nationality)] += people
    return table
