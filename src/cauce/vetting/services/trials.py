"""Counts what each threshold of a list would find among the people of the last month. Counts are kept, no names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from cauce.corridor.selectors import in_force, local_day
from cauce.journal import clock
from cauce.people.models import Person, Stay
from cauce.vetting import editions
from cauce.vetting.facts import facts_of
from cauce.vetting.models import Trial
from cauce.vetting.rules import lists_in_force
from cauce.vetting.trial import FLOOR, THRESHOLDS, reached

DAYS = 30
SAMPLE = 2_000
"""People searched for one list at most: those registered last."""
AT_ONCE = 50


def people_of_the_month(now: datetime) -> QuerySet[Person]:
    """Registered in the last DAYS days and still here, the last first: whoever has left is not searched again (P16)."""
    here = Stay.objects.filter(person=OuterRef("pk"), until__isnull=True)
    rows = Person.objects.filter(Exists(here), registered_at__gte=now - timedelta(days=DAYS), erased=False)
    return rows.order_by("-id")


def count_thresholds(*, limit: int = AT_ONCE) -> int:
    """Search some people of the month in the lists whose counts are not of today or of another edition; how many were.

    A few at a time, so that nobody who registers waits for it. Local: nothing is recorded and nobody is referred.
    """
    now = clock.now()
    today = local_day("", now)
    for name, digest in lists_in_force(in_force()).digests.items():
        row = Trial.objects.filter(list_name=name).first()
        if row is None or (row.digest, row.day) != (digest, today):
            row = _begun(name, digest, today, now)
        if not row.counts["done"]:
            return _go_on(row, now, limit)
    return 0


def _begun(name: str, digest: str, today: date, now: datetime) -> Trial:
    people = people_of_the_month(now).count()
    counts: dict[str, Any] = {
        "people": people,
        "searched": 0,
        "after": "",
        "reached": [0] * len(THRESHOLDS),
        "done": False,
    }
    return Trial(list_name=name, digest=digest, day=today, counts=counts, at=now)


def _go_on(row: Trial, now: datetime, limit: int) -> int:
    counts = row.counts
    rows = people_of_the_month(now)
    if counts["after"]:
        rows = rows.filter(id__lt=UUID(hex=counts["after"]))
    persons = list(rows.values_list("id", flat=True)[: min(limit, SAMPLE - counts["searched"])])
    found = reached(_best(row.digest, persons))
    counts["reached"] = [one + more for one, more in zip(counts["reached"], found, strict=True)]
    counts["searched"] += len(persons)
    counts["done"] = len(persons) < limit or counts["searched"] >= SAMPLE
    counts["after"] = "" if counts["done"] or not persons else persons[-1].hex
    Trial.objects.update_or_create(
        list_name=row.list_name, defaults={"digest": row.digest, "day": row.day, "counts": counts, "at": now}
    )
    return len(persons)


def _best(digest: str, persons: Iterable[UUID]) -> list[float]:
    """Each person's best score (0 to 1) in the list; 0 below the lowest threshold that is offered."""
    asked = [facts.query() for facts in facts_of(list(persons)).values()]
    answers = editions.index(digest).search_many(asked, FLOOR, 1) if asked else []
    return [hits[0].probability if hits else 0.0 for hits in answers]
