"""Arrivals by the local day of the place where somebody came: which people each time zone of the corridor counts."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.db.models import Q

from cauce.corridor.selectors import in_force


def zones_of_arrival() -> Iterator[tuple[ZoneInfo, Q]]:
    """Each zone once, with the condition on a person; the corridor's own has places too that its file names no more."""
    corridor = in_force()
    elsewhere: dict[str, list[str]] = {}
    for place in corridor.places:
        if place.time_zone != corridor.time_zone:
            elsewhere.setdefault(place.time_zone, []).append(place.id)
    yield (
        ZoneInfo(corridor.time_zone),
        ~Q(arrived_place__in=[place for places in elsewhere.values() for place in places]),
    )
    for zone, places in elsewhere.items():
        yield ZoneInfo(zone), Q(arrived_place__in=places)
