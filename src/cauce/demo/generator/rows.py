"""The rows of the import of people, and the file they make."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from cauce.demo.generator.people import Party, Traveller
from cauce.people.sheets import COLUMNS

__all__ = ["COLUMNS", "row_of", "write_csv"]


def row_of(person: Traveller, group_id: str, party: Party) -> dict[str, str]:
    """One person as a row; every column is there, empty when nothing is known."""
    name = person.name
    return {
        "external_id": person.number,
        "group_id": group_id,
        "given_names": name.given_latin if name else "",
        "family_names": name.family_latin if name else "",
        "full_name": name.full if name else "",
        "sex": person.sex,
        "birth_date": person.birth_text,
        "nationality": person.nationality,
        "relation": person.relation,
        "guardian": person.guardian.number if person.guardian else "",
        "document_type": person.papers.get("document_type", ""),
        "document_number": person.papers.get("document_number", ""),
        "document_expiry": person.papers.get("document_expiry", ""),
        "mrz": person.papers.get("mrz", ""),
        "needs": ";".join(person.needs),
        "language": person.language,
        "next_of_kin": _next_of_kin(person, group_id),
        "arrived_at": party.arrived_at,
        "place": party.place,
    }


def _next_of_kin(person: Traveller, group_id: str) -> str:
    """Seven families of ten name relatives at home, all of them the same; +999 is nobody's country code."""
    number = int(sha256(group_id.encode()).hexdigest()[:8], 16)
    if number % 10 >= 7 or person.name is None:
        return ""
    return f"{person.name.family_latin or person.name.given_latin}, +999 555 {number % 10_000:04d}"


def write_csv(rows: Iterable[Mapping[str, str]], path: Path) -> None:
    """Writes the rows with a header, UTF-8, lines ending in LF, the same bytes everywhere."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
