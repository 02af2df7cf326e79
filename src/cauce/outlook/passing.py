"""The corridor on a day: who came and was where, and how many were moved on which leg in the week before."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from cauce.access.actor import Actor
from cauce.corridor.selectors import day_bounds, in_force
from cauce.movement.models import Seat
from cauce.outlook.asof import stays_at
from cauce.outlook.warning.figures import arrivals

WEEK = 7
_MOVED = ("boarded", "arrived", "missing")


@dataclass(frozen=True, slots=True)
class Point:
    """A place: people there at the end of the day, its beds, and first registrations of the week up to that day."""

    id: str
    name: str
    lat: float
    lon: float
    present: int
    beds: int
    arrived: int


@dataclass(frozen=True, slots=True)
class Way:
    """A leg on which people were moved in the week up to the day."""

    origin: Point
    destination: Point
    people: int


@dataclass(frozen=True, slots=True)
class Passing:
    day: date
    points: tuple[Point, ...]
    ways: tuple[Way, ...]


def passing_for(actor: Actor, day: date) -> Passing:
    """How the corridor stood at the end of the local day; every place of its file is there, also where nobody is."""
    actor.require("report.full")
    first = day - timedelta(days=WEEK - 1)
    here = Counter(stays_at(day_bounds("", day)[1]).values_list("place", flat=True))
    came: Counter[str] = Counter()
    for (_day, place, _who), people in arrivals(first, day).items():
        came[place] += people
    points = {
        place.id: Point(place.id, place.name, place.lat, place.lon, here[place.id], place.beds, came[place.id])
        for place in in_force().places
    }
    moved = Counter(
        Seat.objects.filter(status__in=_MOVED, manifest__date__range=(first, day))
        .exclude(manifest__departed_at__isnull=True)
        .values_list("manifest__origin", "manifest__destination")
    )
    ways = [Way(points[a], points[b], people) for (a, b), people in moved.items() if a in points and b in points]
    return Passing(day, tuple(points.values()), tuple(sorted(ways, key=lambda way: -way.people)))
