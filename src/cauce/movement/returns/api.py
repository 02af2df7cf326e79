"""Return cases and the register of custody for machines."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from pydantic import Field

from cauce.access.machines.door import Machines, actor_of
from cauce.access.machines.fields import Code, Cursor, Day, Done, Limit, Line, Made, Moment, Reason, Shown, Told, Words
from cauce.access.machines.pages import Paged, paged
from cauce.access.services import note_reading
from cauce.movement.returns import selectors, services
from cauce.movement.returns.selectors import CaseView
from cauce.movement.returns.services.consenting import Circumstances

machines = Machines("returns", __name__)
Kind = Literal["voluntary", "deportation", "expulsion"]
Country = Annotated[str, Field(pattern=r"^[A-Za-z]{3}$", description="ISO 3166-1 alpha-3")]


class ReturnMissing(Shown):
    """A reason against a seat today: `code` is stable for programs. Confidential ones read `interview`."""

    code: str
    text: str


class ReturnShown(Shown):
    """A return: `state` is open, ready, booked, departed, handed_over, followed_up, withdrawn or closed."""

    id: UUID
    person: UUID
    number: str
    kind: str
    state: str
    destination: str
    decided_on: date | None
    appeal_until: date | None
    document_until: date | None
    fit_until: date | None
    escort: str
    consent_counts_from: Moment | None
    missing: list[ReturnMissing]


def _shown(view: CaseView) -> ReturnShown:
    row, yes = view.row, view.consent
    return ReturnShown(
        id=row.id,
        person=row.person,
        number=view.person.number,
        kind=row.kind,
        state=view.state,
        destination=row.destination,
        decided_on=row.decided_on,
        appeal_until=row.appeal_until,
        document_until=row.document_until,
        fit_until=row.fit_until,
        escort=row.escort,
        consent_counts_from=yes.cooling_until if yes is not None and yes.withdrawn_at is None else None,
        missing=[ReturnMissing(code=said.code, text=said.text) for said in view.missing],
    )


@machines.reads("/returns", "returns.read", Paged[ReturnShown])
def list_returns(
    request: HttpRequest, kind: Literal["voluntary", "deportation", "expulsion", ""] = "", cursor: Cursor = "",
    limit: Limit = 50,
) -> Paged[ReturnShown]:  # fmt: skip
    """Open return cases, the oldest first, of one kind when given. The reading is noted."""
    actor = actor_of(request)
    rows = selectors.cases_for(actor, kind=kind)
    shown, after = paged(rows, lambda view: (view.row.opened_at.isoformat(), view.row.id.hex), cursor, limit)
    note_reading(actor=actor, what="api returns", persons=[view.row.person for view in shown])
    return Paged(items=[_shown(view) for view in shown], next=after)


@machines.reads("/returns/{case}", "returns.read", ReturnShown)
def read_return(request: HttpRequest, case: Code) -> ReturnShown:
    """A case by its id, or a person's by number. The reading is noted."""
    actor = actor_of(request)
    view = selectors.case_for(actor, case)
    note_reading(actor=actor, what="api return", persons=[view.row.person])
    return _shown(view)


class ReturnTold(Told):
    """A deportation or an expulsion is opened by whoever writes decisions down."""

    person: UUID
    kind: Kind
    destination: Country
    asked: Annotated[str, Field(pattern=r"^([A-Za-z]{3})?$")] = ""


@machines.writes("/returns", "returns.read", Made, status=201)
def open_return(request: HttpRequest, told: ReturnTold) -> Made:
    """Open a return case: nobody is returned without one, and nobody has a seat by it."""
    return Made(id=services.open_case(**dict(told), by=actor_of(request)))


class ReturnDecisionTold(Told):
    """Give the last day to appeal, or say that the law gives none."""

    authority: Line
    reference: Line
    legal_basis: Line
    decided_on: Day
    appeal_until: Day | None = None
    no_appeal: bool = False


@machines.writes("/returns/{case}/decision", "returns.decide", Done)
def decide(request: HttpRequest, case: UUID, told: ReturnDecisionTold) -> Done:
    """Write down what the authority decided."""
    services.decide(case=case, **dict(told), by=actor_of(request))
    return Done()


class ReturnAppealTold(Told):
    filed_on: Day
    suspensive: bool = False


@machines.writes("/returns/{case}/appeal", "returns.appeal", Done)
def appeal(request: HttpRequest, case: UUID, told: ReturnAppealTold) -> Done:
    """The person appeals: the seat goes at once."""
    services.file_appeal(case=case, **dict(told), by=actor_of(request))
    return Done()


