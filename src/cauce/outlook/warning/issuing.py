"""A bulletin is issued: counts, bands and warnings are put together, kept, and partners are told what they may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Min

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force, local_day
from cauce.corridor.shape import WarningRule
from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.journal.events import new_id
from cauce.journal.guard import refusals
from cauce.journal.models import Node
from cauce.journal.services import lock_head, record
from cauce.outlook.counting.arrived import first_day
from cauce.outlook.events import BulletinIssued, FiguresPublished
from cauce.outlook.models import Bulletin, Published, Told
from cauce.outlook.report import Figure
from cauce.outlook.warning import bulletin, partner, rules
from cauce.outlook.warning.daily_told import beside_reports
from cauce.outlook.warning.figures import arrivals, present
from cauce.outlook.warning.foretold import ahead_of
from cauce.outlook.warning.overflowing import overflow

LOOKS_BACK = 120  # days from which the states of warnings nearly always follow

LEAST_NOISE, MOST_NOISE = 0.001, 100.0  # epsilon: with less nothing but noise is told, with more nobody is hidden


@dataclass(frozen=True, slots=True)
class Issued:
    """One edition of a bulletin, as plain values; `id` of the one that is kept."""

    id: str
    day: date
    corridor: str
    edition: str  # full, partner
    training: bool
    said: dict[str, Any]


def issue(*, by: Actor, edition: str = "full", noise: float | None = None) -> Issued:
    """Say what is coming as of today, keep it, and return it in that edition ("full" or "partner").

    `noise`: partners see every cell with noise of so much epsilon a day, instead of small ones hidden. A day that they
    were told of is always told the same. None: as they were told so far, with 0 small cells hidden. Raises NotAllowed;
    Refused for a noise that is no positive number, or another than that with which they were told of these days.
    """
    by.require("outlook.issue")
    if edition == "full":
        by.require("report.full")
    if noise and not LEAST_NOISE <= noise <= MOST_NOISE:
        raise Refused(
            f"{noise:g} is no privacy that can be kept: give a number from {LEAST_NOISE:g} to {MOST_NOISE:g}, as 1. "
            "Smaller hides more."
        )
    # What is told of a day is told for good: it has to be over at every place.
    day = min(local_day(place.id, clock.now()) for place in in_force().places)
    with refusals(), transaction.atomic():
        lock_head()
        kind = _kept_to(day, noise)
        counts = arrivals(day - timedelta(days=LOOKS_BACK), day - timedelta(days=1))
        last = Bulletin.objects.filter(day__lt=day).order_by("-day", "-issued_at").first()
        figures = _figures(day, counts, last, by)
        days = _told_days(day, counts, kind, by)
        fact = BulletinIssued(id=new_id(), day=day, figures=figures)
        record(fact, by=by)
    below = in_force().suppress_below
    said = figures if edition == "full" else for_partners(figures, days, day, kind, below)
    return Issued(str(fact.id), day, in_force().name, edition, Node.here().training, said)


def kind_of(day: date) -> float | None:
    """The epsilon of the noise with which partners were first told of the days before `day`, 0 where small cells were
    hidden. None: they were told of none.
    """
    told = Published.objects.filter(day__gte=day - timedelta(days=max(bulletin.PERIODS)), day__lt=day)
    first = told.order_by("at", "noise").first()
    return first.noise if first else None


def _kept_to(day: date, wanted: float | None) -> float:
    """The kind of figures of a bulletin: of the same days both would tell more than each."""
    known = kind_of(day)
    if known is not None and wanted is not None and wanted != known:
        how = f"with noise of epsilon {known:g}" if known else "with small numbers hidden"
        raise Refused(
            f"Partners were told of days of this bulletin {how}, and figures of another kind besides would tell more. "
            "Ask for the same kind, or leave --privacy out: then it is kept to."
        )
    return wanted or 0.0 if known is None else known


def for_partners(
    figures: Mapping[str, Any], days: Mapping[date, partner.Said] | None, day: date, noise: float, below: int
) -> dict[str, Any]:
    """What partners hear of a bulletin: counts and forecast from what they were told of `days`, none where it is None.

    Cells under `below` are hidden in these. The forecast of the full edition would tell them, and take noise away.
    """
    counts: dict[str, Any] = {"arrivals": {}, "present": {}, "ahead": []}
    if days is not None:
        counts = {**bulletin.for_partners(days, day), "ahead": ahead_of(days, day, below, noise)}
    warnings = [_without_value(one) for one in figures["warnings"]]
    return {**figures, **counts, "edition": "partner", "noise": noise, "warnings": warnings}


def _figures(day: date, counts: dict[bulletin.Key, int], last: Bulletin | None, by: Actor) -> dict[str, Any]:
    before = {one["id"]: one["state"] for one in last.figures.get("warnings", [])} if last else {}
    states = [found[-1] for found in (_states(rule, day, counts, by) for rule in in_force().warnings) if found]
    return {
        "edition": "full",
        **bulletin.counted(counts, day, present()),
        "ahead": _ahead(day, counts, by),
        "warnings": bulletin.warned(states, before),
        "before": last.day.isoformat() if last else None,
    }


def _states(rule: WarningRule, day: date, counts: dict[bulletin.Key, int], by: Actor) -> list[rules.State]:
    """The states of a rule, the last of them at the end of yesterday.

    An overflow is a probability of days to come: its past is what the bulletins before this one said.
    """
    if rule.measure == "overflow":
        likely = overflow(rule, day, by)
        oldest = Bulletin.objects.aggregate(day=Min("day"))["day"] or day
        return _as_long_as_it_matters(rule, day, oldest, lambda first: _said_before(rule, first, day, likely))
    yesterday = day - timedelta(days=1)
    begun = min(first_day() or yesterday, yesterday)

    def measures(first: date) -> list[float | None]:
        known = counts if day - first <= timedelta(days=LOOKS_BACK) else arrivals(first, yesterday)
        mine: dict[tuple[date, str], int] = {}
        for (on, place, nationality), people in known.items():
            if rule.place in ("", place):
                mine[on, nationality] = mine.get((on, nationality), 0) + people
        return rules.measured(rule, rules.table_of(mine, first, (day - first).days))

    return _as_long_as_it_matters(rule, day, begun, measures)


def _as_long_as_it_matters(
    rule: WarningRule, day: date, begun: date, measures: Callable[[date], list[float | None]]
) -> list[rules.State]:
    """The states from so long ago that what was before does not matter, or from when anything is known: a warning
    stands for half a year where nothing ends it.
    """
    back = LOOKS_BACK
    while True:
        first = max(begun, day - timedelta(days=back))
        known = measures(first)
        if first == begun or rules.settled(rule, first, known):
            return rules.run(rule, first, known)
        back *= 4


def _said_before(rule: WarningRule, first: date, day: date, now: float | None) -> list[float | None]:
    """What bulletins said of a rule on each day from `first` on, and `now`."""
    told: dict[date, float | None] = {}
    for row in Bulletin.objects.filter(day__lt=day, day__gte=first).order_by("issued_at"):
        for one in row.figures.get("warnings", []):
            if one["id"] == rule.id:
                told[row.day] = one["value"]
    told[day] = now
    return [told.get(first + timedelta(days=at)) for at in range((day - first).days + 1)]


def _ahead(day: date, counts: dict[bulletin.Key, int], by: Actor) -> list[dict[str, Any]]:
    from cauce.outlook.arrivals import days_for

    if not by.may("report.full"):
        return []
    found = days_for(by)
    if found is None:
        return []
    week = sum(people for (on, _place, _who), people in counts.items() if on >= day - timedelta(days=7)) / 7
    return bulletin.ahead(found.today, np.asarray(found.ahead).tolist(), week)


def _told_days(day: date, counts: dict[bulletin.Key, int], noise: float, by: Actor) -> dict[date, partner.Said]:
    """What partners were told, or are told from now on, of every day of the longest period."""
    first = day - timedelta(days=max(bulletin.PERIODS))
    known = {row.day: row.figures for row in Published.objects.filter(day__gte=first, day__lt=day, noise=noise)}
    wanted = [first + timedelta(days=at) for at in range((day - first).days)]
    reports = {(row.day, row.whole): _arrivals_of(row) for row in Told.objects.filter(day__gte=first, day__lt=day)}
    facts = []
    for on in wanted:
        if on in known:
            continue
        cells = {(place, who): people for (d, place, who), people in counts.items() if d == on}
        known[on] = partner.noisy_day(cells, noise) if noise else _hidden(on, cells, reports)
        facts.append(FiguresPublished(day=on, noise=noise, figures=known[on]))
    if facts:
        record(*facts, by=by)
    return known


def _hidden(
    on: date, cells: Mapping[tuple[str, str], int], reports: Mapping[tuple[date, bool], Figure]
) -> partner.Said:
    so_far = [reports[on, False]] if (on, False) in reports else []
    return beside_reports(cells, in_force().suppress_below, reports.get((on, True)), so_far)


def _arrivals_of(row: Told) -> Figure:
    told = row.figures["figures"]["arrivals"]
    return Figure(told["total"], told["breakdowns"])


def _without_value(warning: dict[str, Any]) -> dict[str, Any]:
    """Partners hear that a warning stands, not the number: with hidden cells it could be worked out from it."""
    return {**warning, "value": None}
