"""Travel documents: who carries which, with numbers as their issuers form them and valid zones. Shares are assumed."""

from __future__ import annotations

import string
from datetime import date, timedelta
from random import Random

from cauce.demo.generator.people import Traveller
from cauce.demo.generator.profiles import Profile, pick, profile_of
from cauce.demo.generator.zones import card_zone, passport_zone

CHILD_PASSPORT_PER_100 = 45  # of the adults' share
BIRTH_CERTIFICATE_PER_100 = 72  # of the minors without a passport
CARD_EXPIRED_PER_100 = 12
CARD_EXPIRY_KNOWN_PER_100 = 80
YEAR_ONLY_PER_100 = 5  # of adults without papers
MONTH_ONLY_PER_100 = 2
FIRST_OF_JANUARY = {"AFG", "SOM", "SDN", "ERI"}  # registries that record a year and print its first day
FIRST_OF_JANUARY_PER_100 = 25
NO_ISSUER = ("", "XXA", "XXX")


class Numbers:
    """Document numbers of one day, none given twice by one issuer."""

    def __init__(self) -> None:
        self._given: set[tuple[str, str]] = set()

    def next(self, rng: Random, issuer: str, patterns: tuple[str, ...]) -> str:
        while True:
            pattern = patterns[rng.randrange(len(patterns))]
            number = "".join(_fill(rng, character) for character in pattern)
            if (issuer, number) not in self._given:
                self._given.add((issuer, number))
                return number


def settle_birth(rng: Random, day: date, person: Traveller) -> None:
    """The birth date as papers or memory give it, after `give_papers`; whether somebody is a minor stays clear."""
    person.birth_text = person.born.isoformat()
    if person.minor or person.papers or person.born.year > day.year - 19:
        return
    at = rng.randrange(100)
    if at < YEAR_ONLY_PER_100:
        person.birth_text = f"{person.born.year:04d}"
    elif at < YEAR_ONLY_PER_100 + MONTH_ONLY_PER_100:
        person.birth_text = f"{person.born:%Y-%m}"


def registry_birth(rng: Random, day: date, person: Traveller) -> None:
    """Moves some birth dates to 1 January, as the registries of some states do; the age stays."""
    if person.nationality in FIRST_OF_JANUARY and rng.randrange(100) < FIRST_OF_JANUARY_PER_100:
        person.born = date(day.year - person.age, 1, 1)


def give_papers(rng: Random, day: date, person: Traveller, numbers: Numbers) -> None:
    """Fills `person.papers`: document_type, document_number, document_expiry, mrz; leaves it empty for none."""
    if person.nationality in NO_ISSUER:
        return
    profile = profile_of(person.nationality)
    at = rng.randrange(100)
    if person.listed or at < (profile.passport * CHILD_PASSPORT_PER_100 // 100 if person.minor else profile.passport):
        _passport(rng, day, person, profile, numbers)
    elif person.minor:
        if rng.randrange(100) < BIRTH_CERTIFICATE_PER_100:
            number = numbers.next(rng, person.nationality + " birth", ("########",))
            person.papers = {"document_type": "birth_certificate", "document_number": number}
    elif at < profile.passport + profile.card:
        _card(rng, day, person, profile, numbers)


def _passport(rng: Random, day: date, person: Traveller, profile: Profile, numbers: Numbers) -> None:
    number = numbers.next(rng, person.nationality, profile.passport_number)
    expired = not person.listed and rng.randrange(100) < profile.expired
    expiry = _expiry(rng, day, person, expired, 5 if person.minor else 10)
    person.papers = {
        "document_type": "passport",
        "document_number": number,
        "document_expiry": expiry.isoformat(),
        "mrz": passport_zone(person, number, expiry),
    }


def _card(rng: Random, day: date, person: Traveller, profile: Profile, numbers: Numbers) -> None:
    number = numbers.next(rng, person.nationality + " card", profile.card_number)
    expiry = _expiry(rng, day, person, rng.randrange(100) < CARD_EXPIRED_PER_100, 10)
    person.papers = {"document_type": "identity_card", "document_number": number}
    zone = rng.randrange(100) < profile.card_zone
    if zone or rng.randrange(100) < CARD_EXPIRY_KNOWN_PER_100:
        person.papers["document_expiry"] = expiry.isoformat()
    if zone:
        person.papers["mrz"] = card_zone(person, number, expiry)


def _expiry(rng: Random, day: date, person: Traveller, expired: bool, years: int) -> date:
    """A day up to four years back for an expired one (after birth), up to `years` ahead for a valid one."""
    if expired and (day - person.born).days > 2 * 365:
        return day - timedelta(days=rng.randrange(15, min(4 * 365, (day - person.born).days - 365)))
    return day + timedelta(days=rng.randrange(30, years * 365))


def language_of(rng: Random, person: Traveller) -> str:
    """ISO 639-1 code of the language of the community somebody grew up in."""
    return pick(rng, profile_of(person.culture).languages)


def _fill(rng: Random, character: str) -> str:
    if character == "#":
        return str(rng.randrange(10))
    return string.ascii_uppercase[rng.randrange(26)] if character == "@" else character
