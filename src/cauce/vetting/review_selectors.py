"""Reviews for whoever may see them: the list in order of what looking is worth, and one with both its sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import overload
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.corridor.shape import ListRule
from cauce.journal import clock
from cauce.journal.errors import Unknown
from cauce.people import reach
from cauce.people.models import Document, Person
from cauce.vetting import planted_selectors
from cauce.vetting.alerts import rule_of_alert
from cauce.vetting.calibration import Curve, fit, of_papers
from cauce.vetting.elsewhere import Waits, waits_of
from cauce.vetting.models import Decision, Review, WatchList
from cauce.vetting.names.scale import score_at
from cauce.vetting.planted import PlantedCase
from cauce.vetting.ranking import Case, Rank, rank
from cauce.vetting.rules import rule_for, rule_of
from cauce.vetting.sought_models import ALERTS, Alert

MOST_LEARNT = 5_000
"""Decisions that calibrate, the newest: what was decided of a list years ago says little about today's."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the list of reviews. Whether anybody else has answered it is nowhere in it."""

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
    mine: bool  # the reader has answered it: it waits for somebody else
    blocks: bool
    value: float  # what looking is worth, in hours of one person's waiting (ranking.py)
    why: tuple[str, ...]  # codes of why it stands where it stands


@dataclass(frozen=True, slots=True)
class Sides:
    """A review with both sides. `decisions`: the reader's own while it is open, all once it is closed.

    `earlier`: closed reviews of the same person and entry, with what people said then. `planted`: the case is a
    planted one and the reader has answered it; until then nobody is told.
    """

    review: Review
    person: Person
    documents: tuple[Document, ...]
    others: tuple[Person, ...]  # who else holds the paper in question
    rule: ListRule | None
    edition: str
    decisions: tuple[Decision, ...]
    earlier: tuple[Review, ...]
    planted: planted_selectors.Disclosed | None = None

    @property
    def due_at(self) -> datetime:
        return self.review.extended_until or self.review.due_at


def _visible(actor: Actor) -> QuerySet[Review]:
    """Analysts see what protection let go on; protection officers what waits for them (P6)."""
    rows = Review.objects.filter(reach.of(actor))
    first = Q(protection_first=True, passed_by="", status__in=("open", "lapsed"))
    if actor.may("reviews.read"):
        return rows if actor.may("reviews.protect") else rows.exclude(first)
    actor.require("reviews.protect")
    return rows.filter(protection_first=True)


@dataclass(frozen=True, slots=True)
class Ordered(Sequence[Waiting]):
    """Reviews, the one most worth looking at first; who and what each is about is read of those that are shown."""

    rows: list[Review]
    mine: frozenset[UUID]  # answered by the reader
    _made_up: dict[UUID, Person]  # of planted cases
    _ranks: dict[UUID, Rank]

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, at: int, /) -> Waiting: ...

    @overload
    def __getitem__(self, at: slice, /) -> list[Waiting]: ...

    def __getitem__(self, at: int | slice, /) -> Waiting | list[Waiting]:
        return self._lines(self.rows[at]) if isinstance(at, slice) else self._lines([self.rows[at]])[0]

    def _lines(self, rows: list[Review]) -> list[Waiting]:
        whole = Review.objects.in_bulk([row.id for row in rows if row.person not in self._made_up])
        people = self._made_up | Person.objects.in_bulk([row.person for row in whole.values()])
        return [
            _line(whole.get(row.id, row), people.get(row.person), row.id in self.mine, self._ranks[row.id])
            for row in rows
        ]

    def only(self, wanted: Callable[[Review], bool]) -> Ordered:
        return replace(self, rows=[row for row in self.rows if wanted(row)])


def reviews_for(actor: Actor, *, status: Collection[str] = ("open", "lapsed"), place: str = "") -> list[Waiting]:
    """Reviews of those statuses, the one most worth looking at first. `place`: of people who are there now."""
    return reviews_in_order_for(actor, status=status, place=place)[:]


