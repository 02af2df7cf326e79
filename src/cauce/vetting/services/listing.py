"""A list comes in force: read, kept as a file under its digest, and people are searched in what it changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.corridor.shape import CONSEQUENCES
from cauce.journal import guard
from cauce.journal.errors import Misused, Refused
from cauce.journal.services import lock_head, record
from cauce.vetting import editions
from cauce.vetting.events import ListImported
from cauce.vetting.lists import FORMATS, SHIPPED_DATE, ListEdition, Problem, UnreadableListError, read, shipped
from cauce.vetting.models import WatchList
from cauce.vetting.rules import named
from cauce.vetting.services.running import Progress, Ran, run_pending

MOST_PROBLEMS = 1_000
"""A list may have more problems than entries as long as it has no more than these."""


@dataclass(frozen=True, slots=True)
class Imported:
    """`changed`: whether another edition came in force. `stated`: whether the corridor's file names the list (P6)."""

    name: str
    edition: str
    entries: int
    persons: int
    problems: tuple[Problem, ...]
    changed: bool
    stated: bool
    ran: Ran


def import_list(
    *,
    path: Path,
    format: str,  # noqa: A002
    name: str,
    owner: str = "",
    basis: str = "",
    consequence: str = "",
    edition: date | None = None,
    progress: Progress | None = None,
    by: Actor,
) -> Imported:
    """Put an edition of the list `name` in force; it replaces the one before.

    `owner`, `basis` and `consequence` (inform, refer, hold) count only where the corridor's file has no [[list]] of
    that name; `edition` dates a file that does not say its date. People who are here are searched again in what
    changed. Raises Misused for an unknown format or consequence, Refused for a file that holds no list; nothing is
    changed then.
    """
    by.require("lists.import")
    if format not in FORMATS:
        raise Misused(f"There is no list format {format!r}. The formats are: {', '.join(FORMATS)}.")
    if consequence and consequence not in CONSEQUENCES:
        raise Misused(f"A list may {', '.join(CONSEQUENCES)}; not {consequence!r}.")
    if not name.strip() or len(name) > 60:
        raise Misused("Give the list a name of 1 to 60 letters.")
    try:
        given = edition or (SHIPPED_DATE if path.resolve() == shipped().resolve() else None)
        found = read(path, format, name=name, edition=given)
    except UnreadableListError as reason:
        raise Refused(str(reason), code="unreadable_list") from reason
    _whole(found)
    editions.keep(found)
    with guard.refusals(), transaction.atomic():
        lock_head()
        event = _imported(found, owner.strip(), basis.strip(), consequence)
        changed = _differs(event)
        if changed:
            record(event, by=by)
    return Imported(
        name=name,
        edition=event.edition,
        entries=event.entries,
        persons=event.persons,
        problems=found.problems,
        changed=changed,
        stated=named(name, in_force()) is not None or bool(owner.strip() and basis.strip() and consequence),
        ran=run_pending(progress=progress),
    )


def _whole(found: ListEdition) -> None:
    """Refuse half a list: in force, it would clear everybody who stands in the other half."""
    cut = next((problem for problem in found.problems if problem.cut), None)
    if cut is not None:
        raise Refused(
            f"{cut.message}. The file ends before its list does; nothing was put in force. Get a whole copy.",
            code="list_cut_short",
        )
    if len(found.problems) > MOST_PROBLEMS and len(found.problems) > len(found.entries):
        raise Refused(
            f"{len(found.problems):,} problems and {len(found.entries):,} entries: this is no {found.format} file. "
            f"Nothing was put in force; the first: {found.problems[0].message}.",
            code="not_this_format",
        )


def _imported(edition: ListEdition, owner: str, basis: str, consequence: str) -> ListImported:
    before = WatchList.objects.filter(name=edition.name).first()
    return ListImported(
        list_name=edition.name,
        format=edition.format,
        edition=edition.date.isoformat() if edition.date else "",
        digest=edition.digest,
        entries=len(edition.entries),
        persons=len(edition.persons),
        problems=len(edition.problems),
        owner=owner or (before.owner if before else ""),
        legal_basis=basis or (before.legal_basis if before else ""),
        consequence=consequence or (before.consequence if before else ""),
    )


def _differs(event: ListImported) -> bool:
    row = WatchList.objects.filter(name=event.list_name).first()
    if row is None:
        return True
    said = (row.digest, row.format, row.owner, row.legal_basis, row.consequence)
    return said != (event.digest, event.format, event.owner, event.legal_basis, event.consequence)
