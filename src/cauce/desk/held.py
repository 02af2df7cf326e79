"""What is held about somebody, for that person: everything, in words they know, and nobody else in it.

Who looked is told as role and station (P17). Of a confidential hold or a look at a list the paper says what the card
page says (P7), because others may read a paper; `private` is for what a protection officer hands over in private.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.access.selectors import looks_for
from cauce.corridor.selectors import in_force, local_day
from cauce.corridor.shape import Corridor
from cauce.desk import words
from cauce.desk.timeline import story_of
from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.journal.models import Mention
from cauce.movement.models import Seat
from cauce.movement.returns.models import Custody, ReturnCase
from cauce.movement.returns.wording import FINDINGS
from cauce.movement.returns.wording import KINDS as RETURNS
from cauce.people.dating import shown
from cauce.people.models import Document, Need, Person, Stay
from cauce.people.mrz.codes import name_of
from cauce.people.selectors import person_for
from cauce.protection.audience import Audience, word
from cauce.protection.models import BestInterests, Consent, Hold, Release
from cauce.protection.selectors import title_of
from cauce.vetting.models import CheckResult, Objection, Review, Vaccination
from cauce.vetting.sought_models import TracingMatch
from cauce.vetting.wording import RESULTS, check_name

Entry = dict[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """`entries`: label -> what is held, one mapping a thing."""

    id: str
    title: str
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class Held:
    number: str
    name: str
    made_at: datetime
    private: bool
    sections: list[Section]


def held_for(actor: Actor, person: UUID | str, *, private: bool = False) -> Held:
    """Everything held about the person, in the active language; sections without entries are left out.

    `private` tells confidential reasons too, and takes who may read holds. Refused for somebody who was erased.
    """
    row = person_for(actor, person, capability="people.export")
    if private:
        actor.require("holds.read")
    if row.erased:
        raise Refused(_("%(number)s was erased: nothing is held but the number.") % {"number": row.number})
    corridor = in_force()
    sections = [
        Section("person", _("Who you are to us"), [_person(row)]),
        Section(
            "papers", _("Your papers"), [_paper(one) for one in Document.objects.filter(person=row).order_by("id")]
        ),
        Section("needs", _("What you told us you need"), _needs(corridor, row)),
        Section("stays", _("Where you were"), _stays(corridor, row)),
        Section("checks", _("Checks"), _checks(row.id)),
        Section("reviews", _("Looked at by people"), _reviews(row.id, private=private)),
        Section("holds", _("What keeps you from some movements"), _holds(corridor, row.id, private=private)),
        Section("children", _("Best-interests records"), _assessments(row.id, private=private)),
        Section("consents", _("What you were told and asked"), _consents(corridor, row.id)),
        Section("vaccinations", _("Vaccinations"), _vaccinations(corridor, row.id)),
        Section("seats", _("Your seats"), _seats(corridor, row.id)),
        Section("family", _("Your family looked for you"), _families(row.id) if private else []),
        Section("returns", _("Your way home"), _returns(row.id)),
        Section("custody", _("When you were held"), _custody(corridor, row.id)),
        Section("objections", _("What you objected to"), _objections(row.id)),
        Section("released", _("Who received your data"), _released(row.id)),
        Section("looked", _("Who looked at your data"), _looked(corridor, row.id)),
        Section("story", _("What was written down, and when"), _story(row.id)),
    ]
    return Held(
        number=row.number,
        name=row.display_name,
        made_at=clock.now(),
        private=private,
        sections=[section for section in sections if section.entries],
    )


def _filled(entry: Mapping[str, str | None]) -> Entry:
    return {label: value for label, value in entry.items() if value}


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")


def _day(moment: datetime | None) -> str:
    return "" if moment is None else local_day("", moment).isoformat()


def _person(row: Person) -> Entry:
    return _filled(
        {
            _("Number"): row.number,
            _("Name as printed"): row.full_name,
            _("Given names"): row.given_names,
            _("Family names"): row.family_names,
            _("Description"): row.description,
            _("Sex"): words.word(words.SEXES, row.sex) if row.sex else "",
            _("Born"): shown(row.birth_first, row.birth_last),
            _("Nationality"): name_of(row.nationality) if row.nationality else "",
            _("Country you fear"): name_of(row.feared_country) if row.feared_country else "",
            _("Language"): words.word(words.LANGUAGES, row.language) if row.language else "",
            _("Place in the group"): words.word(words.RELATIONS, row.relation) if row.relation else "",
            _("Group"): row.group.number,
            _("Whom to tell in an emergency"): row.next_of_kin,
            _("Photograph"): _("kept, sealed") if row.photo else "",
            _("Arrived"): _day(row.arrived_at),
            _("Registered"): _day(row.registered_at),
        }
    )


def _paper(row: Document) -> Entry:
    return _filled(
        {
            _("Paper"): words.word(words.DOCUMENTS, row.kind),
            _("Document number"): row.number,
            _("Issued by"): name_of(row.issuer) if row.issuer else "",
            _("Valid until"): row.expires.isoformat() if row.expires else "",
            _("Machine-readable zone"): row.mrz.replace("|", " "),
        }
    )


def _needs(corridor: Corridor, person: Person) -> list[Entry]:
    titles = {need.code: words.title(need.title) for need in corridor.needs}
    rows = Need.objects.filter(person=person, withdrawn=False).order_by("flagged_at", "id")
    return [
        {_("Need"): titles.get(row.code) or words.word(words.INDICATORS, row.code), _("Since"): _day(row.flagged_at)}
        for row in rows
    ]


def _stays(corridor: Corridor, person: Person) -> list[Entry]:
    names = {place.id: place.name for place in corridor.places}
    return [
        _filled(
            {
                _("Place"): names.get(row.place, row.place),
                _("Since"): _day(row.since),
                _("Until"): _day(row.until),
                _("How it ended"): words.word(words.OUTCOMES, row.outcome) if row.outcome else "",
                _("Note"): row.note,
            }
        )
        for row in Stay.objects.filter(person=person).order_by("since", "id")
    ]


def _checks(person: UUID) -> list[Entry]:
    """As the card page tells it: that something is still open sounds the same whatever it is (P7)."""
    rows = CheckResult.objects.filter(person=person).order_by("check_id")
    return [
        {
            _("Check"): check_name(row.check_id),
            _("Result"): _("an interview is still to come")
            if row.result in ("refer", "confirmed")
            else words.word(RESULTS, "clear" if row.result == "lapsed" else row.result),
            _("On"): _day(row.at),
        }
        for row in rows
    ]


def _reviews(person: UUID, *, private: bool) -> list[Entry]:
    """That somebody looked, and how it ended. Whose entry it was compared with is another person's data."""
    rows = Review.objects.filter(person=person).order_by("opened_at", "id")
    ended = {"same": _("taken for a listed person"), "not_same": _("not the same"), "cannot_tell": _("cannot be told")}
    found = []
    for row in rows if private else rows.exclude(status="open"):
        if not private and row.outcome == "same":
            continue
        entry = {
            _("Check"): check_name(row.check_id),
            _("Opened"): _day(row.opened_at),
            _("Closed"): _day(row.closed_at),
            _("Outcome"): ended.get(row.outcome, ""),
            _("Compared with"): row.list_name if private else "",
        }
        found.append(_filled(entry))
    return found


