"""Reads what the rules look at, whole groups at a time, into the columns of `reasons`: ten queries for any number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from cauce.corridor.selectors import in_force
from cauce.corridor.shape import CHECK_RESULTS, MOVEMENT_KINDS
from cauce.movement.models import Seat
from cauce.movement.reasons import MISSING, Columns, Masks, Reason, blocked, rules_of
from cauce.movement.returns.conditions import against
from cauce.people.models import Group, Need, Person, Stay
from cauce.protection.models import Block
from cauce.vetting.models import CheckResult

_CODES = {result: code for code, result in enumerate(CHECK_RESULTS)}
_MANY = 5_000  # ids in one condition: well under what SQLite takes


@dataclass(frozen=True, slots=True)
class GroupFacts:
    id: UUID
    number: str
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """Whole groups: `persons[i]` is row i of `columns`, `groups[j]` has the index j in `columns.group`."""

    persons: list[UUID]
    numbers: list[str]
    groups: list[GroupFacts]
    needs: list[frozenset[str]]  # of each group: the codes of its present members
    places: dict[str, int]
    columns: Columns

    def masks(self, kind: str, day: date, origin: str = "") -> Masks:
        """The reasons of each row against that movement; from `origin`, or from each person's own place."""
        place = self.places.get(origin, -2) if origin else None
        cases = self._cases(day) if kind == "return" else None
        return blocked(rules_of(in_force(), kind), self.columns, np.datetime64(day), place, cases)

    def _cases(self, day: date) -> Masks:
        """What stands against each person's return on that day in their case, or that there is none."""
        found = against(self.persons, day)
        return np.fromiter((found[person] for person in self.persons), dtype=np.uint64, count=len(self.persons))


def facts_at(place: str, *, but_seats_of: Iterable[UUID] = ()) -> Facts:
    """All groups of which somebody has an open stay at the place. Seats on `but_seats_of` manifests do not count."""
    here = Stay.objects.filter(place=place, until__isnull=True).values("person__group_id")
    return _facts(Person.objects.filter(group_id__in=here), but_seats_of)


def facts_present() -> Facts:
    """All groups of which somebody has an open stay anywhere."""
    here = Stay.objects.filter(until__isnull=True).values("person__group_id")
    return _facts(Person.objects.filter(group_id__in=here), ())


def facts_of(persons: Iterable[UUID], *, but_seats_of: Iterable[UUID] = ()) -> Facts:
    """The groups of these persons. Of more than 5,000, only groups with somebody present anywhere."""
    ids = list(persons)
    if len(ids) > _MANY:
        here = Stay.objects.filter(until__isnull=True).values("person__group_id")
        return _facts(Person.objects.filter(group_id__in=here), but_seats_of)
    groups = Person.objects.filter(id__in=ids).values_list("group_id", flat=True).distinct()
    return facts_of_groups(groups, but_seats_of=but_seats_of)


def facts_of_groups(groups: Iterable[UUID], *, but_seats_of: Iterable[UUID] = ()) -> Facts:
    """These groups."""
    return _facts(Person.objects.filter(group_id__in=list(groups)), but_seats_of)


def _text(column: str) -> Cast:
    """An id as the store's own text: tens of thousands of UUID objects would take longer than all else here."""
    return Cast(column, output_field=CharField())


_COLUMNS = (
    _text("id"),
    "number",
    _text("group_id"),
    "adult_on",
    "said_minor",
    _text("guardian"),
    "guardian_doubted",
    "guardian_cleared",
)


