"""P11: the one way out. Every export of individuals, in whatever form, takes its rows from `release`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.access.services import note_reading
from cauce.corridor.selectors import in_force, local_day
from cauce.corridor.shape import Recipient
from cauce.journal import clock
from cauce.journal.errors import Refused, Unknown
from cauce.journal.events import new_id
from cauce.journal.guard import refusals
from cauce.journal.services import lock_head, record
from cauce.people import reach
from cauce.people.models import Document, Need, Person
from cauce.protection import selectors
from cauce.protection.events import Released

_Row = tuple[Person, Document | None, Mapping[str, str]]
_FIELDS: dict[str, Callable[[_Row], str]] = {
    "seat": lambda row: row[2].get("seat", ""),
    "card_number": lambda row: row[0].number,
    "name": lambda row: row[0].display_name,
    "birth_date": lambda row: birth_text(row[0].birth_first, row[0].birth_last),
    "sex": lambda row: row[0].sex,
    "nationality": lambda row: row[0].nationality,
    "document_type": lambda row: row[1].kind if row[1] else "",
    "document_number": lambda row: row[1].number if row[1] else "",
    "document_expiry": lambda row: row[1].expires.isoformat() if row[1] and row[1].expires else "",
    "document_issuer": lambda row: row[1].issuer if row[1] else "",
}
_DIVIDED: dict[str, Callable[[_Row], str]] = {
    "family_names": lambda row: row[0].family_names,
    "given_names": lambda row: row[0].given_names,
}
"""A name as forms ask for it; whoever may have the name may have it divided."""
FIELDS = tuple(_FIELDS)
TRAVEL_IDENTITY = frozenset(FIELDS) - {"seat", "card_number"}
"""All that a person's own consulate may ever see: who somebody is, not that and how they travel."""
_PAPERS = ("passport", "travel_document", "identity_card", "residence_permit", "consular_document")


Decided = Callable[[set[UUID]], set[UUID]]
_decided: list[Decided] = []