def _holds(corridor: Corridor, person: UUID, *, private: bool) -> list[Entry]:
    titles = {kind.id: words.title(kind.title) for kind in corridor.holds}
    found = []
    for row in Hold.objects.filter(person=person).order_by("placed_at", "id"):
        audience: Audience = "person_in_private" if private else "card"
        told = word(row.kind, confidential=row.confidential, protection=row.protection, audience=audience)
        open_to = told == row.kind
        entry = {
            _("Reason"): title_of(row.kind, row.call, titles) if open_to else _("an interview is still to come"),
            _("Rests on"): row.basis if open_to else "",
            _("In the officer's words"): row.reason if open_to else "",
            _("Since"): _day(row.placed_at),
            _("Looked at again on"): row.review_on.isoformat() if row.lifted_at is None else "",
            _("Ended"): _day(row.lifted_at),
        }
        found.append(_filled(entry))
    return found


def _assessments(person: UUID, *, private: bool) -> list[Entry]:
    rows = BestInterests.objects.filter(person=person, undone=False).order_by("at", "id")
    return [
        _filled({_("On"): _day(row.at), _("May travel onward"): _yes(row.cleared), _("Note"): row.note * private})
        for row in rows
    ]


def _consents(corridor: Corridor, person: UUID) -> list[Entry]:
    titles = {purpose.id: words.title(purpose.title) for purpose in corridor.purposes}
    answers = {True: _("you agreed"), False: _("you did not agree"), None: _("you were told")}
    return [
        _filled(
            {
                _("What for"): titles.get(row.purpose, row.purpose),
                _("To whom"): row.recipient,
                _("Answer"): answers[row.given],
                _("On"): _day(row.at),
                _("Taken back"): _day(row.withdrawn_at),
            }
        )
        for row in Consent.objects.filter(person=person).order_by("at", "id")
    ]


