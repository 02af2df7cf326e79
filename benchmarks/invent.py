"""Invented people by the million, repeatable: a long list, people to screen, a register with people in it twice.

Names are skewed as real ones are: a word's weight is 1 / (rank + 8), over a vocabulary of so many given names and
four times as many family names. The commonest are those of the demo's tables, then come the words of the labelled
list of the tests; the long tail is beginnings of some with ends of others, for real registers have hundreds of
thousands of names too. The shares of respellings, typos and wrong dates are assumed; nobody here is a person.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).parents[1]
SEED = 20240702
RARITY = 8
BATCH = 50_000
COUNTRIES = ("VEN", "ECU", "COL", "HTI", "CHN", "AFG", "IND", "CMR", "SOM", "SYR", "ERI", "NGA", "CUB", "PER", "UZB")
SOUNDS = (("k", "q"), ("i", "y"), ("ou", "u"), ("ph", "f"), ("v", "w"), ("s", "z"), ("e", "i"), ("c", "k"), ("dj", "j"))
BORN, DAYS = date(1945, 1, 1), 27_000
SIBLINGS, TWINS, AGAIN = 0.2, 0.003, 0.03
PLANTED = 0.03


class Person(NamedTuple):
    """A key, names in their parts, a birth date as written, a sex, a country."""

    id: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    born: str
    sex: str
    nationality: str

    @property
    def name(self) -> str:
        return " ".join((*self.given, *self.family))


class Words:
    """Words of one kind, drawn many at a time with the skew of names."""

    def __init__(self, words: list[str], seed: int) -> None:
        self.words = words
        weights = 1 / (np.arange(len(words)) + RARITY)
        self._up_to = np.cumsum(weights) / weights.sum()
        self._chance = np.random.default_rng(seed)

    def draw(self, many: int) -> list[str]:
        return [self.words[at] for at in np.searchsorted(self._up_to, self._chance.random(many)).tolist()]


def vocabulary(size: int, seed: int) -> tuple[Words, Words]:
    """`size` given names and four times as many family names."""
    known_given, known_family = _tables()
    listed = _listed_words()
    chance = Random(seed)
    return (
        Words(_lengthened([*known_given, *listed], size, chance), seed),
        Words(_lengthened([*known_family, *listed], 4 * size, chance), seed + 1),
    )


def _tables() -> tuple[list[str], list[str]]:
    """Given and family names of the demo, the first of every table before the second of any."""
    given: list[list[str]] = []
    family: list[list[str]] = []
    for path in sorted((ROOT / "src/cauce/demo/data/names").glob("*.tsv")):
        with path.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        given.append([row["latin"] for row in rows if row["part"] in ("male", "female")])
        family.append([row["latin"] for row in rows if row["part"] == "family"])
    return _interleaved(given), _interleaved(family)


def _interleaved(columns: list[list[str]]) -> list[str]:
    return list(dict.fromkeys(word for row in zip_longest(*columns) for word in row if word))


def _listed_words() -> list[str]:
    with gzip.open(ROOT / "tests/data/names/leave_one_out_list.jsonl.gz", "rt", encoding="utf-8") as file:
        names = (json.loads(line)["name"].replace(",", " ").replace("-", " ") for line in file)
        return list(dict.fromkeys(word.title() for name in names for word in name.split() if len(word) > 3))


def _lengthened(words: list[str], size: int, chance: Random) -> list[str]:
    """As many words as wanted: those given, then beginnings of some with ends of others."""
    found = dict.fromkeys(words[:size])
    known = [word for word in words if len(word) > 3 and " " not in word]
    while len(found) < size:
        one, other = chance.choice(known), chance.choice(known)
        found[one[: (len(one) + 1) // 2] + other[len(other) // 2 :].lower()] = None
    return list(found)


def people(many: int, size: int, seed: int, prefix: str) -> Iterator[Person]:
    """Strangers to each other but for families: one in five has the family names of the one before."""
    given, family = vocabulary(size, SEED)  # the same words whoever is asked for
    given._chance, family._chance = np.random.default_rng(seed), np.random.default_rng(seed + 1)
    chance, last = Random(seed), ("",)
    for start in range(0, many, BATCH):
        count = min(BATCH, many - start)
        firsts, seconds = given.draw(count), given.draw(count)
        names, others = family.draw(count), family.draw(count)
        for at in range(count):
            sibling = chance.random() < SIBLINGS and last[0]
            last = last if sibling else (names[at], others[at]) if chance.random() < 0.6 else (names[at],)
            mine = (firsts[at], seconds[at]) if chance.random() < 0.5 else (firsts[at],)
            born = BORN + timedelta(days=chance.randrange(DAYS))
            sex, country = chance.choice("MF"), chance.choice(COUNTRIES)
            yield Person(f"{prefix}{start + at}", mine, last, born.isoformat(), sex, country)


def respelled(name: tuple[str, ...], chance: Random) -> tuple[str, ...]:
    """The name as another clerk would write it: one word by its sound or with a slip, sometimes one word less."""
    words = list(name)
    at = chance.randrange(len(words))
    if len(words) > 2 and chance.random() < 0.2:
        del words[at]
        return tuple(words)
    words[at] = sounded(words[at], chance) if chance.random() < 0.6 else slipped(words[at], chance)
    return tuple(words)


def sounded(word: str, chance: Random) -> str:
    """The word with one sound written otherwise; with a slip where it has none of them."""
    low = word.lower()
    for one, other in chance.sample(SOUNDS, len(SOUNDS)):
        if one in low[1:]:
            return low[0].upper() + low[1:].replace(one, other, 1)
    return slipped(word, chance)


def slipped(word: str, chance: Random) -> str:
    """The word with one letter left out, doubled, another or swapped; the first stays, as it mostly does."""
    if len(word) < 4:
        return word + word[-1]
    at = chance.randrange(1, len(word) - 1)
    kind = chance.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2:
        return word[:at] + chance.choice("aeioulnrst") + word[at + 1 :]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def misdated(born: str, chance: Random) -> str:
    """A birth date as it comes the second time: mostly the same; else day and month swapped, a day or a year off."""
    day, draw = date.fromisoformat(born), chance.random()
    if draw < 0.8 or day.day > 27:
        return born
    if draw < 0.88 and day.day <= 12:
        return date(day.year, day.day, day.month).isoformat()
    return (day + timedelta(days=1) if draw < 0.95 else day.replace(year=day.year + 1)).isoformat()


def write_list(path: Path, names: int, size: int) -> list[Person]:
    """A list with so many names, two and a half a person, as JSON lines. Returns every so many of the people on it."""
    chance, kept, written = Random(SEED), [], 0
    with path.open("w", encoding="utf-8") as file:
        for person in people(names, size, SEED + 10, "L"):
            aliases = []
            for _ in range(min(chance.choice((0, 1, 1, 2, 2, 3)), names - written - 1)):
                aliases.append(" ".join(respelled((*person.given, *person.family), chance)))
            written += 1 + len(aliases)
            name = f"{' '.join(person.family).upper()}, {' '.join(person.given)}"
            line = {"id": person.id, "type": "person", "name": name, "aliases": aliases, "dob": [person.born]}
            line |= {"nationality": [person.nationality], "gender": [person.sex]}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            if len(kept) < 50_000:
                kept.append(person)
            if written >= names:
                break
    return kept


def write_people(path: Path, many: int, size: int, listed: list[Person]) -> dict[str, str]:
    """People to screen, three in a hundred of them listed under another spelling. Returns who those are on the list."""
    chance, truth = Random(SEED + 1), {}
    with path.open("w", encoding="utf-8") as file:
        for person in people(many, size, SEED + 20, "P"):
            record = as_record(person)
            if chance.random() < PLANTED:
                met = chance.choice(listed)
                truth[person.id] = met.id
                record = as_record(met) | {"id": person.id}
                record["name"] = " ".join(respelled((*met.given, *met.family), chance))
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return truth


def as_record(person: Person) -> dict[str, str]:
    """As `cauce screen` and `cauce dedupe` read people."""
    return {
        "id": person.id,
        "name": person.name,
        "dob": person.born,
        "nat": person.nationality,
        "gender": person.sex,
    }


def register(many: int, size: int) -> Iterator[Person]:
    """A register in which three people in a hundred stand twice, the second time as `again-ID`; and there are twins."""
    chance, count, before = Random(SEED + 2), 0, ("Maria",)
    for person in people(many, size, SEED + 30, "R"):
        yield person
        draw, count = chance.random(), count + 1
        if draw < AGAIN:
            given, family = person.given, person.family
            if chance.random() < 0.5:
                given = respelled(given, chance) if len(given) == 1 or chance.random() < 0.7 else given[:1]
            else:
                family = respelled(family, chance) if len(family) == 1 or chance.random() < 0.7 else family[:1]
            born = misdated(person.born, chance)
            yield Person(f"again-{person.id}", given, family, born, person.sex, person.nationality)
            count += 1
        elif draw < AGAIN + TWINS:
            yield person._replace(id=f"twin-{person.id}", given=before)
            count += 1
        before = person.given
        if count >= many:
            return
