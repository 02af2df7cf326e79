"""Where a check stands once its reviews changed: one place for the machine, the analysts and the clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from cauce.journal.events import Event
from cauce.vetting.events import settled as settled_events
from cauce.vetting.finding import Finding, Standing
from cauce.vetting.models import CheckResult, Review
from cauce.vetting.verdict import Matter, standing

Changes = Mapping[UUID, Mapping[str, Any]]


def matter_of(review: Review, change: Mapping[str, Any] | None = None) -> Matter:
    """The review as it bears on its check, with what is about to change about it."""
    matter = Matter(
        status=review.status,
        outcome=review.outcome,
        blocks=review.blocks,
        reasons=tuple(review.reasons),
        over=review.over,
    )
    return replace(matter, **change) if change else matter


def kept(finding: Finding) -> dict[str, Any]:
    """What of a finding is kept with the result, so that reviews can settle it later."""
    evidence = {**finding.evidence, "base": _plain(finding.base)}
    if finding.if_confirmed is not None:
        evidence["if_confirmed"] = _plain(finding.if_confirmed)
    return evidence


def _plain(one: Standing) -> list[Any]:
    return [one.result, *one.reasons]


def _standing(plain: list[Any] | None) -> Standing | None:
    return Standing(plain[0], tuple(plain[1:])) if plain else None


def settled(
    pairs: Collection[tuple[UUID, str]], changes: Changes, bases: Mapping[str, Standing] | None = None
) -> list[Event]:
    """What is told of each (person, check) of `pairs` that stands differently after `changes` of reviews.

    `bases`: by check, where somebody stands whom no review concerns, when that has changed too.
    Call it under the chain's lock. A check that waits for the machine is left to it; a waived one stays waived.
    """
    persons = {person for person, _ in pairs}
    by_check: dict[tuple[UUID, str], list[Review]] = defaultdict(list)
    for review in Review.objects.filter(person__in=persons).order_by("opened_at", "id"):
        by_check[review.person, review.check_id].append(review)
    events: list[Event] = []
    for row in CheckResult.objects.filter(person__in=persons, due=False).exclude(result="waived").order_by("id"):
        if (row.person, row.check_id) not in set(pairs):
            continue
        matters = [matter_of(review, changes.get(review.id)) for review in by_check[row.person, row.check_id]]
        base = (bases or {}).get(row.check_id) or _standing(row.evidence.get("base")) or Standing("clear")
        now = standing(matters, base, _standing(row.evidence.get("if_confirmed")))
        if (now.result, list(now.reasons)) != (row.result, row.reasons):
            events += settled_events(
                person=row.person, check_id=row.check_id, result=now.result, reasons=list(now.reasons)
            )
    return events
