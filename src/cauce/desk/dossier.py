"""Everything a person's page shows, in few queries; what the officer may not know is left out here, not on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force, local_day
from cauce.corridor.shape import CHECK_RESULTS, MOVEMENT_KINDS, Corridor
from cauce.desk import words
from cauce.desk.selectors import apart_from_seat
from cauce.desk.stack import Tables, listed, moment, stacked
from cauce.journal import clock
from cauce.journal.errors import Unknown
from cauce.movement.models import Seat
from cauce.movement.reasons import MISSING, Columns, Reason, blocked, rules_of
from cauce.movement.returns.models import ReturnCase
from cauce.movement.returns.wording import KINDS as RETURNS
from cauce.movement.returns.wording import STATES
from cauce.movement.sentences import Said, explain
from cauce.people import reach
from cauce.people.dating import shown
from cauce.people.models import Document, Need, Person, Stay
from cauce.protection.audience import in_charge
from cauce.protection.models import Consent, Hold
from cauce.protection.selectors import title_of
from cauce.vetting.duplicate_selectors import records_of
from cauce.vetting.models import CheckResult, Objection, Review, Vaccination
from cauce.vetting.sought_models import TracingMatch
from cauce.vetting.sought_selectors import WAITING
from cauce.vetting.wording import RESULTS, check_name, reason_words

Row = dict[str, Any]
_REVIEWED = ("document", "watchlist")  # their reasons may tell what only analysts may know
_CODES = {result: code for code, result in enumerate(CHECK_RESULTS)}


@dataclass(frozen=True, slots=True)
class Dossier:
    """A person as one officer may see them. Lists hold dicts of plain values, ready to be shown."""

    person: Person
    members: list[Person]
    stays: list[Stay]
    papers: list[Row]
    checks: list[Row]
    holds: list[Row]  # empty for a role that may not read holds
    needs: list[Row]  # likewise
    consents: list[Row]
    vaccinations: list[Row]
    objections: list[Row]
    reviews: list[Row]  # open ones, for analysts
    families: list[Row]  # that may look for this person, for protection officers
    twice: list[Row]  # other records that are, or may be, the same person
    home: list[Row]  # the open return case, for who may read returns
    seat: Row | None
    reasons: list[Said]
    later: list[Said]  # against crossing a border, for who leaves next on a journey that crosses none
    mask: int  # of movement.reasons.Reason, for programs
    kind: str  # the movement that leaves from where the person is; empty when none does
    minor: bool

    @property
    def stay(self) -> Stay | None:
        """The open stay."""
        return next((stay for stay in self.stays if stay.until is None), None)

    @property
    def born(self) -> str:
        return shown(self.person.birth_first, self.person.birth_last)

    @property
    def guardian(self) -> Person | None:
        return next((member for member in self.members if member.id == self.person.guardian), None)


def dossier_for(actor: Actor, person: UUID) -> Dossier:
    """The page's facts in three queries; Unknown when there is nobody of that id."""
    actor.require("people.read")
    corridor = in_force()
    members = list(Person.objects.filter(group__members=person).select_related("group").order_by("registered_at", "id"))
    one = next((member for member in members if member.id == person), None)
    if one is None:
        raise Unknown(_("There is nobody here with that number."))
    reach.require(actor, person)
    ids = [member.id for member in members]
    stays = list(Stay.objects.filter(person__in=ids).order_by("since", "id"))
    rows = stacked(_questions, person, ids)
    here = next((stay.place for stay in stays if stay.person_id == person and stay.until is None), "")
    day = local_day(here, clock.now())
    kind = _kind(corridor, here)
    mask, later = _masks(corridor, kind, _columns(members, stays, rows), day, ids.index(person))
    held = _holds(actor, corridor, _own(rows["hold"], person))
    return Dossier(
        person=one,
        members=members,
        stays=[stay for stay in stays if stay.person_id == person],
        papers=[{**row, "id": UUID(row["id"]), "expires": _day(row["expires"])} for row in rows["paper"]],
        checks=_checks(actor, corridor, _own(rows["check"], person)),
        holds=held if actor.may("holds.read") else [],
        needs=_needs(corridor, rows["need"]) if actor.may("needs.read") else [],
        consents=_consents(corridor, rows["consent"]),
        vaccinations=_vaccinations(corridor, rows["vaccination"]),
        objections=_objections(rows["objection"]) if actor.may("objection.file") else [],
        families=[{**row, "id": UUID(row["id"])} for row in rows["family"]] if actor.may("tracing.decide") else [],
        reviews=[{**row, "id": UUID(row["id"])} for row in rows["review"]] if actor.may("reviews.read") else [],
        twice=records_of(person) if actor.may("people.read") else [],
        home=_home(rows["home"]) if actor.may("returns.read") else [],
        seat=next((_seat(corridor, row) for row in _own(rows["seat"], person)), None),
        reasons=explain(apart_from_seat(mask), "officer", role=actor.role, holds=[h["title"] for h in held]),
        later=explain(later, "officer", role=actor.role),
        mask=mask,
        kind=kind,
        minor=_minor(one, day),
    )


