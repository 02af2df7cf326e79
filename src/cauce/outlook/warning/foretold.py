"""The days ahead for partners: reckoned from what they were told of each day, so that it tells no more. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from cauce.outlook.forecasting import daily
from cauce.outlook.forecasting.hierarchy import ordered
from cauce.outlook.warning import bulletin, partner
from cauce.outlook.warning.quiet import with_quiet_days

LEAST = 14  # days whose total was told
FURTHEST = 14
RARELY = 1e-3  # a day on which nobody came looks so rarely, with its noise, like one on which somebody did


def ahead_of(days: Mapping[date, partner.Said], day: date, below: int, noise: float = 0.0) -> list[dict[str, Any]]:
    """Bands from `day` on, from the totals that were told of `days`, and from how many were not, being under `below`.

    Days before the first on which people are seen to have come (whatever the epsilon of the `noise`) are not counted: a
    store that has just begun tells nobody of them, and knows nothing. Empty where fewer than LEAST that were told are
    left. The last week's mean stands beside only where all seven were told.
    """
    first = day - timedelta(days=max(bulletin.PERIODS))
    told = [days[first + timedelta(days=at)]["total"] for at in range((day - first).days)]
    counts = np.array([np.nan if people is None else people for people in told], float)
    seen = np.flatnonzero(np.isnan(counts) | (counts > partner.nobody(noise, RARELY)))
    begun = int(seen[0]) if len(seen) else len(counts)
    counts = counts[begun:]
    if np.isfinite(counts).sum() < LEAST:
        return []
    filled = with_quiet_days(counts, first.toordinal() + begun, below)
    known = np.flatnonzero(np.isfinite(filled))
    since = len(filled) - 1 - int(known[-1])  # the forecast goes from the last day that is known
    horizons = range(since + 1, since + FURTHEST + 1)
    said = daily.forecast(filled[known[0] : known[-1] + 1], first.toordinal() + begun + int(known[0]), horizons)
    week = counts[-7:]
    naive = float(week.mean()) if np.isfinite(week).all() else None
    return bulletin.ahead(day, ordered(said).tolist(), naive)
