"""The travellers while they are made: who they are, whom they travel with, how old they are. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from cauce.demo.generator.names import Name

ADULT_BANDS = ((18, 24, 27), (25, 29, 23), (30, 34, 19), (35, 44, 20), (45, 54, 8), (55, 64, 2), (65, 74, 1))
SCHOOL_AGES = ((6, 11, 58), (12, 17, 42))


@dataclass(slots=True, eq=False)
class Traveller:
    """One person. `published` is the code under which the statistics count them, `nationality` what is recorded."""

    published: str
    nationality: str
    sex: str  # F or M
    minor: bool
    culture: str = ""  # the nationality whose names they bear
    age: int = 0  # completed years on the day of arrival
    born: date = date.min
    birth_text: str = ""  # as recorded: a date, a month or a year
    relation: str = "focal"
    guardian: Traveller | None = None
    name: Name | None = None
    needs: list[str] = field(default_factory=list)
    papers: dict[str, str] = field(default_factory=dict)
    language: str = ""
    number: str = ""  # the external_id, given last
    listed: bool = False  # carries a planted identity


@dataclass(slots=True, eq=False)
class Party:
    """People who travel together; the first is the focal person."""

    kind: str  # alone, unaccompanied, separated, parents, mother, father, grandmother, couple, siblings, friends
    members: list[Traveller]
    place: str = ""
    arrived_at: str = ""

    @property
    def adults(self) -> list[Traveller]:
        return [member for member in self.members if not member.minor]

    @property
    def children(self) -> list[Traveller]:
        return [member for member in self.members if member.minor]


def adult_age(rng: Random, low: int = 18, high: int = 74) -> int:
    """Years, from the assumed distribution of adults, within the bounds."""
    bands = [(max(a, low), min(b, high), weight) for a, b, weight in ADULT_BANDS if b >= low and a <= high]
    return _from_bands(rng, bands)


def child_ages(rng: Random, count: int) -> list[int]:
    """Years of `count` minors, shuffled: half of them (rounded up) five or younger."""
    young = count - count // 2
    ages = [rng.randrange(6) for _ in range(young)] + [
        _from_bands(rng, list(SCHOOL_AGES)) for _ in range(count - young)
    ]
    rng.shuffle(ages)
    return ages


def born_on(rng: Random, day: date, age: int, latest: date = date.max) -> date:
    """A birth date, not after `latest`, of somebody who has completed `age` years on `day`."""
    last = min(_years_before(day, age), latest)
    first = _years_before(day, age + 1) + timedelta(days=1)
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def age_on(day: date, born: date) -> int:
    """Completed years; somebody born on 29 February ages on 1 March of other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)


def _from_bands(rng: Random, bands: list[tuple[int, int, int]]) -> int:
    at = rng.randrange(sum(weight for _, _, weight in bands))
    for low, high, weight in bands:
        at -= weight
        if at < 0:
            return rng.randint(low, high)
    raise AssertionError("weights are positive")
