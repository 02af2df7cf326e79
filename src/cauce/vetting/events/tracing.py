"""A family looks for one of its own: asked, searched, found, agreed, told. Nothing here is anybody's suspicion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from cauce.journal.events import Event, Recorded, applies, event, personal
from cauce.journal.keys import erases
from cauce.journal.rows import upsert
from cauce.journal.sealing import cell
from cauce.people.events import PersonCorrected, PersonErased
from cauce.vetting.events.checks import ordered
from cauce.vetting.models import NotTheSame
from cauce.vetting.sought_models import TRACING, TracingMatch, TracingRequest, TracingSearch

COMPARED = frozenset(("given_names", "family_names", "full_name", "birth_first", "birth_last", "sex"))


@event("vetting.tracing_requested", subject="id", travels="hub")
@dataclass(frozen=True, kw_only=True)
class TracingRequested(Event):
    """Somebody looks for one of the family. Who, and for whom, is sealed under the request's own key."""

    id: UUID
    number: str
    names: list[str] = personal(default_factory=list)
    birth_first: date | None = personal()
    birth_last: date | None = personal()
    sex: str = personal("")
    relation: str = personal("")
    last_place: str = personal("")
    last_day: str = personal("")
    seeker: UUID | None = personal()
    agency: str = personal("")
    contact: str = personal("")


@event("vetting.tracing_ended", subject="id", travels="hub")
@dataclass(frozen=True, kw_only=True)
class TracingEnded(Event):
    """Nobody looks any more: they are together, or the search is given up."""

    id: UUID
    why: str = personal("")


@event("vetting.tracing_purged", subject="id", travels="hub")
@dataclass(frozen=True, kw_only=True)
class TracingPurged(Event):
    """The request's key was destroyed: nobody can read any more who looked for whom."""

    id: UUID


