"""The rows that follow from events of returns and custody. Nothing else writes them."""

from __future__ import annotations

from typing import Any

from cauce.journal.events import Recorded, applies
from cauce.movement.events import ManifestDeparted, RefusedAtBorder
from cauce.movement.returns import events as told
from cauce.movement.returns.models import Custody, ReturnCase, ReturnConsent, ReturnExplanation
from cauce.people.events import PersonErased


@applies(told.ReturnOpened)
def open_cases(records: list[Recorded[told.ReturnOpened]]) -> None:
    ReturnCase.objects.bulk_create(
        ReturnCase(
            id=r.event.id,
            person=r.event.person,
            node=r.node,
            kind=r.event.kind,
            destination=r.event.destination,
            asked=r.event.asked,
            opened_at=r.happened_at,
            opened_by=r.account,
        )
        for r in records
    )


def _case(r: Recorded[Any], **changes: Any) -> None:
    ReturnCase.objects.filter(id=r.event.case).update(**changes)


@applies(told.ReturnDestinationSet)
def set_destinations(records: list[Recorded[told.ReturnDestinationSet]]) -> None:
    for r in records:
        _case(r, destination=r.event.destination)


@applies(told.ReturnDecided)
def decide(records: list[Recorded[told.ReturnDecided]]) -> None:
    for r in records:
        _case(
            r,
            authority=r.event.authority,
            reference=r.event.reference,
            legal_basis=r.event.legal_basis,
            decided_on=r.event.decided_on,
            decided_by=r.account,
            set_aside="",
            no_appeal=r.event.no_appeal,
            appeal_until=r.event.appeal_until,
            appeal_filed_on=None,
            appeal_suspensive=None,
            appeal_outcome="",
            appeal_decided_on=None,
        )


@applies(told.ReturnDecisionSetAside)
def set_aside(records: list[Recorded[told.ReturnDecisionSetAside]]) -> None:
    for r in records:
        _case(r, decided_on=None, set_aside=r.event.why)


@applies(told.ReturnAppealFiled)
def file_appeals(records: list[Recorded[told.ReturnAppealFiled]]) -> None:
    for r in records:
        _case(r, appeal_filed_on=r.event.filed_on, appeal_suspensive=r.event.suspensive, appeal_outcome="")


@applies(told.ReturnAppealDecided)
def decide_appeals(records: list[Recorded[told.ReturnAppealDecided]]) -> None:
    for r in records:
        _case(r, appeal_outcome=r.event.outcome, appeal_decided_on=r.event.decided_on)


@applies(told.ReturnDocumentRecorded)
def keep_documents(records: list[Recorded[told.ReturnDocumentRecorded]]) -> None:
    for r in records:
        _case(r, document=r.event.document, document_until=r.event.until)


@applies(told.ReturnEscortSet)
def set_escorts(records: list[Recorded[told.ReturnEscortSet]]) -> None:
    for r in records:
        _case(r, escort=r.event.escort, escort_reason=r.event.reason)


@applies(told.ReturnFitnessFound)
def keep_findings(records: list[Recorded[told.ReturnFitnessFound]]) -> None:
    for r in records:
        _case(r, fit=r.event.finding, fit_until=r.event.until, fit_by=r.event.found_by, fit_note=r.event.note)


@applies(told.ReturnExplained)
def keep_explanations(records: list[Recorded[told.ReturnExplained]]) -> None:
    ReturnExplanation.objects.bulk_create(
        ReturnExplanation(
            id=r.event.id,
            case_id=r.event.case,
            person=r.event.person,
            destination=r.event.destination,
            rules=list(r.event.rules),
            language=r.event.language,
            account=r.account,
            at=r.happened_at,
        )
        for r in records
    )


@applies(told.ReturnConsented)
def keep_consents(records: list[Recorded[told.ReturnConsented]]) -> None:
    ReturnConsent.objects.bulk_create(
        ReturnConsent(
            id=r.event.id,
            case_id=r.event.case,
            person=r.event.person,
            explanation_id=r.event.explanation,
            destination=r.event.destination,
            language=r.event.language,
            shared=r.event.shared,
            interpreter=r.event.interpreter,
            interpreter_name=r.event.interpreter_name,
            counsel=r.event.counsel,
            counsel_name=r.event.counsel_name,
            in_custody=r.event.in_custody,
            custody_place=r.event.custody_place,
            account=r.account,
            given_at=r.happened_at,
            cooling_until=r.event.cooling_until,
            ready_on=r.event.ready_on,
        )
        for r in records
    )


