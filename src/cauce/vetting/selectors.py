"""Checks, reviews, hand-overs, objections and lists, for whoever may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.corridor.shape import ListRule
from cauce.people import reach
from cauce.vetting.models import (
    CheckResult,
    HandOver,
    Objection,
    ThresholdChange,
    Vaccination,
    WatchList,
)
from cauce.vetting.review_selectors import (
    Sides,
    Waiting,
    open_reviews_of,
    registered,
    review_for,
    reviews_for,
    reviews_in_order_for,
    waiting_for_protection,
)
from cauce.vetting.rules import PAPERS, named, rule_of, stated_rule

__all__ = [
    "Listed",
    "Sides",
    "Standing",
    "Threshold",
    "Waiting",
    "a_list_is_in_force",
    "checks_of",
    "hand_overs_for",
    "lists_for",
    "objections_for",
    "open_reviews_of",
    "registered",
    "results_for",
    "review_for",
    "reviews_for",
    "reviews_in_order_for",
    "thresholds_for",
    "vaccinations_for",
    "waiting_for_protection",
]


def checks_of(persons: Iterable[UUID]) -> dict[UUID, dict[str, CheckResult]]:
    """Person -> check -> where it stands. For other rooms' rules; reasons and evidence are for those who may see."""
    found: dict[UUID, dict[str, CheckResult]] = {}
    for row in CheckResult.objects.filter(person__in=list(persons)).order_by("check_id"):
        found.setdefault(row.person, {})[row.check_id] = row
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one check of a person stands, as somebody may hear it. `result` is the check's, or `interview`."""

    check: str
    result: str
    reasons: tuple[str, ...]
    at: datetime


def results_for(actor: Actor, person: UUID) -> list[Standing]:
    """P7: that a machine referred somebody is for who decides reviews; others hear of an interview."""
    actor.require("people.read")
    reach.require(actor, person)
    sees = actor.may("reviews.read")
    heard = {"refer": "interview", "confirmed": "interview", "lapsed": "clear"}
    return [
        Standing(
            check=row.check_id,
            result=row.result if sees or row.check_id == "health" else heard.get(row.result, row.result),
            reasons=tuple(row.reasons) if sees or row.check_id not in ("document", "watchlist") else (),
            at=row.at,
        )
        for row in CheckResult.objects.filter(person=person).order_by("check_id")
    ]


def hand_overs_for(actor: Actor, *, ended: bool = False) -> list[HandOver]:
    """Hand-overs that are offered or taken up, nearest deadline first; with `ended` all of them."""
    actor.require("handover.take_up")
    rows = HandOver.objects.filter(reach.of(actor)).order_by("deadline", "id")
    return list(rows if ended else rows.filter(status__in=("offered", "taken_up")))


def objections_for(actor: Actor, *, person: UUID | None = None, answered: bool = False) -> list[Objection]:
    """Objections without an answer, most urgent first; with `answered` all of them; of one person when given."""
    if not actor.may("objection.answer"):
        actor.require("objection.file")
    rows = Objection.objects.filter(reach.of(actor)).order_by("due_at", "id")
    if person is not None:
        rows = rows.filter(person=person)
    return list(rows if answered else rows.filter(answered_at__isnull=True))


def vaccinations_for(actor: Actor, person: UUID) -> list[Vaccination]:
    actor.require("people.read")
    reach.require(actor, person)
    return list(Vaccination.objects.filter(person=person).order_by("given_on", "id"))


@dataclass(frozen=True, slots=True)
class Listed:
    """A list in force, what it may do here, and whether the corridor's file says so."""

    row: WatchList
    rule: ListRule
    stated: bool


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which score (0 to 1) a list refers, and who wants it otherwise.

    `stated`: the corridor file's, or what a list that it does not name gets. `changed`: two people changed it.
    `proposed`: the open proposal; `mine`: the reader made it, so somebody else confirms. `history`: newest first.
    """

    list_name: str
    threshold: float
    stated: float
    changed: bool
    proposed: ThresholdChange | None
    mine: bool
    history: tuple[ThresholdChange, ...]


def thresholds_for(actor: Actor) -> list[Threshold]:
    """The lists of people in force by name, each with its threshold, the open proposal and what was proposed before."""
    if not actor.may("lists.threshold"):
        actor.require("lists.read")
    corridor = in_force()
    changes: dict[str, list[ThresholdChange]] = {}
    for change in ThresholdChange.objects.order_by("-proposed_at", "-id"):
        changes.setdefault(change.list_name, []).append(change)
    found = []
    for row in WatchList.objects.exclude(format=PAPERS).order_by("name"):
        history = changes.get(row.name, [])
        proposed = next((change for change in history if change.status == "proposed"), None)
        found.append(
            Threshold(
                list_name=row.name,
                threshold=rule_of(row, corridor).threshold,
                stated=stated_rule(row, corridor).threshold,
                changed=row.threshold is not None,
                proposed=proposed,
                mine=proposed is not None and proposed.proposed_by == actor.account,
                history=tuple(history),
            )
        )
    return found


def a_list_is_in_force() -> bool:
    """Whether there is a list of people: without one nobody is clear of them."""
    return WatchList.objects.exclude(format=PAPERS).exists()


def lists_for(actor: Actor) -> list[Listed]:
    """The lists in force, by name."""
    actor.require("lists.read")
    corridor = in_force()
    return [
        Listed(row, rule_of(row, corridor), named(row.name, corridor) is not None)
        for row in WatchList.objects.order_by("name")
    ]
