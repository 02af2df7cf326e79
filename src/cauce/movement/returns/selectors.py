"""Reading return cases and the register of custody, each for an actor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force, local_day
from cauce.corridor.shape import EntryRule
from cauce.journal import clock
from cauce.journal.errors import Unknown
from cauce.movement.facts import facts_of
from cauce.movement.models import Seat
from cauce.movement.reasons import ENFORCED, Reason
from cauce.movement.returns.models import Custody, ReturnCase, ReturnConsent, ReturnExplanation
from cauce.movement.returns.parties import ReturnParty, movable
from cauce.movement.returns.rules import in_force_on, state_of
from cauce.movement.sentences import Said, explain
from cauce.people import reach
from cauce.people.models import Person
from cauce.people.selectors import person_for

__all__ = [
    "CaseView",
    "CustodyView",
    "ReturnParty",
    "case_for",
    "case_of",
    "cases_for",
    "counted",
    "custody_for",
    "custody_of",
    "movable",
    "rules_for",
]
_SHOWN = int(ENFORCED | Reason.GROUP_WAITS | Reason.MEMBER_ELSEWHERE)


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as an officer reads it: how far it has come and what is missing, in words for that officer (P7)."""

    row: ReturnCase
    person: Person
    state: str
    missing: tuple[Said, ...]
    consent: ReturnConsent | None  # the newest
    explained: ReturnExplanation | None  # the newest for the present destination


@dataclass(frozen=True, slots=True)
class CustodyView:
    """Somebody in custody. `red`: codes of what is past its time or missing; empty for nothing."""

    row: Custody
    number: str
    red: tuple[str, ...]


def cases_for(actor: Actor, *, kind: str = "", missing: str = "", over: bool = False) -> list[CaseView]:
    """The open cases, the oldest first; with `over` also the closed ones. `missing` is the code of a reason."""
    actor.require("returns.read")
    rows = ReturnCase.objects.filter(reach.of(actor)).order_by("opened_at", "id")
    if kind:
        rows = rows.filter(kind=kind)
    if not over:
        rows = rows.filter(closed_at__isnull=True)
    views = _views(actor, list(rows))
    return [view for view in views if not missing or missing in {said.code for said in view.missing}]


def case_for(actor: Actor, key: UUID | str) -> CaseView:
    """The case by its id, or the open one, else the newest, of the person with that number. Unknown for none."""
    actor.require("returns.read")
    row = _by_id(key)
    if row is None:
        row = case_of(person_for(actor, key).id)
    if row is None:
        raise Unknown(_("There is no return case of %(key)s. `cauce return open` opens one.") % {"key": key})
    reach.require(actor, row.person)
    return _views(actor, [row])[0]


def case_of(person: UUID) -> ReturnCase | None:
    """The person's open case, else the newest closed one. For rules and other services, not for eyes."""
    rows = ReturnCase.objects.filter(person=person)
    return rows.filter(closed_at__isnull=True).first() or rows.order_by("-opened_at", "-id").first()


def _by_id(key: UUID | str) -> ReturnCase | None:
    try:
        return ReturnCase.objects.filter(id=UUID(str(key))).first()
    except ValueError:
        return None


def _views(actor: Actor, rows: list[ReturnCase]) -> list[CaseView]:
    persons = Person.objects.in_bulk([row.person for row in rows])
    facts = facts_of([row.person for row in rows if row.departed_at is None and row.closed_at is None])
    today = local_day("", clock.now())
    masks = dict(zip(facts.persons, (int(m) & _SHOWN for m in facts.masks("return", today)), strict=True))
    seats = Seat.objects.filter(live=True, manifest__kind="return", person__in=list(masks))
    seated = set(seats.values_list("person", flat=True))
    consents = {c.case_id: c for c in ReturnConsent.objects.filter(case__in=rows).order_by("given_at", "id")}
    told: dict[UUID, ReturnExplanation] = {}
    by_id = {row.id: row for row in rows}
    for one in ReturnExplanation.objects.filter(case__in=rows).order_by("at", "id"):
        if one.destination == by_id[one.case_id].destination:
            told[one.case_id] = one
    return [
        CaseView(
            row,
            persons[row.person],
            state_of(row, against=masks.get(row.person, 0), seated=row.person in seated),
            tuple(explain(masks.get(row.person, 0), "officer", role=actor.role)),
            consents.get(row.id),
            told.get(row.id),
        )
        for row in rows
    ]


def rules_for(actor: Actor, case: ReturnCase) -> tuple[EntryRule, ...]:
    """The entry bars and re-entry rules that are explained before this person is asked, as they are in force today."""
    actor.require("returns.read")
    return in_force_on(in_force().entry_rules, case.kind, local_day("", clock.now()))


def custody_for(actor: Actor, *, only_red: bool = False) -> list[CustodyView]:
    """P13: who is in custody, those past a limit first. Oversight reads it by number, and no name is in it."""
    actor.require("custody.read")
    rows = Custody.objects.filter(ended_at__isnull=True)
    if actor.place:
        rows = rows.filter(place=actor.place)
    now = clock.now()
    standing = list(rows.order_by("maximum", "id"))
    numbers = dict(Person.objects.filter(id__in=[row.person for row in standing]).values_list("id", "number"))
    views = [CustodyView(row, numbers.get(row.person, ""), _red(row, now)) for row in standing]
    return sorted((v for v in views if v.red or not only_red), key=lambda view: not view.red)


def custody_of(person: UUID) -> Custody:
    """The standing entry of the register about this person; Unknown for none. For services, not for eyes."""
    row = Custody.objects.filter(person=person, ended_at__isnull=True).first()
    if row is None:
        raise Unknown(_("This person does not stand in the register of custody."))
    return row


def _red(row: Custody, now: datetime) -> tuple[str, ...]:
    found = []
    if row.maximum <= now:
        found.append("past_maximum")
    if row.next_review <= now:
        found.append("review_due")
    if not row.counsel:
        found.append("no_counsel")
    return tuple(found)


def counted(views: Iterable[CaseView]) -> dict[str, int]:
    """How many of each kind: voluntary returns, deportations and expulsions are counted apart."""
    counts = {"voluntary": 0, "deportation": 0, "expulsion": 0}
    for view in views:
        counts[view.row.kind] += 1
    return counts