def _vaccinations(corridor: Corridor, person: UUID) -> list[Entry]:
    titles = {vaccine.id: words.title(vaccine.title) for vaccine in corridor.vaccines}
    return [
        _filled(
            {
                _("Vaccine"): titles.get(row.vaccine, row.vaccine),
                _("Given on"): row.given_on.isoformat() if row.given_on else "",
                _("How we know"): words.word(words.HOW, row.how),
            }
        )
        for row in Vaccination.objects.filter(person=person).order_by("id")
    ]


def _seats(corridor: Corridor, person: UUID) -> list[Entry]:
    names = {place.id: place.name for place in corridor.places}
    rows = Seat.objects.filter(person=person).exclude(manifest__status="proposed").select_related("manifest")
    return [
        {
            _("Vehicle"): row.manifest.number,
            _("Date"): _date(row.manifest.date),
            _("From"): names.get(row.manifest.origin, row.manifest.origin),
            _("To"): names.get(row.manifest.destination, row.manifest.destination),
            _("Seat"): str(row.number),
        }
        for row in rows.order_by("manifest__date", "id")
    ]


def _date(day: date) -> str:
    return day.isoformat()


def _families(person: UUID) -> list[Entry]:
    """Only what was found and may be told: who looks for whom is the seeker's."""
    rows = TracingMatch.objects.filter(person=person, status="found").order_by("opened_at")
    return [_filled({_("Found on"): _day(row.decided_at), _("Told on"): _day(row.told_at)}) for row in rows]


def _returns(person: UUID) -> list[Entry]:
    """Cases, and each consent to one."""
    found = []
    for row in ReturnCase.objects.filter(person=person).order_by("opened_at", "id"):
        told = {
            _("Kind"): str(RETURNS[row.kind]),
            _("To"): words.country(row.destination),
            _("Decided by"): row.authority,
            _("Number"): row.reference,
            _("Law"): row.legal_basis,
            _("Last day to appeal"): _date(row.appeal_until) if row.appeal_until else "",
            _("Found by the clinic"): str(FINDINGS.get(row.fit, "")),
            _("Received by"): row.handed_over_to,
        }
        found.append(_filled(told))
        for yes in row.consents.order_by("given_at", "id"):
            agreed = {
                _("You agreed"): _day(yes.given_at),
                _("Interpreter"): yes.interpreter_name,
                _("Counsel"): yes.counsel_name,
                _("Taken back"): _day(yes.withdrawn_at) if yes.withdrawn_at else "",
            }
            found.append(_filled(agreed))
    return found


def _custody(corridor: Corridor, person: UUID) -> list[Entry]:
    names = {place.id: place.name for place in corridor.places}
    return [
        _filled(
            {
                _("Place"): names.get(row.place, row.place),
                _("Since"): _day(row.since),
                _("At most until"): _day(row.maximum),
                _("Ordered by"): row.authority,
                _("Law"): row.basis,
                _("Counsel"): row.counsel_name,
                _("Ended"): _day(row.ended_at) if row.ended_at else "",
            }
        )
        for row in Custody.objects.filter(person=person).order_by("since", "id")
    ]


def _objections(person: UUID) -> list[Entry]:
    return [
        _filled(
            {
                _("Your words"): row.words,
                _("On"): _day(row.filed_at),
                _("Answer"): row.answer,
                _("Answered on"): _day(row.answered_at),
            }
        )
        for row in Objection.objects.filter(person=person).order_by("filed_at", "id")
    ]


def _released(person: UUID) -> list[Entry]:
    ids = Mention.objects.filter(person=person, entry__name="protection.released").values_list("entry__body", flat=True)
    rows = Release.objects.filter(id__in=_ids(ids)).order_by("at", "id")
    return [
        {
            _("Who"): f"{row.controller} ({name_of(row.country)})",
            _("What for"): row.purpose,
            _("On what basis"): row.legal_basis,
            _("Which data"): ", ".join(row.fields),
            _("On"): _day(row.at),
            _("Kept there for"): _("%(days)s days") % {"days": row.retention_days},
        }
        for row in rows
    ]


def _ids(bodies: Iterable[bytes | memoryview]) -> list[UUID]:
    return [UUID(orjson.loads(bytes(body))["id"]) for body in bodies]


def _looked(corridor: Corridor, person: UUID) -> list[Entry]:
    names = {place.id: place.name for place in corridor.places}
    looks = dict.fromkeys((look.role, names.get(look.place, ""), _day(look.at)) for look in looks_for(person))
    return [
        _filled({_("Who"): words.word(words.ROLES, role), _("Where"): place, _("On"): day})
        for role, place, day in looks
    ]


def _story(person: UUID) -> list[Entry]:
    return [{_("On"): _day(at), _("What"): text} for at, text in story_of(person)]
