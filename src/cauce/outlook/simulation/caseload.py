"""Today's caseload from the store: who is where, since when, and what still stands against leaving. No names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Count, Min
from numpy.typing import NDArray

from cauce.access.actor import Actor
from cauce.corridor.calendar import QuotaChange
from cauce.corridor.models import QuotaChange as ChangeRow
from cauce.corridor.selectors import in_force, local_day
from cauce.corridor.shape import LEG_MODES, Corridor
from cauce.journal import clock
from cauce.movement.borders import left_by_now
from cauce.movement.facts import Facts, facts_present
from cauce.movement.models import Manifest
from cauce.movement.queue import Waiting, head_start
from cauce.movement.reasons import FAMILIES, HOLDS, REVIEWS, Reason, minors
from cauce.outlook.simulation.begun import Begun
from cauce.outlook.simulation.kernels.layout import A_PLACE, DAY, F_MODE, F_PLACE, HOUR, V_FIRST, V_LAST
from cauce.outlook.simulation.twin import Twin
from cauce.people.models import Stay

Ints = NDArray[np.int64]
_LARGEST = 60
_WAITS = HOLDS | REVIEWS | Reason.CHILD_UNASSESSED


def corridor_for(actor: Actor) -> tuple[Corridor, list[QuotaChange], date]:
    """The corridor in force, the changes of its quotas since, and today's date there."""
    actor.require("report.full")
    changes = [
        QuotaChange(row.border, row.start, row.until, row.per_day, row.reason)
        for row in ChangeRow.objects.filter(undone=False).order_by("entry")
    ]
    return in_force(), changes, local_day("", clock.now())


def begun_for(actor: Actor, twin: Twin) -> Begun:
    """The groups that are at a place of the twin now, each where most of it is.

    Whom a hold, a review or an unassessed child keeps is kept for a while yet: the corridor's days of review of a hold,
    its hours of a review, spread as an exponential time is.
    """
    actor.require("report.full")
    facts = facts_present()
    day = local_day("", clock.now())
    masks = facts.masks("onward", day)
    columns = facts.columns
    rows = {place: number for number, place in enumerate(twin.places) if not twin.exits[number]}
    names = {number: place for place, number in facts.places.items()}
    found: list[tuple[int, int, int, int, int, int]] = []
    sizes = _members(facts)
    here = _here(facts)
    child = minors(columns, np.datetime64(day))
    order = np.argsort(columns.group, kind="stable")
    bounds = np.searchsorted(columns.group[order], np.arange(columns.groups + 1))
    midnight = _midnight(twin)
    for group, fact in enumerate(facts.groups):
        members = order[bounds[group] : bounds[group + 1]]
        present = members[columns.place[members] >= 0]
        if not len(present) or not sizes[group]:
            continue
        place = names[int(np.bincount(columns.place[present]).argmax())]
        if place not in rows:
            continue
        mask = int(np.bitwise_or.reduce(masks[present]))
        word = _word(twin, facts, group, len(present), int(child[present].sum()), mask)
        since = min(0, _ticks(fact.arrived_at, midnight))
        came = min(0, _ticks(here.get(str(fact.id), fact.arrived_at), midnight))
        found.append((rows[place], since, came, word, _done(twin, mask), _held(twin, mask, group)))
    return _as_begun(np.array(found, dtype=np.int64).reshape(len(found), 6))


def rest_of_today(twin: Twin, moment: datetime | None = None) -> Twin:
    """The twin without what has happened on its first day by now: vehicles and flights that left, people who crossed a
    border or arrived. Unchanged where that day is not today. Twins that are compared are given the same `moment`.
    """
    now = _ticks(moment or clock.now(), _midnight(twin))
    if not 0 <= now < DAY:
        return twin
    model, means = twin.model, twin.coming.means.copy()
    quota, fleets, flights = model.quota.copy(), model.fleet_count.copy(), model.flight_on.copy()
    for line, border in enumerate(dict.fromkeys(leg.border for leg in twin.legs if leg.border)):
        quota[line, 0] = max(0, quota[line, 0] - left_by_now(border, twin.start))
    for place, kind, mode, many in _left(twin):
        home, here = kind == "return", twin.places.index(place)
        rows = model.flight[:, A_PLACE] == here if home else _of_mode(model.fleet, here, mode)
        counts = (flights if home else fleets)[:, 0]
        before = np.cumsum(counts * rows) - counts  # of the same kind in rows above
        counts -= np.where(rows, np.clip(many - before, 0, counts), 0).astype(np.int32)
    first, last = model.real[V_FIRST], model.real[V_LAST]
    means[:, 0] *= np.clip((last - now) / max(last - first, 1), 0, 1)
    resumed = model._replace(quota=quota, fleet_count=fleets, flight_on=flights)
    return replace(twin, model=resumed, coming=replace(twin.coming, means=means))


