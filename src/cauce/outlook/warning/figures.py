"""Arrivals by day, place and nationality, and who is where now: what warnings and bulletins count."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from cauce.outlook.zones import zones_of_arrival
from cauce.people.models import Person, Stay

Key = tuple[date, str, str]  # day, place, nationality


def arrivals(first: date, last: date) -> dict[Key, int]:
    """First registrations on the local days from `first` to `last`, both included."""
    found: Counter[Key] = Counter()
    for zone, where in zones_of_arrival():
        found.update(_counted(first, last, zone, where))
    return dict(found)


def _counted(first: date, last: date, zone: ZoneInfo, where: Q) -> dict[Key, int]:
    start = datetime.combine(first, time(), tzinfo=zone)
    end = datetime.combine(last + timedelta(days=1), time(), tzinfo=zone)
    rows = (
        Person.objects.filter(where, arrived_at__gte=start, arrived_at__lt=end)
        .annotate(day=TruncDate("arrived_at", tzinfo=zone))
        .values_list("day", "arrived_place", "nationality")
        .annotate(people=Count("id"))
        .order_by()
    )
    return {(day, place, nationality): people for day, place, nationality, people in rows}


def present() -> dict[str, int]:
    """People at each place now."""
    rows = Stay.objects.filter(until__isnull=True).values_list("place").annotate(people=Count("id")).order_by("place")
    return dict(rows)
