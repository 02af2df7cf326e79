"""Either engine by its name."""

from __future__ import annotations

from cauce.outlook.simulation.begun import Begun
from cauce.outlook.simulation.cohort import cohorts
from cauce.outlook.simulation.ensemble import Ensemble, individuals
from cauce.outlook.simulation.twin import Twin


def simulate(
    twin: Twin, replications: int, *, engine: str = "individual", begun: Begun | None = None, workers: int = 0
) -> Ensemble:
    """`replications` of the engine of that name, "individual" or "cohort"."""
    if engine == "cohort":
        return cohorts(twin, replications, begun=begun)
    return individuals(twin, replications, begun=begun, workers=workers)
