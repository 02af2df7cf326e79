"""A machine-readable zone beside what else is told: it fills what is empty, and must not contradict the rest. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date

from cauce.people.dating import partial_date
from cauce.people.folding import fold, fold_number
from cauce.people.intake import Problem
from cauce.people.mrz import Zone, fits, parse, suggest
from cauce.people.mrz.codes import alpha3

_KINDS = {"P": "passport", "V": "visa", "A": "identity_card", "C": "identity_card", "I": "identity_card"}


def read(text: str, today: date) -> tuple[Zone, list[Problem]]:
    """The zone, and what keeps it from being believed: `no_zone`, or `check_digit` with the names of those that fail.

    Where one slip of O/0 and the like explains it, the value offers the lines that were probably printed.
    """
    zone = parse(text.split("|"), today)
    if zone.format is None:
        return zone, [Problem("mrz", "no_zone")]
    if not zone.valid:
        offered = suggest(text.split("|"))
        failed = ", ".join(zone.failed) or "characters"
        return zone, [Problem("mrz", "check_digit", failed + (f"; perhaps {'|'.join(offered)}" if offered else ""))]
    return zone, []


def kind_of(zone: Zone) -> str:
    """The kind of document that the zone stands on."""
    return _KINDS.get((zone.document_type or "")[:1], "other")


def contradictions(zone: Zone, told: Mapping[str, str]) -> list[Problem]:
    """Where a valid zone says something else than the row. `told` has the import's columns; empty ones say nothing."""
    return [
        Problem("mrz", "contradicts", f"{field}: {told[field]} in the row, {said} in the zone")
        for field, said in _differences(zone, told)
    ]


def _differences(zone: Zone, told: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    number = told.get("document_number", "")
    if number and zone.document_number and fold_number(number) != fold_number(zone.document_number):
        yield "document_number", zone.document_number
    for field, said in (("birth_date", zone.birth_date), ("document_expiry", zone.expiry_date)):
        if told.get(field) and said and _apart(told[field], said):
            yield field, said
    sex = told.get("sex", "").strip().upper()[:1]
    if sex and zone.sex in ("F", "M") and sex != zone.sex:
        yield "sex", zone.sex or ""
    nationality = alpha3(told["nationality"]) if told.get("nationality") else None
    said = alpha3(zone.nationality) if zone.nationality else None
    if nationality and said and nationality != said:
        yield "nationality", said
    if (kind := told.get("document_type", "").casefold()) in ("passport", "visa") and kind != kind_of(zone):
        yield "document_type", kind_of(zone)
    yield from _names(zone, told)


def _apart(told: str, said: str) -> bool:
    try:
        (first, last), (start, end) = partial_date(told), partial_date(said)
    except ValueError:
        return False
    return last < start or end < first


def _names(zone: Zone, told: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """A name in Latin letters contradicts when the zone is no permitted rendering of it and shares no word with it."""
    family, given = told.get("family_names", ""), told.get("given_names", "")
    whole = f"{zone.given_names or ''} {zone.family_names or ''}".strip()
    said_of = {"full_name": whole}
    if not (family or given) or not _fits(zone, family, given):
        said_of |= {"family_names": zone.family_names or "", "given_names": zone.given_names or ""}
    for field, said in said_of.items():
        name = told.get(field, "")
        if name and said and _latin(name) and not _shares(fold(name), fold(said)):
            yield field, said


def _fits(zone: Zone, family: str, given: str) -> bool:
    line = zone.lines[2] if zone.format == "TD1" else zone.lines[0]
    return fits(zone.format or "", f"{family}, {given}" if given else family, line)


def _shares(told: str, said: str) -> bool:
    """Whether a word of one begins like a word of the other: renderings differ in the end, and names are cut."""
    if not told or not said:
        return True
    ours, theirs = told.split(), said.split()
    joined = told.replace(" ", ""), said.replace(" ", "")
    return joined[0][:4] == joined[1][:4] or any(
        a == b or (min(len(a), len(b)) > 2 and (a.startswith(b) or b.startswith(a))) for a in ours for b in theirs
    )


def _latin(text: str) -> bool:
    return text.isascii() or all(unicodedata.name(c, "").startswith("LATIN") for c in text if c.isalpha())
