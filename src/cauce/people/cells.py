"""One row of an import turned into a person to register, or into what is wrong with it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import orjson

from cauce.corridor.shape import INDICATORS
from cauce.people import intake, zones
from cauce.people.dating import partial_date
from cauce.people.intake import LIMITS, NewDocument, NewPerson, Problem
from cauce.people.mrz import Zone


@dataclass(frozen=True, slots=True)
class Setting:
    """What rows are read against: the zones of the corridor's places, the place of rows that name none, now (UTC)."""

    places: Mapping[str, ZoneInfo]
    default_place: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A good row. `person` has its place, arrival and digest."""

    external_id: str
    group_id: str
    place: str
    arrived_at: datetime
    person: NewPerson


def read(cells: Mapping[str, str], setting: Setting) -> Told | list[Problem]:
    """The person of a row, or everything that is wrong with it. Empty cells say nothing."""
    place = cells.get("place") or setting.default_place
    zone = setting.places.get(place)
    if zone is None:
        return [*_identifier(cells), Problem("place", "unknown_place" if place else "missing", place[:40])]
    today = setting.now.astimezone(zone).date()
    wrong = _identifier(cells)
    arrived_at = _arrival(cells.get("arrived_at", ""), zone, setting.now, wrong)
    told, document = _with_zone(cells, today, wrong)
    person = _person(told, document, wrong)
    arrived = arrived_at.astimezone(zone).date() if arrived_at else None
    wrong += intake.problems(person, today=today, arrived=arrived, indicators=INDICATORS)
    if wrong or arrived_at is None:
        return wrong
    group = cells.get("group_id", "")
    person = replace(person, place=place, arrived_at=arrived_at)
    return Told(person.external_id, group, place, arrived_at, replace(person, content_digest=digest(person, group)))


def digest(person: NewPerson, group_id: str) -> str:
    """What is equal for rows that say the same. BLAKE2b, 128 bits, hexadecimal."""
    data = orjson.dumps([group_id, replace(person, content_digest="")])
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _identifier(cells: Mapping[str, str]) -> list[Problem]:
    wrong = [] if cells.get("external_id") else [Problem("external_id", "missing")]
    group = cells.get("group_id", "")
    if len(group) > LIMITS["external_id"]:
        wrong.append(Problem("group_id", "too_long", group[:40]))
    guardian = cells.get("guardian")
    if guardian and (guardian == cells.get("external_id") or not group):
        wrong.append(Problem("guardian", "no_such_member", guardian[:40]))
    return wrong


def _arrival(text: str, zone: ZoneInfo, now: datetime, wrong: list[Problem]) -> datetime | None:
    """An ISO time, local where it has no offset. A date alone is the start of the local day: as the day is not over,
    any later time of it could be still to come."""
    if not text:
        wrong.append(Problem("arrived_at", "missing"))
        return None
    try:
        moment = datetime.fromisoformat(text)
        if len(text) <= 10:
            moment = datetime.combine(moment.date(), time())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        wrong.append(Problem("arrived_at", "unreadable", text[:40]))
        return None
    if moment > now:
        wrong.append(Problem("arrived_at", "in_future", text[:40]))
    if moment < now - intake.LIFETIME:
        wrong.append(Problem("arrived_at", "too_old", text[:40]))
    return moment


def _with_zone(
    cells: Mapping[str, str], today: date, wrong: list[Problem]
) -> tuple[dict[str, str], NewDocument | None]:
    """The cells with what only the zone tells, and the document, if there is any."""
    told = {name: value for name, value in cells.items() if value}
    if "mrz" in told:
        zone, faults = zones.read(told["mrz"], today)
        faults = faults or zones.contradictions(zone, told)
        wrong += faults
        if not faults:
            _fill(told, zone)
    expires = _range("document_expiry", told.get("document_expiry", ""), wrong)[1]
    if not any(told.get(name) for name in ("document_type", "document_number", "document_expiry", "mrz")):
        return told, None
    return told, NewDocument(
        kind=told.get("document_type", ""),
        number=told.get("document_number", ""),
        issuer=told.get("issuer", ""),
        expires=expires,
        mrz=told.get("mrz", ""),
    )


def _fill(told: dict[str, str], zone: Zone) -> None:
    named = any(told.get(name) for name in ("given_names", "family_names", "full_name"))
    said = {
        "given_names": "" if named else zone.given_names,
        "family_names": "" if named else zone.family_names,
        "sex": zone.sex if zone.sex in ("F", "M") else "",
        "birth_date": zone.birth_date,
        "nationality": "" if "unknown_nationality" in zone.warnings else zone.nationality,
        "document_type": zones.kind_of(zone),
        "document_number": (zone.document_number or "").replace("<", " ").strip(),
        "document_expiry": zone.expiry_date,
        "issuer": "" if "unknown_issuer" in zone.warnings else zone.issuer,
    }
    for name, value in said.items():
        if value:
            told.setdefault(name, value)


def _range(field: str, text: str, wrong: list[Problem]) -> tuple[date | None, date | None]:
    if not text:
        return None, None
    try:
        return partial_date(text)
    except ValueError:
        wrong.append(Problem(field, "unreadable", text[:40]))
        return None, None


def _person(told: Mapping[str, str], document: NewDocument | None, wrong: list[Problem]) -> NewPerson:
    first, last = _range("birth_date", told.get("birth_date", ""), wrong)
    return intake.tidied(
        NewPerson(
            given_names=told.get("given_names", ""),
            family_names=told.get("family_names", ""),
            full_name=told.get("full_name", ""),
            sex=told.get("sex", ""),
            birth_first=first,
            birth_last=last,
            birth_estimated=first != last,
            nationality=told.get("nationality", ""),
            language=told.get("language", ""),
            relation=told.get("relation", ""),
            next_of_kin=told.get("next_of_kin", ""),
            guardian_external=told.get("guardian", ""),
            documents=(document,) if document else (),
            needs=tuple(told.get("needs", "").split(";")),
            external_id=told.get("external_id", ""),
        )
    )
