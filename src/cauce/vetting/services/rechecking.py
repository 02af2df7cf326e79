"""A list's new edition: people who are here are searched again, in what it changed and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

import orjson
from django.db import transaction

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.journal import clock, guard
from cauce.journal.events import Event
from cauce.journal.services import lock_head, record
from cauce.vetting import editions, watchlist
from cauce.vetting.events import ChecksCompleted, ListRechecked, completed
from cauce.vetting.events.checks import against_text
from cauce.vetting.facts import facts_of, still_here
from cauce.vetting.finding import Finding
from cauce.vetting.models import CheckResult
from cauce.vetting.rules import NOT_HERE, InForce, lists_in_force
from cauce.vetting.services.finding_out import Changed, search, still_so
from cauce.vetting.services.reconcile import Key, Known, known, reconcile
from cauce.vetting.services.settling import kept
from cauce.vetting.sought_models import ALERTS


def recheck_batch(size: int, by: Actor) -> tuple[int, int, int, int] | None:
    """Search up to `size` people who are present and were last searched in other editions. None: nobody left."""
    corridor = in_force()
    lists = lists_in_force(corridor)
    rows = _stale(lists, size)
    if not rows:
        return None
    facts = facts_of([row.person for row in rows])
    now = against_text(lists.against)
    bears = {row.person: _bears(row.against, now, lists) for row in rows if row.person in facts}
    answers = search([(facts[person], changed) for person, changed in bears.items()], lists)
    searched: dict[UUID, tuple[Finding, Changed]] = {p: (answers[p], changed) for p, changed in bears.items()}
    with guard.refusals(), transaction.atomic():
        lock_head()
        before = {row.person: row.against for row in rows}
        still = CheckResult.objects.filter(person__in=before, check_id="watchlist", due=False).exclude(result="waived")
        same = [row for row in still.order_by("person") if row.against == before[row.person]]
        due_at = clock.now() + timedelta(hours=corridor.review.decide_within_hours)
        by_now = lists_in_force(corridor)
        searched = {person: (still_so(finding, by_now), changed) for person, (finding, changed) in searched.items()}
        events = _events(same, searched, lists, due_at)
        if not events:
            return None
        record(*events, by=by)
    referred = sum(isinstance(e, ChecksCompleted) and e.results["watchlist"] in ("refer", "confirmed") for e in events)
    others = len(same) - referred
    waits = watchlist.unless_met(by_now.rules, by_now.missing).result == "pending"
    return len(same), 0 if waits else others, referred, others if waits else 0


def _stale(lists: InForce, size: int) -> list[CheckResult]:
    """Those with the lowest ids. Nearly always nobody: asked without a limit, which would have PostgreSQL walk through
    everybody who ever came, in their order, in the hope of meeting so many soon."""
    if not lists.against:
        return []
    others = CheckResult.objects.filter(check_id="watchlist", due=False).exclude(against=against_text(lists.against))
    others = others.exclude(result="waived")
    persons = sorted(others.filter(still_here()).values_list("person", flat=True))[:size]
    return list(others.filter(person__in=persons).order_by("person")) if persons else []


def _bears(before: str, now: str, lists: InForce) -> Changed:
    """What somebody who was searched in `before` has to be searched in now: what changed, and the newer alerts."""
    unsearched = ("0", "")
    had, at = _editions(before).get(ALERTS, unsearched)
    retuned = at != _editions(now).get(ALERTS, unsearched)[1]
    newer = {alert.number for alert in lists.alerts if retuned or alert.at > int(had)}
    return {**_changed(before, now), **({ALERTS: newer} if newer else {})}


@lru_cache(maxsize=64)
def _changed(before: str, now: str) -> Changed:
    old, new = _editions(before), _editions(now)
    found: dict[str, Collection[str] | None] = {}
    for name, (digest, threshold) in new.items():
        if name == ALERTS or digest == NOT_HERE:
            continue
        had, at = old.get(name, ("", ""))
        if had in ("", NOT_HERE) or at != threshold:
            found[name] = None
        elif had != digest:
            found[name] = editions.changes(had, digest)
    return found


@lru_cache(maxsize=64)
def _retuned(before: str, now: str) -> frozenset[str]:
    """Lists of which nothing changed but the threshold."""
    old, new = _editions(before), _editions(now)
    return frozenset(n for n, (digest, at) in new.items() if n in old and old[n][0] == digest and old[n][1] != at)


@lru_cache(maxsize=64)
def _missing(against: str) -> frozenset[str]:
    """Lists that were not here to be searched."""
    return frozenset(name for name, (digest, _at) in _editions(against).items() if digest == NOT_HERE)


def _editions(against: str) -> dict[str, tuple[str, str]]:
    """List -> digest of its edition, and the threshold from which it referred."""
    told: dict[str, str] = orjson.loads(against) if against else {}
    return {name: (digest, at) for name, (digest, _at, at) in ((n, one.partition("@")) for n, one in told.items())}


def _events(
    rows: Collection[CheckResult],
    searched: Mapping[UUID, tuple[Finding, Changed]],
    lists: InForce,
    due_at: datetime,
) -> list[Event]:
    before = known([row.person for row in rows])
    closed: list[Event] = []
    opened: list[Event] = []
    done_with: list[Event] = []
    quiet: list[UUID] = []
    now = against_text(lists.against)
    for row in rows:
        if row.person not in searched:
            quiet.append(row.person)
            continue
        finding, changed = searched[row.person]
        asked = before.get((row.person, "watchlist"), Known())
        retuned = _retuned(row.against, now)
        done = reconcile(row.person, "watchlist", finding, asked, due_at, _looked_at(asked, changed), retuned)
        as_complete = _missing(row.against) == _missing(now)
        if not done.closed and not done.opened and done.now.result == row.result and as_complete:
            quiet.append(row.person)
            continue
        closed += done.closed
        opened += done.opened
        done_with += completed(
            person=row.person,
            results={"watchlist": done.now.result},
            against=lists.against,
            reasons={"watchlist": list(done.now.reasons)},
            evidence={"watchlist": kept(finding)},
        )
    if quiet:
        done_with.append(ListRechecked(persons=tuple(quiet), against=lists.against))
    return [*closed, *opened, *done_with]


def _looked_at(asked: Known, changed: Changed) -> set[Key]:
    """The open questions that a new edition bears on."""
    return {
        (name, entry)
        for name, entry in asked.live()
        if name in changed and (changed[name] is None or entry in (changed[name] or ()))
    }
