"""Who is in the corridor on the first morning, as arrays: a caseload of groups. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cauce.outlook.simulation.kernels.layout import BITS, C_GROUPS, C_PERSONS, N_BATCHES, People, State

_KEYS = 1 << 50  # apart from the numbers of those who come later


@dataclass(frozen=True, slots=True)
class Begun:
    """G groups. `place`: rows of the twin; `since`, `held`: ticks from the first midnight, `since` before it (≤ 0).

    `info` is `kernels.people.traits`' word; `done` has the bits of the desks that all members have passed.
    """

    place: NDArray[np.int64]
    since: NDArray[np.int64]
    here: NDArray[np.int64]
    info: NDArray[np.int32]
    done: NDArray[np.int32]
    held: NDArray[np.int64]
    keys: NDArray[np.int64]

    @property
    def people(self) -> int:
        return int((self.info & 255).sum())

    def put(self, p: People, s: State) -> None:
        """Into the arrays of a replication: one batch a place that comes at midnight, longest there first."""
        groups = len(self.place)
        if not groups:  # nobody is there yet
            return
        order = np.lexsort((self.since, self.place))
        sizes = (self.info & 255)[order].astype(np.int64)
        rows = p.group[:groups]
        for name in ("since", "info", "done", "held"):
            rows[name] = getattr(self, name)[order]
        rows["key"] = _KEYS // 64 + self.keys[order]
        rows["pending"] = 0
        rows["first"] = np.concatenate(([0], np.cumsum(sizes)[:-1]))
        p.group_of[: sizes.sum()] = np.repeat(np.arange(groups, dtype=np.int32), sizes)
        places = self.place[order]
        follows = np.arange(1, groups + 1, dtype=np.int32)
        last = np.append(places[1:] != places[:-1], True)
        follows[last] = -1
        rows["link"] = follows
        for first in np.flatnonzero(np.insert(last[:-1], 0, True)):
            row = places[first]
            s.inbox[row, 0], s.place[row, N_BATCHES] = (0, first), 1
        s.counters[C_GROUPS], s.counters[C_PERSONS] = groups, sizes.sum()


assert _KEYS // 64 > 1 << BITS
