"""Synthetic names in the scripts and the order of the papers that carry them, from the tables in `data/names`. Pure."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random

from cauce.demo.generator.flows import DATA
from cauce.demo.generator.profiles import Profile

RARITY = 8  # a name's weight is 1 / (rank + RARITY): common names are common, as in life and as matchers must bear
SECOND_NAME = {"two_surnames": 72, "portuguese": 45, "haitian": 15, "western": 30, "afghan": 30}  # percent, assumed

NO_SURNAME = 8  # percent of Afghan papers that print one name only, assumed


@dataclass(frozen=True, slots=True)
class Part:
    """One word of a name: in Latin letters, and in the other script of its papers (empty when there is none)."""

    latin: str
    native: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    given: tuple[Part, ...]
    family: tuple[Part, ...]
    style: str = "western"

    @property
    def given_latin(self) -> str:
        joined = "".join(part.latin.lower() for part in self.given).capitalize() if self.style == "han" else ""
        return joined or " ".join(part.latin for part in self.given)

    @property
    def family_latin(self) -> str:
        return " ".join(part.latin for part in self.family)

    @property
    def full(self) -> str:
        """As the papers print it, in their own script and order."""
        if self.style == "han":
            return "".join(part.native for part in (*self.family, *self.given))
        parts = (*self.family, *self.given) if self.style == "vietnamese" else (*self.given, *self.family)
        native = all(part.native for part in parts)
        return " ".join(part.native if native else part.latin for part in parts)


class Deck:
    """The words of one kind in one table, drawn by rank."""

    def __init__(self, parts: list[Part]) -> None:
        self.parts = parts
        self.weights = list(accumulate(1_000_000 // (rank + RARITY) for rank in range(len(parts))))

    def draw(self, rng: Random) -> Part:
        return rng.choices(self.parts, cum_weights=self.weights)[0]


@cache
def table(name: str) -> dict[str, Deck]:
    """Kinds of word (`male`, `female`, `family`, `male_middle`, `female_middle`) of one table; `""` holds none."""
    words: dict[str, list[Part]] = {}
    with (DATA / "names" / f"{name}.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            words.setdefault(row["part"], []).append(Part(row["latin"], row["native"]))
    return {kind: Deck(parts) for kind, parts in words.items()}


def invent(rng: Random, profile: Profile, sex: str) -> Name:
    """A name of somebody whose parents are not in the group."""
    pool = _tables(rng, profile)
    given = _given(rng, profile, sex, pool)
    style = profile.style
    if style == "patronymic":
        return Name(given, (_word(rng, "male", profile, pool), _word(rng, "male", profile, pool)), style)
    family = [_word(rng, "family", profile, pool)]
    if style in ("two_surnames", "portuguese"):
        family.append(_word(rng, "family", profile, _tables(rng, profile)))
    return _finish(rng, given, tuple(family), sex, style, pool)


def descend(rng: Random, profile: Profile, sex: str, father: Name | None, mother: Name | None) -> Name:
    """A child's name by the custom of `profile`, from the parents who are known; at least one is."""
    pool = _tables(rng, profile)
    given = _given(rng, profile, sex, pool)
    style = profile.style
    if style == "patronymic":
        head = (father.given[0], *father.family[:1]) if father else (_word(rng, "male", profile, pool),)
        return Name(given, head, style)
    if style == "two_surnames":
        family = _two_surnames(father, mother)
    elif style == "portuguese" and father and mother:
        family = (mother.family[-1], father.family[-1])
    else:
        source = father or mother
        family = source.family if source else ()
    return _finish(rng, given, family, sex, style, pool)


def share_family(rng: Random, profile: Profile, sex: str, sibling: Name) -> Name:
    """A brother's or sister's name."""
    pool = _tables(rng, profile)
    given = _given(rng, profile, sex, pool)
    return _finish(rng, given, sibling.family, sex, profile.style, pool)


def _two_surnames(father: Name | None, mother: Name | None) -> tuple[Part, ...]:
    if father and mother:
        return (father.family[0], mother.family[0])
    return (father or mother or Name((), ())).family


def _finish(rng: Random, given: tuple[Part, ...], family: tuple[Part, ...], sex: str, style: str, pool: str) -> Name:
    if style == "gendered":
        family = tuple(_gendered(part, sex) for part in family)
    if style == "afghan" and rng.randrange(100) < NO_SURNAME:
        return Name((), given, style)
    if style == "punjabi" and pool == "pa" and rng.randrange(100) < 45:
        return Name(given[:1], given[1:], style)  # SINGH or KAUR printed as the surname
    return Name(given, family, style)


def _gendered(part: Part, sex: str) -> Part:
    """Russian custom in Central Asia: the surname of a woman ends in -a."""
    stem = Part(part.latin.removesuffix("a"), part.native.removesuffix("а"))
    if sex == "F":
        return Part(stem.latin + "a", stem.native + "а" if stem.native else "")
    return stem


def _given(rng: Random, profile: Profile, sex: str, pool: str) -> tuple[Part, ...]:
    kind = "female" if sex == "F" else "male"
    first = _word(rng, kind, profile, pool)
    middle = table(pool).get(f"{kind}_middle")
    if profile.style == "vietnamese" and middle:
        return (middle.draw(rng), first)
    if profile.style == "punjabi" and middle:
        return (first, middle.draw(rng))
    chance = 70 if profile.style == "han" else SECOND_NAME.get(profile.style, 0)
    if rng.randrange(100) >= chance:
        return (first,)
    second = _word(rng, kind, profile, _tables(rng, profile) if profile.style != "punjabi" else pool)
    return (first,) if second.latin == first.latin else (first, second)


def _word(rng: Random, kind: str, profile: Profile, pool: str) -> Part:
    for name in (pool, *profile.tables):
        deck = table(name).get(kind)
        if deck:
            return deck.draw(rng)
    raise LookupError(
        f"no {kind} names in the tables {profile.tables} of {profile.nationality}; add them to data/names"
    )


def _tables(rng: Random, profile: Profile) -> str:
    return profile.tables[rng.randrange(len(profile.tables))]
