"""Specific needs as officers flag them, at the rates of `needs_rates.csv`. Pure."""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from random import Random

from cauce.demo.generator.flows import DATA
from cauce.demo.generator.people import Party, Traveller

CRITICAL = "SM-CC"
CRITICAL_AT_LEAST = 2
CRITICAL_FROM = 100  # people: below, nobody is made ill to fill the figure

Test = Callable[[Party, Traveller], bool]


def _lone_head(kinds: tuple[str, ...]) -> Test:
    return lambda party, who: party.kind in kinds and not who.minor and len(party.adults) == 1 and bool(party.children)


WHO: dict[str, Test] = {
    "anyone": lambda party, who: True,
    "adult": lambda party, who: not who.minor,
    "woman": lambda party, who: not who.minor and who.sex == "F",
    "woman_alone": lambda party, who: party.kind == "alone" and who.sex == "F",
    "woman_fertile": lambda party, who: who.sex == "F" and 18 <= who.age <= 42,
    "girl_teen": lambda party, who: who.sex == "F" and 14 <= who.age <= 17,
    "mother_of_infant": lambda party, who: (
        who.sex == "F" and not who.minor and who.age < 50 and _own_infant(party, who)
    ),
    "under_five": lambda party, who: who.age < 5,
    "school_age": lambda party, who: 6 <= who.age <= 17 and who.guardian is not None,
    "elder": lambda party, who: who.age >= 60,
    "elder_alone": lambda party, who: who.age >= 60 and len(party.members) == 1,
    "elder_with_children": lambda party, who: who.age >= 60 and len(party.adults) == 1 and bool(party.children),
    "single_parent": _lone_head(("mother", "father")),
    "grandparent_alone": _lone_head(("grandmother",)),
    "unaccompanied": lambda party, who: party.kind == "unaccompanied",
    "separated": lambda party, who: party.kind == "separated" and who.minor,
}


def _own_infant(party: Party, who: Traveller) -> bool:
    parent = party.kind in ("parents", "mother") and who.relation in ("focal", "spouse", "partner")
    return parent and any(child.age < 2 for child in party.children)


@cache
def rates() -> tuple[tuple[str, str, int], ...]:
    """Code, who (a key of WHO), flagged per 10,000 of them."""
    with (DATA / "needs_rates.csv").open(encoding="utf-8") as lines:
        return tuple((row["code"], row["who"], int(row["per_10000"])) for row in csv.DictReader(lines))


def flag_needs(rng: Random, parties: list[Party]) -> None:
    """Flags needs on everybody; among 100 people or more at least two critical medical ones, in adults alone."""
    people = [(party, person) for party in parties for person in party.members]
    for party, person in people:
        for code, who, rate in rates():
            if WHO[who](party, person) and rng.randrange(10_000) < rate:
                person.needs.append(code)
    missing = CRITICAL_AT_LEAST - sum(CRITICAL in person.needs for _, person in people)
    well = [person for party, person in people if party.kind == "alone" and not person.needs]
    if len(people) >= CRITICAL_FROM and missing > 0:
        for person in rng.sample(well, min(missing, len(well))):
            person.needs.append(CRITICAL)
