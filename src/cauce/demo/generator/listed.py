"""Individuals of a watchlist edition as the generator takes them."""

from __future__ import annotations

from collections.abc import Iterable

from cauce.demo.generator.planted import ListedName
from cauce.vetting.lists import Entry


def listed_names(entries: Iterable[Entry]) -> list[ListedName]:
    """The individuals with exactly one full birth date, under their first name; others cannot be planted.

    Sex and nationality are left empty where the list gives none or several.
    """
    found = []
    for entry in entries:
        if entry.kind != "person" or len(entry.birth_dates) != 1 or not entry.names:
            continue
        born = entry.birth_dates[0]
        if born.first == born.last:
            sex = entry.sexes[0] if len(entry.sexes) == 1 else ""
            nationality = entry.nationalities[0] if len(entry.nationalities) == 1 else ""
            found.append(ListedName(entry.id, entry.names[0].text, born.first.isoformat(), sex, nationality))
    return found
