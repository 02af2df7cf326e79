"""Records that turned out to be one person registered again: under which other names and papers somebody is known."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from cauce.vetting.models import Duplicate


def later_records(persons: Collection[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """Person -> the later records linked to them, whoever was linked to those among them; most have none."""
    found: dict[UUID, list[UUID]] = {}
    above = {person: person for person in persons}
    while above:
        rows = Duplicate.objects.filter(first__in=above, status="same").order_by("opened_at", "id")
        # A record is linked to one other at most, so this ends.
        below = {second: above[first] for first, second in rows.values_list("first", "second")}
        for second, person in below.items():
            found.setdefault(person, []).append(second)
        above = below
    return {person: tuple(seconds) for person, seconds in found.items()}
