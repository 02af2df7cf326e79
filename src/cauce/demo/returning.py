"""A few people of the training day who go home, each by another way: agreed, ordered, and held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from cauce.access.actor import Actor

if TYPE_CHECKING:
    from cauce.people.models import Person

LAW = "Decree-Law 3 of 2008 (training)"


def open_returns(day: date, operator: Actor, tell: Callable[[str], None]) -> None:
    """One voluntary return in its cooling-off, one deportation appealed against, one expulsion of somebody in custody.

    Does nothing a second time, or where nobody fits: adults alone, with nothing flagged about them.
    """
    from cauce.movement.returns.models import ReturnCase

    if ReturnCase.objects.exists():
        return
    people = _alone(day)
    if len(people) < len(WAYS):
        return
    tell("Opening three return cases")
    for person, way in zip(people, WAYS, strict=False):
        way(person, day, operator)


def _alone(day: date) -> list[Person]:
    from django.db.models import Count

    from cauce.people.models import Person

    rows = Person.objects.filter(adult_on__lte=day, erased=False, feared_country="", needs__isnull=True)
    rows = rows.annotate(family=Count("group__members")).filter(family=1, stays__until__isnull=True)
    return list(rows.exclude(nationality="").order_by("external_id", "number")[:3])


def _agreed(person: Person, day: date, operator: Actor) -> None:
    from cauce.movement.returns import services
    from cauce.movement.returns.services.consenting import Circumstances

    case = services.open_case(person=person.id, kind="voluntary", destination=person.nationality, by=operator)
    services.explain(case=case, language=person.language or "es", by=operator)
    asked = Circumstances(language=person.language or "es", shared=False, interpreter="Training interpreter")
    services.consent(case=case, asked=asked, by=operator)
    services.record_document(case=case, kind="passport", until=day + timedelta(days=400), by=operator)
    services.find_fit(case=case, finding="fit", found_by="Training clinic", by=operator)


def _appealed(person: Person, day: date, operator: Actor) -> None:
    from cauce.movement.returns import services

    case = _ordered(person, day, "deportation", operator)
    services.file_appeal(case=case, filed_on=day, suspensive=True, by=operator)


def _held(person: Person, day: date, operator: Actor) -> None:
    from cauce.journal import clock
    from cauce.movement.returns import services

    now = clock.now()
    services.record_custody(
        person=person.id,
        basis=LAW,
        authority="Training court",
        since=now - timedelta(hours=30),
        maximum=now + timedelta(hours=18),
        next_review=now - timedelta(hours=6),  # nobody looked in time: red on every board
        by=operator,
    )
    _ordered(person, day, "expulsion", operator)


def _ordered(person: Person, day: date, kind: str, operator: Actor) -> UUID:
    from cauce.movement.returns import services

    case = services.open_case(person=person.id, kind=kind, destination=person.nationality, by=operator)
    services.decide(
        case=case,
        authority="Training migration service",
        reference=f"T-{person.number}",
        legal_basis=LAW,
        decided_on=day - timedelta(days=1),
        appeal_until=day + timedelta(days=4),
        by=operator,
    )
    return case


WAYS = (_agreed, _appealed, _held)
