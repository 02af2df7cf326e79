"""Who could be returned in a span of days: whole families, with what keeps the others. For plans, not for eyes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import numpy as np

from cauce.movement.charters.models import FlightStop
from cauce.movement.facts import Facts, facts_of_groups
from cauce.movement.models import Seat
from cauce.movement.reasons import ENFORCED, Masks, Reason
from cauce.movement.returns.models import Custody, ReturnCase, ReturnConsent
from cauce.movement.sentences import explain
from cauce.people.models import Person

# What a plan cannot know of a later day, and what a plan itself brings about.
_HEEDED = int(ENFORCED | Reason.GROUP_WAITS | Reason.MEMBER_ELSEWHERE) & ~int(Reason.NOT_PRESENT)
NO_COMMON_WAY = "destinations_differ"
PAST_ITS_TIME = "too_late"


@dataclass(frozen=True, slots=True)
class ReturnParty:
    """A family with return cases, as a planner sees it.

    It may leave on a day from `ready` to `until`; `blocked` are codes of `sentences.explain` for the gate, so that
    nothing confidential is in them (P7), and whoever has any is not planned for. `weight_reasons` are codes of what may
    count in their favour: never a nationality (P12).
    """

    group: UUID
    number: str
    persons: tuple[UUID, ...]
    destination: str
    ready: date
    until: date | None
    escorted: bool
    weight_reasons: tuple[str, ...]
    blocked: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    since: date | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class _Family:
    """Rows of the facts of those present at one place, and their cases."""

    group: int
    rows: tuple[int, ...]
    cases: tuple[ReturnCase, ...]
    ready: date
    until: date | None


def movable(day_from: date, day_to: date) -> list[ReturnParty]:
    """Every family of which somebody present has an open return case, by number; the blocked ones with the codes why.

    A seat on a flight blocks nobody here: who plans flights knows its own. A seat on any other manifest does.
    """
    cases = {c.person: c for c in ReturnCase.objects.filter(closed_at__isnull=True, departed_at__isnull=True)}
    groups = Person.objects.filter(id__in=list(cases)).values_list("group_id", flat=True).distinct()
    flights = [manifest for manifest in FlightStop.objects.values_list("manifest", flat=True) if manifest is not None]
    facts = facts_of_groups(groups, but_seats_of=flights)  # nor does it make the family wait
    families = list(_families(facts, cases, day_from))
    masks = {day: facts.masks("return", day) for day in {family.ready for family in families}}
    held = set(Custody.objects.filter(ended_at__isnull=True, person__in=facts.persons).values_list("person", flat=True))
    seated = _seated(facts.persons, flights)
    found = [_party(facts, family, masks[family.ready], day_to, held, seated) for family in families]
    return sorted(found, key=lambda party: party.number)


def _seated(persons: Sequence[UUID], flights: Sequence[UUID]) -> set[UUID]:
    live = Seat.objects.filter(live=True, person__in=persons).exclude(manifest__in=flights)
    return set(live.values_list("person", flat=True))


def _families(facts: Facts, cases: dict[UUID, ReturnCase], first: date) -> Iterable[_Family]:
    cooled = _cooled(cases.values())
    columns = facts.columns
    for index in range(columns.groups):
        rows = np.flatnonzero((columns.group == index) & (columns.place >= 0))
        own = [cases[facts.persons[row]] for row in rows if facts.persons[row] in cases]
        if not own:
            continue
        ready = max([first, *(_ready(case, cooled) for case in own)])
        ends = [day for case in own for day in (case.document_until, case.fit_until) if day is not None]
        yield _Family(index, tuple(int(row) for row in rows), tuple(own), ready, min(ends, default=None))


def _cooled(cases: Iterable[ReturnCase]) -> dict[UUID, date]:
    """The first day on which a consent of each case counts."""
    found: dict[UUID, date] = {}
    rows = ReturnConsent.objects.filter(case__in=[case.id for case in cases], withdrawn_at__isnull=True)
    for case, ready in rows.order_by("-ready_on").values_list("case_id", "ready_on"):
        found[case] = ready
    return found


def _ready(case: ReturnCase, cooled: dict[UUID, date]) -> date:
    if case.kind == "voluntary":
        return cooled.get(case.id, date.min)
    return case.appeal_until + timedelta(days=1) if case.appeal_until is not None else date.min


def _party(facts: Facts, family: _Family, masks: Masks, last: date, held: set[UUID], seated: set[UUID]) -> ReturnParty:
    group = facts.groups[family.group]
    persons = tuple(facts.persons[row] for row in family.rows)
    against = 0
    for row in family.rows:
        against |= int(masks[row]) & _HEEDED
    blocked = {said.code for said in explain(against, "gate")} if against else set()
    if len({case.destination for case in family.cases}) > 1:
        blocked.add(NO_COMMON_WAY)
    if family.ready > last or (family.until is not None and family.until < family.ready):
        blocked.add(PAST_ITS_TIME)
    if seated & set(persons):
        blocked.add("on_manifest")
    place = next(name for name, at in facts.places.items() if at == facts.columns.place[family.rows[0]])
    kinds = tuple(sorted({case.kind for case in family.cases}))
    return ReturnParty(
        group=group.id,
        number=group.number,
        persons=persons,
        destination=family.cases[0].destination,
        ready=family.ready,
        until=family.until,
        escorted=any(case.escort == "escorted" for case in family.cases),
        weight_reasons=_weighs(kinds, persons, held),
        blocked=tuple(sorted(blocked)),
        kinds=kinds,
        since=min(case.opened_at for case in family.cases).date(),
        place=place,
    )


def _weighs(kinds: tuple[str, ...], persons: Sequence[UUID], held: set[UUID]) -> tuple[str, ...]:
    found = ["voluntary"] if kinds == ("voluntary",) else []
    found += ["in_custody"] if held & set(persons) else []
    found += ["family"] if len(persons) > 1 else []
    return tuple(found)
