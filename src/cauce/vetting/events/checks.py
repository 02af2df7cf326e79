"""Checks start, are run by the machine or recorded by an officer, and settle when their reviews do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import sha1
from typing import Any
from uuid import UUID

import orjson

from cauce.journal.commuting import local
from cauce.journal.events import Event, Recorded, applies, event, personal
from cauce.journal.rows import put
from cauce.vetting.models import CheckResult, Vaccination


@event("vetting.checks_started", subject="")
@dataclass(frozen=True, kw_only=True)
class ChecksStarted(Event):
    """These people's checks stand at `results` from now on; the machine runs those named in `due`."""

    persons: tuple[UUID, ...]
    results: dict[str, str]  # check -> result
    due: tuple[str, ...] = ()
    too_young: dict[str, tuple[UUID, ...]] = field(default_factory=dict)  # check -> who is not asked: waived
    why: str = "registered"  # registered, corrected, same_document, corridor_changed, came_back

    def mentions(self) -> Iterable[UUID]:
        return self.persons


@event("vetting.checks_completed")
@dataclass(frozen=True, kw_only=True)
class ChecksCompleted(Event):
    """The machine ran these checks of one person. `against` names each list searched, with its edition's digest, and
    each that should have been and was not here, with `-`.

    Why it referred somebody stands in `vetting.check_explained`, which goes less far.
    """

    person: UUID
    results: dict[str, str]
    against: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, list[str]] = personal(default_factory=dict)
    evidence: dict[str, dict[str, Any]] = personal(default_factory=dict)


@event("vetting.check_explained", travels="hub")
@dataclass(frozen=True, kw_only=True)
class CheckExplained(Event):
    """What the machine saw where it refers somebody to a person, or a person confirmed it: reasons and evidence."""

    person: UUID
    reasons: dict[str, list[str]] = personal(default_factory=dict)
    evidence: dict[str, dict[str, Any]] = personal(default_factory=dict)


TELLING = ("refer", "confirmed")  # results whose reasons would tell what somebody is suspected of (P15)


def completed(
    *,
    person: UUID,
    results: dict[str, str],
    against: dict[str, str] | None = None,
    reasons: dict[str, list[str]],
    evidence: dict[str, dict[str, Any]],
) -> list[Event]:
    """The events of checks that the machine ran: where they stand, and apart from it what tells of a suspicion."""
    telling = {check for check, result in results.items() if result in TELLING}
    told: list[Event] = [
        ChecksCompleted(
            person=person,
            results=results,
            against=against or {},
            reasons={check: why for check, why in reasons.items() if check not in telling},
            evidence={check: what for check, what in evidence.items() if check not in telling},
        )
    ]
    if telling:
        told.append(
            CheckExplained(
                person=person,
                reasons={check: why for check, why in reasons.items() if check in telling},
                evidence={check: what for check, what in evidence.items() if check in telling},
            )
        )
    return told


def settled(*, person: UUID, check_id: str, result: str, reasons: list[str]) -> list[Event]:
    """The events of a check that stands differently since its reviews do, what tells of a suspicion apart."""
    if result not in TELLING:
        return [CheckSettled(person=person, check_id=check_id, result=result, reasons=reasons)]
    return [
        CheckSettled(person=person, check_id=check_id, result=result),
        CheckExplained(person=person, reasons={check_id: reasons}),
    ]


@event("vetting.check_recorded")
@dataclass(frozen=True, kw_only=True)
class CheckRecorded(Event):
    """An officer recorded the result of a check that was done elsewhere, or waived it."""

    person: UUID
    check_id: str
    result: str
    waived_by: str = ""
    reasons: list[str] = personal(default_factory=list)
    note: str = personal("")


@event("vetting.check_settled")
@dataclass(frozen=True, kw_only=True)
class CheckSettled(Event):
    """A check stands differently because a review of it was decided, lapsed or closed, or a hand-over ended."""

    person: UUID
    check_id: str
    result: str
    reasons: list[str] = personal(default_factory=list)


@event("vetting.vaccination_recorded")
@dataclass(frozen=True, kw_only=True)
class VaccinationRecorded(Event):
    """One line of a person's immunisation record."""

    id: UUID
    person: UUID
    vaccine: str = personal("")
    given_on: date | None = personal()
    how: str = personal("")  # shown, said, given, declined


def check_row(person: UUID, check_id: str) -> UUID:
    """The row's identifier follows from what it is about, so no event needs to carry it."""
    return _check_row(person.int, check_id)


