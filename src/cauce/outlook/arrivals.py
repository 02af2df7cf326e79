"""Arrivals by day from the journal, as they will stand once late entries came, and the days ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.db.models import Count
from django.db.models.functions import TruncDate

from cauce.access.actor import Actor
from cauce.corridor.selectors import local_day
from cauce.journal import clock
from cauce.outlook.forecasting import daily
from cauce.outlook.forecasting.backtest import Score, backtest
from cauce.outlook.forecasting.events import Push
from cauce.outlook.forecasting.hierarchy import ordered
from cauce.outlook.forecasting.series import Array, Place
from cauce.outlook.zones import zones_of_arrival
from cauce.people.models import Person

LOOKS_BACK = 120
LEAST = 14  # days with a forecast's worth of arrivals
FURTHEST = 14
AHEAD = (1, 7, 14)
JUDGED = 42  # origins of the backtest that stands beside


@dataclass(frozen=True, slots=True)
class Days:
    """Arrivals up to yesterday by day: `expected` in all; and `ahead` (days, 9) from today on.

    `table` (days, delays) is who arrived when, by how many days later that was entered.
    """

    first: date
    table: Array
    expected: Array
    ahead: Array

    @property
    def entered(self) -> Array:
        """(days) so far."""
        so_far: Array = self.table.sum(axis=1)
        return so_far

    @property
    def today(self) -> date:
        return self.first + timedelta(days=len(self.entered))


def days_for(actor: Actor, ahead: int = FURTHEST) -> Days | None:
    """Whole days only: today has not ended. None where fewer than LEAST days were seen."""
    actor.require("report.full")
    today = local_day("", clock.now())
    first = today - timedelta(days=LOOKS_BACK)
    since = clock.now() - timedelta(days=LOOKS_BACK + 2)
    table = _triangle(since, first, today)
    began = np.flatnonzero(table.sum(axis=1))
    if not len(began) or len(table) - began[0] < LEAST:
        return None
    table = table[began[0] :]
    first += timedelta(days=int(began[0]))
    found = daily.settled(table)
    widen = daily.unsure(float(found.entered[-1]))
    said = daily.forecast(found.counts, first.toordinal(), range(1, ahead + 1), widen)
    return Days(first, table, found.counts, ordered(said))


def record_of(days: Days) -> list[Score]:
    """How such forecasts did: made again on each of the past JUDGED days from what was entered by then, scored against
    what is expected to have come in all.
    """
    begun = days.first.toordinal()

    def then(day: int) -> tuple[Place, Push]:
        found = daily.settled(days.table[: day - begun + 1])
        return _place(begun, found.counts), Push(0.0, daily.unsure(float(found.entered[-1])))

    place = _place(begun, days.expected)
    return backtest(place, AHEAD, max(place.last - JUDGED, begun + LEAST - 1), then=then)


def _place(first: int, counts: Array) -> Place:
    return Place("", "day", first, counts, (), np.empty((0, len(counts))))


def _triangle(since: datetime, first: date, today: date) -> Array:
    """(days, delays): who arrived when, by how many days later that was entered. Who is registered is entered then."""
    table = np.zeros(((today - first).days, daily.LATEST + 1))
    for zone, where in zones_of_arrival():
        counted = (
            Person.objects.filter(where, arrived_at__gte=since)
            .annotate(came=TruncDate("arrived_at", tzinfo=zone), noted=TruncDate("registered_at", tzinfo=zone))
            .values_list("came", "noted")
            .annotate(Count("id"))
            .order_by()
        )
        for came, noted, people in counted:
            row = (came - first).days
            if 0 <= row < len(table):
                table[row, min(max((noted - came).days, 0), daily.LATEST)] += people
    return table
