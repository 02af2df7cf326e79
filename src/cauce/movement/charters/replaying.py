"""What `cauce plan returns --replay` says: a year booked day by day beside the same year known beforehand."""

from __future__ import annotations

import json
from dataclasses import asdict

from cauce.movement.flights.rolling import replay


def told_of_replay(seed: int, days: int, time_limit: float, *, as_json: bool) -> str:
    """The result as text, or as JSON. Nobody in it is real, and no store is opened."""
    found = replay(seed, days, time_limit)
    if as_json:
        return json.dumps({"seed": seed, "days": days, **asdict(found)})
    return "\n".join(
        (
            f"{days} invented days, seed {seed}: {found.people:,} people on {found.charters} charters and by ticket, "
            f"{found.spent:,.0f} of {found.budget:,.0f} spent",
            f"worth {found.policy_value:,.0f}, booked without knowing who comes next; "
            f"at most {found.hindsight_value:,.0f} with all known beforehand",
            f"{100 * found.ratio:.2f} % of hindsight",
        )
    )
