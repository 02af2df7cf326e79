"""What happens as time passes: reviews escalate and lapse (P5), hand-overs expire (P6), the departed are let go (P16).

A review of somebody who left is closed once it could have been decided since: by then they have arrived at the next
station, were refused at the border and are back, or are out of reach. Nothing is concluded from it: the check stands as
it stood. Should they come back, the machine looks again (reactions.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from cauce.access.actor import SYSTEM, Actor
from cauce.corridor.selectors import in_force
from cauce.journal import clock, guard
from cauce.journal.events import Event
from cauce.journal.models import Entry, Head, Node
from cauce.journal.services import lock_head, record
from cauce.people.models import Stay
from cauce.vetting.events import HandOverExpired, ReviewClosed, ReviewEscalated, ReviewLapsed
from cauce.vetting.models import HandOver, Review
from cauce.vetting.services import planting
from cauce.vetting.services.settling import settled

_STILL_OURS = ("transferred", "hospital", "custody")  # how a stay ends of somebody who is not gone


@dataclass(frozen=True, slots=True)
class Lapsed:
    escalated: int = 0
    lapsed: int = 0
    hand_overs: int = 0
    departed: int = 0  # reviews closed because the person is gone


def _due_reviews(now: datetime) -> Any:
    over = Q(end__lte=now) | Q(due_at__lte=now, escalated_at__isnull=True)
    return Review.objects.filter(status="open").annotate(end=Coalesce("extended_until", "due_at")).filter(over)


def _due_hand_overs(now: datetime) -> Any:
    return HandOver.objects.filter(status="offered", deadline__lte=now)


def _departed_reviews(now: datetime) -> Any:
    """Open reviews of people whose last stay ended for good, as long ago as a review may take."""
    before = now - timedelta(hours=in_force().review.decide_within_hours)
    last = Stay.objects.filter(person=OuterRef("person")).order_by("-since", "-id")
    rows = Review.objects.filter(status__in=("open", "lapsed"))
    rows = rows.annotate(left=Subquery(last.values("until")[:1]), how=Subquery(last.values("outcome")[:1]))
    return rows.filter(left__lte=before).exclude(how__in=_STILL_OURS)


def begun_here(rows: Iterable[Any], name: str) -> list[Any]:
    """Those of these rows whose clock this node set: another one, which has a copy of them, lets it run too."""
    found = list(rows)
    if Head.objects.count() < 2:
        return found
    told: dict[UUID, list[bytes]] = {}
    own = Entry.objects.filter(node=Node.here().name, name=name, person__in={row.person for row in found})
    for person, body in own.values_list("person", "body"):
        told.setdefault(person, []).append(bytes(body))  # type: ignore[arg-type]
    return [row for row in found if any(str(row.id).encode() in body for body in told.get(row.person, ()))]


def lapse_due(*, by: Actor = SYSTEM) -> Lapsed:
    """Let every clock that ran out have its effect. Does nothing, cheaply, when none did."""
    now = clock.now()
    waiting = (_due_reviews(now), _due_hand_overs(now), _departed_reviews(now))
    if not any(rows.exists() for rows in waiting) and not planting.overdue(now):
        return Lapsed()
    with guard.refusals(), transaction.atomic():
        lock_head()
        gone = begun_here(_departed_reviews(now).order_by("opened_at", "id"), "vetting.review_opened")
        due = _due_reviews(now).exclude(id__in=[r.id for r in gone]).order_by("due_at", "id")
        reviews = begun_here(due, "vetting.review_opened")
        expired = begun_here(_due_hand_overs(now).order_by("deadline", "id"), "vetting.hand_over_offered")
        late = [r for r in reviews if r.escalated_at is None]
        lapsed = [r for r in reviews if (r.extended_until or r.due_at) <= now]
        changes: dict[UUID, dict[str, Any]] = {r.id: {"status": "lapsed"} for r in lapsed}
        changes |= {h.review: {"over": "hand_over_expired"} for h in expired}
        about = Review.objects.filter(id__in=[h.review for h in expired]).values_list("person", "check_id")
        pairs = {(r.person, r.check_id) for r in lapsed} | set(about)
        events: list[Event] = [ReviewEscalated(person=r.person, review=r.id) for r in late]
        events += [ReviewLapsed(person=r.person, review=r.id) for r in lapsed]
        events += [HandOverExpired(person=h.person, hand_over=h.id, review=h.review) for h in expired]
        events += settled(pairs, changes)
        events += [ReviewClosed(person=r.person, review=r.id, status="closed", why="departed") for r in gone]
        events += planting.withdrawal(now)
        record(*events, by=by)
    return Lapsed(len(late), len(lapsed), len(expired), len(gone))