@event("vetting.tracing_searched", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class TracingSearched(Event):
    """These people, who were present, were searched in every request up to this entry of the journal."""

    persons: tuple[UUID, ...]
    upto: int


@event("vetting.tracing_match_opened", travels="hub")
@dataclass(frozen=True, kw_only=True)
class TracingMatchOpened(Event):
    """Somebody here may be the one sought: a protection officer looks, first of all."""

    id: UUID
    person: UUID
    request: UUID
    digest: str = personal("")
    score: float = personal(0.0)
    pieces: list[dict[str, Any]] = personal(default_factory=list)


@event("vetting.tracing_match_decided", travels="hub")
@dataclass(frozen=True, kw_only=True)
class TracingMatchDecided(Event):
    """One protection officer said whether this is the one sought: `found` or `not_same`."""

    person: UUID
    match: UUID
    outcome: str = personal("")
    reason: str = personal("")


@event("vetting.tracing_match_closed", travels="hub")
@dataclass(frozen=True, kw_only=True)
class TracingMatchClosed(Event):
    """The question is no longer asked; `why` is a code."""

    person: UUID
    match: UUID
    why: str


@event("vetting.tracing_agreed", travels="hub")
@dataclass(frozen=True, kw_only=True)
class TracingAgreed(Event):
    """The one who was found, or for a child a protection officer, said whether the seeker may be told."""

    person: UUID
    match: UUID
    how: str = personal("")  # person, officer, declined


@event("vetting.tracing_told", travels="hub")
@dataclass(frozen=True, kw_only=True)
class TracingTold(Event):
    """The seeker was told."""

    person: UUID
    match: UUID


erases("vetting.tracing_purged")


@applies(TracingRequested)
def request(records: list[Recorded[TracingRequested]]) -> None:
    TracingRequest.objects.bulk_create(
        TracingRequest(
            id=r.event.id,
            number=r.event.number,
            entry=r.entry,
            names=r.event.names,
            birth_first=r.event.birth_first,
            birth_last=r.event.birth_last,
            sex=r.event.sex,
            relation=r.event.relation,
            last_place=r.event.last_place,
            last_day=r.event.last_day,
            seeker=r.event.seeker,
            agency=r.event.agency,
            contact=r.event.contact,
            filed_by=r.account,
            filed_at=r.happened_at,
        )
        for r in records
    )


@applies(TracingEnded)
def end(records: list[Recorded[TracingEnded]]) -> None:
    for r in records:
        why = cell(TracingRequest, "over_why", r.event.id, r.event.id, r.event.why)
        TracingRequest.objects.filter(id=r.event.id).update(status="ended", over_at=r.happened_at, over_why=why)


@applies(TracingPurged)
def purge(records: list[Recorded[TracingPurged]]) -> None:
    for r in records:
        nothing = dict.fromkeys(("sex", "relation", "last_place", "last_day", "agency", "contact", "over_why"), "")
        TracingRequest.objects.filter(id=r.event.id).update(
            names=[], birth_first=None, birth_last=None, seeker=None, purged=True, **nothing
        )
        TracingMatch.objects.filter(request=r.event.id).update(pieces=[], digest="", score=0.0, reason="")


@applies(TracingSearched)
def searched(records: list[Recorded[TracingSearched]]) -> None:
    upsert(
        (TracingSearch(person=person, upto=r.event.upto) for r in records for person in r.event.persons),
        update=("upto",),
    )


@applies(TracingMatchOpened)
def open_matches(records: list[Recorded[TracingMatchOpened]]) -> None:
    TracingMatch.objects.bulk_create(
        TracingMatch(
            id=r.event.id,
            request_id=r.event.request,
            person=r.event.person,
            digest=r.event.digest,
            score=r.event.score,
            pieces=ordered(r.event.pieces),
            opened_at=r.happened_at,
        )
        for r in records
    )


@applies(TracingMatchDecided)
def decide(records: list[Recorded[TracingMatchDecided]]) -> None:
    for r in records:
        if not r.event.outcome:  # erased: the row goes with the erasure
            continue
        rows = TracingMatch.objects.filter(id=r.event.match)
        reason = cell(TracingMatch, "reason", r.event.match, r.event.person, r.event.reason)
        rows.update(status=r.event.outcome, decided_by=r.account, decided_at=r.happened_at, reason=reason)
        if r.event.outcome == "not_same":
            match = rows.select_related("request").get()
            NotTheSame.objects.create(
                id=match.id,
                person=match.person,
                list_name=TRACING,
                list_entry=match.request.number,
                entry_digest=match.digest,
                review=match.id,
            )


@applies(TracingMatchClosed)
def close(records: list[Recorded[TracingMatchClosed]]) -> None:
    for r in records:
        TracingMatch.objects.filter(id=r.event.match).update(
            status="closed", closed_why=r.event.why, decided_at=r.happened_at
        )


@applies(TracingAgreed)
def agree(records: list[Recorded[TracingAgreed]]) -> None:
    for r in records:
        if r.event.how:
            TracingMatch.objects.filter(id=r.event.match).update(
                agreed_how=r.event.how, agreed_by=r.account, agreed_at=r.happened_at
            )


@applies(TracingTold)
def tell(records: list[Recorded[TracingTold]]) -> None:
    for r in records:
        # After an erasure nothing says any more that anybody agreed.
        TracingMatch.objects.filter(id=r.event.match).exclude(agreed_how="").update(
            told_by=r.account, told_at=r.happened_at
        )


@applies(PersonCorrected)
def search_again(records: list[Recorded[PersonCorrected]]) -> None:
    """What was compared has changed: it is compared again."""
    changed = [r.event.person for r in records if COMPARED & r.event.values.keys()]
    TracingSearch.objects.filter(person__in=changed).delete()


@applies(PersonErased)
def forget(records: list[Recorded[PersonErased]]) -> None:
    """That somebody was looked for is nothing to keep."""
    persons = [r.event.person for r in records]
    matches = TracingMatch.objects.filter(person__in=persons)
    NotTheSame.objects.filter(id__in=list(matches.values_list("id", flat=True))).delete()
    matches.delete()
    TracingSearch.objects.filter(person__in=persons).delete()
