"""What vetting does at once when people are registered or what is known of them changes."""

from __future__ import annotations

from typing import Any

from cauce.access.actor import SYSTEM
from cauce.corridor.events import CorridorApplied
from cauce.corridor.selectors import local_day
from cauce.journal.events import Recorded, reacts
from cauce.people.events import DocumentAdded, DocumentWithdrawn, PersonCorrected, PersonRegistered
from cauce.vetting.services.checks import restart_checks, start_checks, start_missing

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
