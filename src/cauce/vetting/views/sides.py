"""Both sides of a review, row by row, as its page shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from cauce.people import dating
from cauce.people.models import Document, Person
from cauce.vetting import wording
from cauce.vetting.counterfactual import Review as Asked
from cauce.vetting.lists import DateRange
from cauce.vetting.names.evidence import number_key
from cauce.vetting.names.scale import score_at
from cauce.vetting.names.tokens import readings
from cauce.vetting.selectors import Sides


class Said(NamedTuple):
    """A text as it was written, and how the matcher reads it where that is another script. `met`: both sides say it."""

    text: str
    reading: str = ""
    met: bool = False


class Fact(NamedTuple):
    """A row: what it is about, what the person says, what the list, the paper or others say."""

    name: str
    left: list[Said]
    right: list[Said]


def facts(sides: Sides) -> list[Fact]:
    """The rows that say anything on either side."""
    rows = _list_facts(sides) if sides.review.list_name else _paper_facts(sides)
    return [row for row in rows if row.left or row.right]


def asked(sides: Sides) -> Asked:
    """The review as the counterfactuals look at it."""
    person = sides.person
    born = DateRange(person.birth_first, person.birth_last) if person.birth_first and person.birth_last else None
    return Asked(
        pieces=sides.review.pieces,
        threshold=score_at(sides.rule.threshold) if sides.rule else 0.0,
        born=born,
        sex=person.sex,
        numbers=tuple(paper.number for paper in sides.documents if number_key(paper.number)),
        listed=sides.review.listed,
    )


def _list_facts(sides: Sides) -> list[Fact]:
    person, listed = sides.person, sides.review.listed
    born = [dating.shown(person.birth_first, person.birth_last)]
    papers = sorted(listed.get("documents", []), key=lambda paper: not _carried(paper, sides.documents))
    return [
        Fact(_("Names"), _read(names(person)), _met(_read(_first(listed.get("alias"), listed.get("names", []))))),
        _compared(_("Birth date"), born, listed.get("birth_dates", [])),
        Fact(_("Birth place"), [], _read(listed.get("birth_places", []))),
        _compared(_("Sex"), [person.sex], listed.get("sexes", [])),
        _compared(_("Nationality"), [person.nationality], listed.get("nationalities", [])),
        Fact(
            _("Documents"),
            _texts(_paper(paper.kind, paper.number, paper.issuer) for paper in sides.documents),
            [Said(_paper(*paper), met=_carried(paper, sides.documents)) for paper in papers],
        ),
        Fact(_("Listed under"), [], _texts(listed.get("programs", []))),
    ]


def _compared(name: str, left: Iterable[str], right: Iterable[str]) -> Fact:
    mine = set(filter(None, left))
    return Fact(name, _texts(sorted(mine)), [Said(text, met=text in mine) for text in filter(None, right)])


def _carried(paper: list[str], carried: Iterable[Document]) -> bool:
    key = number_key(paper[1])
    return bool(key) and any(number_key(mine.number) == key for mine in carried)


def _met(said: list[Said]) -> list[Said]:
    """The first of the listed names is the one that was met."""
    return [said[0]._replace(met=True), *said[1:]] if said else []


def _paper_facts(sides: Sides) -> list[Fact]:
    """A paper in doubt: the person, and whoever else it is registered for."""
    about: list[tuple[str, Callable[[Person], list[str]]]] = [
        (_("Number"), lambda person: [person.number]),
        (_("Names"), names),
        (_("Birth date"), lambda person: [dating.shown(person.birth_first, person.birth_last)]),
        (_("Sex"), lambda person: [person.sex]),
        (_("Nationality"), lambda person: [person.nationality]),
    ]
    rows = [
        Fact(name, _read(say(sides.person)), _read([text for other in sides.others for text in say(other)]))
        for name, say in about
    ]
    listed: dict[str, Any] = sides.review.listed
    paper = _texts([_paper(listed.get("kind", ""), listed.get("number", ""), listed.get("issuer", ""))])
    told = [" · ".join(filter(None, (str(listed.get(name, "")) for name in ("list", "reported", "reference"))))]
    report = Fact(_("Reported lost or stolen"), [], _texts(told))
    return [*rows, Fact(_("The paper"), paper, paper if sides.others else []), report]


def names(person: Person) -> list[str]:
    """As printed, then in parts where that differs; the description of somebody without a name."""
    in_parts = " ".join((person.given_names, person.family_names)).strip()
    return list(dict.fromkeys(name for name in (person.full_name, in_parts) if name)) or [person.description]


def _first(alias: str | None, others: list[str]) -> list[str]:
    """The name that was met, before the others."""
    return list(dict.fromkeys([*([alias] if alias else []), *others]))


def _paper(kind: str, number: str, issuer: str) -> str:
    return " ".join(part for part in (str(wording.PAPERS.get(kind, kind)), number, issuer and f"({issuer})") if part)


def _texts(texts: Iterable[str]) -> list[Said]:
    return [Said(text) for text in texts if text]


def _read(texts: Iterable[str]) -> list[Said]:
    """Texts with the letters they are compared in, where they are written in others."""
    return [Said(text, "" if text.isascii() else _reading(text)) for text in texts if text]


def _reading(text: str) -> str:
    found = (" ".join(one.text for one in reading) for reading in readings(text))
    plain = [one for one in dict.fromkeys(found) if one != text.lower()]
    return " / ".join(plain)
