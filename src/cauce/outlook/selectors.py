"""The report of a day, from the rows and the journal, through the rules that decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import numpy as np
from django.db.models import Min, QuerySet

from cauce.access.actor import Actor
from cauce.corridor.selectors import day_bounds, in_force, local_day
from cauce.journal import clock
from cauce.journal.among import Keys, as_text
from cauce.journal.models import Node
from cauce.movement.facts import Facts, facts_of
from cauce.movement.reasons import ENFORCED, Masks, Reason
from cauce.movement.sentences import explain
from cauce.outlook import asof
from cauce.outlook.editions import partner_edition
from cauce.outlook.report import Report, counted
from cauce.people.bands import age_band
from cauce.people.models import Person, Stay

_GONE = ("departed", "returned")
_OWN = ENFORCED & ~(Reason.GROUP_CHILD | Reason.GROUP_INCOMPLETE | Reason.NOT_PRESENT)
Traits = dict[UUID, tuple[str, str, str]]  # nationality, sex, age band


def report_for(actor: Actor, day: date, *, partner: bool = False) -> Report:
    """The report of a local day. Without `report.full`, or when asked, the edition for partners, which is told once."""
    actor.require("report.read")
    if partner or not actor.may("report.full"):
        return partner_edition(actor, day, lambda on: _report(on, "public"))
    return _report(day, "officer", actor.role)


def _report(day: date, audience: str, role: str = "") -> Report:
    corridor = in_force()
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
    return Report(
        day=day,
        corridor=corridor.name,
        figures={name: counted((*traits[p], at) for p, at in rows) for name, rows in figures.items()},
        waiting=_waiting((int(masks.get(p, np.uint64(0))) for p in present), audience, role),
        longest_wait_hours=_longest(facts, present, moment),
        training=Node.here().training,
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


def _waiting(masks: Iterable[int], audience: str, role: str) -> dict[str, int | None]:
    """People by each reason, as that audience may know it: confidential ones together are an interview (P7)."""
    counts: Counter[str] = Counter()
    for mask, people in Counter(masks).items():
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
