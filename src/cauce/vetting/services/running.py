"""The machine runs what is pending, a batch at a time: it clears or refers, and never decides (P5).

Matching runs outside the transaction, so that registrations do not wait for it. Inside it a result is kept only if
its check still waits for the same facts: two processes at once, or one killed in the middle, lose and double nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from cauce.access.actor import SYSTEM, Actor
from cauce.corridor.selectors import in_force
from cauce.corridor.shape import Corridor
from cauce.journal import clock, guard
from cauce.journal.events import Event
from cauce.journal.services import lock_head, record
from cauce.vetting.events import ChecksStarted, completed
from cauce.vetting.facts import present, still_here
from cauce.vetting.finding import Finding
from cauce.vetting.models import CheckResult
from cauce.vetting.rules import lists_in_force, something_to_search
from cauce.vetting.services.checks import MACHINE
from cauce.vetting.services.finding_out import Found, find_out, still_so
from cauce.vetting.services.rechecking import recheck_batch
from cauce.vetting.services.reconcile import Known, known, reconcile
from cauce.vetting.services.settling import kept
from cauce.vetting.services.tracing_search import search_families

BATCH = 500
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Ran:
    """People whose checks ran, by where they stand now: somebody referred in any check is referred."""

    people: int = 0
    cleared: int = 0
    referred: int = 0
    pending: int = 0

    def __add__(self, other: Ran) -> Ran:
        return Ran(
            self.people + other.people,
            self.cleared + other.cleared,
            self.referred + other.referred,
            self.pending + other.pending,
        )


def run_pending(
    *, by: Actor = SYSTEM, limit: int | None = None, progress: Progress | None = None, stale: bool = True
) -> Ran:
    """Run pending checks, those asked for last first, for at most `limit` people; `stale`: then search those present
    in what new list editions, thresholds and alerts changed, and in what families ask. `progress(people)` is called
    after every batch. What families asked is not counted: it is no check.

    Without any list in force the watchlist check stays pending.
    """
    total = Ran()
    for batch_of in (_pending_batch, recheck_batch) if stale else (_pending_batch,):
        while limit is None or total.people < limit:
            counts = batch_of(BATCH if limit is None else min(BATCH, limit - total.people), by)
            if counts is None:
                break
            total += Ran(*counts)
            if progress is not None:
                progress(total.people)
    if stale:
        search_families(limit=limit, by=by)
    return total


def _due(size: int) -> dict[UUID, dict[str, int]]:
    """Who waits for the machine: person -> check -> the entry that asked for it. Not who has left (P16)."""
    runnable = [check for check in MACHINE if check != "watchlist" or something_to_search()]
    rows = CheckResult.objects.filter(still_here(), due=True, check_id__in=runnable).order_by("-started", "person")
    found: dict[UUID, dict[str, int]] = {}
    for person, check_id, started in rows.values_list("person", "check_id", "started")[: size * len(runnable)]:
        found.setdefault(person, {})[check_id] = started
    return dict(list(found.items())[:size])


def _pending_batch(size: int, by: Actor) -> tuple[int, int, int, int] | None:
    """Counts as in Ran; None when nothing is pending or nothing could be done about it."""
    due = _due(size)
    if not due:
        return None
    corridor = in_force()
    found = find_out({person: set(checks) for person, checks in due.items()}, corridor, lists_in_force(corridor))
    with guard.refusals(), transaction.atomic():
        lock_head()
        return _write(_still_due(due, found), found, corridor, by)


def _still_due(due: dict[UUID, dict[str, int]], found: Found) -> dict[UUID, dict[str, Finding]]:
    """What may be written: nobody corrected, erased or checked the person in the meantime."""
    rows = CheckResult.objects.filter(person__in=found.findings, due=True)
    now = {(person, check): at for person, check, at in rows.values_list("person", "check_id", "started")}
    lists = lists_in_force(in_force())
    fresh = {
        person: {
            check: still_so(finding, lists) if check == "watchlist" else finding
            for check, finding in checks.items()
            if now.get((person, check)) == due[person][check]
        }
        for person, checks in found.findings.items()
    }
    return {person: checks for person, checks in fresh.items() if checks}


def _write(
    fresh: dict[UUID, dict[str, Finding]], found: Found, corridor: Corridor, by: Actor
) -> tuple[int, int, int, int] | None:
    if not fresh:
        return None
    before = known(fresh.keys())
    due_at = clock.now() + timedelta(hours=corridor.review.decide_within_hours)
    closed: list[Event] = []
    opened: list[Event] = []
    ran: list[Event] = []
    counts = [0, 0, 0]
    unsearched = _unsearched(set(fresh))
    for person, checks in fresh.items():
        done = {
            check: reconcile(person, check, finding, before.get((person, check), Known()), due_at)
            for check, finding in checks.items()
        }
        closed += [event for one in done.values() for event in one.closed]
        opened += [event for one in done.values() for event in one.opened]
        ran += completed(
            person=person,
            results={check: one.now.result for check, one in done.items()},
            against=found.against if "watchlist" in checks else {},
            reasons={check: list(one.now.reasons) for check, one in done.items()},
            evidence={check: kept(finding) for check, finding in checks.items()},
        )
        counts[_kind({one.now.result for one in done.values()} | unsearched.get(person, set()))] += 1
    record(*closed, *opened, *ran, *_others(fresh, found), by=by)
    return len(fresh), counts[0], counts[1], counts[2]


def _unsearched(persons: set[UUID]) -> dict[UUID, set[str]]:
    """Whose check against lists stays pending, as none is in force: they are not clear."""
    if something_to_search():
        return {}
    rows = CheckResult.objects.filter(person__in=persons, check_id="watchlist", due=True)
    return {person: {"pending"} for person in rows.values_list("person", flat=True)}


def _kind(results: set[str]) -> int:
    if results & {"refer", "confirmed"}:
        return 1
    return 2 if "pending" in results else 0


def _others(fresh: dict[UUID, dict[str, Finding]], found: Found) -> list[Event]:
    """Whoever else holds a paper that was just seen twice is asked about it too, whoever came first."""
    holders = {
        UUID(other)
        for checks in fresh.values()
        for doubt in (checks["document"].doubts if "document" in checks else ())
        for other in doubt.listed.get("others", ())
    } - {person for person, checks in found.findings.items() if "document" in checks}
    holders = present(holders)
    rows = CheckResult.objects.filter(person__in=holders, check_id="document", due=False).exclude(result="waived")
    again = [row.person for row in rows.order_by("person") if not _knows(row, found)]
    return [
        ChecksStarted(persons=(person,), results={"document": "pending"}, due=("document",), why="same_document")
        for person in again
    ]


def _knows(row: CheckResult, found: Found) -> bool:
    """Whether the holder's own check saw everybody of this batch who shares a paper with them."""
    seen = set(row.evidence.get("shared_with", ()))
    return {str(person) for person in found.sharing.get(row.person, ())} <= seen
