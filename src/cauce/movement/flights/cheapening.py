"""The same groups moved for less money: the second thing that is asked of a plan. Pure."""

from __future__ import annotations

import time

from cauce.movement.flights.exact import Effort, Programme, options
from cauce.movement.flights.instance import Instance
from cauce.movement.flights.plans import Assignment, cost, worth
from cauce.movement.flights.relaxing import Relaxation
from cauce.movement.flights.rooms import Room
from cauce.movement.flights.rounding import flown, seat
from cauce.movement.flights.searching import Tree
from cauce.movement.flights.seating import Seating

SMALL = 3_000
NODES = 30
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
    tree = Tree(relaxation)
    root = tree.root(until)
    if not root.optimal or -root.bound > spent * (1 - WORTH_IT):
        return given
    tree.run(NODES, until)
    if tree.best is None:
        return given
    done = seat(relaxation, tree.best, Seating(instance, flown(relaxation, tree.best.fixed)), until)
    found = list(done.given.values())
    return found if len(found) == len(given) and cost(instance, found) < spent else given