def _left(twin: Twin) -> list[tuple[str, str, str, int]]:
    """Place, kind, mode of what has left on the first day, and how many did."""
    left = Manifest.objects.filter(date=twin.start, status__in=("departed", "arrived"), origin__in=twin.places)
    return list(left.values_list("origin", "kind", "mode").annotate(Count("id")))


def _of_mode(fleet: Ints, place: int, mode: str) -> NDArray[np.bool_]:
    mine: NDArray[np.bool_] = (fleet[:, F_PLACE] == place) & (fleet[:, F_MODE] == LEG_MODES.index(mode))
    return mine


def _as_begun(table: Ints) -> Begun:
    """From rows of place, since, here, word, done and held."""
    return Begun(
        place=table[:, 0],
        since=table[:, 1],
        here=table[:, 2],
        info=table[:, 3].astype(np.int32),
        done=table[:, 4].astype(np.int32),
        held=table[:, 5],
        keys=np.arange(len(table)),
    )


def _members(facts: Facts) -> Ints:
    present = facts.columns.place >= 0
    return np.bincount(facts.columns.group[present], minlength=facts.columns.groups)


def _here(facts: Facts) -> dict[str, datetime]:
    """When each group came to where it is."""
    rows = Stay.objects.filter(until__isnull=True).values_list("person__group_id").annotate(Min("since"))
    return {str(group): since for group, since in rows}


def _midnight(twin: Twin) -> datetime:
    return datetime.combine(twin.start, time(), ZoneInfo(twin.corridor.time_zone)).astimezone(UTC)


def _ticks(moment: datetime, midnight: datetime) -> int:
    return round((moment - midnight).total_seconds() / 3600 * HOUR)


def _word(twin: Twin, facts: Facts, group: int, size: int, children: int, mask: int) -> int:
    """The group's word, as `kernels.people.traits` writes it. A group larger than 60 counts as 60."""
    hours = {need.code: need.head_start_hours for need in twin.corridor.needs}
    fact = facts.groups[group]
    waits = Waiting(group, fact.number, size, fact.arrived_at, facts.needs[group], told=facts.told[group])
    start = round(head_start(waits, hours, twin.corridor.queue.max_head_start_hours) * HOUR)
    which = int(np.searchsorted(twin.model.starts, start, side="right")) - 1
    special = min(size, 1 if facts.needs[group] else 0)
    return min(size, _LARGEST) | (min(children, _LARGEST) << 8) | (special << 16) | (which << 24)


def _done(twin: Twin, mask: int) -> int:
    """Registered they are; a check is done when it is not pending any more."""
    done = 1
    for number, check in enumerate(twin.corridor.checks, start=1):
        family = FAMILIES.index(check.id) if check.id in FAMILIES else FAMILIES.index("other")
        if not mask & (1 << family):
            done |= 1 << number
    return done


def _held(twin: Twin, mask: int, group: int) -> int:
    if not mask & _WAITS:
        return 0
    hours = twin.corridor.review.decide_within_hours
    if mask & (HOLDS | Reason.CHILD_UNASSESSED):
        kinds = [hold.review_days for hold in twin.corridor.holds if "onward" in hold.blocks] or [1]
        hours = 24 * sum(kinds) / len(kinds)
    share = ((group * 0x9E3779B1) & 0xFFFFFFFF) / 2**32  # spread evenly, and always the same
    return round(-hours * HOUR * float(np.log1p(-share)))
