"""Local alerts, and what families ask, for whoever may see them. Of a match in a family nobody else hears (P7, P15)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from cauce.access.actor import Actor
from cauce.corridor.selectors import local_day
from cauce.journal import clock
from cauce.journal.errors import Unknown
from cauce.people import reach
from cauce.people.models import Person
from cauce.vetting.models import Review
from cauce.vetting.sought_models import ALERTS, Alert, TracingMatch, TracingRequest

WAITING = Q(status="open") | (Q(status="found", told_at__isnull=True) & ~Q(agreed_how="declined"))
"""Matches that wait for a protection officer: to look, to ask, or to tell."""


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert with how many reviews of it are open. `due`: its owner has to say whether it is still needed."""

    row: Alert
    due: bool
    over: bool
    open_reviews: int


def alerts_for(actor: Actor, *, over: bool = False) -> list[AlertLine]:
    """The alerts that match somebody, those due for review first, then by the day they end; with `over` all of them."""
    actor.require("alerts.manage")
    now = clock.now()
    today = local_day("", now)
    rows = Alert.objects.order_by("expires_on", "entry")
    if not over:
        rows = rows.filter(status="active", expires_at__gt=now)
    waiting = Review.objects.filter(list_name=ALERTS, status__in=("open", "lapsed"))
    asked = dict(waiting.values_list("list_entry").annotate(Count("id")))
    lines = [_alert(row, today, asked.get(row.number, 0)) for row in rows]
    return sorted(lines, key=lambda line: (line.over, not line.due, line.row.expires_on, line.row.entry))


def _alert(row: Alert, today: date, asked: int) -> AlertLine:
    over = row.status != "active" or row.expires_at <= clock.now()
    return AlertLine(row, not over and row.review_on <= today, over, asked)


@dataclass(frozen=True, slots=True)
class Family:
    """Somebody here who may be, or is, the one a family looks for. `seeker` is None for an agency from outside.

    `child`: the one found is not grown, so that a protection officer agrees, not the child.
    """

    match: TracingMatch
    request: TracingRequest
    person: Person
    seeker: Person | None
    child: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. `seeker` is None for an agency from outside; `matches` is empty for who may not decide them."""

    request: TracingRequest
    seeker: Person | None
    matches: tuple[Family, ...]


def families_for(actor: Actor, *, person: UUID | None = None, done: bool = False) -> list[Family]:
    """Matches that wait for a protection officer, best first: to be decided, agreed or told. With `done` all of them;
    `person`: those of one person."""
    actor.require("tracing.decide")
    rows = TracingMatch.objects.filter(reach.of(actor), Q() if done else WAITING).select_related("request")
    return _families(rows if person is None else rows.filter(person=person))


def family_for(actor: Actor, match: UUID) -> Family:
    """One match; Unknown when there is none."""
    actor.require("tracing.decide")
    found = _families(TracingMatch.objects.filter(reach.of(actor), id=match).select_related("request"))
    if not found:
        raise Unknown("There is no such match. `cauce tracing list` names those that are open.")
    return found[0]


def families_to_reunite(actor: Actor) -> int | None:
    """How many matches wait for a protection officer; None for everybody else, who does not hear of them."""
    return TracingMatch.objects.filter(WAITING, reach.of(actor)).count() if actor.may("tracing.decide") else None


def tracing_for(actor: Actor, *, ended: bool = False) -> list[Asked]:
    """Open requests, newest last; with `ended` all. Who only files sees what they filed, and no match."""
    actor.require("tracing.file")
    rows = TracingRequest.objects.order_by("entry")
    if not ended:
        rows = rows.filter(status="open")
    matches: dict[UUID, list[Family]] = {}
    if actor.may("tracing.decide"):
        for family in families_for(actor, done=True):
            matches.setdefault(family.request.id, []).append(family)
    else:
        rows = rows.filter(filed_by=actor.account)
    found = list(rows)
    seekers = Person.objects.in_bulk([row.seeker for row in found if row.seeker])
    return [
        Asked(row, seekers.get(row.seeker) if row.seeker else None, tuple(matches.get(row.id, ()))) for row in found
    ]


def _families(rows: QuerySet[TracingMatch]) -> list[Family]:
    matches = list(rows.order_by("-score", "opened_at", "id"))
    persons = _persons([m.person for m in matches] + [m.request.seeker for m in matches if m.request.seeker])
    today = local_day("", clock.now())
    return [
        Family(
            match=match,
            request=match.request,
            person=persons[match.person],
            seeker=persons.get(match.request.seeker) if match.request.seeker else None,
            child=_child(persons[match.person], today),
        )
        for match in matches
    ]


def _persons(persons: Collection[UUID]) -> dict[UUID, Person]:
    return Person.objects.in_bulk(list(persons))


def _child(person: Person, today: date) -> bool:
    return person.said_minor if person.adult_on is None else person.adult_on > today
