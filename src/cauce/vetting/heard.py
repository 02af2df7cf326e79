"""A name half heard: how near what somebody typed comes to a name that is registered, and why. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import OSA

from cauce.vetting.names.equivalents import equivalent
from cauce.vetting.names.tokens import Token, joined, readings

SHORTEST_BEGINNING, SHORTEST_ENDING, SHORTEST_EDIT, SHORTEST_SKELETON = 3, 4, 4, 3
LONGEST_LIFE = 120
CLOSENESS = {
    "same_token": 4.0,
    "same_sound": 3.5,
    "begins": 3.2,
    "same_name": 3.0,
    "begins_like": 2.6,
    "same_consonants": 2.4,
    "one_letter_off": 2.2,
    "ends": 1.6,
}
"""How a word that was heard meets one that is registered, best first. Ranks only; the scores mean nothing else."""
NOT_MET, SAME_YEAR, YEAR_OFF, OTHER_YEAR, OTHER_SEX, SPARE_WORD = -4.0, 2.0, 0.5, -3.0, -3.0, -0.1
_NUMBER = re.compile(r"(?<!\w)\d{1,4}(?!\w)")


@dataclass(frozen=True, slots=True)
class Heard:
    """What is asked: a name or part of one, years the person may be born in (empty: unknown), F or M or nothing."""

    name: str
    years: tuple[int, ...] = ()
    sex: str = ""

    @property
    def known(self) -> bool:
        return bool(self.name.strip())


def heard(text: str, today: date, *, born: str = "", sex: str = "") -> Heard:
    """`maria 1987` is a name with a birth year, `ahmed 35` one with an age; `born` is either, typed apart.

    A number that is neither stays part of the text. Text that is only a number is no name.
    """
    years = _years(born.strip(), today)
    for number in () if years else _NUMBER.findall(text):
        if years := _years(number, today):
            text = re.sub(rf"(?<!\w){number}(?!\w)", " ", text, count=1)
            break
    said = sex.strip().upper()[:1]
    return Heard(" ".join(text.split()), years, said if said in ("F", "M") else "")


def _years(number: str, today: date) -> tuple[int, ...]:
    if not (number.isascii() and number.isdigit()):
        return ()
    value = int(number)
    if len(number) == 4 and today.year - LONGEST_LIFE <= value <= today.year:
        return (value,)
    if len(number) <= 3 and value <= LONGEST_LIFE:
        return (today.year - value - 1, today.year - value)
    return ()


class Part(NamedTuple):
    """A word to look for, and which places of what was typed it stands for: two words may be one name."""

    word: Token
    places: tuple[int, ...]


def parts_of(name: str) -> list[list[Part]]:
    """For each way the name may be read its words, and its neighbours written as one."""
    return [
        [
            *(Part(word, (at,)) for at, word in enumerate(reading)),
            *(Part(joined(*two), (at, at + 1)) for at, two in enumerate(pairwise(reading))),
        ]
        for reading in readings(name)
    ]


def met(asked: Token, known: Token) -> str:
    """How a word that was typed meets a registered one: a key of CLOSENESS, or empty when it does not."""
    voweled = asked.voweled and known.voweled
    if asked.text == known.text:
        return "same_token"
    if asked.fold == known.fold:
        return "same_sound"
    if len(asked.text) >= SHORTEST_BEGINNING and known.text.startswith(asked.text):
        return "begins"
    if equivalent(asked.text, known.text):
        return "same_name"
    return _alike(asked, known, voweled)


def _alike(asked: Token, known: Token, voweled: bool) -> str:
    least = SHORTEST_SKELETON if voweled else 2
    if asked.skeleton and asked.skeleton == known.skeleton and len(asked.skeleton) >= least:
        return "same_consonants"
    if len(asked.fold) >= SHORTEST_BEGINNING and known.fold.startswith(asked.fold):
        return "begins_like"
    if not voweled:
        bare = len(asked.skeleton) >= SHORTEST_SKELETON and known.skeleton.startswith(asked.skeleton)
        return "begins_like" if bare else ""
    if min(len(asked.fold), len(known.fold)) >= SHORTEST_EDIT and _one_off(asked, known):
        return "one_letter_off"
    return "ends" if len(asked.fold) >= SHORTEST_ENDING and known.fold.endswith(asked.fold) else ""


def _one_off(asked: Token, known: Token) -> bool:
    return OSA.distance(asked.fold, known.fold, score_cutoff=1) <= 1


class Fit(NamedTuple):
    """How well a registered person fits: words that nothing met, a score that ranks, and the reasons as codes."""

    missing: int
    score: float
    why: tuple[str, ...]


def fit(asked: Heard, parts: Sequence[Sequence[Part]], names: Iterable[str], born: int, sex: str) -> Fit:
    """The best of all readings of what was typed and of the names. `born` as in `namekeys.born_key`."""
    known = [reading for name in names if name.strip() for reading in readings(name)]
    fits = [_named(one, reading) for one in parts for reading in known]
    best = max(fits, key=lambda each: (-each.missing, each.score), default=Fit(len(asked.name.split()), 0.0, ()))
    score, why = best.score, list(best.why)
    for more, code in (_born(asked.years, born // 10_000), _sexed(asked.sex, sex)):
        score += more
        why += [code] if code else []
    return Fit(best.missing, score, tuple(dict.fromkeys(why)))


def _named(parts: Sequence[Part], reading: Sequence[Token]) -> Fit:
    """Closest meetings first, every word used once on each side."""
    meetings = sorted(_meetings(parts, reading), key=lambda one: (-one[0], one[1].places, one[2]))
    left = {at for part in parts for at in part.places}
    asked, right, score, why = len(left), set(range(len(reading))), 0.0, []
    for closeness, part, at, code in meetings:
        if left.issuperset(part.places) and at in right:
            left.difference_update(part.places)
            right.discard(at)
            score += closeness * len(part.places)
            why.append(code)
    return Fit(len(left), score + NOT_MET * len(left) + SPARE_WORD * len(right) if left or asked else 0.0, tuple(why))


def _meetings(parts: Sequence[Part], reading: Sequence[Token]) -> Iterator[tuple[float, Part, int, str]]:
    for part in parts:
        for at, known in enumerate(reading):
            if code := met(part.word, known):
                yield CLOSENESS[code], part, at, code


def _born(years: Sequence[int], year: int) -> tuple[float, str]:
    if not years or not year:
        return 0.0, ""
    off = min(abs(each - year) for each in years)
    return ((SAME_YEAR, "born_then"), (YEAR_OFF, "born_near"))[off] if off < 2 else (OTHER_YEAR, "")


def _sexed(asked: str, known: str) -> tuple[float, str]:
    return (OTHER_SEX, "") if asked and known in ("F", "M") and known != asked else (0.0, "")


def closest(words: Mapping[str, Token], asked: Token, most: int) -> dict[str, float]:
    """Which of these registered words (by id) the asked one may be, with their closeness: the nearest `most`."""
    found = {id_: CLOSENESS[code] for id_, word in words.items() if (code := met(asked, word))}
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0]))[:most])
