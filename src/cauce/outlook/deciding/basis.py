"""What a simulation from today begins with, read from the store once and kept while nothing new is recorded."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.db.models import Count
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.calendar import QuotaChange
from cauce.corridor.shape import Corridor
from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.journal.models import Entry, Node
from cauce.outlook.arrivals import LOOKS_BACK, days_for
from cauce.outlook.forecasting.issue import Forecast, paths
from cauce.outlook.forecasting.scores import MIDDLE
from cauce.outlook.forecasting.series import ALL, Array
from cauce.outlook.simulation import caseload
from cauce.outlook.simulation.begun import Begun
from cauce.outlook.simulation.scenario import Arrivals, Crowd, Scenario
from cauce.outlook.simulation.twin import build
from cauce.outlook.warning.figures import arrivals as counted
from cauce.people.models import Person, Stay

WEEK = 7
PATHS = 400
PRESENT_AT_MOST = 60_000
"""People whom a page asks about in a second or so; for more there is the command."""
_LARGEST = 60
_WORTH_KEEPING, _KEPT_FOR = 0.5, 60.0  # seconds of a processor; seconds


@dataclass(frozen=True, slots=True)
class Basis:
    """Who is there, who comes, and what the corridor is, as of `read_at`.

    `paths` [PATHS, days] are people a day as the forecast from the journal has them, None where too few days are known:
    then `arrivals` a day is the mean of the `days_counted` whole days before (the forecast's first week otherwise), or
    `so_far`, those of today, where these are more already than on any of those days. `most` came on one day of late.
    `sizes` are shares of groups of 1, 2, 3 … and `child_share` of children among those who came in the last week.
    """

    corridor: Corridor
    changes: tuple[QuotaChange, ...]
    day: date
    begun: Begun
    arrivals: float
    days_counted: int
    paths: Array | None
    sizes: tuple[float, ...]
    child_share: float
    read_at: datetime
    so_far: int = 0
    mean: float = 0.0
    most: int = 0

    @property
    def as_today(self) -> bool:
        """Whether arrivals go on as today's, which are more than on any day that is known."""
        return self.paths is None and self.arrivals > self.mean


_kept: dict[str, tuple[str, float, float, Basis]] = {}  # node -> head, when, cost, basis


def basis_for(actor: Actor, *, at_most: int | None = None) -> Basis:
    """The basis of now. Where reading it takes long, one of the last minute will do although more was recorded since.

    Refused where more than `at_most` people are present, PRESENT_AT_MOST when nothing is given.
    """
    actor.require("report.full")
    node = Node.here()
    mark = Entry.objects.order_by("-id").values_list("hash", flat=True).first() or ""
    kept = _kept.get(node.name)
    if kept and kept[3].day == caseload.corridor_for(actor)[2]:
        fresh = kept[2] >= _WORTH_KEEPING and time.monotonic() - kept[1] < _KEPT_FOR
        if kept[0] == mark or fresh:
            return kept[3]
    present = Stay.objects.filter(until__isnull=True).count()
    if present > (PRESENT_AT_MOST if at_most is None else at_most):
        said = _(
            "%(people)s people are present: more than a page simulates while others wait. Use the command instead: "
            "cauce outlook compare TODAY.toml CHANGED.toml --from-today --engine cohort."
        )
        raise Refused(said % {"people": present}, code="too_many_for_a_page")
    start = time.thread_time()
    basis = _read(actor)
    _kept.clear()
    _kept[node.name] = (mark, time.monotonic(), time.thread_time() - start, basis)
    return basis


def _read(actor: Actor) -> Basis:
    corridor, changes, day = caseload.corridor_for(actor)
    twin = build(corridor, Scenario(arrivals=Arrivals(per_day=0.0)), day, days=1, changes=changes)
    sizes, child_share = _crowd(day)
    lately = _lately(day)
    mean, days_counted = _mean(day, lately)
    so_far, most = lately[day], max(lately.values(), default=0)
    before = max((people for on, people in lately.items() if day - timedelta(days=WEEK) <= on < day), default=0)
    expected = float(so_far) if so_far > before else mean
    ahead = days_for(actor)
    drawn = None
    if ahead is not None:
        issued = Forecast("", "day", 0, (ALL,), ahead.ahead[None], ahead.ahead, ahead.ahead)
        drawn = paths(issued, PATHS, seed=1)
        expected = float(ahead.ahead[:WEEK, MIDDLE].mean())
    return Basis(
        corridor, tuple(changes), day, caseload.begun_for(actor, twin), expected, days_counted, drawn, sizes,
        child_share, clock.now(), so_far, mean, most,
    )  # fmt: skip


def _lately(day: date) -> Counter[date]:
    """People by day over the last months, today's so far among them."""
    came: Counter[date] = Counter()
    for (on, _place, _who), people in counted(day - timedelta(days=LOOKS_BACK), day).items():
        came[on] += people
    return came


def _mean(day: date, lately: Counter[date]) -> tuple[float, int]:
    """People a day over the whole days of the past week since anybody came, and how many days these are."""
    week = {on: people for on, people in lately.items() if day - timedelta(days=WEEK) <= on < day}
    if not week:
        return 0.0, 0
    days = (day - min(week)).days
    return sum(week.values()) / days, days


def _crowd(day: date) -> tuple[tuple[float, ...], float]:
    """Shares of groups of 1, 2, 3 … people and of children, of those who came within a week; all alone where nobody."""
    since = clock.now() - timedelta(days=WEEK)
    recent = Person.objects.filter(arrived_at__gte=since)
    groups = Counter(
        min(people, _LARGEST)
        for people in recent.values_list("group_id").annotate(n=Count("id")).values_list("n", flat=True)
    )
    if not groups:
        return Crowd().sizes, 0.0
    many = sum(groups.values())
    sizes = tuple(round(groups[size] / many, 6) for size in range(1, max(groups) + 1))
    children = recent.filter(adult_on__gt=day).count()
    return sizes, children / recent.count()


def means_over(basis: Basis, days: int, per_day: float) -> Array | None:
    """People a day [PATHS, days] of the forecast, scaled to `per_day`; after its end as in its last week, path by path.

    None where there is no forecast.
    """
    if basis.paths is None:
        return None
    known = basis.paths[:, :days]
    later = np.repeat(known[:, -WEEK:].mean(axis=1, keepdims=True), max(0, days - known.shape[1]), axis=1)
    found: Array = np.concatenate([known, later], axis=1) * (per_day / basis.arrivals if basis.arrivals else 1.0)
    return found