class ReturnOutcomeTold(Told):
    outcome: Literal["dismissed", "upheld", "withdrawn"]
    decided_on: Day


@machines.writes("/returns/{case}/appeal/outcome", "returns.decide", Done)
def decide_appeal(request: HttpRequest, case: UUID, told: ReturnOutcomeTold) -> Done:
    """How the appeal ended; upheld, the decision falls."""
    services.decide_appeal(case=case, **dict(told), by=actor_of(request))
    return Done()


class ReturnDocumentTold(Told):
    kind: Literal["passport", "travel_document", "identity_card", "residence_permit", "consular_document"]
    until: Day


@machines.writes("/returns/{case}/document", "returns.manage", Done)
def document(request: HttpRequest, case: UUID, told: ReturnDocumentTold) -> Done:
    """The paper on which the person can travel."""
    services.record_document(case=case, **dict(told), by=actor_of(request))
    return Done()


class ReturnFitTold(Told):
    finding: Literal["fit", "fit_with_care", "unfit"]
    found_by: Line
    until: Day | None = None
    note: Words = ""


@machines.writes("/returns/{case}/fit", "returns.fit", Done)
def fit(request: HttpRequest, case: UUID, told: ReturnFitTold) -> Done:
    """What a clinician found."""
    services.find_fit(case=case, **dict(told), by=actor_of(request))
    return Done()


class ReturnExplainTold(Told):
    language: Annotated[Code, Field(min_length=1, max_length=10)]


@machines.writes("/returns/{case}/explain", "returns.consent", Made, status=201)
def explain(request: HttpRequest, case: UUID, told: ReturnExplainTold) -> Made:
    """The entry bars and re-entry rules in force were explained and given on paper."""
    return Made(id=services.explain(case=case, language=told.language, by=actor_of(request)))


class ReturnConsentTold(Told):
    """P12: `shared`: who asked and who answered both speak the language; `custody_place` empty: in freedom."""

    language: Annotated[Code, Field(min_length=1, max_length=10)]
    shared: bool
    interpreter: Line = ""
    counsel: Line = ""
    custody_place: Line = ""


@machines.writes("/returns/{case}/consent", "returns.consent", Made, status=201)
def consent(request: HttpRequest, case: UUID, told: ReturnConsentTold) -> Made:
    """A yes to a voluntary return: it counts after the cooling-off."""
    return Made(id=services.consent(case=case, asked=Circumstances(**dict(told)), by=actor_of(request)))


class ReturnWithdrawTold(Told):
    words: Words = ""


@machines.writes("/returns/{case}/withdraw", "returns.withdraw", Done)
def withdraw(request: HttpRequest, case: UUID, told: ReturnWithdrawTold) -> Done:
    """The person takes the yes back, until the door closes; the family's seats go at once."""
    services.withdraw_consent(case=case, words=told.words, by=actor_of(request))
    return Done()


class ReturnReceivedTold(Told):
    to: Reason


@machines.writes("/returns/{case}/hand-over", "returns.manage", Done)
def hand_over(request: HttpRequest, case: UUID, told: ReturnReceivedTold) -> Done:
    """Who received the person at the destination."""
    services.hand_over(case=case, to=told.to, by=actor_of(request))
    return Done()


class ReturnCloseTold(Told):
    why: Literal["withdrawn", "set_aside", "stays", "in_error"]


@machines.writes("/returns/{case}/close", "returns.manage", Done)
def close(request: HttpRequest, case: UUID, told: ReturnCloseTold) -> Done:
    """End a case before a departure."""
    services.close(case=case, why=told.why, by=actor_of(request))
    return Done()


class CustodyShown(Shown):
    """P13: `red` says what is past its time: past_maximum, review_due, no_counsel."""

    id: UUID
    number: str
    place: str
    since: Moment
    maximum: Moment
    next_review: Moment
    counsel: bool
    red: list[str]


@machines.reads("/custody", "custody.read", Paged[CustodyShown])
def custody(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> Paged[CustodyShown]:
    """Who is in custody, by number. The reading is noted."""
    actor = actor_of(request)
    rows = selectors.custody_for(actor)
    shown, after = paged(rows, lambda view: (view.row.maximum.isoformat(), view.row.id.hex), cursor, limit)
    note_reading(actor=actor, what="api custody", persons=[view.row.person for view in shown])
    items = [
        CustodyShown(
            id=view.row.id,
            number=view.number,
            place=view.row.place,
            since=view.row.since,
            maximum=view.row.maximum,
            next_review=view.row.next_review,
            counsel=view.row.counsel,
            red=list(view.red),
        )
        for view in shown
    ]
    return Paged(items=items, next=after)
