"""The same groups moved for less money: the second thing that is asked of a plan. Pure."""

from __future__ import annotations

import time

from cauce.movement.flights.exact import Effort, Programme, options
from cauce.movement.flights.instance import Instance
from cauce.movement.flights.plans import Assignment, cost, worth
from cauce.movement.flights.relaxing import Relaxation, Solved
from cauce.movement.flights.rooms import Room
from cauce.movement.flights.rounding import flown, seat
from cauce.movement.flights.searching import Tree
from cauce.movement.flights.seating import Seating

SMALL = 3_000
NODES = 12
IN_DOUBT = 0.05
WORTH_IT = 1e-4  # of what is spent: a saving below is not looked for


def cheaper(instance: Instance, given: list[Assignment], until: float) -> list[Assignment]:
    """Assignments of the same groups that cost less, or the same assignments. Any charter on offer may be flown."""
    moved = [instance.group[each.group] for each in given]
    spent = cost(instance, given)
    least = worth(moved) * (1 - 1e-9)
    if len(instance.flights) + sum(options(instance, each) for each in moved) <= SMALL:
        programme = Programme(instance, moved, Room.whole(instance))
        answer = programme.solve(Effort(until - time.monotonic()), least=least)
        return list(answer.assignments) if answer.found else given
    room = Room(money=min(spent, instance.budget), open=instance.flights)
    relaxation = Relaxation(instance, moved, room, least=least)
    root = Tree(relaxation).root(until)
    if not root.optimal or -root.bound > spent * (1 - WORTH_IT):
        return given
    relaxation.purge()
    tree = _likely(relaxation, root, {each.flight for each in given}, until)
    if tree.best is None:
        return given
    done = seat(relaxation, tree.best, Seating(instance, flown(relaxation, tree.best.fixed)), until)
    found = list(done.given.values())
    return found if len(found) == len(given) and cost(instance, found) < spent else given


def _likely(relaxation: Relaxation, root: Solved, flown_now: set[str], until: float) -> Tree:
    """Charters that fly now or that the root would rather fly; if none of that works out, just those that fly now."""
    share = root.values[: relaxation.x_at]
    now = {k: int(flight.id in flown_now) for k, flight in enumerate(relaxation.open)}
    sure = {k: 1 for k, value in enumerate(share) if value > 1 - IN_DOUBT}
    never = {k: 0 for k, value in enumerate(share) if value < IN_DOUBT and not now[k]}
    tree = Tree(relaxation, sure | never)
    tree.root(until)
    tree.run(NODES, (time.monotonic() + until) / 2)
    if tree.best is None:
        tree = Tree(relaxation, now)
        tree.root(until)
        tree.run(1, until)
    return tree
