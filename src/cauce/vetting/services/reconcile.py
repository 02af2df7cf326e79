"""A finding meets the reviews there are: new doubts open one, vanished doubts close theirs, known answers stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from cauce.journal.events import Event, new_id
from cauce.vetting.events import ReviewClosed, ReviewOpened
from cauce.vetting.finding import Doubt, Finding, Standing
from cauce.vetting.models import NotTheSame, Review
from cauce.vetting.services.settling import matter_of
from cauce.vetting.verdict import Matter, standing

Key = tuple[str, str]  # list, entry


@dataclass(slots=True)
class Known:
    """What was asked and answered about one person before, for one check."""

    reviews: list[Review] = field(default_factory=list)
    not_same: set[tuple[Key, str]] = field(default_factory=set)  # with the entry's digest

    def live(self) -> dict[Key, Review]:
        return {(r.list_name, r.list_entry): r for r in self.reviews if r.status in ("open", "lapsed")}

    def answered(self, doubt: Doubt) -> bool:
        """Whether people said what this is: the machine does not ask the same thing twice."""
        if (doubt.key, doubt.digest) in self.not_same:
            return True
        return any(
            r.outcome == "same"
            and (r.list_name, r.list_entry) == doubt.key
            and (not r.over or r.entry_digest == doubt.digest)
            for r in self.reviews
        )


@dataclass(frozen=True, slots=True)
class Reconciled:
    closed: list[Event]
    opened: list[Event]
    now: Standing


def known(persons: Collection[UUID]) -> dict[tuple[UUID, str], Known]:
    """By person and check."""
    found: dict[tuple[UUID, str], Known] = {}
    for review in Review.objects.filter(person__in=persons).order_by("opened_at", "id"):
        found.setdefault((review.person, review.check_id), Known()).reviews.append(review)
    checks = {r.id: r.check_id for one in found.values() for r in one.reviews}
    for row in NotTheSame.objects.filter(person__in=persons):
        at = found.get((row.person, checks.get(row.review, "")))
        if at is not None:
            at.not_same.add(((row.list_name, row.list_entry), row.entry_digest))
    return found


def reconcile(
    person: UUID,
    check_id: str,
    finding: Finding,
    before: Known,
    due_at: datetime,
    only: Collection[Key] | None = None,
    retuned: Collection[str] = (),
) -> Reconciled:
    """`only`: the entries that were looked at; reviews of others are left alone. None: everything was looked at.

    `retuned`: lists of which nothing changed but the threshold, so that what is gone lies below it.
    """
    live = before.live()
    asked = {doubt.key: doubt for doubt in finding.doubts}
    gone: dict[UUID, str] = {}
    for key, review in live.items():
        if only is not None and key not in only:
            continue
        if key not in asked:
            gone[review.id] = "below_threshold" if key[0] in retuned else "no_longer_met"
        elif asked[key].digest != review.entry_digest:
            gone[review.id] = "entry_changed"
    fresh = [d for d in finding.doubts if not before.answered(d) and (d.key not in live or live[d.key].id in gone)]
    return Reconciled(
        closed=[ReviewClosed(person=person, review=review, status="closed", why=why) for review, why in gone.items()],
        opened=[_opened(person, check_id, doubt, due_at) for doubt in fresh],
        now=standing(_matters(before.reviews, gone, fresh), finding.base, finding.if_confirmed),
    )


def _matters(reviews: Iterable[Review], gone: dict[UUID, str], fresh: Iterable[Doubt]) -> list[Matter]:
    stay = [matter_of(review, {"status": "closed"} if review.id in gone else None) for review in reviews]
    return stay + [Matter("open", "", doubt.blocks, doubt.reasons) for doubt in fresh]


def _opened(person: UUID, check_id: str, doubt: Doubt, due_at: datetime) -> ReviewOpened:
    return ReviewOpened(
        id=new_id(),
        person=person,
        check_id=check_id,
        due_at=due_at,
        blocks=doubt.blocks,
        protection_first=doubt.protection_first,
        list_name=doubt.list_name,
        list_entry=doubt.matter,
        entry_digest=doubt.digest,
        score=doubt.score,
        pieces=list(doubt.pieces),
        listed=doubt.listed,
        reasons=list(doubt.reasons),
    )
