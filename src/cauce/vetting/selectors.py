"""Checks, reviews, hand-overs, objections and lists, for whoever may see them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.corridor.shape import ListRule
from cauce.journal.errors import Unknown
from cauce.people.models import Document, Person
from cauce.vetting.models import (
    CheckResult,
    Decision,
    HandOver,
    Objection,
    Review,
    ThresholdChange,
    Vaccination,
    WatchList,
)
from cauce.vetting.rules import named, rule_of, stated_rule


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the list of reviews. Of the answers given it tells how many there are, never what they say."""

    id: UUID
    person: UUID
    number: str
    name: str
    check_id: str
    list_name: str
    list_entry: str
    listed_name: str
    score: float
    reasons: tuple[str, ...]
    status: str
    opened_at: datetime
    due_at: datetime  # with the extension, if any
    escalated: bool
    protection_first: bool  # waits for a protection officer (P6)
    decisions: int
    mine: bool  # the reader has answered it: it waits for somebody else
    blocks: bool


@dataclass(frozen=True, slots=True)
class Sides:
    """A review with both sides. `decisions`: the reader's own while it is open, all once it is closed.

    `earlier`: closed reviews of the same person and entry, with what people said then.
    """

    review: Review
    person: Person
    documents: tuple[Document, ...]
    others: tuple[Person, ...]  # who else holds the paper in question
    rule: ListRule | None
    decisions: tuple[Decision, ...]
    decided: int
    earlier: tuple[Review, ...]

    @property
    def due_at(self) -> datetime:
        return self.review.extended_until or self.review.due_at


def checks_of(persons: Iterable[UUID]) -> dict[UUID, dict[str, CheckResult]]:
    """Person -> check -> where it stands. For other rooms' rules; reasons and evidence are for those who may see."""
    found: dict[UUID, dict[str, CheckResult]] = {}
    for row in CheckResult.objects.filter(person__in=list(persons)).order_by("check_id"):
        found.setdefault(row.person, {})[row.check_id] = row
    return found


def _visible(actor: Actor) -> QuerySet[Review]:
    """Analysts see what protection let go on; protection officers what waits for them (P6)."""
    rows = Review.objects.all()
    first = Q(protection_first=True, passed_by="", status__in=("open", "lapsed"))
    if actor.may("reviews.read"):
        return rows if actor.may("reviews.protect") else rows.exclude(first)
    actor.require("reviews.protect")
    return rows.filter(protection_first=True)


def reviews_for(actor: Actor, *, status: Collection[str] = ("open", "lapsed"), place: str = "") -> list[Waiting]:
    """Reviews of those statuses, escalated ones first, then by their clock. `place`: of people who are there now."""
    rows = _visible(actor).filter(status__in=status).annotate(given=Count("decisions"))
    if place:
        here = Person.objects.filter(stays__place=place, stays__until__isnull=True).values("id")
        rows = rows.filter(person__in=here)
    found = list(rows)
    mine = set(Decision.objects.filter(account=actor.account, review__in=found).values_list("review_id", flat=True))
    people = Person.objects.in_bulk([row.person for row in found])
    lines = [_line(row, people.get(row.person), row.id in mine) for row in found]
    return sorted(lines, key=lambda line: (not line.escalated, line.due_at, line.id))


def _line(row: Review, person: Person | None, mine: bool) -> Waiting:
    return Waiting(
        id=row.id,
        person=row.person,
        number=person.number if person else "",
        name=person.display_name if person else "",
        check_id=row.check_id,
        list_name=row.list_name,
        list_entry=row.list_entry,
        listed_name=row.listed.get("alias", "") or " ".join((row.listed.get("names") or [""])[:1]),
        score=row.score,
        reasons=tuple(row.reasons),
        status=row.status,
        opened_at=row.opened_at,
        due_at=row.extended_until or row.due_at,
        escalated=row.escalated_at is not None,
        protection_first=row.protection_first and not row.passed_by,
        decisions=getattr(row, "given", 0),
        mine=mine,
        blocks=row.blocks,
    )


def review_for(actor: Actor, review: UUID) -> Sides:
    """Both sides of a review. While it is open nobody sees what another analyst said. Unknown when there is none."""
    row = _visible(actor).filter(id=review).first()
    if row is None:
        raise Unknown(
            _("There is no review %(review)s that you may see. `cauce reviews` lists them.") % {"review": review}
        )
    decisions = list(row.decisions.order_by("at", "id"))
    is_open = row.status in ("open", "lapsed")
    others = [UUID(other) for other in row.listed.get("others", ())]
    same = Q(person=row.person, list_name=row.list_name, list_entry=row.list_entry) & ~Q(list_entry="")
    listed = WatchList.objects.filter(name=row.list_name).first()
    return Sides(
        review=row,
        person=Person.objects.get(id=row.person),
        documents=tuple(Document.objects.filter(person=row.person).order_by("id")),
        others=tuple(Person.objects.filter(id__in=others).order_by("number")),
        rule=rule_of(listed, in_force()) if listed else None,
        decisions=tuple(d for d in decisions if not is_open or d.account == actor.account),
        decided=len(decisions),
        earlier=tuple(
            Review.objects.filter(same, status__in=("decided", "closed"))
            .exclude(id=row.id)
            .prefetch_related("decisions")
            .order_by("closed_at", "id")
        ),
    )


def open_reviews_of(persons: Iterable[UUID]) -> dict[UUID, list[Review]]:
    """Person -> reviews that are not closed. For other rooms' rules."""
    found: dict[UUID, list[Review]] = {}
    for row in Review.objects.filter(person__in=list(persons), status__in=("open", "lapsed")).order_by("due_at", "id"):
        found.setdefault(row.person, []).append(row)
    return found


def hand_overs_for(actor: Actor, *, ended: bool = False) -> list[HandOver]:
    """Hand-overs that are offered or taken up, nearest deadline first; with `ended` all of them."""
    actor.require("handover.take_up")
    rows = HandOver.objects.order_by("deadline", "id")
    return list(rows if ended else rows.filter(status__in=("offered", "taken_up")))


def objections_for(actor: Actor, *, person: UUID | None = None, answered: bool = False) -> list[Objection]:
    """Objections without an answer, most urgent first; with `answered` all of them; of one person when given."""
    if not actor.may("objection.answer"):
        actor.require("objection.file")
    rows = Objection.objects.order_by("due_at", "id")
    if person is not None:
        rows = rows.filter(person=person)
    return list(rows if answered else rows.filter(answered_at__isnull=True))


def vaccinations_for(actor: Actor, person: UUID) -> list[Vaccination]:
    actor.require("people.read")
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
    """The lists in force by name, each with its threshold, the open proposal and what was proposed before."""
    if not actor.may("lists.threshold"):
        actor.require("lists.read")
    corridor = in_force()
    changes: dict[str, list[ThresholdChange]] = {}
    for change in ThresholdChange.objects.order_by("-proposed_at", "-id"):
        changes.setdefault(change.list_name, []).append(change)
    found = []
    for row in WatchList.objects.order_by("name"):
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
    """Without one the watchlist check stays pending."""
    return WatchList.objects.exists()


def lists_for(actor: Actor) -> list[Listed]:
    """The lists in force, by name."""
    actor.require("lists.read")
    corridor = in_force()
    return [
        Listed(row, rule_of(row, corridor), named(row.name, corridor) is not None)
        for row in WatchList.objects.order_by("name")
    ]
