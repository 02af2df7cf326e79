"""What the checks need to know of people, read for a whole batch in a handful of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from cauce.journal.sealing import mark
from cauce.people.folding import fold_number
from cauce.people.models import Document, Person, Stay
from cauce.vetting.answering import answered_for
from cauce.vetting.documents import Paper
from cauce.vetting.linked import later_records
from cauce.vetting.lists import DateRange
from cauce.vetting.lists import Document as ListedDocument
from cauce.vetting.models import Vaccination
from cauce.vetting.names import Query

_LISTED_KINDS = {"passport": "passport", "travel_document": "passport", "identity_card": "national"}
_SHORTEST_NUMBER = 5  # shorter ones are placeholders; that two people have them says nothing


@dataclass(frozen=True, slots=True)
class Facts:
    """One person as the checks see them."""

    id: UUID
    place: str
    names: tuple[str, ...]
    birth_first: date | None
    birth_last: date | None
    sex: str
    nationality: str
    feared_country: str
    papers: tuple[Paper, ...]
    had: tuple[str, ...]  # vaccines shown, said, given or declined

    @property
    def states(self) -> tuple[str, ...]:
        """The person's own and feared states (P6)."""
        return tuple(code for code in (self.nationality, self.feared_country) if code)

    def query(self) -> Query:
        """The person as the matcher asks for them."""
        born = DateRange(self.birth_first, self.birth_last) if self.birth_first and self.birth_last else None
        return Query(
            id=str(self.id),
            names=self.names,
            birth_date=born,
            sex=self.sex,
            nationality=self.nationality,
            documents=tuple(
                ListedDocument(_LISTED_KINDS.get(paper.kind, "other"), paper.number, paper.issuer)
                for paper in self.papers
                if paper.number
            ),
        )


def facts_of(persons: Collection[UUID]) -> dict[UUID, Facts]:
    """Facts of those of them who are registered and not erased; names and papers of records linked to them included."""
    linked = later_records(persons)
    asked = {*persons, *(record for records in linked.values() for record in records)}
    told = Person.objects.filter(id__in=asked, erased=False).only(
        "id", "arrived_place", "given_names", "family_names", "full_name", "birth_first", "birth_last", "sex",
        "nationality", "feared_country",
    )  # fmt: skip
    rows = {row.id: row for row in told}
    papers = _papers(asked, {record: person for person, records in linked.items() for record in records})
    had: dict[UUID, list[str]] = defaultdict(list)
    for person, vaccine in Vaccination.objects.filter(person__in=persons).values_list("person", "vaccine"):
        had[person].append(vaccine)
    return {
        row.id: Facts(
            id=row.id,
            place=row.arrived_place,
            names=_all_names([row, *(rows[one] for one in linked.get(row.id, ()) if one in rows)]),
            birth_first=row.birth_first,
            birth_last=row.birth_last,
            sex=row.sex,
            nationality=row.nationality,
            feared_country=row.feared_country,
            papers=tuple(paper for one in (row.id, *linked.get(row.id, ())) for paper in papers.get(one, ())),
            had=tuple(sorted(set(had.get(row.id, ())))),
        )
        for row in (rows[person] for person in persons if person in rows)
    }


def present(persons: Iterable[UUID]) -> set[UUID]:
    """Those of them who are at a place now: the departed are not screened again (P16)."""
    return set(Stay.objects.filter(person__in=list(persons), until__isnull=True).values_list("person_id", flat=True))


def still_here() -> Q:
    """The same as a condition on rows that name a `person`, of those whom this node answers for."""
    here = Exists(Stay.objects.filter(person=OuterRef("person"), until__isnull=True, person__erased=False))
    return Q(here) & answered_for()


def _names(row: Person) -> tuple[str, ...]:
    in_parts = " ".join((row.given_names, row.family_names)).strip()
    return tuple(dict.fromkeys(name for name in (in_parts, row.full_name.strip()) if name))


def _all_names(rows: Sequence[Person]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for row in rows for name in _names(row)))


def _papers(persons: Collection[UUID], person_of: Mapping[UUID, UUID]) -> dict[UUID, list[Paper]]:
    """By record; who else holds one is told without the records that `person_of` says are the same person's."""
    rows = list(Document.objects.filter(person__in=persons).order_by("id"))
    folded = {row.id: fold_number(row.number) for row in rows}
    keys = {row.number_key for row in rows if len(folded[row.id]) >= _SHORTEST_NUMBER}
    holders: dict[tuple[str, str], list[tuple[str, UUID]]] = defaultdict(list)
    if keys:
        same = Document.objects.filter(number_key__in=keys, person__erased=False)
        for kind, key, issuer, person in same.values_list("kind", "number_key", "issuer", "person_id"):
            holders[kind, key].append((issuer, person))
    found: dict[UUID, list[Paper]] = defaultdict(list)
    for row in rows:
        # An issuer that nobody wrote down may be any.
        others = {
            person
            for issuer, person in holders.get((row.kind, row.number_key), ())
            if person_of.get(person, person) != person_of.get(row.person_id, row.person_id)
            and (not issuer or not row.issuer or issuer == row.issuer)
        }
        found[row.person_id].append(
            Paper(
                kind=row.kind,
                number=row.number,
                number_key=folded[row.id],
                mark=mark(row, folded[row.id]),
                issuer=row.issuer,
                expires=row.expires,
                kept_as_printed=row.kept_as_printed,
                others=tuple(sorted(map(str, others))),
            )
        )
    return found
