"""Which data of whom each rule is about, read in a few queries a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery

from cauce.corridor.shape import Retention
from cauce.people.models import Document, Person, Stay
from cauce.people.staying import GONE
from cauce.protection.models import Hold
from cauce.protection.retention import Case
from cauce.vetting.models import HandOver, Objection, Review

Ours = Callable[["QuerySet[Any]", str], "QuerySet[Any]"]
"""Rows, and the field that names the person -> those that this node answers for."""


def everybody(rows: QuerySet[Any], field: str) -> QuerySet[Any]:
    return rows


def cases_of(rule: Retention, now: datetime, ours: Ours = everybody) -> list[Case]:
    """Everything of that kind of people who have left, from the day on which it is announced."""
    before = now - timedelta(days=max(rule.keep_days - rule.warn_days, 0))
    return _SETS[rule.kind](before, ours)


def _departed(before: datetime, ours: Ours, **where: Any) -> QuerySet[Any]:
    """Who is nowhere, has been somewhere, and left before: `left` says when."""
    here = Stay.objects.filter(person=OuterRef("pk"), until__isnull=True)
    rows = Person.objects.filter(~Exists(here), erased=False, **where).annotate(left=Max("stays__until"))
    return ours(rows.filter(left__lte=before), "pk")


def _for_good(before: datetime, ours: Ours, **where: Any) -> QuerySet[Any]:
    """Of those the ones who went away. In hospital, in custody, or missing on the way to the next place somebody is
    asked for and looked for: of them only what ends after the longest term goes."""
    last = Stay.objects.filter(person=OuterRef("pk")).order_by("-until", "-id").values("outcome")[:1]
    rows: QuerySet[Any] = _departed(before, ours, **where).annotate(way=Subquery(last))
    return rows.filter(way__in=GONE)


def _photos(before: datetime, ours: Ours) -> list[Case]:
    rows = _for_good(before, ours).exclude(photo="")
    return [Case(person, person, left) for person, left in rows.values_list("id", "left")]


def _contacts(before: datetime, ours: Ours) -> list[Case]:
    rows = _for_good(before, ours).exclude(next_of_kin="")
    return [Case(person, person, left) for person, left in rows.values_list("id", "left")]


def _documents(before: datetime, ours: Ours) -> list[Case]:
    rows = _for_good(before, ours, documents__isnull=False)
    left: dict[UUID, datetime] = dict(rows.values_list("id", "left"))
    papers = Document.objects.filter(person__in=left).values_list("id", "person_id")
    return [Case(paper, person, left[person]) for paper, person in papers]


def _review_copies(before: datetime, ours: Ours) -> list[Case]:
    """Of those who left: while somebody is here, a closed review may still be objected to."""
    here = Stay.objects.filter(person=OuterRef("person"), until__isnull=True)
    rows = Review.objects.filter(~Exists(here), status="closed", closed_at__lte=before) | Review.objects.filter(
        ~Exists(here), status="decided", closed_at__lte=before
    )
    kept = ours(rows.exclude(listed={}), "person").values_list("id", "person", "closed_at")
    return [Case(review, person, at) for review, person, at in kept if at is not None]


def _persons(before: datetime, ours: Ours) -> list[Case]:
    left = dict(_departed(before, ours).values_list("id", "left"))
    why = _open_matters(left)
    return [Case(person, person, at, why.get(person, "")) for person, at in left.items()]


def _open_matters(persons: Iterable[UUID]) -> dict[UUID, str]:
    """Person -> code of what is still open about them: nobody is forgotten in the middle of it."""
    ids = list(persons)
    found: dict[UUID, str] = {}
    for code, rows in _OPEN.items():
        for person in rows().filter(person__in=ids).values_list("person", flat=True):
            found.setdefault(person, code)
    return found


_OPEN: dict[str, Callable[[], QuerySet[Any]]] = {
    "hold": lambda: Hold.objects.filter(lifted_at__isnull=True),
    "review": lambda: Review.objects.filter(status="open"),
    "objection": lambda: Objection.objects.filter(answered_at__isnull=True),
    "hand_over": lambda: HandOver.objects.filter(status__in=("offered", "taken_up")),
}


def keeps(code: str, rows: Callable[[], QuerySet[Any]]) -> None:
    """While one of these rows, of a room further down, is about a `person`, that one is not forgotten."""
    _OPEN[code] = rows


Finds = Callable[[datetime, Ours], list[Case]]


def finds(kind: str) -> Callable[[Finds], Finds]:
    """A room further down keeps data of that kind: how its cases are found."""

    def keep(found: Finds) -> Finds:
        _SETS[kind] = found
        return found

    return keep


_SETS: dict[str, Finds] = {
    "photo": _photos,
    "contact": _contacts,
    "document": _documents,
    "review_copy": _review_copies,
    "person": _persons,
}
