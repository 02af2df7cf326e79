"""Which charters to fly: a tree over them, each node a linear programme. Pure.

Groups are many and small, so their fractions cost little (`rounding` makes them whole); what is hard are the charters.
Nodes are taken best bound first and followed down, the charter most in doubt first; a node is done when its bound is
within `CLOSED` of the best leaf. What the tree proves is the largest bound of any node that is open or was done.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from cauce.movement.flights.highs import Floats
from cauce.movement.flights.relaxing import Relaxation, Solved

CLOSED = 7e-4
WHOLE = 1e-5


@dataclass(frozen=True)
class Leaf:
    """Charters flown or not (1 or 0 each), and the optimum with the groups still in parts."""

    fixed: Mapping[int, int]
    solved: Solved
    gain: float


@dataclass
class Tree:
    """The search below some charters already fixed; `run` may be called again to go on."""

    relaxation: Relaxation
    base: Mapping[int, int] = field(default_factory=dict)
    best: Leaf | None = None
    nodes: int = 0

    def __post_init__(self) -> None:
        self._open: list[tuple[float, int, dict[int, int]]] = []
        self._done = -np.inf
        self._count = 0
        self._prices = np.sqrt([flight.price + 1.0 for flight in self.relaxation.open])

    @property
    def bound(self) -> float:
        """No plan below the fixed charters gains more."""
        return max([self._done, *(-bound for bound, _, _ in self._open[:1])])

    @property
    def finished(self) -> bool:
        return not self._open

    def root(self, until: float) -> Solved:
        """The optimum with every charter in parts."""
        solved = self.relaxation.solve(self.base, until)
        self._push(solved.bound, dict(self.base))
        return solved

    def run(self, nodes: int, until: float) -> None:
        """Go on for so many nodes at most, until that reading of the clock."""
        last = self.nodes + nodes
        while self._open and self.nodes < last and time.monotonic() < until:
            bound, _, fixed = heapq.heappop(self._open)
            if self._hopeless(-bound):
                self._done = max(self._done, -bound, *(-other for other, _, _ in self._open[:1]))
                self._open = []
                return
            self._dive(-bound, fixed, last, until)

    def _dive(self, bound: float, fixed: dict[int, int], last: int, until: float) -> None:
        while True:
            if self.nodes >= last or time.monotonic() >= until:
                self._push(bound, fixed)
                return
            self.nodes += 1
            solved = self.relaxation.solve(fixed, until, rounds=2)
            bound = min(bound, solved.bound)
            if solved.infeasible:
                return
            if not solved.optimal:  # no time, or the solver gave up: the bound stands, and nothing more is known
                self._done = max(self._done, bound)
                return
            if self._hopeless(bound):
                self._done = max(self._done, bound)
                return
            branch = self._branch(solved.values)
            if branch is None:
                self._done = max(self._done, bound)
                self._leaf(solved)
                return
            flight, value = branch
            self._push(bound, {**fixed, flight: 1 - value})
            fixed = {**fixed, flight: value}

    def _hopeless(self, bound: float) -> bool:
        return self.best is not None and bound <= self.best.gain + CLOSED * abs(self.best.gain)

    def _push(self, bound: float, fixed: dict[int, int]) -> None:
        self._count += 1
        heapq.heappush(self._open, (-bound, self._count, fixed))

    def _branch(self, values: Floats) -> tuple[int, int] | None:
        """The charter most in doubt, dear ones first, and what to try first; None where none is."""
        share = values[: self.relaxation.x_at]
        doubt = np.minimum(share, 1 - share)
        if not len(share) or doubt.max() <= WHOLE:
            return None
        flight = int(np.argmax(doubt * self._prices))
        return flight, int(share[flight] > 0.4)

    def _leaf(self, solved: Solved) -> None:
        gain = float(self.relaxation.gain @ solved.values)
        if self.best is None or gain > self.best.gain:
            share = solved.values[: self.relaxation.x_at]
            self.best = Leaf({flight: round(float(value)) for flight, value in enumerate(share)}, solved, gain)
