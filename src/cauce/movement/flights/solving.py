"""The plan of returns: as good as can be proven in the time given. Pure.

Small instances go whole into an integer programme. Large ones: the greedy rule, so that there is an answer; a linear
programme and a tree over the charters (`searching`) for the bound and for which to fly; whole groups (`rounding`);
then the same worth for less money (`cheapening`). The search ends where the gap is small enough, in each of its two
threads on its own account, so the answer depends on the clock only where the clock ran out first.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from cauce.movement.flights.cheapening import cheaper
from cauce.movement.flights.exact import Effort, Programme, options
from cauce.movement.flights.greedy import greedy
from cauce.movement.flights.highs import Floats, Row
from cauce.movement.flights.instance import Instance
from cauce.movement.flights.plans import CENTS, Assignment, Plan, cost, made, worth
from cauce.movement.flights.relaxing import Relaxation, Solved
from cauce.movement.flights.rooms import Room
from cauce.movement.flights.rounding import flown, seat
from cauce.movement.flights.searching import Leaf, Tree
from cauce.movement.flights.seating import Seating
from cauce.movement.flights.staying import why_not

SMALL = 3_000  # binaries: up to here the whole programme is proven in a second or two
ENOUGH = 1e-3  # a proven gap that ends the search
NODES = 1_000_000  # as many as the time allows
TINY = 0.2  # seconds: below, the greedy rule answers


@dataclass(frozen=True)
class _Reach:
    """Shares of a charter at which it is taken as decided, and how many nodes and which share of the time
    to spend on the others.
    """

    no: float
    yes: float
    nodes: int
    until: float


NEAR, OTHER = _Reach(0.05, 0.95, 15, 0.5), _Reach(0.05, 0.95, 15, 0.72)
TURNS, EXCHANGED = 10, 14


def plan(instance: Instance, *, time_limit: float = 30.0, keep: Plan | None = None, change_cost: float = 0.0) -> Plan:
    """The best plan found within `time_limit` seconds, and an upper bound on what any plan is worth.

    With `keep`, a person who keeps the seat that plan gave counts for `change_cost` of weight more. The bound is then
    one on what is worth most with that counted in, and `value` is still the weight alone.
    """
    work = _Work(instance, time.monotonic(), time_limit, _kept(instance, keep, change_cost))
    work.offer(greedy(instance), "greedy")
    if time_limit >= TINY and work.best_value() < work.bound:
        movable = [g for g in instance.groups if not g.held and g.weight > 0]
        if len(instance.flights) + sum(options(instance, each) for each in movable) <= SMALL:
            _whole(work)
        else:
            _in_parts(work)
    elif time_limit >= TINY:
        _thrifty(work)
    return made(
        instance,
        work.best,
        bound=work.bound,
        seconds=time.monotonic() - work.begun,
        why_not=why_not(instance, work.best),
        method=work.method,
    )


def _kept(instance: Instance, keep: Plan | None, change_cost: float) -> dict[Assignment, float]:
    if keep is None or change_cost <= 0:
        return {}
    return {
        given: change_cost * instance.group[given.group].size
        for given in keep.assignments
        if given.group in instance.group
    }


@dataclass
class _Work:
    """The best plan so far, the smallest bound so far, and the clock."""

    instance: Instance
    begun: float
    limit: float
    bonus: Mapping[Assignment, float]
    best: list[Assignment] = field(default_factory=list)
    method: str = "greedy"
    bound: float = 0.0

    def __post_init__(self) -> None:
        able = [g for g in self.instance.groups if self.instance.charters(g) or self.instance.commercial_for(g)]
        self.bound = worth(able) + sum(self.bonus.values())

    def relaxation(self) -> Relaxation:
        movable = [g for g in self.instance.groups if not g.held and g.weight > 0]
        return Relaxation(self.instance, movable, Room.whole(self.instance), bonus=self.bonus)

    def until(self, share: float) -> float:
        """The reading of the clock when so large a share of the time is over; a tenth is kept for the end."""
        return self.begun + share * 0.9 * self.limit

    def score(self, given: list[Assignment]) -> float:
        return worth(self.instance.group[each.group] for each in given) + sum(
            self.bonus.get(each, 0.0) for each in given
        )

    def best_value(self) -> float:
        return self.score(self.best)

    def offer(self, given: list[Assignment], method: str = "optimised") -> None:
        """Take it where it is worth more, or as much and costs less. Never one that is over the budget."""
        given = _affordable(self.instance, given)
        mine, theirs = self.best_value(), self.score(given)
        same = abs(theirs - mine) <= 1e-9 * max(1.0, mine)
        saved = cost(self.instance, self.best) - cost(self.instance, given)
        if (same and saved > 1e-9) or (theirs > mine and not same):
            self.best = given
        self.method = method

    def enough(self) -> bool:
        return self.bound - self.best_value() <= ENOUGH * self.best_value()


def _affordable(instance: Instance, given: list[Assignment]) -> list[Assignment]:
    """The same, less those worth least where sums in the last digit exceed the budget."""
    given = list(given)
    while given and cost(instance, given) > instance.budget * (1 + CENTS):
        given.remove(min(given, key=lambda each: (instance.group[each.group].value, each.group)))
    return given


def _whole(work: _Work) -> None:
    """All of a small instance as one integer programme: first the worth, then the cost of that worth."""
    instance = work.instance
    movable = [g for g in instance.groups if not g.held and g.weight > 0]
    programme = Programme(instance, movable, Room.whole(instance))
    answer = programme.solve(Effort(work.until(0.5) - time.monotonic()), work.bonus)
    if answer.found:
        work.offer(list(answer.assignments))
    work.bound = min(work.bound, max(answer.bound, work.best_value()))
    if answer.found and answer.proven:
        least = work.best_value() * (1 - 1e-9) - 1e-9
        again = programme.solve(Effort(work.until(1) - time.monotonic()), work.bonus, least)
        if again.found:
            work.offer(list(again.assignments))
    elif not answer.proven:
        _in_parts(work)


def _in_parts(work: _Work) -> None:
    """The bound by a tree over all charters; beside it, on the second core, one over the likely ones for a leaf."""
    relaxation = work.relaxation()
    tree = Tree(relaxation)
    root = tree.root(work.until(0.6))
    work.bound = min(work.bound, root.bound)
    if not root.optimal:
        return
    relaxation.purge()
    share = root.values[: relaxation.x_at]
    near = _below(relaxation, share, NEAR, work, best=None)
    leaf = near.best or _rounded(relaxation, root)
    _seated(work, relaxation, leaf)
    if not work.enough():
        with ThreadPoolExecutor(1) as second:
            beside = second.submit(_otherwise, work, relaxation, list(relaxation.rows), share, leaf)
            tree.best = near.best
            tree.run(NODES, work.until(0.72))
            elsewhere, other = beside.result()
        work.bound = min(work.bound, tree.bound)
        better = [each for each in (tree.best, other) if each and each is not leaf]
        if better:
            found = max(better, key=lambda each: each.gain)
            _seated(work, relaxation if found is tree.best else elsewhere, found)
    _thrifty(work)


def _below(
    relaxation: Relaxation,
    share: Floats,
    reach: _Reach,
    work: _Work,
    best: Leaf | None,
    fixed: Mapping[int, int] | None = None,
) -> Tree:
    """The tree in which the charters that an optimum leaves in little doubt are taken as decided."""
    decided = {k: int(value > 0.5) for k, value in enumerate(share) if value < reach.no or value > reach.yes}
    tree = Tree(relaxation, {**decided, **(fixed or {})}, best)
    tree.root(work.until(0.6))
    tree.run(reach.nodes, work.until(reach.until))
    return tree


def _otherwise(work: _Work, like: Relaxation, rows: list[Row], share: Floats, leaf: Leaf) -> tuple[Relaxation, Leaf]:
    """A better leaf, if one of the charters that the root leaves in doubt is decided otherwise than in this one."""
    relaxation = work.relaxation()
    relaxation.adopt(rows[like.lasting :])
    best, end = leaf, work.until(0.72)
    doubt = np.minimum(share, 1 - share)
    tried: set[tuple[int, int]] = set()
    for _ in range(TURNS):
        before = best
        for flight in [int(k) for k in np.argsort(-doubt, kind="stable")[:EXCHANGED] if doubt[k] > 0]:
            fixed = {flight: 1 - best.fixed.get(flight, 0)}
            if (flight, fixed[flight]) in tried or time.monotonic() > end:
                continue
            tried.add((flight, fixed[flight]))
            solved = relaxation.solve(fixed, end, rounds=2)
            if solved.optimal and solved.bound > best.gain:
                best = _below(relaxation, solved.values[: relaxation.x_at], OTHER, work, best, fixed).best or best
        if best is before:
            break
    return relaxation, best


def _rounded(relaxation: Relaxation, root: Solved) -> Leaf:
    """No leaf in time: the charters most of which the root flies, as long as the money reaches."""
    share, left, fixed = root.values[: relaxation.x_at], relaxation.room.money, {}
    for flight in sorted(range(len(share)), key=lambda k: (-share[k], k)):
        price = relaxation.open[flight].price
        fixed[flight] = int(share[flight] >= 0.5 and price <= left)
        left -= price * fixed[flight]
    return Leaf(fixed, root, 0.0)


def _seated(work: _Work, relaxation: Relaxation, leaf: Leaf) -> None:
    start = Seating(work.instance, flown(relaxation, leaf.fixed))
    done = seat(relaxation, leaf, start, work.until(0.92))
    work.offer(list(done.given.values()))


def _thrifty(work: _Work) -> None:
    """As much worth for less money, if the time left reaches for it."""
    if work.best and not work.bonus and time.monotonic() < work.until(0.8):
        work.offer(cheaper(work.instance, work.best, work.until(0.97)))
