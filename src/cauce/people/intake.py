"""What is told about a person at registration, brought to one form and looked through. Pure: codes, no sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from cauce.people.dating import adult_on, years_later
from cauce.people.mrz.codes import alpha3

OLDEST = 130  # years; nobody on record was older than 122
LIFETIME = timedelta(days=OLDEST * 366)
MOST_NEEDS = 40
SEXES = {"f": "F", "female": "F", "m": "M", "male": "M", "x": "X", "": ""}
FOCAL = "focal"
"""The relation of the one member of a group who heads it, however it was told."""
_HEAD_RELATIONS = frozenset({FOCAL, "head", "self"})
CHILD_RELATIONS = frozenset({"child", "son", "daughter"})
PARENT_RELATIONS = frozenset({"parent", "father", "mother", "guardian"})
_NEED = re.compile(r"[A-Z]{2}(-[A-Z]{2})?")
_ODD = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffd]")
_SPACE = re.compile(r"\s+")
# Nobody sees them, and they turn a name round or make two names that look alike; the joiners of Persian stay.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, kw_only=True)
class NewDocument:
    """A paper as it is printed. `kept_as_printed`: an officer kept what a check digit contradicts."""

    kind: str = "other"
    number: str = ""
    issuer: str = ""
    expires: date | None = None
    mrz: str = ""
    kept_as_printed: bool = False


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """A person to register. Everything may be left out but one name or a description.

    `guardian` is the place of another one in the same list, or the id of a member registered before;
    `guardian_external` names one by an import's external id. `birth_first` to `birth_last` is the range in which the
    birth date lies. `arrived_at` (aware) and `place` are the group's when left out.
    """

    given_names: str = ""
    family_names: str = ""
    full_name: str = ""
    description: str = ""
    sex: str = ""
    birth_first: date | None = None
    birth_last: date | None = None
    birth_estimated: bool = False
    said_minor: bool = False
    nationality: str = ""
    feared_country: str = ""
    language: str = ""
    relation: str = ""
    next_of_kin: str = ""
    other_card: str = ""  # number of the card that another station gave, while that station is out of reach
    head: bool = False
    guardian: int | UUID | None = None
    guardian_external: str = ""
    guardian_doubted: bool = False
    documents: Sequence[NewDocument] = ()
    needs: Sequence[str] = ()
    bed: bool = False
    external_id: str = ""
    content_digest: str = ""
    arrived_at: datetime | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a person cannot be registered like this: the field, a code, and the value it is about."""

    field: str
    code: str
    value: str = ""


LIMITS = {
    "given_names": 200,
    "family_names": 200,
    "full_name": 400,
    "description": 2000,
    "language": 10,
    "relation": 40,
    "next_of_kin": 300,
    "other_card": 40,
    "external_id": 80,
    "guardian_external": 80,
}
_DOCUMENT_LIMITS = {"kind": 30, "number": 60, "mrz": 200}


def clean(text: str) -> str:
    """One line, one space between words, composed characters, none that cannot be seen."""
    seen = text if text.isascii() else unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).strip(_JOINERS)
    return _SPACE.sub(" ", seen).strip()


def tidied(person: NewPerson) -> NewPerson:
    """The same person with texts cleaned, sex, countries and the head's relation as codes, needs in capitals and once
    each.

    What cannot be understood stays as it was told, for `problems` to name.
    """
    sex = person.sex.strip()
    texts: dict[str, Any] = {name: clean(getattr(person, name)) for name in LIMITS}
    return replace(
        person,
        **{**texts, "relation": FOCAL if texts["relation"].casefold() in _HEAD_RELATIONS else texts["relation"]},
        sex=SEXES.get(sex.casefold(), sex),
        nationality=_country(person.nationality),
        feared_country=_country(person.feared_country),
        documents=tuple(_tidied_document(paper) for paper in person.documents),
        needs=tuple(dict.fromkeys(filter(None, (_need(code) for code in person.needs)))),
    )


def _tidied_document(paper: NewDocument) -> NewDocument:
    return replace(
        paper,
        kind=clean(paper.kind).casefold().replace(" ", "_") or "other",
        number=clean(paper.number),
        issuer=_country(paper.issuer),
        mrz="|".join(filter(None, (line.strip() for line in paper.mrz.replace("\n", "|").split("|")))),
    )


def _country(text: str) -> str:
    told = text.strip()
    return (alpha3(told) or told) if told else ""


def _need(code: str) -> str:
    told = code.strip()
    return told.upper() if _NEED.fullmatch(told.upper()) else told.casefold()


