"""Makes up somebody who resembles a list entry, with the true answer known: quality control of reviews. Pure.

Out of an entry comes either the listed person as a desk would have written them down (`same`: a letter off, day and
month swapped) or a stranger of nearly the same name (`not_same`: born years apart on another day, of another country,
with a paper of their own). What is kept is what the matcher itself would have referred.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from cauce.vetting.lists import DateRange, Entry
from cauce.vetting.lists import Document as ListedDocument
from cauce.vetting.names import Hit, Query

SHARE = 20
"""One planted case to so many open reviews, unless told otherwise."""
_TRIES = 6
_LEFT_OUT = 0.3
_SHORTEST = 5
Search = Callable[[Query], Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Stranger:
    """A made-up person, as registered. `documents` are (kind, number, issuer), the number as printed."""

    given_names: str
    family_names: str
    born: date
    sex: str
    nationality: str
    documents: tuple[tuple[str, str, str], ...]

    @property
    def name(self) -> str:
        return f"{self.given_names} {self.family_names}".strip()

    def query(self) -> Query:
        """As the matcher asks for somebody at the desk."""
        papers = tuple(ListedDocument("passport", number, issuer) for _kind, number, issuer in self.documents)
        return Query("", (self.name,), DateRange(self.born, self.born), self.sex, self.nationality, papers)


def suitable(entry: Entry) -> bool:
    """Whether a truth can be told from what the list says: a person of two names or more, and a day of birth."""
    return (
        entry.kind == "person"
        and any(born.first == born.last for born in entry.birth_dates)
        and any(_usable(alias.text) for alias in entry.names)
    )


def make(
    entry: Entry, same: bool, countries: Sequence[str], search: Search, chance: Random, target: float | None = None
) -> tuple[Stranger, Hit] | None:
    """Somebody who resembles the entry, and the hit that the matcher makes of them; None when none was found.

    `countries`: alpha-3 codes to choose a stranger's from; `search` answers as the list does, its threshold applied. Of
    several that alert the one whose score comes nearest to `target`, in nats, is taken, so that a case is no easier
    than the reviews it stands among.
    """
    found = []
    for _ in range(_TRIES):
        made = _listed_person(entry, chance) if same else _stranger(entry, countries, chance)
        hit = next((hit for hit in search(made.query()) if hit.entry_id == entry.id), None)
        if hit is not None and target is None:
            return made, hit
        if hit is not None:
            found.append((made, hit))
    return min(found, key=lambda one: abs(one[1].score - (target or 0.0)), default=None)


def _listed_person(entry: Entry, chance: Random) -> Stranger:
    given, family = _name(entry, chance)
    born = _born(entry, chance)
    if born.day <= 12 and chance.random() < 0.25:
        born = born.replace(month=born.day, day=born.month)
    country = chance.choice(entry.nationalities) if entry.nationalities else ""
    passports = [paper for paper in entry.documents if paper.kind == "passport"]
    papers = []
    if passports and chance.random() < 0.5:
        paper = chance.choice(passports)
        papers = [("passport", paper.number, paper.country or country)]
    return Stranger(given, family, born, _sex(entry, chance), country, tuple(papers))


def _stranger(entry: Entry, countries: Sequence[str], chance: Random) -> Stranger:
    given, family = _name(entry, chance)
    born = _born(entry, chance)
    apart = chance.choice((-3, -2, 2, 3))
    born = date(
        born.year + apart, (born.month + chance.randint(2, 9)) % 12 + 1, (born.day + chance.randint(3, 20)) % 28 + 1
    )
    others = [code for code in countries if code not in entry.nationalities] or [""]
    country = chance.choice(others)
    number = f"{chance.choice('ABCDEFGHKLMNPRTV')}{chance.randint(1_000_000, 9_999_999)}"
    return Stranger(given, family, born, _sex(entry, chance), country, (("passport", number, country),))


def _usable(text: str) -> bool:
    return text.isascii() and len(text.split()) >= 2 and "(" not in text


def _name(entry: Entry, chance: Random) -> tuple[str, str]:
    """Given and family names out of one of the entry's names (`FAMILY, Given`, or as spoken), a letter off."""
    names = [alias for alias in entry.names if _usable(alias.text)]
    strong = [alias for alias in names if alias.quality == "strong"] or names
    text = chance.choice(strong).text
    family, comma, given = (part.strip() for part in text.partition(","))
    if not comma or not given:
        *first, last = text.replace(",", " ").split()
        family, given = last, " ".join(first)
    words = [word.title() for word in (*given.split(), *family.split())]
    at = chance.randrange(len(words))
    words[at] = _misspelt(words[at], chance)
    cut = len(given.split())
    if cut > 1 and chance.random() < _LEFT_OUT:  # people seldom say every name that a list has
        del words[cut - 1]
        cut -= 1
    return " ".join(words[:cut]), " ".join(words[cut:])


def _misspelt(word: str, chance: Random) -> str:
    if len(word) < _SHORTEST or chance.random() < 0.3:
        return word
    at = chance.randrange(1, len(word) - 1)
    if chance.random() < 0.5:
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _born(entry: Entry, chance: Random) -> date:
    return chance.choice([born.first for born in entry.birth_dates if born.first == born.last])


def _sex(entry: Entry, chance: Random) -> str:
    known = [sex for sex in entry.sexes if sex in ("F", "M")]
    return chance.choice(known) if known else "M"  # as most who are listed; a guess would seldom fit the name