def _masks(corridor: Corridor, kind: str, columns: Columns, day: date, row: int) -> tuple[int, int]:
    """What stands against the journey that leaves next, and, where that crosses no border, against the one after it."""

    def against(way: str) -> int:
        return int(blocked(rules_of(corridor, way), columns, np.datetime64(day))[row])

    return against(kind or "onward"), against("onward") & ~int(Reason.ON_MANIFEST) if kind == "internal" else 0


_OF_A_SEAT = (
    "person", "number", "status", "manifest__number", "manifest__date", "manifest__destination", "manifest__status",
)  # fmt: skip
_OF_A_HOLD = (
    "id",
    "person",
    "kind",
    "blocks",
    "confidential",
    "protection",
    "reason",
    "call",
    "review_on",
    "lift_proposed_by",
)


def _questions(person: UUID, ids: Sequence[UUID]) -> Tables:
    """What is asked in one query: of the whole group what the rules look at, of the person the rest."""
    return {
        "check": (
            CheckResult.objects.filter(person__in=ids),
            ("person", "check_id", "result", "reasons", "waived_by", "at"),
        ),
        "hold": (
            Hold.objects.filter(person__in=ids, lifted_at__isnull=True),
            _OF_A_HOLD,
        ),
        "seat": (Seat.objects.filter(person__in=ids, live=True), _OF_A_SEAT),
        "paper": (
            Document.objects.filter(person=person),
            ("id", "kind", "number", "issuer", "expires", "kept_as_printed"),
        ),
        "need": (Need.objects.filter(person=person, withdrawn=False), ("id", "code", "question")),
        "consent": (
            Consent.objects.filter(person=person),
            ("id", "purpose", "recipient", "basis", "given", "language", "at", "withdrawn_at"),
        ),
        "home": (
            ReturnCase.objects.filter(person=person, closed_at__isnull=True),
            ("id", "kind", "destination", "departed_at", "handed_over_at"),
        ),
        "family": (TracingMatch.objects.filter(WAITING, person=person), ("id", "status")),
        "vaccination": (Vaccination.objects.filter(person=person), ("vaccine", "given_on", "how")),
        "objection": (
            Objection.objects.filter(person=person),
            ("about", "words", "filed_at", "due_at", "answer", "answered_at", "upheld"),
        ),
        "review": (
            Review.objects.filter(person=person, status__in=("open", "lapsed"), protection_first=False),
            ("id", "check_id", "due_at"),
        ),
    }


def _own(rows: Sequence[Row], person: UUID) -> list[Row]:
    return [row for row in rows if UUID(row["person"]) == person]


def _kind(corridor: Corridor, place: str) -> str:
    kinds = {leg.kind for leg in corridor.legs if leg.origin == place}
    return next((kind for kind in ("onward", "internal") if kind in kinds), "")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _minor(person: Person, day: date) -> bool:
    return person.said_minor if person.adult_on is None else person.adult_on > day


def _columns(members: Sequence[Person], stays: Sequence[Stay], rows: dict[str, list[Row]]) -> Columns:
    """One group as the rules look at it. A test holds it to what `movement.facts` reads for thousands."""
    row_of = {member.id: at for at, member in enumerate(members)}
    size = len(members)
    places: dict[str, int] = {}
    place = np.full(size, -1, dtype=np.int64)
    last: dict[int, Stay] = {}
    for stay in stays:
        last[row_of[stay.person_id]] = stay
        if stay.until is None:
            place[row_of[stay.person_id]] = places.setdefault(stay.place, len(places))
    hospital = np.array(
        [place[at] < 0 and at in last and last[at].outcome == "hospital" for at in range(size)], dtype=bool
    )
    holds = {kind: np.zeros(size, dtype=np.uint64) for kind in MOVEMENT_KINDS}
    for row in rows["hold"]:
        bit = Reason.HOLD
        if row["confidential"]:
            bit = Reason.HOLD_PROTECTION if row["protection"] else Reason.HOLD_SECURITY
        for kind in listed(row["blocks"]):
            holds[kind][row_of[UUID(row["person"])]] |= np.uint64(bit)
    seated = np.zeros(size, dtype=bool)
    seated[[row_of[UUID(row["person"])] for row in rows["seat"]]] = True
    return Columns(
        group=np.zeros(size, dtype=np.int64),
        groups=1,
        place=place,
        in_hospital=hospital,
        adult_on=np.array([member.adult_on for member in members], dtype="datetime64[D]"),
        said_minor=np.array([member.said_minor for member in members], dtype=bool),
        guardian=np.array([row_of.get(m.guardian, -1) if m.guardian else -1 for m in members], dtype=np.int64),
        guardian_doubted=np.array([member.guardian_doubted for member in members], dtype=bool),
        guardian_cleared=np.array([member.guardian_cleared for member in members], dtype=bool),
        incomplete=np.array([member.group.incomplete for member in members], dtype=bool),
        seated=seated,
        results=_results(rows["check"], row_of),
        holds=holds,
    )


