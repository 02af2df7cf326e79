"""The machine-readable zones of synthetic papers, their lines joined by `|` as the import reads them."""

from __future__ import annotations

from datetime import date

from cauce.demo.generator.people import Traveller
from cauce.people.mrz import build


def passport_zone(person: Traveller, number: str, expiry: date) -> str:
    """Two lines of 44 characters (TD3)."""
    return _zone("TD3", person, number, expiry)


def card_zone(person: Traveller, number: str, expiry: date) -> str:
    """Three lines of 30 characters (TD1); a number over nine characters goes on in the optional data."""
    return _zone("TD1", person, number, expiry)


def _zone(form: str, person: Traveller, number: str, expiry: date) -> str:
    if person.name is None:
        raise ValueError("a zone needs a name: name the party before giving papers")
    lines = build(
        form,
        issuer=person.nationality,
        family=person.name.family_latin,
        given=person.name.given_latin,
        document_number=number,
        nationality=person.nationality,
        birth_date=person.born,
        sex=person.sex,
        expiry_date=expiry,
    )
    return "|".join(lines)
