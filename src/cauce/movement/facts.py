"""Reads what the rules look at, whole groups at a time, into the columns of `reasons`: ten queries for any number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import FloatField, Q, QuerySet, Value

from cauce.corridor.selectors import in_force
from cauce.corridor.shape import CHECK_RESULTS, MOVEMENT_KINDS
from cauce.journal.among import Keys, Together, as_text, text_of
from cauce.journal.models import Node
from cauce.movement.models import HeadStart, Seat
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

    texts: list[str]  # of `persons`, as the store writes them
    numbers: list[str]
    groups: list[GroupFacts]
    needs: list[frozenset[str]]  # of each group: the codes of its present members
    places: dict[str, int]
    columns: Columns
    told: list[float]  # of each group: the hours of head start that another station told of a present member
    _persons: list[UUID] = field(default_factory=list)

    @property
    def persons(self) -> list[UUID]:
        """Made when somebody asks: a count of thousands does not need to know who they are."""
        if not self._persons:
            self._persons.extend(map(UUID, self.texts))
        return self._persons

    def masks(self, kind: str, day: date, origin: str = "") -> Masks:
        """The reasons of each row against that movement; from `origin`, or from each person's own place."""
        place = self.places.get(origin, -2) if origin else None
        cases = self._cases(day) if kind == "return" else None
        return blocked(rules_of(in_force(), kind), self.columns, np.datetime64(day), place, cases)

    def _cases(self, day: date) -> Masks:
        """What stands against each person's return on that day in their case, or that there is none."""
        found = against(self.persons, day)
        return np.fromiter((found[person] for person in self.persons), dtype=np.uint64, count=len(self.texts))


def facts_at(place: str, *, but_seats_of: Iterable[UUID] = ()) -> Facts:
    """All groups of which somebody has an open stay at the place. Seats on `but_seats_of` manifests do not count."""
    return _facts(_groups_of(Stay.objects.filter(place=place, until__isnull=True)), but_seats_of)


def facts_present() -> Facts:
    """All groups of which somebody has an open stay anywhere."""
    return _facts(_groups_of(Stay.objects.filter(until__isnull=True)), ())


def facts_of(persons: Iterable[UUID], *, but_seats_of: Iterable[UUID] = ()) -> Facts:
    """The groups of these persons. Of more than 5,000, only groups with somebody present anywhere."""
    ids = list(persons)
    if len(ids) > _MANY:
        return _facts(_groups_of(Stay.objects.filter(until__isnull=True)), but_seats_of)
    groups = Person.objects.filter(id__in=ids).values_list(text_of("group_id"), flat=True).distinct()
    return _facts(list(groups), but_seats_of)


def facts_of_groups(groups: Iterable[UUID], *, but_seats_of: Iterable[UUID] = ()) -> Facts:
    """These groups."""
    return _facts([as_text(group) for group in groups], but_seats_of)


def _groups_of(stays: QuerySet[Stay]) -> list[str]:
    return list(stays.values_list(text_of("person__group_id"), flat=True).distinct())


_COLUMNS = (
    text_of("id"),
    "number",
    text_of("group_id"),
    "adult_on",
    "said_minor",
    text_of("guardian"),
    "guardian_doubted",
    "guardian_cleared",
)


def _facts(wanted: list[str], but_seats_of: Iterable[UUID]) -> Facts:
    """`wanted`: ids of groups, as the store writes them."""
    chosen = Keys(wanted)
    rows = list(Person.objects.filter(group__id__among=chosen).order_by("group_id", "id").values_list(*_COLUMNS))
    row_of = {row[0]: index for index, row in enumerate(rows)}
    ids = Keys(list(row_of))
    told = Group.objects.filter(id__among=chosen).values_list("id", "number", "arrived_at", "incomplete", text_of("id"))
    peopled = {row[2] for row in rows}
    groups = [row for row in told if row[4] in peopled]
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
    needs, hours = _needs(ids, row_of, columns)
    return Facts(
        [row[0] for row in rows],
        [row[1] for row in rows],
        [GroupFacts(*row[:3]) for row in groups],
        needs,
        places,
        columns,
        hours,
    )


def _flags(values: Iterable[Any]) -> Any:
    return np.fromiter((bool(value) for value in values), dtype=np.bool_)