def problems(
    person: NewPerson, *, today: date, arrived: date | None = None, indicators: Collection[str] = ()
) -> list[Problem]:
    """Everything that keeps a tidied person from being registered; nothing wrong: empty.

    `today` and `arrived`, the day of the arrival, are local to the place.
    """
    found = [
        Problem(name, "too_long" if len(value) > limit else "odd_characters", value[:40])
        for name, limit in LIMITS.items()
        if (value := getattr(person, name)) and (len(value) > limit or _ODD.search(value))
    ]
    if not (person.given_names or person.family_names or person.full_name or person.description):
        found.append(Problem("full_name", "no_name"))
    if person.sex not in ("F", "M", "X", ""):
        found.append(Problem("sex", "unknown_sex", person.sex))
    for name in ("nationality", "feared_country"):
        code = getattr(person, name)
        if code and alpha3(code) is None:
            found.append(Problem(name, "unknown_country", code[:40]))
    found += _birth_problems(person, today, arrived)
    for paper in person.documents:
        found += _document_problems(paper)
    if len(person.needs) > MOST_NEEDS:
        return [*found, Problem("needs", "too_long", str(len(person.needs)))]
    for code in person.needs:
        if not _NEED.fullmatch(code) and code not in indicators:
            found.append(Problem("needs", "unknown_need", code[:40]))
    return found


def _birth_problems(person: NewPerson, today: date, arrived: date | None) -> list[Problem]:
    first, last = person.birth_first, person.birth_last
    if (first is None) != (last is None) or (first and last and first > last):
        return [Problem("birth_date", "no_range")]
    if first is None or last is None:
        return []
    if first > today:
        return [Problem("birth_date", "in_future", first.isoformat())]
    if arrived and first > arrived:
        return [Problem("birth_date", "after_arrival", first.isoformat())]
    if last.year + OLDEST < today.year:
        return [Problem("birth_date", "too_old", last.isoformat())]
    return []


def _document_problems(paper: NewDocument) -> list[Problem]:
    found = [
        Problem(f"document_{name}" if name != "mrz" else "mrz", "too_long", value[:40])
        for name, limit in _DOCUMENT_LIMITS.items()
        if len(value := getattr(paper, name)) > limit
    ]
    if paper.issuer and alpha3(paper.issuer) is None:
        found.append(Problem("document_issuer", "unknown_country", paper.issuer[:40]))
    return found


def surely_minor(person: NewPerson, today: date, adult_at: int) -> bool:
    """Whether the person cannot have come of age, or was said to be a child and nothing else is known."""
    if person.birth_first is None:
        return person.said_minor
    return years_later(person.birth_first, adult_at) > today


def surely_adult(person: NewPerson, today: date, adult_at: int) -> bool:
    """Whether the person has come of age whatever day in the range is the true one."""
    day = adult_on(person.birth_last, adult_at)
    return day is not None and day <= today


def question(code: str, person: NewPerson, *, today: date, adult_at: int, known: Collection[str] = ()) -> str:
    """What looks inconsistent about a need: a code, or empty. The need is kept either way.

    `sex`: a woman's or mother's need of somebody recorded as a man; `child` and `adult`: a need of the other age;
    `unlisted`: a code that the corridor's file (`known`) does not have.
    """
    if person.sex == "M" and (code.startswith("WR") or code in ("SM-DP", "CR-TP")):
        return "sex"
    if code.startswith("ER") and surely_minor(person, today, adult_at):
        return "child"
    if code.startswith(("SC", "CR")) and surely_adult(person, today, adult_at):
        return "adult"
    return "unlisted" if known and code not in known else ""


def with_guardians(
    members: Sequence[NewPerson], *, today: date, adult_at: int, whole: bool = True
) -> tuple[NewPerson, ...]:
    """The members, each with whom answers for them: as told, or else as the relations say (P2).

    A son or daughter of an adult head has the head; a child who heads the group has an adult recorded as parent or
    guardian; where nobody is said to head it, an adult recorded as parent has the children. Nothing else is
    concluded: a sibling, an aunt or a friend is no guardian until somebody records it. `whole` False (a member is
    missing): only a head who is told counts, since the true one may be the one missing.
    """
    ages = [(surely_minor(m, today, adult_at), surely_adult(m, today, adult_at)) for m in members]
    grown = [adult for _, adult in ages]
    head = told_head(members)
    if head is None and whole and len(members) > 1 and grown[0] and not members[0].relation:
        head = 0 if any(member.relation for member in members[1:]) else None
    parents = [at for at, m in enumerate(members) if grown[at] and m.relation.casefold() in PARENT_RELATIONS]

    def answers(at: int) -> int | UUID | None:
        member = members[at]
        if member.guardian is not None or member.guardian_external or grown[at]:
            return member.guardian
        if head is None or head == at:
            related = head == at or member.relation.casefold() in CHILD_RELATIONS
            return parents[0] if parents and related else None
        return head if member.relation.casefold() in CHILD_RELATIONS and not ages[head][0] else None

    return tuple(replace(member, guardian=answers(at)) for at, member in enumerate(members))


def told_head(members: Sequence[NewPerson]) -> int | None:
    """The place of the member who is said to head the group."""
    return next((at for at, member in enumerate(members) if claims_head(member)), None)


def claims_head(member: NewPerson) -> bool:
    """Whether a tidied member is said to head the group, by flag or by relation."""
    return member.head or member.relation == FOCAL


def with_head(members: Sequence[NewPerson], *, today: date, adult_at: int) -> tuple[NewPerson, ...]:
    """The members with exactly one head: the one told, else the first adult, else the first."""
    head = told_head(members)
    if head is None:
        grown = [at for at, member in enumerate(members) if surely_adult(member, today, adult_at)]
        head = next(iter((*grown, 0)))
    return tuple(replace(member, head=at == head) for at, member in enumerate(members))
