"""How likely a place is to have more people than beds within some days: the simulation asked from today's caseload."""

from __future__ import annotations

from datetime import date, timedelta

from cauce.access.actor import Actor
from cauce.corridor.shape import WarningRule
from cauce.journal.errors import CauceError
from cauce.outlook.warning.figures import arrivals

REPLICATIONS = 200


def overflow(rule: WarningRule, day: date, by: Actor) -> float | None:
    """The probability that the place has more people than beds within the rule's days, from today's caseload.

    Arrivals go on as in the last week. None where the corridor file does not say enough to simulate.
    """
    from cauce.outlook.simulation import caseload, results
    from cauce.outlook.simulation.engines import simulate
    from cauce.outlook.simulation.kernels.layout import PRESENT
    from cauce.outlook.simulation.scenario import Arrivals, Scenario
    from cauce.outlook.simulation.twin import build

    week = sum(arrivals(day - timedelta(days=7), day - timedelta(days=1)).values()) / 7
    corridor, changes, today = caseload.corridor_for(by)
    try:
        twin = build(corridor, Scenario(arrivals=Arrivals(per_day=week)), today, days=rule.over_days, changes=changes)
        begun = caseload.begun_for(by, twin)
        ensemble = simulate(caseload.rest_of_today(twin), REPLICATIONS, engine="cohort", begun=begun)
    except CauceError:
        return None
    row = twin.places.index(rule.place)
    return results.overflow(twin, row, ensemble.days[PRESENT][row]).probability
