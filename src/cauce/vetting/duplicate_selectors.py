"""Who may be registered twice, for whoever may answer it; and which records are known to be one person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.journal.errors import Unknown
from cauce.people import reach
from cauce.people.models import Document, Person, Stay
from cauce.vetting.facts import facts_of
from cauce.vetting.models import Duplicate
from cauce.vetting.twice import SAME_CARD, compared, same_card

MOST = 200  # questions of a list


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: two records, each with the place where it is now (empty: nowhere)."""

    row: Duplicate
    first: Person
    second: Person
    places: Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class Record:
    """One of the two, as an officer sees it beside the other."""

    person: Person
    stay: Stay | None  # open, or the last
    documents: tuple[Document, ...]
    members: tuple[Person, ...]  # the others of the group


@dataclass(frozen=True, slots=True)
class TwoSides:
    """Both records, what they have in common by weight, and open questions about the same two groups."""

    row: Duplicate
    first: Record
    second: Record
    score: float | None  # nats; None when nothing can be compared any more
    pieces: tuple[dict[str, Any], ...]  # as `wording.worded` takes them; left is the earlier record
    siblings: tuple[Asked, ...]


def duplicates_for(actor: Actor, *, status: str = "open") -> list[Asked]:
    """Questions in that status, the newest first; for an officer of one place those about somebody who is there."""
    actor.require("duplicates.decide")
    rows = Duplicate.objects.filter(status=status)
    if actor.place:
        rows = rows.filter(reach.of(actor, "first") | reach.of(actor, "second"))
    return _asked(list(rows.order_by("-opened_at", "-score", "id")[:MOST]))


def duplicate_for(actor: Actor, duplicate: UUID) -> TwoSides:
    """Both sides of a question, compared as they are registered now. Unknown when there is none."""
    actor.require("duplicates.decide")
    row = Duplicate.objects.filter(id=duplicate).first()
    if row is None:
        raise Unknown(_("There is no such question here. `cauce duplicates list` shows those that are open."))
    if not reach.seen(actor, (row.first, row.second)):
        reach.require(actor, row.first, row.second)
    first, second = _record(row.first), _record(row.second)
    # As two records: once linked, the names of both are the earlier one's.
    facts = facts_of((row.first, row.second)) if row.status != "same" else {}
    hit = compared(facts[row.first], facts[row.second]) if len(facts) == 2 else None
    card = _card(first.person, second.person) if row.status != "same" else ()
    return TwoSides(
        row=row,
        first=first,
        second=second,
        score=(hit.score if hit else 0.0) + (SAME_CARD if card else 0.0) if hit or card else None,
        pieces=(*card, *(_piece(piece) for piece in hit.pieces)) if hit else card,
        siblings=_siblings(row, first.person, second.person) if row.status == "open" else (),
    )


def records_of(person: UUID) -> list[dict[str, Any]]:
    """Questions about the person, answered or open, each with the other record: id, number, and which is kept."""
    number = Person.objects.filter(id=OuterRef("other")).values("number")
    rows = Duplicate.objects.exclude(status="closed").filter(Q(first=person) | Q(second=person)).order_by("id")
    other = Case(When(first=person, then=F("second")), default=F("first"))
    told = rows.annotate(other=other).annotate(number=Subquery(number))
    return [dict(row) for row in told.values("id", "status", "first", "second", "number")]


def _card(first: Person, second: Person) -> tuple[dict[str, Any], ...]:
    """The strongest evidence there is: one of them was registered with the other's card in hand."""
    if not same_card(first, second):
        return ()
    number = first.number if second.other_card == first.number else second.number
    return ({"kind": "card", "weight": SAME_CARD, "left": number, "right": number, "note": ""},)


def _piece(piece: Any) -> dict[str, Any]:
    one_side = piece.note_code in ("token_not_listed", "token_not_said")
    note = "on_one_side" if one_side else piece.note_code
    return {"kind": piece.kind, "weight": piece.weight, "left": piece.left, "right": piece.right, "note": note}


def _record(person: UUID) -> Record:
    row = Person.objects.select_related("group").get(id=person)
    return Record(
        person=row,
        stay=Stay.objects.filter(person=person).order_by(F("until").desc(nulls_first=True), "-since").first(),
        documents=tuple(Document.objects.filter(person=person).order_by("id")),
        members=tuple(Person.objects.filter(group=row.group_id).exclude(id=person).order_by("number")),
    )


def _siblings(row: Duplicate, first: Person, second: Person) -> tuple[Asked, ...]:
    """A family that is registered twice is asked about member by member, and answered at once."""
    ones = Person.objects.filter(group=first.group_id).values("id")
    others = Person.objects.filter(group=second.group_id).values("id")
    rows = Duplicate.objects.filter(status="open", first__in=ones, second__in=others).exclude(id=row.id)
    return tuple(_asked(list(rows.order_by("first"))))


def _asked(rows: Sequence[Duplicate]) -> list[Asked]:
    people = Person.objects.in_bulk(_both(rows))
    places = dict(
        Stay.objects.filter(person__in=people, until__isnull=True).values_list("person_id", "place"),
    )
    return [Asked(row, people[row.first], people[row.second], places) for row in rows]


def _both(rows: Iterable[Duplicate]) -> list[UUID]:
    return [person for row in rows for person in (row.first, row.second)]
