"""What is assumed about the travellers of one nationality: names, languages, papers. Read from `profiles.csv`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from random import Random

from cauce.demo.generator.flows import DATA

UNKNOWN = "XXX"


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares are percentages and assumed; see docs/demo.md."""

    nationality: str
    tables: tuple[str, ...]  # of names, drawn from with equal weight
    style: str  # how names are put together, see names.py
    languages: tuple[tuple[str, int], ...]
    female: int  # of adults: a prior, fitted to the published totals
    minor: int  # of everybody: a prior, fitted to the published totals
    raised_by: tuple[tuple[str, int], ...]  # children of this nationality who travel with parents of another
    passport: int  # adults who carry one
    expired: int  # of the passports
    card: int  # adults who carry an identity card and no passport
    card_zone: int  # of the cards: with a machine-readable zone
    passport_number: tuple[str, ...]  # patterns: # a digit, @ a letter
    card_number: tuple[str, ...]


@cache
def profiles() -> dict[str, Profile]:
    """All profiles by nationality code, in the order of the file."""
    with (DATA / "profiles.csv").open(encoding="utf-8") as lines:
        return {row["nationality"]: _profile(row) for row in csv.DictReader(lines)}


def profile_of(nationality: str) -> Profile:
    """The profile of a nationality; one of Venezuela's for a code that has none or is unknown."""
    known = profiles()
    return known.get(nationality, known["VEN"])


def pick(rng: Random, weighted: tuple[tuple[str, int], ...]) -> str:
    """One of the values, by integer weight."""
    at = rng.randrange(sum(weight for _, weight in weighted))
    for value, weight in weighted:
        at -= weight
        if at < 0:
            return value
    raise AssertionError("weights are positive")


def _profile(row: dict[str, str]) -> Profile:
    return Profile(
        nationality=row["nationality"],
        tables=tuple(row["tables"].split("+")),
        style=row["style"],
        languages=_weights(row["languages"]),
        female=int(row["female"]),
        minor=int(row["minor"]),
        raised_by=_weights(row["raised_by"]),
        passport=int(row["passport"]),
        expired=int(row["expired"]),
        card=int(row["card"]),
        card_zone=int(row["card_zone"]),
        passport_number=tuple(row["passport_number"].split("|")),
        card_number=tuple(row["card_number"].split("|")),
    )


def _weights(text: str) -> tuple[tuple[str, int], ...]:
    pairs = (part.split(":") for part in text.split(";") if part)
    return tuple((value, int(weight)) for value, weight in pairs)