@applies(told.ReturnConsentWithdrawn)
def withdraw_consents(records: list[Recorded[told.ReturnConsentWithdrawn]]) -> None:
    for r in records:
        ReturnConsent.objects.filter(case=r.event.case, withdrawn_at__isnull=True).update(withdrawn_at=r.happened_at)


@applies(ManifestDeparted)
def depart(records: list[Recorded[ManifestDeparted]]) -> None:
    for r in records:
        if r.event.kind == "return":
            _of(r.event.persons).filter(departed_at__isnull=True).update(departed_at=r.happened_at, manifest=r.event.id)


@applies(RefusedAtBorder)
def come_back(records: list[Recorded[RefusedAtBorder]]) -> None:
    """The landing was refused: the case goes on as if the flight had not left."""
    for r in records:
        _of([r.event.person]).filter(manifest=r.event.manifest, handed_over_at__isnull=True).update(
            departed_at=None, manifest=None
        )


def _of(persons: Any) -> Any:
    return ReturnCase.objects.filter(person__in=list(persons), closed_at__isnull=True)


@applies(told.ReturnHandedOver)
def hand_over(records: list[Recorded[told.ReturnHandedOver]]) -> None:
    for r in records:
        _case(r, handed_over_at=r.happened_at, handed_over_to=r.event.to)


@applies(told.ReturnFollowedUp)
def follow_up(records: list[Recorded[told.ReturnFollowedUp]]) -> None:
    for r in records:
        _case(r, followed_up_at=r.happened_at, follow_up=r.event.found)


@applies(told.ReturnClosed)
def close(records: list[Recorded[told.ReturnClosed]]) -> None:
    for r in records:
        _case(r, closed_at=r.happened_at, closed_why=r.event.why)


@applies(told.CustodyRecorded)
def record_custody(records: list[Recorded[told.CustodyRecorded]]) -> None:
    Custody.objects.bulk_create(
        Custody(
            id=r.event.id,
            person=r.event.person,
            place=r.event.place,
            basis=r.event.basis,
            authority=r.event.authority,
            since=r.event.since,
            maximum=r.event.maximum,
            next_review=r.event.next_review,
            counsel=r.event.counsel,
            counsel_name=r.event.counsel_name,
            recorded_by=r.account,
        )
        for r in records
    )


@applies(told.CustodyReviewed)
def review_custody(records: list[Recorded[told.CustodyReviewed]]) -> None:
    for r in records:
        Custody.objects.filter(id=r.event.id).update(
            next_review=r.event.next_review,
            reviewed_at=r.happened_at,
            reviewed_by=r.account,
            outcome=r.event.outcome,
            counsel=r.event.counsel,
            counsel_name=r.event.counsel_name,
        )


@applies(told.CustodyEnded)
def end_custody(records: list[Recorded[told.CustodyEnded]]) -> None:
    for r in records:
        Custody.objects.filter(id=r.event.id).update(ended_at=r.happened_at, ended_why=r.event.why)


@applies(PersonErased)
def forget(records: list[Recorded[PersonErased]]) -> None:
    """What was told under seal goes; that somebody went back, and how it was decided, stays about a number only."""
    persons = [r.event.person for r in records]
    ReturnCase.objects.filter(person__in=persons).update(
        asked="",
        document="",
        authority="",
        reference="",
        legal_basis="",
        escort_reason="",
        fit="",
        fit_by="",
        fit_note="",
        handed_over_to="",
        follow_up="",
    )
    ReturnExplanation.objects.filter(person__in=persons).update(language="")
    ReturnConsent.objects.filter(person__in=persons).update(
        language="", interpreter_name="", counsel_name="", custody_place=""
    )
    Custody.objects.filter(person__in=persons).update(basis="", authority="", outcome="", counsel_name="")
