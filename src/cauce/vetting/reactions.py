"""What vetting does at once when people are registered or what is known of them changes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from cauce.access.actor import SYSTEM
from cauce.corridor.events import CorridorApplied
from cauce.corridor.selectors import local_day
from cauce.journal.events import Recorded, reacts
from cauce.people.events import (
    DocumentAdded,
    DocumentWithdrawn,
    PersonArrived,
    PersonCorrected,
    PersonErased,
    PersonRegistered,
    StayReopened,
)
from cauce.vetting.models import Review
from cauce.vetting.services.checks import restart_checks, start_checks, start_missing
from cauce.vetting.services.tracing import forget_seeker

_COMPARED = frozenset(
    ("given_names", "family_names", "full_name", "birth_first", "birth_last", "sex", "nationality", "feared_country")
)


@reacts(PersonRegistered)
def start(records: list[Recorded[PersonRegistered]], by: Any) -> None:
    """Checks start with the registration, in its transaction."""
    start_checks(
        persons=[(r.event.person, r.event.birth_first) for r in records],
        day=local_day("", records[-1].happened_at),
        by=SYSTEM,
    )


@reacts(CorridorApplied)
def start_new_checks(records: list[Recorded[CorridorApplied]], by: Any) -> None:
    """A file that names another check asks it of those who are here too."""
    start_missing(by=SYSTEM)


@reacts(PersonCorrected)
def run_again(records: list[Recorded[PersonCorrected]], by: Any) -> None:
    """What the machine compared has changed: it compares again."""
    persons = [r.event.person for r in records if _COMPARED & r.event.values.keys()]
    if persons:
        restart_checks(persons=persons, why="corrected", by=SYSTEM)


@reacts(DocumentAdded)
@reacts(DocumentWithdrawn)
def look_at_papers_again(records: list[Recorded[Any]], by: Any) -> None:
    """A paper came or went."""
    restart_checks(
        persons=[r.event.person for r in records], checks=("document", "watchlist"), why="corrected", by=SYSTEM
    )


@reacts(PersonArrived)
@reacts(StayReopened)
def look_again_at_who_came_back(records: list[Recorded[Any]], by: Any) -> None:
    """Their review was closed because they were gone; they are not, so its question is asked again."""
    rows = Review.objects.filter(person__in=[r.event.person for r in records], closed_why="departed")
    asked: dict[str, set[UUID]] = {}
    for person, check in rows.values_list("person", "check_id"):
        asked.setdefault(check, set()).add(person)
    for check, persons in sorted(asked.items()):
        restart_checks(persons=persons, checks=(check,), why="came_back", by=SYSTEM)


@reacts(PersonErased)
def stop_looking_for(records: list[Recorded[PersonErased]], by: Any) -> None:
    """What somebody told of the family they look for goes with them."""
    forget_seeker([r.event.person for r in records], SYSTEM)
