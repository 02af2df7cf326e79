"""What is recorded where a group waits for somebody, or for nobody any more (F2)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from cauce.people import words
from cauce.people.events import GroupCompleted, GroupMarkedIncomplete
from cauce.people.models import Group


def waits(group: UUID, missing: Iterable[str], why: str) -> GroupMarkedIncomplete:
    """The group waits for all these."""
    return GroupMarkedIncomplete(group=group, missing=tuple(missing), why=why, after=words.after(group))


def whole(group: UUID) -> GroupCompleted:
    """The group, and whoever travels on in it as far as it is known here, waits for nobody any more."""
    also: list[UUID] = []
    fresh = [group]
    while fresh:
        fresh = list(Group.objects.filter(joined_into__in=fresh).order_by("id").values_list("id", flat=True))
        also += fresh
    return GroupCompleted(group=group, also=tuple(also), after=words.after(group, *also))