def _facts(chosen: QuerySet[Person], but_seats_of: Iterable[UUID]) -> Facts:
    rows = list(chosen.order_by("group_id", "id").values_list(*_COLUMNS))
    row_of = {row[0]: index for index, row in enumerate(rows)}
    ids = chosen.values("id")
    groups = list(
        Group.objects.filter(id__in=chosen.values("group_id")).values_list(
            "id", "number", "arrived_at", "incomplete", _text("id")
        )
    )
    index = {row[4]: number for number, row in enumerate(groups)}
    group = np.fromiter((index[row[2]] for row in rows), dtype=np.int64, count=len(rows))
    places, place, in_hospital = _stays(ids, row_of)
    columns = Columns(
        group=group,
        groups=len(groups),
        place=place,
        in_hospital=in_hospital,
        adult_on=np.array([row[3] for row in rows], dtype="datetime64[D]"),
        said_minor=_flags(row[4] for row in rows),
        guardian=np.fromiter((row_of.get(row[5], -1) for row in rows), dtype=np.int64, count=len(rows)),
        guardian_doubted=_flags(row[6] for row in rows),
        guardian_cleared=_flags(row[7] for row in rows),
        incomplete=_flags(row[3] for row in groups)[group] if groups else np.zeros(0, dtype=np.bool_),
        seated=_seated(ids, row_of, but_seats_of),
        results=_results(ids, row_of),
        holds=_holds(ids, row_of),
    )
    return Facts(
        [UUID(row[0]) for row in rows],
        [row[1] for row in rows],
        [GroupFacts(*row[:3]) for row in groups],
        _needs(ids, row_of, columns),
        places,
        columns,
    )


def _flags(values: Iterable[Any]) -> Any:
    return np.fromiter((bool(value) for value in values), dtype=np.bool_)


def _stays(ids: Any, row_of: dict[str, int]) -> tuple[dict[str, int], Any, Any]:
    places: dict[str, int] = {}
    place = np.full(len(row_of), -1, dtype=np.int64)
    latest: dict[int, tuple[datetime, bool]] = {}
    stays = Stay.objects.filter(person__in=ids).filter(Q(until__isnull=True) | Q(outcome="hospital"))
    for person, at, since, until in stays.values_list(_text("person_id"), "place", "since", "until"):
        row = row_of[person]
        if until is None:
            place[row] = places.setdefault(at, len(places))
        else:
            latest[row] = (since, True)
    hospital = np.zeros(len(row_of), dtype=np.bool_)
    gone = _left_hospital([row for row in latest if place[row] < 0], row_of, latest)
    for row in latest:
        hospital[row] = place[row] < 0 and row not in gone
    return places, place, hospital


def _left_hospital(rows: Sequence[int], row_of: dict[str, int], latest: dict[int, tuple[datetime, bool]]) -> set[int]:
    """Rows with a stay after the hospital that has ended too, in another way."""
    if not rows:
        return set()
    persons = {row: person for person, row in row_of.items()}
    later = Stay.objects.filter(person__in=[persons[row] for row in rows]).exclude(outcome="hospital")
    return {
        row_of[person]
        for person, since in later.values_list(_text("person_id"), "since")
        if since > latest[row_of[person]][0]
    }


def _seated(ids: Any, row_of: dict[str, int], but: Iterable[UUID]) -> Any:
    seated = np.zeros(len(row_of), dtype=np.bool_)
    live = Seat.objects.filter(live=True, person__in=ids).exclude(manifest__in=list(but))
    for person in live.values_list(_text("person"), flat=True):
        seated[row_of[person]] = True
    return seated


def _results(ids: Any, row_of: dict[str, int]) -> dict[str, Any]:
    results: dict[str, Any] = {}
    for person, check, result in CheckResult.objects.filter(person__in=ids).values_list(
        _text("person"), "check_id", "result"
    ):
        column = results.get(check)
        if column is None:
            column = results[check] = np.full(len(row_of), MISSING, dtype=np.int8)
        column[row_of[person]] = _CODES[result]
    return results


def _holds(ids: Any, row_of: dict[str, int]) -> dict[str, Any]:
    holds = {kind: np.zeros(len(row_of), dtype=np.uint64) for kind in MOVEMENT_KINDS}
    blocks = Block.objects.filter(active=True, person__in=ids)
    for person, kind, confidential, protects in blocks.values_list(
        _text("person"), "kind", "hold__confidential", "hold__protection"
    ):
        bit = Reason.HOLD
        if confidential:
            bit = Reason.HOLD_PROTECTION if protects else Reason.HOLD_SECURITY
        holds[kind][row_of[person]] |= np.uint64(bit)
    return holds


def _needs(ids: Any, row_of: dict[str, int], columns: Columns) -> list[frozenset[str]]:
    codes: list[set[str]] = [set() for _ in range(columns.groups)]
    for person, code in Need.objects.filter(withdrawn=False, person__in=ids).values_list(_text("person_id"), "code"):
        row = row_of[person]
        if columns.place[row] >= 0:
            codes[columns.group[row]].add(code)
    return [frozenset(found) for found in codes]
