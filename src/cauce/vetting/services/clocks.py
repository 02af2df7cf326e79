"""What happens because time passed and nobody acted: reviews escalate and lapse (P5), hand-overs expire (P6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from cauce.access.actor import SYSTEM, Actor
from cauce.journal import clock, guard
from cauce.journal.events import Event
from cauce.journal.services import lock_head, record
from cauce.vetting.events import HandOverExpired, ReviewEscalated, ReviewLapsed
from cauce.vetting.models import HandOver, Review
from cauce.vetting.services.settling import settled


@dataclass(frozen=True, slots=True)
class Lapsed:
    escalated: int = 0
    lapsed: int = 0
    hand_overs: int = 0


def _due_reviews(now: datetime) -> Any:
    over = Q(end__lte=now) | Q(due_at__lte=now, escalated_at__isnull=True)
    return Review.objects.filter(status="open").annotate(end=Coalesce("extended_until", "due_at")).filter(over)


def _due_hand_overs(now: datetime) -> Any:
    return HandOver.objects.filter(status="offered", deadline__lte=now)


def lapse_due(*, by: Actor = SYSTEM) -> Lapsed:
    """Let every clock that ran out have its effect. Does nothing, cheaply, when none did."""
    now = clock.now()
    if not _due_reviews(now).exists() and not _due_hand_overs(now).exists():
        return Lapsed()
    with guard.refusals(), transaction.atomic():
        lock_head()
        reviews = list(_due_reviews(now).order_by("due_at", "id"))
        expired = list(_due_hand_overs(now).order_by("deadline", "id"))
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
        record(*events, by=by)
    return Lapsed(len(late), len(lapsed), len(expired))
