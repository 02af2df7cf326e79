"""Who arrived in a year, counted by month, nationality, sex and age, from what the journal's events add up to."""

from __future__ import annotations

from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Case, Count, F, Min, Q, Value, When
from django.db.models.functions import ExtractMonth, ExtractYear, TruncDate

from cauce.access.actor import Actor
from cauce.corridor.selectors import local_day
from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.outlook.counting.published import Arrivals, Table, known_of, note_of, tables_of
from cauce.outlook.zones import zones_of_arrival
from cauce.people.models import Person


def tables_for(actor: Actor, year: int, name: dict[str, str]) -> list[Table]:
    """The four tables of the year's first registrations in the corridor, in the local time of each place.

    `name`: countries in Spanish by code; only months that have begun, from the first in which anybody arrived. Refused
    for a year to come.
    """
    actor.require("report.full")
    today = local_day("", clock.now())
    if year > today.year:
        raise Refused(
            f"{year} has not begun, so nobody arrived in it yet. The last year with tables is {today.year}. What is "
            "expected: cauce outlook forecast.",
            code="day_not_begun",
        )
    known = known_of(year, today, first_day())
    return tables_of(arrivals(year), year, lambda code: name.get(code, code or "No indicado"), known)


def note_for(year: int) -> str:
    """What stands under the tables of a year that is not over or in which the store began. Empty for another."""
    return note_of(year, local_day("", clock.now()), first_day())


def first_day() -> date | None:
    """The first day on which anybody arrived: of days before it the store does not know whether anybody did."""
    first = Person.objects.aggregate(first=Min("arrived_at"))["first"]
    return first and local_day("", first)


def nobody_before(first: date | None) -> str:
    """That zeros of an earlier day are no finding."""
    when = f"before {first}" if first else "yet"
    return f"nobody is recorded here {when}: whether anybody came by then this store does not know."


def arrivals(year: int) -> list[Arrivals]:
    """One row a month, nationality, sex and age that somebody has, of all places."""
    counts: Counter[tuple[int, str, str, str]] = Counter()
    for zone, where in zones_of_arrival():
        counts.update(_counted(year, zone, where))
    return [Arrivals(*key, people) for key, people in sorted(counts.items())]


def _counted(year: int, zone: ZoneInfo, where: Q) -> dict[tuple[int, str, str, str], int]:
    minor = Case(
        When(adult_on__isnull=True, then=F("said_minor")),
        When(adult_on__gt=TruncDate("arrived_at", tzinfo=zone), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    found = (
        Person.objects.filter(where, arrived_at__date__range=(date(year - 1, 12, 31), date(year + 1, 1, 1)))
        .annotate(of=ExtractYear("arrived_at", tzinfo=zone))
        .filter(of=year)
        .annotate(month=ExtractMonth("arrived_at", tzinfo=zone), minor=minor)
        .values_list("month", "nationality", "sex", "minor")
        .annotate(people=Count("id"))
        .order_by()
    )
    return {
        (month, nationality, sex if sex in ("M", "F") else "", "minor" if young else "adult"): people
        for month, nationality, sex, young, people in found
    }