def _stays(ids: Keys, row_of: dict[str, int]) -> tuple[dict[str, int], Any, Any]:
    places: dict[str, int] = {}
    place = np.full(len(row_of), -1, dtype=np.int64)
    ended: set[int] = set()  # in a hospital, at some time
    stays = Stay.objects.filter(person__id__among=ids).filter(Q(until__isnull=True) | Q(outcome="hospital"))
    told = stays.order_by().values_list("place", "outcome").annotate(persons=Together(text_of("person_id")))
    for at, outcome, persons in told:
        rows = [row_of[person] for person in persons.split(",")]
        if outcome:
            ended.update(rows)
        else:
            place[rows] = places.setdefault(at, len(places))
    hospital = np.zeros(len(row_of), dtype=np.bool_)
    away = [row for row in ended if place[row] < 0]
    if away:
        hospital[_in_hospital(away, row_of)] = True
    return places, place, hospital


def _in_hospital(rows: Sequence[int], row_of: dict[str, int]) -> list[int]:
    """Those of the rows whose last stay ended in a hospital: none followed it that has ended too, in another way."""
    persons = {row: person for person, row in row_of.items()}
    last: dict[str, tuple[datetime, bool]] = {}
    stays = Stay.objects.filter(person__id__among=Keys([persons[row] for row in rows])).order_by("since")
    for person, since, outcome in stays.values_list(text_of("person_id"), "since", "outcome"):
        before, _ = last.get(person, (since, True))
        if outcome == "hospital" or since > before:
            last[person] = (since, outcome == "hospital")
    return [row_of[person] for person, (_, is_hospital) in last.items() if is_hospital]


def _seated(ids: Keys, row_of: dict[str, int], but: Iterable[UUID]) -> Any:
    seated = np.zeros(len(row_of), dtype=np.bool_)
    live = Seat.objects.filter(live=True, person__among=ids).exclude(manifest__in=list(but))
    for person in live.values_list(text_of("person"), flat=True):
        seated[row_of[person]] = True
    return seated


def _results(ids: Keys, row_of: dict[str, int]) -> dict[str, Any]:
    results: dict[str, Any] = {}
    rows = CheckResult.objects.filter(person__among=ids).values_list("check_id", "result").order_by()
    for check, result, persons in rows.annotate(persons=Together(text_of("person"))):
        column = results.get(check)
        if column is None:
            column = results[check] = np.full(len(row_of), MISSING, dtype=np.int8)
        column[[row_of[person] for person in persons.split(",")]] = _CODES[result]
    return results


def _holds(ids: Keys, row_of: dict[str, int]) -> dict[str, Any]:
    holds = {kind: np.zeros(len(row_of), dtype=np.uint64) for kind in MOVEMENT_KINDS}
    blocks = Block.objects.filter(active=True, person__among=ids)
    for person, kind, confidential, protects in blocks.values_list(
        text_of("person"), "kind", "hold__confidential", "hold__protection"
    ):
        bit = Reason.HOLD
        if confidential:
            bit = Reason.HOLD_PROTECTION if protects else Reason.HOLD_SECURITY
        holds[kind][row_of[person]] |= np.uint64(bit)
    return holds


def _needs(ids: Keys, row_of: dict[str, int], columns: Columns) -> tuple[list[frozenset[str]], list[float]]:
    """Of each group, as far as its members are present: what was seen here, and the hours that others told."""
    codes: list[set[str]] = [set() for _ in range(columns.groups)]
    hours = [0.0] * columns.groups
    none = Value(0.0, output_field=FloatField())
    seen = Need.objects.filter(withdrawn=False, person__id__among=ids)
    # What this node told others of the needs it sees is no word of another's, and may be of an earlier corridor file.
    told = HeadStart.objects.filter(hours__gt=0, person__among=ids).exclude(node=Node.here().name)
    both = seen.values_list(text_of("person_id"), "code", none).union(
        told.values_list(text_of("person"), Value(""), "hours"), all=True
    )
    for person, code, given in both:
        row = row_of[person]
        if columns.place[row] < 0:
            continue
        group = columns.group[row]
        hours[group] = max(hours[group], given)
        if code:
            codes[group].add(code)
    return [frozenset(found) for found in codes], hours