@lru_cache(maxsize=20_000)  # a batch of another node asks for each of its rows twice or more
def _check_row(person: int, check_id: str) -> UUID:
    """`uuid.uuid5` of the two, without making the person's identifier again."""
    digest = sha1(person.to_bytes(16, "big") + check_id.encode(), usedforsecurity=False).digest()
    return UUID(int=int.from_bytes(digest[:16], "big") & _FREE | _VERSION_5)


_VERSION_5 = 0x5000_8000_0000_0000_0000
_FREE = ~0xF000_C000_0000_0000_0000


def against_text(against: dict[str, str]) -> str:
    """Lists and editions as the text that rows are compared by; empty for no list."""
    return orjson.dumps(against, option=orjson.OPT_SORT_KEYS).decode() if against else ""


def ordered(value: Any) -> Any:
    """JSON with its keys in order, as a replay reads it back: rows come out the same to the byte."""
    return orjson.loads(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)) if value else value


_KEPT = ("result", "reasons", "evidence", "waived_by", "at", "due")


def _put(rows: Iterable[tuple[Any, ...]], *columns: str) -> None:
    """Rows told as identifier, person, check, `_KEPT` and `columns`. The last of several about one check wins."""
    put(CheckResult, ("id", "person", "check_id", *_KEPT, *columns), rows, update=(*_KEPT, *columns))


@applies(ChecksStarted)
def start_checks(records: list[Recorded[ChecksStarted]]) -> None:
    _put(
        (
            _started(r, person, check, result, person in r.event.too_young.get(check, ()))
            for r in records
            for person in r.event.persons
            for check, result in r.event.results.items()
        ),
        "started",
        "against",
    )


def _started(r: Recorded[ChecksStarted], person: UUID, check: str, result: str, young: bool) -> tuple[Any, ...]:
    if young:
        kept: tuple[Any, ...] = ("waived", ["too_young"], {}, "corridor", r.happened_at, False)
    else:
        kept = (result, [], {}, "corridor" if result == "waived" else "", r.happened_at, check in r.event.due)
    return check_row(person, check), person, check, *kept, r.entry, ""


@applies(ChecksCompleted)
def complete_checks(records: list[Recorded[ChecksCompleted]]) -> None:
    _put((_completed(r, check, result) for r in records for check, result in r.event.results.items()), "against")


def _completed(r: Recorded[ChecksCompleted], check: str, result: str) -> tuple[Any, ...]:
    told, key = r.event, (check_row(r.event.person, check), r.event.person, check)
    reasons, evidence = told.reasons.get(check, []), ordered(told.evidence.get(check, {}))
    against = against_text(told.against) if check == "watchlist" else ""
    return *key, result, reasons, evidence, "", r.happened_at, False, against


@applies(CheckExplained)
def explain_checks(records: list[Recorded[CheckExplained]]) -> None:
    for r in records:
        for check in r.event.reasons.keys() | r.event.evidence.keys():
            told: dict[str, Any] = {}
            if check in r.event.reasons:
                told["reasons"] = r.event.reasons[check]
            if check in r.event.evidence:
                told["evidence"] = ordered(r.event.evidence[check])
            CheckResult.objects.filter(id=check_row(r.event.person, check)).update(**told)


@applies(CheckRecorded)
def record_check(records: list[Recorded[CheckRecorded]]) -> None:
    _put(_recorded(r, r.event) for r in records)


def _recorded(r: Recorded[CheckRecorded], told: CheckRecorded) -> tuple[Any, ...]:
    key = check_row(told.person, told.check_id), told.person, told.check_id
    evidence = {"note": told.note} if told.note else {}
    return *key, told.result, told.reasons, evidence, told.waived_by, r.happened_at, False


@applies(CheckSettled)
def settle_check(records: list[Recorded[CheckSettled]]) -> None:
    for r in records:
        CheckResult.objects.filter(id=check_row(r.event.person, r.event.check_id)).update(
            result=r.event.result, reasons=r.event.reasons, at=r.happened_at
        )


@applies(VaccinationRecorded)
def record_vaccination(records: list[Recorded[VaccinationRecorded]]) -> None:
    Vaccination.objects.bulk_create(
        Vaccination(
            id=r.event.id,
            person=r.event.person,
            vaccine=r.event.vaccine,
            given_on=r.event.given_on,
            how=r.event.how,
        )
        for r in records
    )


local(ChecksStarted, touches=lambda told: told.persons)
local(
    ChecksCompleted,
    CheckExplained,
    CheckRecorded,
    CheckSettled,
    VaccinationRecorded,
    touches=lambda told: (told.person,),
)
