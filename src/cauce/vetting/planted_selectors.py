"""Planted cases as the analysts see them, and how each analyst fared: for themselves and for whoever plants."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.people.models import Document, Person
from cauce.vetting.models import Review
from cauce.vetting.planted import PlantedAnswer, PlantedCase


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A planted case once the reader has answered it: what they said, and what was true."""

    truth: str
    said: str
    reason: str
    at: datetime

    @property
    def right(self) -> bool:
        return self.truth == self.said


@dataclass(frozen=True, slots=True)
class Fared:
    """How one analyst answered planted cases. `missed`: said not the same of a true match; `wronged`: the reverse."""

    account: str
    answered: int
    right: int
    missed: int
    wronged: int
    could_not_tell: int


def unanswered(actor: Actor) -> list[PlantedCase]:
    """The planted cases that stand among this actor's reviews: not those they planted, nor those they answered."""
    open_now = PlantedCase.objects.filter(withdrawn_at__isnull=True).exclude(planted_by=actor.account)
    now = clock.now()
    return [
        case
        for case in open_now.exclude(answers__account=actor.account).order_by("id")
        if (case.extended_until or case.due_at) > now
    ]


def case_for(actor: Actor, case: UUID) -> PlantedCase | None:
    """The case, when it stands among this actor's reviews or they have answered it."""
    if not actor.may("reviews.decide"):
        return None
    found = PlantedCase.objects.filter(id=case).first()
    if found is None or found.planted_by == actor.account:
        return None
    answered = PlantedAnswer.objects.filter(case=found, account=actor.account).exists()
    live = found.withdrawn_at is None and (found.extended_until or found.due_at) > clock.now()
    return found if answered or live else None


def disclosed(actor: Actor, case: PlantedCase) -> Disclosed | None:
    """What the actor said of it and what was true; None until they have answered."""
    said = PlantedAnswer.objects.filter(case=case, account=actor.account).first()
    return Disclosed(truth=case.truth, said=said.outcome, reason=said.reason, at=said.at) if said else None


def as_review(case: PlantedCase) -> Review:
    """The case in the shape of a review, for the pages; never saved."""
    return Review(
        id=case.id,
        person=case.id,
        check_id="watchlist",
        list_name=case.list_name,
        list_entry=case.list_entry,
        score=case.score,
        pieces=case.pieces,
        listed=case.listed,
        reasons=case.reasons,
        opened_at=case.opened_at,
        due_at=case.due_at,
        extended_until=case.extended_until,
        extended_by=case.extended_by,
    )


def as_person(case: PlantedCase) -> Person:
    """The made-up person in the shape of a registered one; never saved."""
    born = date.fromisoformat(case.facts["born"])
    return Person(
        id=case.id,
        number=case.number,
        given_names=case.facts["given_names"],
        family_names=case.facts["family_names"],
        sex=case.facts["sex"],
        nationality=case.facts["nationality"],
        birth_first=born,
        birth_last=born,
    )


def as_documents(case: PlantedCase) -> tuple[Document, ...]:
    return tuple(
        Document(id=uuid5(case.id, number), person_id=case.id, kind=kind, number=number, issuer=issuer)
        for kind, number, issuer in case.facts["documents"]
    )


def fared_for(actor: Actor) -> list[Fared]:
    """A line for each analyst who answered planted cases: all of them for whoever plants, else the reader's own."""
    actor.require("quality.read")
    rows = PlantedAnswer.objects.select_related("case").order_by("account")
    if not actor.may("reviews.plant"):
        rows = rows.filter(account=actor.account)
    said: dict[str, list[PlantedAnswer]] = defaultdict(list)
    for row in rows:
        said[row.account].append(row)
    return [_fared(account, answers) for account, answers in said.items()]


def _fared(account: str, answers: list[PlantedAnswer]) -> Fared:
    pairs = [(row.case.truth, row.outcome) for row in answers]
    return Fared(
        account=account,
        answered=len(pairs),
        right=sum(truth == said for truth, said in pairs),
        missed=pairs.count(("same", "not_same")),
        wronged=pairs.count(("not_same", "same")),
        could_not_tell=sum(said == "cannot_tell" for _truth, said in pairs),
    )


def answered_for(actor: Actor) -> list[tuple[PlantedCase, Disclosed]]:
    """The reader's own answers to planted cases, the newest first, each disclosed."""
    actor.require("quality.read")
    rows = PlantedAnswer.objects.filter(account=actor.account).select_related("case").order_by("-at", "-id")
    return [(row.case, Disclosed(row.case.truth, row.outcome, row.reason, row.at)) for row in rows[:100]]


def planted_now(actor: Actor) -> dict[str, Any]:
    """For whoever plants: how many cases stand among the reviews now, and how many were answered at all."""
    actor.require("reviews.plant")
    live = [
        case
        for case in PlantedCase.objects.filter(withdrawn_at__isnull=True)
        if (case.extended_until or case.due_at) > clock.now()
    ]
    return {"live": len(live), "planted": PlantedCase.objects.count(), "answers": PlantedAnswer.objects.count()}
