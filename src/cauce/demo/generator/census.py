"""Who arrives: so many of each nationality, sex and age as the published shares give. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from random import Random

from cauce.demo.generator.flows import Flows
from cauce.demo.generator.people import Traveller
from cauce.demo.generator.profiles import profile_of, profiles
from cauce.demo.generator.shares import apportion, fit

OTHER = "OOO"  # "other or unknown" in the published table
STATELESS = "XXA"
NOT_KNOWN = ""
OTHERS = {"listed elsewhere": Fraction(6), NOT_KNOWN: Fraction(3), STATELESS: Fraction(1)}  # assumed
SEXES = {"men": "M", "women": "F", "boys": "M", "girls": "F"}
FLOOR = 0.0005  # no cell is impossible, so that the margins can always be met


@dataclass(frozen=True, slots=True)
class Margins:
    """The counts a day has to meet, and the published months they come from."""

    nationality: dict[str, int]
    condition: dict[str, int]
    nationality_month: date
    condition_month: date


def margins(flows: Flows, day: date, count: int) -> Margins:
    """The day's `count` people by nationality and by condition, each in the published shares (largest remainder)."""
    nationality_month, nationality = flows.nationalities_of(day)
    condition_month, condition = flows.conditions_of(day)
    return Margins(apportion(nationality, count), apportion(condition, count), nationality_month, condition_month)


def travellers(rng: Random, wanted: Margins) -> list[Traveller]:
    """One person for each of `wanted`, sorted by published code and condition.

    How sex and age go with nationality is not published: the assumed shares of `profiles.csv` are fitted to both.
    """
    present = {code: count for code, count in wanted.nationality.items() if count}
    table = fit(present, wanted.condition, {code: _prior(code) for code in present})
    others = _others(wanted.nationality)
    people: list[Traveller] = []
    for code, cells in table.items():
        for condition, count in cells.items():
            for _ in range(count):
                people.append(Traveller(code, code, SEXES[condition], condition in ("boys", "girls")))
    unknown = [person for person in people if person.published == OTHER]
    kinds = [kind for kind, count in apportion(OTHERS, len(unknown)).items() for _ in range(count)]
    for person, kind in zip(unknown, kinds, strict=True):
        person.nationality = others[rng.randrange(len(others))] if kind == "listed elsewhere" else kind
    for person in people:
        person.culture = person.nationality or others[rng.randrange(len(others))]
    return people


def _others(published: dict[str, int]) -> list[str]:
    """Nationalities seen in the Darién at some time that the month does not count by name."""
    return [code for code in profiles() if code not in published and code not in (STATELESS, "GUF")]


def _prior(code: str) -> dict[str, float]:
    profile = profile_of(code)
    minor, female = profile.minor / 100, profile.female / 100
    shares = {
        "men": (1 - minor) * (1 - female),
        "women": (1 - minor) * female,
        "boys": minor * 0.52,
        "girls": minor * 0.48,
    }
    return {condition: max(share, FLOOR) for condition, share in shares.items()}
