"""A local alert is added, looked at again, ends, expires, and is forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cauce.journal.events import Event, Recorded, applies, event, personal
from cauce.journal.keys import erases
from cauce.journal.sealing import cell
from cauce.vetting.models import NotTheSame, Review
from cauce.vetting.sought_models import ALERTS, Alert


@event("vetting.alert_added", subject="id", travels="hub")
@dataclass(frozen=True, kw_only=True)
class AlertAdded(Event):
    """Somebody is sought locally. Who and why is sealed under the alert's own key; whose it is stays readable."""

    id: UUID
    number: str
    owner: str
    legal_basis: str
    consequence: str
    authority: str
    state: str = ""
    review_on: date
    expires_on: date
    expires_at: datetime
    names: list[str] = personal(default_factory=list)
    birth_dates: list[tuple[date, date]] = personal(default_factory=list)
    sex: str = personal("")
    nationalities: list[str] = personal(default_factory=list)
    documents: list[tuple[str, str, str]] = personal(default_factory=list)
    why: str = personal("")


@event("vetting.alert_reviewed", subject="id", travels="hub")
@dataclass(frozen=True, kw_only=True)
class AlertReviewed(Event):
    """Somebody looked whether the alert is still needed; it is looked at again, and ends, on these days."""

    id: UUID
    review_on: date
    expires_on: date
    expires_at: datetime
    note: str = personal("")


@event("vetting.alert_ended", subject="id", travels="hub")
@dataclass(frozen=True, kw_only=True)
class AlertEnded(Event):
    """The alert matches nobody from now on."""

    id: UUID
    why: str = personal("")


@event("vetting.alert_expired", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class AlertExpired(Event):
    """Its last day is over."""

    id: UUID


@event("vetting.alert_purged", subject="id", travels="hub")
@dataclass(frozen=True, kw_only=True)
class AlertPurged(Event):
    """The alert's key was destroyed: nobody can read any more who was sought, only whose alert it was."""

    id: UUID


erases("vetting.alert_purged")


@applies(AlertAdded)
def add(records: list[Recorded[AlertAdded]]) -> None:
    Alert.objects.bulk_create(
        Alert(
            id=r.event.id,
            number=r.event.number,
            entry=r.entry,
            names=r.event.names,
            birth_dates=[[first.isoformat(), last.isoformat()] for first, last in r.event.birth_dates],
            sex=r.event.sex,
            nationalities=r.event.nationalities,
            documents=[list(document) for document in r.event.documents],
            why=r.event.why,
            owner=r.event.owner,
            legal_basis=r.event.legal_basis,
            consequence=r.event.consequence,
            authority=r.event.authority,
            state=r.event.state,
            review_on=r.event.review_on,
            expires_on=r.event.expires_on,
            expires_at=r.event.expires_at,
            added_by=r.account,
            added_at=r.happened_at,
        )
        for r in records
    )


@applies(AlertReviewed)
def look_again(records: list[Recorded[AlertReviewed]]) -> None:
    for r in records:
        Alert.objects.filter(id=r.event.id).update(
            review_on=r.event.review_on,
            expires_on=r.event.expires_on,
            expires_at=r.event.expires_at,
            reviewed_by=r.account,
            reviewed_at=r.happened_at,
        )


@applies(AlertEnded)
def end(records: list[Recorded[AlertEnded]]) -> None:
    for r in records:
        why = cell(Alert, "over_why", r.event.id, r.event.id, r.event.why)
        Alert.objects.filter(id=r.event.id).update(status="ended", over_at=r.happened_at, over_why=why)


@applies(AlertExpired)
def expire(records: list[Recorded[AlertExpired]]) -> None:
    for r in records:
        Alert.objects.filter(id=r.event.id).update(status="expired", over_at=r.happened_at)


@applies(AlertPurged)
def purge(records: list[Recorded[AlertPurged]]) -> None:
    for r in records:
        rows = Alert.objects.filter(id=r.event.id)
        rows.update(names=[], birth_dates=[], sex="", nationalities=[], documents=[], why="", over_why="", purged=True)
        numbers = list(rows.values_list("number", flat=True))
        # What a review had beside the person is the alert's, not the person's.
        Review.objects.filter(list_name=ALERTS, list_entry__in=numbers).update(listed={}, pieces=[], entry_digest="")
        NotTheSame.objects.filter(list_name=ALERTS, list_entry__in=numbers).update(entry_digest="")
