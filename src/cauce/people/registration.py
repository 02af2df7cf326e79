"""From people told to the events that register them: numbers, cards, guardians, questions. Reads no table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cauce.corridor.shape import INDICATORS, Corridor
from cauce.journal.events import new_id
from cauce.people import cards, intake
from cauce.people.dating import adult_on
from cauce.people.events import FlaggedNeed, NeedFlagged, Paper, PersonRegistered
from cauce.people.folding import search_text
from cauce.people.intake import NewPerson
from cauce.people.numbering import normal, person_number


@dataclass(frozen=True, slots=True)
class Frame:
    """What all members of one registration share. `seq` is the chain's entry that registers the first of them."""

    corridor: Corridor
    node: str
    seq: int
    group: UUID
    source: str
    place: str
    arrived_at: datetime
    today: date  # local at the place
    fresh: bool = False  # the group is registered with them


def registered(
    frame: Frame, members: Sequence[NewPerson], ids: Sequence[UUID], externals: Mapping[str, UUID]
) -> tuple[list[PersonRegistered], list[cards.Card]]:
    """One event and one card a member. `members` are tidied, with one head or none; `ids` are theirs.

    `externals` finds a guardian who was registered before by external id.
    """
    known = {member.external_id: id_ for member, id_ in zip(members, ids, strict=True) if member.external_id}
    events, made = [], []
    for at, (member, id_) in enumerate(zip(members, ids, strict=True)):
        guardian = member.guardian
        if isinstance(guardian, int):
            guardian = ids[guardian]
        waited = member.guardian_external
        if guardian is None and waited:
            guardian = known.get(waited) or externals.get(waited)
        card = cards.make(person_number(frame.node, frame.seq + at))
        events.append(_event(frame, member, id_, guardian, card))
        made.append(card)
    return events, made


def _event(frame: Frame, member: NewPerson, person: UUID, guardian: UUID | None, card: cards.Card) -> PersonRegistered:
    return PersonRegistered(
        person=person,
        group=frame.group,
        stay=new_id(),
        number=card.number,
        place=member.place or frame.place,
        arrived_at=member.arrived_at or frame.arrived_at,
        source=frame.source,
        external_id=member.external_id,
        content_digest=member.content_digest,
        head=member.head,
        bed=member.bed,
        guardian=guardian,
        guardian_external=member.guardian_external,
        guardian_doubted=member.guardian_doubted,
        fresh=frame.fresh,
        card_token=card.token,
        given_names=member.given_names,
        family_names=member.family_names,
        full_name=member.full_name,
        description=member.description,
        search=search_text((member.given_names, member.family_names, member.full_name, member.description)),
        sex=member.sex,
        birth_first=member.birth_first,
        birth_last=member.birth_last,
        birth_estimated=member.birth_estimated,
        said_minor=member.said_minor,
        adult_on=adult_on(member.birth_last, frame.corridor.adult_at),
        nationality=member.nationality,
        feared_country=member.feared_country,
        language=member.language,
        relation=member.relation,
        next_of_kin=member.next_of_kin,
        documents=tuple(paper_of(document) for document in member.documents),
        other_card=normal(member.other_card) or member.other_card,
    )


def needs_of(frame: Frame, members: Sequence[NewPerson], ids: Sequence[UUID]) -> list[NeedFlagged]:
    """What was seen that they need, each an event of its own: it goes less far than who they are (P15)."""
    seen = [
        (person, flagged(frame.corridor, code, member, frame.today))
        for member, person in zip(members, ids, strict=True)
        for code in member.needs
    ]
    return [NeedFlagged(person=person, id=need.id, code=need.code, question=need.question) for person, need in seen]


def paper_of(document: intake.NewDocument) -> Paper:
    """The document as an event carries it, with an id."""
    return Paper(
        id=new_id(),
        kind=document.kind,
        number=document.number,
        issuer=document.issuer,
        expires=document.expires,
        mrz=document.mrz,
        kept_as_printed=document.kept_as_printed,
    )


def flagged(corridor: Corridor, code: str, person: NewPerson, today: date) -> FlaggedNeed:
    """The need as it is kept, with the question it raises."""
    known = {need.code for need in corridor.needs} | set(INDICATORS)
    asked = intake.question(code, person, today=today, adult_at=corridor.adult_at, known=known)
    return FlaggedNeed(id=new_id(), code=code, question=asked)
