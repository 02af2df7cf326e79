"""What is explained before a consent is asked, and how far a case has come. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from cauce.corridor.shape import EntryRule

STATES = ("open", "ready", "booked", "departed", "handed_over", "followed_up", "withdrawn", "closed")


def in_force_on(rules: Iterable[EntryRule], kind: str, day: date) -> tuple[EntryRule, ...]:
    """The rules that hold after a return of that kind on that day, in the order of the file."""
    return tuple(
        rule for rule in rules if kind in rule.after and rule.start <= day and (rule.until is None or day <= rule.until)
    )


def state_of(case: Any, *, against: int, seated: bool) -> str:
    """One of STATES, from the row of a case: `against` are the reasons that stand against it, `seated` a live seat."""
    if case.closed_at is not None and case.closed_why != "followed_up":
        return "withdrawn" if case.closed_why == "withdrawn" else "closed"
    if case.followed_up_at is not None:
        return "followed_up"
    if case.handed_over_at is not None:
        return "handed_over"
    if case.departed_at is not None:
        return "departed"
    if seated:
        return "booked"
    return "open" if against else "ready"


def cooled_at(given_at: datetime, hours: float) -> datetime:
    """When a consent given then counts."""
    return given_at + timedelta(hours=hours)
