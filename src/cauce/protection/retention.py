"""P16: when data about somebody who has left is over. Pure.

Announced `warn_days` before its day, due on it, and gone `grace_days` after: nobody is surprised, nothing is forgotten
in a drawer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from cauce.corridor.shape import Retention

Stage = Literal["kept", "warned", "over", "due"]


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that will go: of whom, since when it counts, and a code of what keeps it longer, if anything does."""

    id: UUID
    person: UUID
    since: datetime
    because: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rule does now. `due` goes at once; `over` waits out its grace; `warned` is announced; `held` is kept
    although its time is over, with the code of why. `next_at`: when the first of the others will be due.
    """

    rule: Retention
    due: tuple[Case, ...]
    over: int
    warned: int
    held: tuple[Case, ...]
    next_at: datetime | None


def stage(rule: Retention, since: datetime, now: datetime) -> Stage:
    """Where something stands that counts from `since`."""
    end = since + timedelta(days=rule.keep_days)
    if now >= end + timedelta(days=rule.grace_days):
        return "due"
    if now >= end:
        return "over"
    return "warned" if now >= end - timedelta(days=rule.warn_days) else "kept"


def plan(rule: Retention, cases: Iterable[Case], now: datetime) -> Plan:
    """The cases of one rule, sorted by what happens to them."""
    by_stage: dict[Stage, list[Case]] = {"kept": [], "warned": [], "over": [], "due": []}
    for case in sorted(cases, key=lambda case: (case.since, case.id)):
        by_stage[stage(rule, case.since, now)].append(case)
    waiting = [*by_stage["over"], *by_stage["warned"], *by_stage["kept"]]
    last = timedelta(days=rule.keep_days + rule.grace_days)
    return Plan(
        rule=rule,
        due=tuple(case for case in by_stage["due"] if not case.because),
        over=len(by_stage["over"]),
        warned=len(by_stage["warned"]),
        held=tuple(case for case in by_stage["due"] if case.because),
        next_at=min(case.since for case in waiting) + last if waiting else None,
    )


def digest(plans: Sequence[Plan]) -> str:
    """Names the set that would go now: the same digest, the same set."""
    text = "\n".join(f"{each.rule.kind} {case.id.hex}" for each in plans for case in each.due)
    return hashlib.sha256(text.encode()).hexdigest()
