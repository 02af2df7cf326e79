"""A list comes in force, changes and goes: kept as a file under its digest, people searched in what it changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from uuid import UUID

from django.db import transaction

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.corridor.shape import CONSEQUENCES
from cauce.journal import guard, keys
from cauce.journal.errors import CauceError, Misused, Refused, Unknown
from cauce.journal.services import lock_head, record
from cauce.people.models import Document
from cauce.vetting import editions, lost
from cauce.vetting.events import ListImported, ListUnloaded, ReviewClosed
from cauce.vetting.facts import still_here
from cauce.vetting.finding import Standing
from cauce.vetting.lists import FORMATS, SHIPPED_DATE, ListEdition, Problem, UnreadableListError, read, shipped
from cauce.vetting.lists.documents import read_documents
from cauce.vetting.models import Review, WatchList
from cauce.vetting.rules import PAPERS, TAKEN, lists_in_force, named, not_among
from cauce.vetting.services.checks import MACHINE, restart_checks
from cauce.vetting.services.running import Progress, Ran, run_pending
from cauce.vetting.services.settling import settled
from cauce.vetting.watchlist import unless_met

MOST_PROBLEMS = 1_000
"""A list may have more problems than entries as long as it has no more than these."""
MOST_GONE, FEWEST_GONE = 0.2, 20
"""An edition that lacks more than this share of the one before, and as many entries, is taken for half a file."""


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
    shrunk_ok: bool = False,
    progress: Progress | None = None,
    by: Actor,
) -> Imported:
    """Put an edition of the list `name` in force; it replaces the one before.

    `owner`, `basis` and `consequence` (inform, refer, hold) count only where the corridor's file has no [[list]] of
    that name; `edition` dates a file that does not say its date. People who are here are searched again in what
    changed. Raises Misused for an unknown format or consequence, Refused for a file that holds no list, or for one
    that shrank sharply unless `shrunk_ok` says that it is meant; nothing is changed then.
    """
    by.require("lists.import")
    _meant(name, format, consequence)
    found = _read(path, format, name, edition)
    _whole(found)
    if not shrunk_ok:
        _not_shrunk(found)
    editions.keep(found)
    warm(found.format, found.digest)  # before anybody is searched in it: a registration waits for no index
    event, changed = _put_in_force(found, owner.strip(), basis.strip(), consequence, by)
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


def _put_in_force(found: ListEdition, owner: str, basis: str, consequence: str, by: Actor) -> tuple[ListImported, bool]:
    with guard.refusals(), transaction.atomic():
        lock_head()
        before = WatchList.objects.filter(name=found.name).first()
        event = _imported(found, owner, basis, consequence)
        changed = _differs(event)
        if changed:
            record(event, by=by)
            if found.format == PAPERS and (before is None or before.digest != event.digest):
                holders = _holders(before.digest if before else "", event.digest)
                restart_checks(persons=holders, checks=("document",), why="list_changed")
            if before is not None:
                transaction.on_commit(partial(_drop_index, before.digest))
    return event, changed


def _drop_index(digest: str) -> None:
    """An edition that is in force under no name needs no index."""
    if not WatchList.objects.filter(digest=digest).exists():
        editions.drop_index(digest)


def unload_list(*, name: str, reason: str, progress: Progress | None = None, by: Actor) -> int:
    """Take a list out of force. Its open reviews close and the checks settle; what people decided, and whom they
    called somebody else, stays. Nobody who is here stays clear of a list that the corridor file needs. Returns how
    many reviews closed. Unknown when no such list is in force.
    """
    by.require("lists.import")
    if not reason.strip():
        raise Refused("Write down why the list is taken out of force.", code="no_reason")
    with guard.refusals(), transaction.atomic():
        lock_head()
        if not WatchList.objects.filter(name=name).exists():
            raise Unknown(f"No list {name} is in force here. `cauce watchlist list` names those that are.")
        waiting = Review.objects.filter(status__in=("open", "lapsed")).order_by("opened_at", "id")
        rows = [row for row in waiting.filter(check_id__in=MACHINE) if name in (row.list_name, row.listed.get("list"))]
        transaction.on_commit(partial(_drop_index, WatchList.objects.get(name=name).digest))
        record(
            ListUnloaded(list_name=name, reason=reason.strip()),
            *(ReviewClosed(person=row.person, review=row.id, status="closed", why="list_unloaded") for row in rows),
            *settled(
                {(row.person, row.check_id) for row in rows},
                {row.id: {"status": "closed"} for row in rows},
                {"watchlist": _base_without(name)},
            ),
            by=by,
        )
    run_pending(progress=progress)
    return len(rows)


def _base_without(name: str) -> Standing:
    """Where somebody stands whom nothing else concerns, once that list is gone."""
    corridor = in_force()
    lists = lists_in_force(corridor)
    left = lists.rules.keys() - {name}
    return unless_met(left, not_among({*left, *lists.papers} - {name}, corridor))


def warm(format: str, digest: str) -> None:  # noqa: A002
    """Build what searching an edition needs, or find it built."""
    if format == PAPERS:
        lost.by_number(digest)
    else:
        editions.index(digest)


def _meant(name: str, format: str, consequence: str) -> None:  # noqa: A002
    if format not in (*FORMATS, PAPERS):
        raise Misused(f"There is no list format {format!r}. The formats are: {', '.join((*FORMATS, PAPERS))}.")
    if consequence and consequence not in CONSEQUENCES:
        raise Misused(f"A list may {', '.join(CONSEQUENCES)}; not {consequence!r}.")
    if not name.strip() or len(name) > 60 or "@" in name:
        raise Misused("Give the list a name of 1 to 60 letters, without @.")
    if name in TAKEN:
        raise Misused(f"The name {name} is taken: this is what people sought locally are listed under.")
    before = WatchList.objects.filter(name=name).first()
    if before is not None and (before.format == PAPERS) != (format == PAPERS):
        raise Misused(
            f"The list {name} is one of {'papers' if before.format == PAPERS else 'people'}. Unload it first."
        )


def _read(path: Path, format: str, name: str, edition: date | None) -> ListEdition:  # noqa: A002
    try:
        if format == PAPERS:
            papers, problems = read_documents(path)
            entries = lost.entries_of(papers)
            digest = hashlib.sha256(repr(papers).encode()).hexdigest()
            return ListEdition(name, PAPERS, edition, entries, tuple(problems), digest)
        given = edition or (SHIPPED_DATE if path.resolve() == shipped().resolve() else None)
        return read(path, format, name=name, edition=given)
    except UnreadableListError as reason:
        raise Refused(str(reason), code="unreadable_list") from reason


def _not_shrunk(found: ListEdition) -> None:
    """A list seldom loses many at once; half a file that is well-formed looks just like that."""
    before = WatchList.objects.filter(name=found.name).first()
    gone = before.entries - len(found.entries) if before else 0
    if before and gone >= FEWEST_GONE and gone > before.entries * MOST_GONE:
        raise Refused(
            f"The list {found.name} had {before.entries:,} entries, this edition has {len(found.entries):,}. Nothing "
            "was put in force. Get a whole copy; if its owner really took so many off, give --shrunk-ok.",
            code="list_shrunk",
        )


def _holders(before: str, now: str) -> list[UUID]:
    """Who is here (P16) and has a paper with a number about which the two editions say something else."""
    try:
        old = lost.by_number(before) if before else {}
    except CauceError:
        old = {}  # its file is gone: everybody with a number of the new one
    new = lost.by_number(now)
    differ = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    hashed = set(keys.search_keys(differ).values())
    papers = Document.objects.filter(still_here()).values_list("person_id", "number_key")
    return sorted({person for person, key in papers if key in hashed})


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
