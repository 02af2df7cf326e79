"""How things stood at the end of a past day: the columns of the rules, put back to that moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
import orjson
from django.db.models import Q, QuerySet

from cauce.corridor.shape import CHECK_RESULTS, MOVEMENT_KINDS
from cauce.journal import clock
from cauce.journal.models import Entry
from cauce.movement.facts import Facts
from cauce.movement.models import Seat
from cauce.movement.reasons import MISSING, Reason
from cauce.people.models import Stay
from cauce.protection.models import Hold
from cauce.vetting.models import Review

_CODES = {result: code for code, result in enumerate(CHECK_RESULTS)}
_TOLD = ("vetting.checks_started", "vetting.checks_completed", "vetting.check_recorded", "vetting.check_settled")


def stays_at(end: datetime) -> QuerySet[Stay]:
    """Stays that were open at the instant before `end`."""
    return Stay.objects.filter(since__lt=end).filter(Q(until__isnull=True) | Q(until__gte=end))


def holds_at(end: datetime) -> QuerySet[Hold]:
    return Hold.objects.filter(placed_at__lt=end).filter(Q(lifted_at__isnull=True) | Q(lifted_at__gte=end))


def reviews_at(end: datetime) -> QuerySet[Review]:
    return Review.objects.filter(opened_at__lt=end).filter(Q(closed_at__isnull=True) | Q(closed_at__gte=end))


def put_back(facts: Facts, end: datetime) -> Facts:
    """The facts as they stood before `end`: stays, holds, seats, and check results from the journal itself."""
    row_of = {person: row for row, person in enumerate(facts.persons)}
    size = len(facts.persons)
    places: dict[str, int] = {}
    place = np.full(size, -1, dtype=np.int64)
    for person, at in stays_at(end).values_list("person_id", "place"):
        if person in row_of:
            place[row_of[person]] = places.setdefault(at, len(places))
    seated = np.zeros(size, dtype=np.bool_)
    for person in Seat.objects.filter(live=True, manifest__proposed_at__lt=end).values_list("person", flat=True):
        if person in row_of:
            seated[row_of[person]] = True
    columns = replace(
        facts.columns, place=place, seated=seated, results=results_at(row_of, end), holds=_holds(row_of, end)
    )
    return replace(facts, places=places, columns=columns)


def _holds(row_of: dict[UUID, int], end: datetime) -> dict[str, Any]:
    holds = {kind: np.zeros(len(row_of), dtype=np.uint64) for kind in MOVEMENT_KINDS}
    for hold in holds_at(end):
        if hold.person not in row_of:
            continue
        bit = Reason.HOLD
        if hold.confidential:
            bit = Reason.HOLD_PROTECTION if hold.protection else Reason.HOLD_SECURITY
        for kind in hold.blocks:
            holds[kind][row_of[hold.person]] |= np.uint64(bit)
    return holds


def results_at(row_of: dict[UUID, int], end: datetime) -> dict[str, Any]:
    """check -> result codes (n), replayed from the public half of the entries that tell of checks."""
    results: dict[str, Any] = {}
    entries = Entry.objects.filter(name__in=_TOLD, recorded_at__lt=clock.stamp(end)).order_by("id")
    for name, body in entries.values_list("name", "body").iterator(chunk_size=2000):
        for person, check, result in _told(name, orjson.loads(bytes(body))):
            row = row_of.get(UUID(person))
            if row is None:
                continue
            column = results.get(check)
            if column is None:
                column = results[check] = np.full(len(row_of), MISSING, dtype=np.int8)
            column[row] = _CODES[result]
    return results


def _told(name: str, body: dict[str, Any]) -> Iterable[tuple[str, str, str]]:
    if name == "vetting.checks_started":
        young = {(check, person) for check, persons in body.get("too_young", {}).items() for person in persons}
        for person in body["persons"]:
            for check, result in body["results"].items():
                yield person, check, "waived" if (check, person) in young else result
    elif name == "vetting.checks_completed":
        for check, result in body["results"].items():
            yield body["person"], check, result
    else:
        yield body["person"], body["check_id"], body["result"]


def is_past(day: date, end: datetime) -> bool:
    """Whether the day has ended, so that the present rows may say more than was so then."""
    return end <= clock.now()