def reviews_in_order_for(actor: Actor, *, status: Collection[str] = ("open", "lapsed"), place: str = "") -> Ordered:
    """The same for a page, which shows some of hundreds."""
    rows = _visible(actor).filter(status__in=status).only(*_RANKED)
    if place:  # of those whom the reader may see
        here = Person.objects.filter(stays__place=place, stays__until__isnull=True).values("id")
        rows = rows.filter(person__in=here)
    found = list(rows)
    mine = Decision.objects.filter(account=actor.account, review__in=found).values_list("review_id", flat=True)
    waits = waits_of({row.person for row in found})
    cases = planted_selectors.unanswered(actor) if actor.may("reviews.decide") and "open" in status else []
    found += map(planted_selectors.as_review, cases)
    waits = {**waits, **{case.id: Waits(**case.waits) for case in cases}}
    ranks = _ranks(found, waits, {case.id: case.ranked_as for case in cases})
    found.sort(key=lambda row: (*ranks[row.id].key, _due(row), row.id))
    return Ordered(found, frozenset(mine), {case.id: planted_selectors.as_person(case) for case in cases}, ranks)


_RANKED = (
    "person", "check_id", "list_name", "list_entry", "score", "protection_first", "passed_by", "blocks", "opened_at",
    "due_at", "escalated_at", "extended_until", "status",
)  # fmt: skip
"""What the order of reviews follows from; the rest is read of those that are shown."""


def _due(row: Review) -> datetime:
    return row.extended_until or row.due_at


def waits_first(row: Review) -> bool:
    """Whether a protection officer has to see it first (P6)."""
    return row.protection_first and not row.passed_by


def _ranks(rows: list[Review], waits: Mapping[UUID, Waits], ranked_as: Mapping[UUID, float]) -> dict[UUID, Rank]:
    """`ranked_as`: scores that stand for the reviews' own (planted cases)."""
    corridor, now = in_force(), clock.now()
    lists = {row.name: rule_of(row, corridor) for row in WatchList.objects.all()}
    sought = Alert.objects.filter(number__in={row.list_entry for row in rows if row.list_name == ALERTS})
    alerts = {row.number: rule_of_alert(row, corridor) for row in sought}
    curves, papers = _learnt({row.list_name for row in rows})
    together = Counter((row.person, row.check_id) for row in rows if row.blocks and row.status == "open")
    found = {}
    for row in rows:
        kept = waits.get(row.person)
        score = ranked_as.get(row.id, row.score)
        rule = alerts.get(row.list_entry) if row.list_name == ALERTS else lists.get(row.list_name)
        more = together[row.person, row.check_id] - 1
        ends = _due(row)
        case = Case(
            check_id=row.check_id,
            consequence=("inform" if not row.blocks else rule.consequence if rule else "refer")
            if row.list_name
            else "paper",
            chance=curves[row.list_name].chance(_nats(score)) if row.list_name else papers,
            blocks=row.blocks,
            lapsed=row.status == "lapsed",
            escalated=row.escalated_at is not None,
            hours_left=(ends - now).total_seconds() / 3600,
            limit_hours=corridor.review.decide_within_hours,
            waits=replace(kept, reviews=kept.reviews + more) if kept and kept.reviews and more > 0 else kept,
        )
        found[row.id] = rank(case)
    return found


def _learnt(lists: Collection[str]) -> tuple[dict[str, Curve], float]:
    """A curve for each of these lists, and the chance that a doubt about a paper is right."""
    rows = Review.objects.filter(status="decided", list_name__in=[*lists, ""], outcome__in=("same", "not_same"))
    said: dict[str, list[tuple[float, bool]]] = {name: [] for name in lists}
    papers: list[bool] = []
    newest = rows.order_by("-closed_at").values_list("list_name", "list_entry", "score", "outcome")[:MOST_LEARNT]
    for name, entry, score, outcome in newest:
        if name:
            said[name].append((_nats(score), outcome == "same"))
        elif entry:  # an erased review names neither
            papers.append(outcome == "same")
    return {name: fit(rows) for name, rows in said.items()}, of_papers(sum(papers), len(papers))