def decides(those_finally_decided: Decided) -> Decided:
    """Register how a room below knows of whom there is a final decision (P11): of these persons, which."""
    _decided.append(those_finally_decided)
    return those_finally_decided


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Whom the recipient may be told about, who only by travel identity, and how many not at all."""

    whole: frozenset[UUID]
    identity: frozenset[UUID]
    withheld: int


def release(
    *,
    recipient: str,
    persons: Iterable[UUID],
    what: str,
    by: Actor,
    extra: Mapping[UUID, Mapping[str, str]] | None = None,
    strict: bool = False,
    divided: bool = False,
) -> list[dict[str, str]]:
    """What may leave about these persons to that [[recipient]], in their order: one dict of its fields a person.

    Logs one event naming the people and a reading of each. `what` says what is made of it (`manifest B-12, CSV`, at
    most 60 characters), `extra` gives values that belong to the export and not to the person (`seat`). People whose own
    or feared country would hear of them are left out and counted. Raises Refused for an unknown recipient, one whose
    end date has passed, nobody left or, with `strict`, anybody left out; Unknown for a person who is not here.
    """
    by.require("manifest.export")
    with refusals(), transaction.atomic():
        lock_head()
        to = _recipient(recipient)
        found = _people(persons)
        reach.require(by, *(person.id for person in found))
        papers = _papers_of(found)
        cleared = _sort(to, found, papers)
        leaving = [p for p in found if p.id in cleared.whole or p.id in cleared.identity]
        _refuse_unless(leaving, cleared.withheld, to, strict)
        record(_released(to, leaving, cleared.withheld, what), by=by)
        note_reading(actor=by, what="release", persons=[person.id for person in leaving])
    wanted = {field: _FIELDS[field] for field in to.fields} | (_DIVIDED if divided and "name" in to.fields else {})
    shown = TRAVEL_IDENTITY | _DIVIDED.keys()
    return [
        {
            field: value((person, _best(papers.get(person.id, [])), (extra or {}).get(person.id, {})))
            if person.id in cleared.whole or field in shown
            else ""
            for field, value in wanted.items()
        }
        for person in leaving
    ]


def birth_text(first: date | None, last: date | None) -> str:
    """A birth date as exactly as it is known: `1984-05-02`, `1984-05`, `1984`, or nothing."""
    if first is None or last is None or first.year != last.year:
        return ""
    if first == last:
        return first.isoformat()
    return first.isoformat()[:7] if first.month == last.month else str(first.year)


def _recipient(recipient: str) -> Recipient:
    to = next((r for r in in_force().recipients if r.id == recipient), None)
    if to is None:
        raise Refused(
            _(
                "The corridor file names no recipient %(recipient)r: nothing about individuals may leave to it. "
                "Add a [[recipient]] with its legal basis and apply the file."
            )
            % {"recipient": recipient},
            code="unknown_recipient",
        )
    today = local_day("", clock.now())
    if to.until < today:
        raise Refused(
            _(
                "The arrangement with %(controller)s ended on %(until)s: nothing may leave to it. Renew it in "
                "the corridor file and apply the file."
            )
            % {"controller": to.controller, "until": to.until},
            code="recipient_ended",
        )
    return to


def _people(persons: Iterable[UUID]) -> list[Person]:
    wanted = list(dict.fromkeys(persons))
    rows = Person.objects.in_bulk(wanted)
    missing = [person for person in wanted if person not in rows]
    if missing:
        raise Unknown(_("Nobody here has the identifier %(missing)s; nothing was released.") % {"missing": missing[0]})
    return [rows[person] for person in wanted]


def _papers_of(people: list[Person]) -> dict[UUID, list[Document]]:
    papers: dict[UUID, list[Document]] = {}
    for paper in Document.objects.filter(person__in=people).order_by("id"):
        papers.setdefault(paper.person_id, []).append(paper)
    return papers


def _best(papers: list[Document]) -> Document | None:
    """The paper somebody travels on: a passport before the rest, the first shown among equals."""
    known = [p for p in papers if p.kind in _PAPERS]
    return min(known, key=lambda p: _PAPERS.index(p.kind), default=papers[0] if papers else None)


def _sort(to: Recipient, people: list[Person], papers: dict[UUID, list[Document]]) -> _Sorted:
    """P11 for each person. The own consulate hears who somebody is after a final decision, or at their own request.

    A paper of a country counts like its nationality: whoever hides one still carries the other.
    """
    own = {
        p.id
        for p in people
        if to.country in {p.nationality, *(d.issuer for d in papers.get(p.id, []) if d.kind in _PAPERS)}
    }
    feared = {p.id for p in people if p.feared_country == to.country}
    asked = selectors.consenting(own - feared, recipient=to.id)
    for those in _decided:
        asked |= those(own - feared)
    protected = set(selectors.holds_of(asked)) | _claiming(asked)
    identity = frozenset(asked - protected)
    whole = frozenset(p.id for p in people) - own - feared
    return _Sorted(whole, identity, len(people) - len(whole) - len(identity))


def _claiming(persons: set[UUID]) -> set[UUID]:
    """Those who said that they wish for asylum and have not taken it back."""
    wishes = Need.objects.filter(person__in=persons, code=selectors.ASYLUM_WISH, withdrawn=False)
    return set(wishes.values_list("person_id", flat=True))


def _refuse_unless(leaving: list[Person], withheld: int, to: Recipient, strict: bool) -> None:
    if withheld and (strict or not leaving):
        raise Refused(
            _(
                "%(withheld)s of these people may not be named to %(controller)s: it is of their own or feared "
                "country and there is no final decision about them (rule P11). Nothing was released."
            )
            % {"withheld": withheld, "controller": to.controller},
            code="own_or_feared_country",
        )
    if not leaving:
        raise Refused(_("There is nobody to release. Choose at least one person."), code="nobody_to_release")


def _released(to: Recipient, people: list[Person], withheld: int, what: str) -> Released:
    return Released(
        id=new_id(),
        recipient=to.id,
        controller=to.controller,
        country=to.country,
        purpose=to.purpose,
        legal_basis=to.legal_basis,
        fields=to.fields,
        retention_days=to.retention_days,
        persons=tuple(person.id for person in people),
        withheld=withheld,
        what=what[:60],
    )