def _results(rows: Sequence[Row], row_of: dict[UUID, int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows:
        column = found.setdefault(row["check_id"], np.full(len(row_of), MISSING, dtype=np.int8))
        column[row_of[UUID(row["person"])]] = _CODES[row["result"]]
    return found


def _checks(actor: Actor, corridor: Corridor, rows: Sequence[Row]) -> list[Row]:
    """P7: that a machine referred somebody is for who decides reviews; others hear of an interview."""
    by_id = {row["check_id"]: row for row in rows}
    return [_check(actor, corridor, check.id, by_id[check.id]) for check in corridor.checks if check.id in by_id]


def _check(actor: Actor, corridor: Corridor, check: str, row: Row) -> Row:
    result = row["result"]
    open_to = check == "health" or actor.may("reviews.read")
    if not open_to and result in ("refer", "confirmed"):
        word, tag = _("an interview is still to come"), "warn"
    elif not open_to and result == "lapsed":
        word, tag = words.word(RESULTS, "clear"), "good"
    else:
        word, tag = words.word(RESULTS, result), words.RESULT_TAGS[result]
    titles = {vaccine.id: words.title(vaccine.title) for vaccine in corridor.vaccines}
    told = check not in _REVIEWED or actor.may("reviews.read")
    return {
        "title": check_name(check),
        "word": word,
        "tag": tag,
        "reasons": reason_words(listed(row["reasons"]), titles) if told else [],
        "at": moment(row["at"]),
        "waived_by": row["waived_by"],
    }


def _holds(actor: Actor, corridor: Corridor, rows: Sequence[Row]) -> list[Row]:
    titles = {kind.id: words.title(kind.title) for kind in corridor.holds}
    return [
        {
            **row,
            "id": UUID(row["id"]),
            "title": title_of(row["kind"], row["call"], titles),
            "blocks": listed(row["blocks"]),
            "review_on": _day(row["review_on"]),
        }
        for row in rows
        if not row["confidential"] or in_charge(actor.role, protection=bool(row["protection"]))
    ]


def _needs(corridor: Corridor, rows: Sequence[Row]) -> list[Row]:
    titles = {need.code: words.title(need.title) for need in corridor.needs}
    return [
        {
            "id": UUID(row["id"]),
            "code": row["code"],
            "title": titles.get(row["code"]) or words.word(words.INDICATORS, row["code"]),
            "question": words.word(words.QUESTIONS, row["question"]) if row["question"] else "",
        }
        for row in rows
    ]


def _consents(corridor: Corridor, rows: Sequence[Row]) -> list[Row]:
    """The newest answer for each purpose and recipient."""
    titles = {purpose.id: words.title(purpose.title) for purpose in corridor.purposes}
    latest = {(row["purpose"], row["recipient"]): row for row in sorted(rows, key=lambda row: (row["at"], row["id"]))}
    return [
        {
            **row,
            "id": UUID(row["id"]),
            "title": titles.get(row["purpose"], row["purpose"]),
            "at": moment(row["at"]),
            "withdrawn_at": moment(row["withdrawn_at"]),
            "told": row["given"] is None,
        }
        for _key, row in sorted(latest.items())
    ]


def _vaccinations(corridor: Corridor, rows: Sequence[Row]) -> list[Row]:
    titles = {vaccine.id: words.title(vaccine.title) for vaccine in corridor.vaccines}
    return [
        {
            "title": titles.get(row["vaccine"], row["vaccine"]),
            "given_on": _day(row["given_on"]),
            "how": words.word(words.HOW, row["how"]),
        }
        for row in rows
    ]


def _objections(rows: Sequence[Row]) -> list[Row]:
    return [{**row, **{name: moment(row[name]) for name in ("filed_at", "due_at", "answered_at")}} for row in rows]


def _home(rows: Sequence[Row]) -> list[Row]:
    return [
        {
            **row,
            "id": UUID(row["id"]),
            "title": RETURNS[row["kind"]],
            "country": words.country(row["destination"]),
            "word": STATES["handed_over" if row["handed_over_at"] else "departed" if row["departed_at"] else "begun"],
        }
        for row in rows
    ]


def _seat(corridor: Corridor, row: Row) -> Row:
    names = {place.id: place.name for place in corridor.places}
    return {
        "number": row["number"],
        "manifest": row["manifest_number"],
        "date": _day(row["manifest_date"]),
        "destination": names.get(row["manifest_destination"], row["manifest_destination"]),
        "sealed": row["manifest_status"] != "proposed",
    }