def _nats(score: float) -> float:
    """The score in nats as far as it was kept: to six digits, 33 nats at most."""
    return score_at(min(score, 1 - 1e-6))


def _line(row: Review, person: Person | None, mine: bool, ranked: Rank) -> Waiting:
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
        due_at=_due(row),
        escalated=row.escalated_at is not None,
        protection_first=waits_first(row),
        mine=mine,
        blocks=row.blocks,
        value=ranked.value,
        why=ranked.why,
    )


def waiting_for_protection(actor: Actor) -> int:
    """How many reviews a protection officer has to see first (P6)."""
    actor.require("reviews.protect")
    rows = Review.objects.filter(reach.of(actor), protection_first=True, passed_by="")
    return rows.filter(status__in=("open", "lapsed")).count()


def registered(persons: Iterable[UUID]) -> list[UUID]:
    """Those of them who stand in the register, in the order given, each once: whose reading is written down."""
    asked = dict.fromkeys(persons)
    known = set(Person.objects.filter(id__in=asked).values_list("id", flat=True))
    return [person for person in asked if person in known]


def review_for(actor: Actor, review: UUID) -> Sides:
    """Both sides of a review. While it is open nobody sees what another analyst said. Unknown when there is none."""
    row = _visible(actor).filter(id=review).first()
    if row is None:
        case = planted_selectors.case_for(actor, review)
        if case is not None:
            return _planted_sides(actor, case)
        raise Unknown(
            _("There is no review %(review)s that you may see. `cauce reviews` lists them.") % {"review": review}
        )
    decisions = list(row.decisions.order_by("at", "id"))
    is_open = row.status in ("open", "lapsed")
    others = [UUID(other) for other in row.listed.get("others", ())]
    same = Q(person=row.person, list_name=row.list_name, list_entry=row.list_entry) & ~Q(list_entry="")
    rule, edition = _list_of(row.list_name, row.list_entry)
    return Sides(
        review=row,
        person=Person.objects.get(id=row.person),
        documents=tuple(Document.objects.filter(person=row.person).order_by("id")),
        others=tuple(Person.objects.filter(id__in=others).order_by("number")),
        rule=rule,
        edition=edition,
        decisions=tuple(d for d in decisions if not is_open or d.account == actor.account),
        earlier=tuple(
            Review.objects.filter(same, status__in=("decided", "closed"))
            .exclude(id=row.id)
            .prefetch_related("decisions")
            .order_by("closed_at", "id")
        ),
    )


def _planted_sides(actor: Actor, case: PlantedCase) -> Sides:
    rule, edition = _list_of(case.list_name)
    return Sides(
        review=planted_selectors.as_review(case),
        person=planted_selectors.as_person(case),
        documents=planted_selectors.as_documents(case),
        others=(),
        rule=rule,
        edition=edition,
        decisions=(),
        earlier=(),
        planted=planted_selectors.disclosed(actor, case),
    )


def _list_of(name: str, entry: str = "") -> tuple[ListRule | None, str]:
    if name == ALERTS:
        return rule_for(name, entry, in_force()), ""
    listed = WatchList.objects.filter(name=name).first() if name else None
    return (rule_of(listed, in_force()), listed.edition) if listed else (None, "")


def open_reviews_of(persons: Iterable[UUID]) -> dict[UUID, list[Review]]:
    """Person -> reviews that are not closed. For other rooms' rules."""
    found: dict[UUID, list[Review]] = {}
    for row in Review.objects.filter(person__in=list(persons), status__in=("open", "lapsed")).order_by("due_at", "id"):
        found.setdefault(row.person, []).append(row)
    return found
