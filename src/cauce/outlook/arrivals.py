"""Arrivals by day from the journal, as they will stand once late entries came, and the days ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Substr, Trunc

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force, local_day, zone_of
from cauce.journal import clock
from cauce.journal.models import Entry
from cauce.outlook.forecasting import daily
from cauce.outlook.forecasting.backtest import Score, backtest
from cauce.outlook.forecasting.events import Push
from cauce.outlook.forecasting.hierarchy import ordered
from cauce.outlook.forecasting.series import Array, Place
from cauce.people.models import Person

LOOKS_BACK = 120
LEAST = 14  # days with a forecast's worth of arrivals
FURTHEST = 14
AHEAD = (1, 7, 14)
_REST = "0000-00-00T00:00:00.000000Z"
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
    """(days, delays): who arrived when, by how many days later that was entered into the journal.

    The store counts by the hour, or by the minute where a place's clock is not whole hours from UTC.
    """
    table = np.zeros(((today - first).days, daily.LATEST + 1))
    odd = any(_odd(place.id, since) for place in in_force().places)
    told = Entry.objects.filter(name="people.person_registered", person=OuterRef("id")).order_by("id")
    counted = (
        Person.objects.filter(arrived_at__gte=since)
        .annotate(
            came=Trunc("arrived_at", "minute" if odd else "hour"),
            noted=Subquery(told.annotate(when=Substr("recorded_at", 1, 16 if odd else 13)).values("when")[:1]),
        )
        .values_list("arrived_place", "came", "noted")
        .annotate(Count("id"))
    )
    for place, came, noted, people in counted:
        day = local_day(place, came)
        entered = local_day(place, clock.unstamp(noted + _REST[len(noted) :])) if noted else day
        row = (day - first).days
        if 0 <= row < len(table):
            table[row, min(max((entered - day).days, 0), daily.LATEST)] += people
    return table


def _odd(place: str, moment: datetime) -> bool:
    return bool(moment.astimezone(zone_of(place)).minute != moment.minute)
