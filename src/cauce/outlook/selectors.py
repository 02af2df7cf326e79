"""The report of a day, from the rows and the journal, through the rules that decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Min, QuerySet
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import day_bounds, in_force, local_day
from cauce.journal import clock
from cauce.journal.among import Keys, as_text
from cauce.journal.errors import Refused
from cauce.journal.models import Node
from cauce.journal.standing import Made, Stood, reckoned, stood
from cauce.movement.facts import Facts, facts_of
from cauce.movement.reasons import ENFORCED, Masks, Reason
from cauce.movement.sentences import explain
from cauce.outlook import asof
from cauce.outlook.editions import partner_edition
from cauce.outlook.report import Figure, Report, counted
from cauce.people.bands import age_band
from cauce.people.models import Person, Stay

_GONE = ("departed", "returned")
_OWN = ENFORCED & ~(Reason.GROUP_CHILD | Reason.GROUP_INCOMPLETE | Reason.NOT_PRESENT)
Traits = dict[UUID, tuple[str, str, str]]  # nationality, sex, age band


@dataclass(frozen=True, slots=True)
class Counts:
    """A day counted, before anybody is told: `masks` says how many of those present have each mask of reasons."""

    figures: dict[str, Figure]
    masks: dict[int, int]
    longest: float | None


def report_for(actor: Actor, day: date, *, partner: bool = False) -> Report:
    """The report of a local day. Without `report.full`, or when asked, the edition for partners, which is told once.

    Refused for a day that has not begun: whoever is present now would be told as present then.
    """
    actor.require("report.read")
    _begun(day)
    if partner or not actor.may("report.full"):
        return partner_edition(actor, day, lambda on: _told(on, _counts(on), "public"))
    return _told(day, _counts(day), "officer", actor.role)


def last_report_for(actor: Actor, day: date, *, partner: bool = False) -> Stood[Report]:
    """The same for a page: the whole edition of thousands may be of some moments ago, and then says of when."""
    if partner or not actor.may("report.full"):
        return Stood(report_for(actor, day, partner=partner))
    actor.require("report.read")
    _begun(day)
    seen: Stood[Counts] = stood("report", day.isoformat())
    return Stood(_told(day, seen.value, "officer", actor.role), seen.at)


def _begun(day: date) -> None:
    if day > (today := local_day("", clock.now())):
        raise Refused(
            _("%(day)s has not begun: nothing of it is counted. The last day with a report is %(today)s.")
            % {"day": day, "today": today},
            code="day_not_begun",
        )


def _told(day: date, counts: Counts, audience: str, role: str = "") -> Report:
    return Report(
        day=day,
        corridor=in_force().name,
        figures=counts.figures,
        waiting=_waiting(counts.masks, audience, role),
        longest_wait_hours=counts.longest,
        training=Node.here().training,
    )


def _written(counts: Counts) -> dict[str, Any]:
    figures = {name: (figure.total, figure.breakdowns) for name, figure in counts.figures.items()}
    return {"figures": figures, "masks": list(counts.masks.items()), "longest": counts.longest}


def _read(told: dict[str, Any]) -> Counts:
    figures = {name: Figure(total, breakdowns) for name, (total, breakdowns) in told["figures"].items()}
    return Counts(figures, dict(told["masks"]), told["longest"])


@reckoned("report", _written, _read)
def _last(day: str) -> Made[Counts]:
    counts = _counts(date.fromisoformat(day))
    return Made(counts, sum(counts.figures[name].total or 0 for name in ("arrivals", "present", "departed")))


def _counts(day: date) -> Counts:
    start, end = _widest(day)
    arrived = [
        (person, place)
        for person, place, at in Person.objects.filter(arrived_at__gte=start, arrived_at__lt=end).values_list(
            "id", "arrived_place", "arrived_at"
        )
        if local_day(place, at) == day
    ]
    left = Stay.objects.filter(outcome__in=_GONE, until__gte=start, until__lt=end)
    departed = [
        (person, place)
        for person, place, at in left.values_list("person_id", "place", "until")
        if at is not None and local_day(place, at) == day
    ]
    moment = day_bounds("", day)[1]
    present = dict(asof.stays_at(moment).values_list("person_id", "place"))
    facts = _facts(present, day, moment)
    masks = dict(zip(facts.persons, _masks(facts, day), strict=True))
    reviewed = set(asof.reviews_at(moment).values_list("person", flat=True))
    held = set(asof.holds_at(moment).values_list("person", flat=True))
    here = list(present.items())
    traits = _traits({p for p, _ in [*arrived, *departed, *here]}, day)
    figures = {
        "arrivals": arrived,
        "present": here,
        "cleared": [(p, at) for p, at in here if not masks.get(p, np.uint64(0)) & np.uint64(_OWN)],
        "referred": [(p, at) for p, at in here if p in reviewed],
        "held": [(p, at) for p, at in here if p in held],
        "departed": departed,
    }
    return Counts(
        figures={name: counted((*traits[p], at) for p, at in rows) for name, rows in figures.items()},
        masks=dict(Counter(int(masks.get(p, np.uint64(0))) for p in present)),
        longest=_longest(facts, present, moment),
    )


def _widest(day: date) -> tuple[datetime, datetime]:
    """Bounds that hold the local day of every place of the corridor."""
    bounds = [day_bounds(place.id, day) for place in in_force().places]
    return min(start for start, _ in bounds), max(end for _, end in bounds)


def _facts(present: dict[UUID, str], day: date, moment: datetime) -> Facts:
    facts = facts_of(present)
    return asof.put_back(facts, moment) if asof.is_past(day, moment) else facts


def _masks(facts: Facts, day: date) -> Masks:
    """Why each person waits. A seat keeps nobody waiting for somebody else, so it is told by itself."""
    columns = replace(facts.columns, seated=np.zeros_like(facts.columns.seated))
    masks = replace(facts, columns=columns).masks("onward", day)
    masks[facts.columns.seated] |= np.uint64(Reason.ON_MANIFEST)
    return masks


def _traits(persons: set[UUID], day: date) -> Traits:
    rows: QuerySet[Person, tuple[UUID, str, str, date | None, date | None]] = Person.objects.values_list(
        "id", "nationality", "sex", "birth_first", "birth_last"
    )
    few = rows.filter(id__among=Keys(map(as_text, persons))) if len(persons) < 20_000 else rows
    return {
        person: (nationality, sex, age_band((first, last) if first and last else None, day))
        for person, nationality, sex, first, last in few
        if person in persons
    }


def _waiting(masks: Mapping[int, int], audience: str, role: str) -> dict[str, int | None]:
    """People by each reason, as that audience may know it: confidential ones together are an interview (P7)."""
    counts: Counter[str] = Counter()
    for mask, people in masks.items():
        for code in {said.code for said in explain(mask, audience, role=role)} or {"ready"}:
            counts[code] += people
    ready = counts.pop("ready", 0)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {**dict(ranked), **({"ready": ready} if ready else {})}


def _longest(facts: Facts, present: dict[UUID, str], moment: datetime) -> float | None:
    until = min(moment, clock.now())
    asked = [person for person in facts.persons if person in present]
    arrivals = Person.objects.filter(id__among=Keys(map(as_text, asked)))
    first: datetime | None = arrivals.aggregate(first=Min("arrived_at"))["first"]
    return None if first is None else max(0.0, round((until - first) / timedelta(hours=1), 1))
