"""People for machines: registering, reading, correcting, papers, photographs, stays, head-counts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from pydantic import Field

from cauce.access.machines.door import Machines, actor_of
from cauce.access.machines.fields import Code, Day, Done, Line, Made, Moment, Reason, ReasonTold, Shown, Told, Words
from cauce.access.services import note_reading
from cauce.journal.errors import Unknown
from cauce.people import selectors, services
from cauce.people.intake import NewDocument, NewPerson
from cauce.people.models import Document, Group, Person

machines = Machines("people", __name__)

MOST_MEMBERS = 60


class PaperTold(Told):
    """A paper as it is printed. `mrz`: the lines of its machine-readable zone, with | between them."""

    kind: Code = "other"
    number: Code = ""
    issuer: Code = ""
    expires: Day | None = None
    mrz: Line = ""
    kept_as_printed: bool = False

    def document(self) -> NewDocument:
        return NewDocument(**self.model_dump())


class MemberTold(Told):
    """Somebody to register. A name or a description is needed, nothing else.

    `guardian` is the place of another member in the list, counted from 0. The birth date lies from `birth_first` to
    `birth_last`.
    """

    given_names: Line = ""
    family_names: Line = ""
    full_name: Line = ""
    description: Words = ""
    sex: Literal["F", "M", "X", ""] = ""
    birth_first: Day | None = None
    birth_last: Day | None = None
    birth_estimated: bool = False
    said_minor: bool = False
    nationality: Code = ""
    feared_country: Code = ""
    language: Code = ""
    relation: Code = ""
    next_of_kin: Line = ""
    head: bool = False
    guardian: Annotated[int, Field(ge=0, lt=MOST_MEMBERS)] | None = None
    documents: Annotated[list[PaperTold], Field(max_length=20)] = []
    needs: Annotated[list[Code], Field(max_length=40)] = []
    bed: bool = False
    external_id: Code = ""

    def person(self) -> NewPerson:
        told = {name: getattr(self, name) for name in type(self).model_fields if name != "documents"}
        return NewPerson(**told, documents=tuple(paper.document() for paper in self.documents))


class GroupTold(Told):
    """People who travel together, or one alone."""

    place: Code
    arrived_at: Moment
    members: Annotated[list[MemberTold], Field(min_length=1, max_length=MOST_MEMBERS)]
    source: Annotated[Code, Field(max_length=60)] = ""
    external_id: Code = ""


class Card(Shown):
    """What stands on somebody's card. The PIN is shown here and nowhere again."""

    person: UUID
    number: str
    token: str
    pin: str


class Registered(Shown):
    group: UUID
    cards: list[Card]


class PersonShown(Shown):
    """A person as registered. `place` is where they are now, empty: nowhere."""

    id: UUID
    number: str
    group: UUID
    group_number: str
    name: str
    given_names: str
    family_names: str
    full_name: str
    description: str
    sex: str
    birth_first: date | None
    birth_last: date | None
    said_minor: bool
    nationality: str
    language: str
    relation: str
    guardian: UUID | None
    place: str
    arrived_at: Moment
    arrived_place: str
    registered_at: Moment
    has_photo: bool
    erased: bool


class GroupShown(Shown):
    """`incomplete` while a member's row is missing: nobody of the group boards until then."""

    id: UUID
    number: str
    place: str
    head: UUID | None
    incomplete: bool
    arrived_at: Moment
    members: list[PersonShown]


class Paper(Shown):
    id: UUID
    kind: str
    number: str
    issuer: str
    expires: date | None
    mrz: str
    kept_as_printed: bool


class Papers(Shown):
    items: list[Paper]


@machines.writes("/groups", "people.register", Registered, status=201)
def register_group(request: HttpRequest, told: GroupTold) -> Registered:
    """Register people who travel together, as at the desk."""
    made = services.register_group(
        place=told.place,
        arrived_at=told.arrived_at,
        members=[member.person() for member in told.members],
        external_id=told.external_id,
        source=told.source,
        by=actor_of(request),
    )
    return _registered(made)


@machines.writes("/groups/{group}/members", "people.register", Registered, status=201)
def add_member(request: HttpRequest, group: UUID, told: MemberTold) -> Registered:
    """Register one more member of a group; `guardian` is left out."""
    return _registered(services.add_person(group=group, person=told.person(), by=actor_of(request)))


def _registered(made: services.Registered) -> Registered:
    pairs = zip(made.person_ids, made.cards, strict=True)
    return Registered(
        group=made.group_id,
        cards=[Card(person=id_, number=number, token=token, pin=pin) for id_, (number, token, pin) in pairs],
    )


@machines.reads("/groups/{group}", "people.read", GroupShown)
def read_group(request: HttpRequest, group: Code) -> GroupShown:
    """A group by id or number, with its members."""
    actor = actor_of(request)
    row = selectors.group_for(actor, _key(group))
    members = selectors.members_for(actor, row.id)
    note_reading(actor=actor, what="api group", persons=[member.id for member in members])
    places = selectors.places_of(member.id for member in members)
    return _group(row, [_person(member, places.get(member.id, "")) for member in members])


