"""Arrivals who bear the name of somebody on a list: some exactly, some nearly, so that the screening has work. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from random import Random
from string import capwords

from cauce.demo.generator.names import Name, Part
from cauce.demo.generator.people import Party, Traveller, age_on
from cauce.demo.generator.profiles import profile_of

PLAN = ("exact", "spelling", "exact", "birth_year", "transliteration")  # in this order, as many as fit
PEOPLE_FOR_EACH = 6
AGES = range(19, 75)
LETTERS_AT_LEAST = 8  # of a name to be varied: a change in a shorter one makes another name
USUAL_SEX = "M"  # of listed individuals whose sex the list does not give
LATIN_STYLES = ("two_surnames", "portuguese", "haitian")
SPELLINGS = (
    ("ss", "s"), ("ll", "l"), ("nn", "n"), ("rr", "r"), ("z", "s"), ("v", "b"), ("y", "i"), ("ph", "f"),
    ("th", "t"), ("ck", "k"), ("ei", "ey"), ("s", "z"), ("b", "v"), ("i", "y"), ("n", "nn"), ("l", "ll"), ("o", "u"),
)  # fmt: skip
TRANSLITERATIONS = (
    ("mohammed", "muhamad"), ("mohammad", "muhammed"), ("muhammad", "mohamed"), ("mohamed", "muhammad"),
    ("hussein", "husayn"), ("hussain", "hosein"), ("husayn", "hussein"), ("ahmad", "ahmed"), ("ahmed", "ahmad"),
    ("yusuf", "youssef"), ("youssef", "yusif"), ("ibrahim", "ebrahim"), ("abdul", "abdel"), ("abd al-", "abdel "),
    ("al-", "el-"), ("al ", "el "), ("aleksandr", "alexander"), ("sergey", "sergei"), ("evgeni", "yevgeni"),
    ("dmitri", "dimitry"), ("andrey", "andrei"), ("yuri", "iouri"), ("kh", "h"), ("ov", "off"), ("ev", "yev"),
    ("q", "k"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("xi", "hsi"), ("zh", "ch"), ("dj", "j"), ("iy", "i"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ListedName:
    """An individual of a watchlist, as the list prints them in Latin letters.

    `name` is `FAMILY, Given` or given names and then one family name. `birth_date` is a full ISO date: entries without
    one are passed over. `sex` is F, M or empty; `nationality` an ISO 3166-1 alpha-3 code or empty.
    """

    entry: str
    name: str
    birth_date: str
    sex: str = ""
    nationality: str = ""


@dataclass(frozen=True, slots=True)
class Planted:
    """Who arrives under a listed name. `kind` is `exact` or `near`; `variation` one of PLAN."""

    external_id: str
    entry: str
    listed_name: str
    kind: str
    variation: str


@dataclass(frozen=True, slots=True)
class Plant:
    person: Traveller
    listed: ListedName
    variation: str


def plant(rng: Random, day: date, parties: list[Party], listed: Sequence[ListedName], count: int) -> list[Plant]:
    """Gives up to five adults who travel alone the names of listed people; their nationality stays, so shares do too.

    Listed people of a host's own nationality come first. `count` is the size of the day: one plant for six people.
    """
    hosts = [party.members[0] for party in parties if party.kind == "alone" and not party.members[0].needs]
    rng.shuffle(hosts)
    usable = [name for name in listed if _usable(name, day)]
    rng.shuffle(usable)
    plants: list[Plant] = []
    for variation in PLAN[: count // PEOPLE_FOR_EACH]:
        found = _match(usable, hosts, variation)
        if found is None:
            continue
        name, host = found
        usable.remove(name)
        hosts.remove(host)
        _disguise(day, host, name, variation)
        plants.append(Plant(host, name, variation))
    return plants


def _match(usable: list[ListedName], hosts: list[Traveller], variation: str) -> tuple[ListedName, Traveller] | None:
    """First of one nationality (for a transliteration: one that has to be transliterated), then of none, then any."""
    fitting = [name for name in usable if _varied(name.name, variation)]
    plain = variation != "transliteration"
    foreign = [name for name in fitting if plain or profile_of(name.nationality).style not in LATIN_STYLES]
    by_nationality: dict[str, list[Traveller]] = {}
    for host in hosts:
        by_nationality.setdefault(host.nationality, []).append(host)
    everybody = [host for host in hosts if host.nationality]
    rounds = (
        [(name, by_nationality.get(name.nationality, [])) for name in foreign if name.nationality],
        [(name, by_nationality.get(name.nationality, [])) for name in fitting if name.nationality],
        [(name, everybody) for name in fitting if not name.nationality],
        [(name, everybody) for name in fitting],
    )
    for name, candidates in chain.from_iterable(rounds):
        for host in candidates:
            if (name.sex or USUAL_SEX) == host.sex:
                return name, host
    return None


def _usable(name: ListedName, day: date) -> bool:
    try:
        born = date.fromisoformat(name.birth_date)
    except ValueError:
        return False
    words = name.name.replace(",", " ").split()
    plain = name.name.isascii() and all(word.replace("-", "").replace("'", "").isalpha() for word in words)
    return plain and 2 <= len(words) <= 5 and age_on(day, born) in AGES


def _disguise(day: date, host: Traveller, listed: ListedName, variation: str) -> None:
    family, _, given = listed.name.partition(",")
    if not given:
        given, _, family = listed.name.rpartition(" ")
    full = f"{family.strip()},{given.strip()}"
    family, _, given = (_varied(full, variation) or full).partition(",")
    born = date.fromisoformat(listed.birth_date)
    if variation == "birth_year":
        born = date(born.year - 1, born.month, min(born.day, 28))
    host.name = Name((Part(_capitalised(given)),), (Part(_capitalised(family)),), "western")
    host.born, host.age, host.listed = born, age_on(day, born), True


def _capitalised(words: str) -> str:
    return "-".join(capwords(part) for part in words.split("-"))


def _varied(name: str, variation: str) -> str:
    """The name after the first change of its table that applies, unchanged where only the date varies, else empty."""
    if variation in ("exact", "birth_year"):
        return name
    lower = name.lower()
    if sum(letter.isalpha() for letter in name) < LETTERS_AT_LEAST:
        return ""
    for old, new in SPELLINGS if variation == "spelling" else TRANSLITERATIONS:
        if old in lower[1:]:
            return lower[0] + lower[1:].replace(old, new, 1)
        if variation == "transliteration" and lower.startswith(old):
            return new + lower[len(old) :]
    return ""