@machines.reads("/people/{person}", "people.read", PersonShown)
def read_person(request: HttpRequest, person: Code) -> PersonShown:
    """A person by id, by the number on the card or by the card's token. The reading is noted."""
    actor = actor_of(request)
    row = selectors.person_for(actor, person)
    note_reading(actor=actor, what="api person", persons=[row.id])
    return _person(row, selectors.places_of([row.id]).get(row.id, ""))


def _key(text: str) -> UUID | str:
    try:
        return UUID(text)
    except ValueError:
        return text


def _group(row: Group, members: list[PersonShown]) -> GroupShown:
    return GroupShown(
        id=row.id,
        number=row.number,
        place=row.place,
        head=row.head,
        incomplete=row.incomplete,
        arrived_at=row.arrived_at,
        members=members,
    )


_SAME = (
    "id", "number", "given_names", "family_names", "full_name", "description", "sex", "birth_first", "birth_last",
    "said_minor", "nationality", "language", "relation", "guardian", "arrived_at", "arrived_place", "registered_at",
    "erased",
)  # fmt: skip


def _person(row: Person, place: str) -> PersonShown:
    told: dict[str, Any] = {name: getattr(row, name) for name in _SAME}
    return PersonShown(
        **told,
        group=row.group_id,
        group_number=row.group.number,
        name=row.display_name,
        place=place,
        has_photo=bool(row.photo),
    )


class Corrections(Told):
    """Only what is to be changed. `birth_date`: `1984`, `1984-05`, a day, or empty; `guardian`: a member or null."""

    given_names: Line | None = None
    family_names: Line | None = None
    full_name: Line | None = None
    description: Words | None = None
    sex: Literal["F", "M", "X", ""] | None = None
    birth_date: Code | None = None
    birth_estimated: bool | None = None
    said_minor: bool | None = None
    nationality: Code | None = None
    feared_country: Code | None = None
    language: Code | None = None
    relation: Code | None = None
    next_of_kin: Line | None = None
    guardian: UUID | None = None


class CorrectionTold(Told):
    changes: Corrections
    reason: Reason


class Changed(Shown):
    """`changed` is false when nothing differed: then nothing was recorded."""

    changed: bool


@machines.writes("/people/{person}", "people.correct", Changed, method="PATCH")
def correct(request: HttpRequest, person: UUID, told: CorrectionTold) -> Changed:
    """Put facts about a person right, with a reason."""
    given = told.changes.model_dump(exclude_unset=True)
    changes = {name: value for name, value in given.items() if value is not None or name == "guardian"}
    return Changed(changed=services.correct(person=person, changes=changes, reason=told.reason, by=actor_of(request)))


@machines.reads("/people/{person}/papers", "people.read", Papers)
def papers(request: HttpRequest, person: UUID) -> Papers:
    """The papers of a person. The reading is noted."""
    actor = actor_of(request)
    row = selectors.person_for(actor, person)
    note_reading(actor=actor, what="api papers", persons=[row.id])
    return Papers(items=[_paper(one) for one in selectors.documents_for(actor, row.id)])


def _paper(row: Document) -> Paper:
    return Paper.model_validate(row)


@machines.writes("/people/{person}/papers", "people.correct", Made, status=201)
def add_paper(request: HttpRequest, person: UUID, told: PaperTold) -> Made:
    """Record another paper of a person; the check of documents runs again."""
    return Made(id=services.add_document(person=person, document=told.document(), by=actor_of(request)))


@machines.writes("/people/{person}/papers/{paper}/withdraw", "people.correct", Done)
def withdraw_paper(request: HttpRequest, person: UUID, paper: UUID, told: ReasonTold) -> Done:
    """Take a paper off a person on whom it was recorded in error."""
    services.withdraw_document(person=person, document=paper, reason=told.reason, by=actor_of(request))
    return Done()


@machines.picture("/people/{person}/photo", "people.read")
def read_photo(request: HttpRequest, person: UUID) -> HttpResponse:
    """The photograph of a person as a JPEG. The reading is noted."""
    actor = actor_of(request)
    picture = selectors.photo_for(actor, person)
    if picture is None:
        raise Unknown(_("There is no photo of this person."))
    note_reading(actor=actor, what="api photo", persons=[person])
    return HttpResponse(picture, content_type="image/jpeg")


class PhotoKept(Shown):
    """`digest` names the sealed file that was kept."""

    digest: str


@machines.writes(
    "/people/{person}/photo",
    "people.correct",
    PhotoKept,
    method="PUT",
    body={
        kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("image/jpeg", "image/png", "image/webp")
    },
)
def take_photo(request: HttpRequest, person: UUID) -> PhotoKept:
    """Keep a photograph, with the person's consent: the body is a JPEG, PNG or WebP; a small copy is kept."""
    return PhotoKept(digest=services.take_photo(person=person, image=request.body, by=actor_of(request)))


@machines.writes("/people/{person}/photo/remove", "people.correct", Changed)
def remove_photo(request: HttpRequest, person: UUID, told: ReasonTold) -> Changed:
    """Take the photograph off a person; `changed` is false when there was none."""
    return Changed(changed=services.remove_photo(person=person, reason=told.reason, by=actor_of(request)))
