"""A zone typed or scanned at the desk: what it fills in, and what about it does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cauce.desk import words
from cauce.people.dating import partial_date
from cauce.people.mrz import Zone, parse, suggest

_FIELDS: words.Words = {
    "document_number": gettext_lazy("document number"),
    "birth_date": gettext_lazy("birth date"),
    "expiry_date": gettext_lazy("expiry date"),
    "optional": gettext_lazy("optional data"),
    "composite": gettext_lazy("whole zone"),
}
_WARNINGS: words.Words = {
    "line_length": gettext_lazy("The lines have the wrong length: a zone has 3 lines of 30, or 2 of 36 or 44."),
    "characters": gettext_lazy("The zone holds characters that no zone has."),
    "impossible_birth_date": gettext_lazy("The birth date of the zone is no date of the calendar."),
    "impossible_expiry_date": gettext_lazy("The expiry date of the zone is no date of the calendar."),
    "unknown_issuer": gettext_lazy("The zone names an issuer that is no known code."),
    "unknown_nationality": gettext_lazy("The zone names a nationality that is no known code."),
}
_KINDS = {"P": "passport", "V": "visa", "A": "identity_card", "C": "identity_card", "I": "identity_card"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a zone gave. `doubts` are sentences; `suggestion` is the zone that was probably printed, or empty."""

    lines: tuple[str, ...]
    values: dict[str, str]
    doubts: tuple[str, ...]
    suggestion: str = ""


def read_zone(text: str, told: Mapping[str, Any], today: date) -> Reading:
    """Read a zone and compare it with what was typed (`told`, cleaned values; empty when nothing was)."""
    zone = parse(text, today)
    doubts = [_check_digit(name) for name in zone.failed]
    doubts += [str(_WARNINGS[code]) for code in zone.warnings if code in _WARNINGS]
    if zone.format is None and not doubts:
        doubts.append(_("This is no machine-readable zone."))
    doubts += _contradictions(zone, told)
    offered = suggest(text) if zone.failed or "characters" in zone.warnings else None
    return Reading(zone.lines, _values(zone), tuple(doubts), "\n".join(offered or ()))


def _check_digit(name: str) -> str:
    return _("The check digit of the field “%(field)s” does not fit.") % {"field": words.word(_FIELDS, name)}


def _values(zone: Zone) -> dict[str, str]:
    if zone.format is None:
        return {}
    found = {
        "family_names": _cased(zone.family_names),
        "given_names": _cased(zone.given_names),
        "sex": zone.sex,
        "birth": zone.birth_date,
        "nationality": _country(zone.nationality),
        "document_kind": _KINDS.get((zone.document_type or "")[:1]),
        "document_number": zone.document_number,
        "document_issuer": _country(zone.issuer),
        "document_expires": zone.expiry_date,
    }
    return {name: value for name, value in found.items() if value}


def _cased(name: str | None) -> str:
    return (name or "").title()


def _country(code: str | None) -> str:
    return "DEU" if code == "D" else code or ""


def _contradictions(zone: Zone, told: Mapping[str, Any]) -> list[str]:
    """What was typed otherwise than the zone says. Names are not compared: a zone transliterates and cuts them."""
    if zone.format is None:
        return []
    found = []
    if (born := told.get("birth")) and zone.birth_date and _apart(born, partial_date(zone.birth_date)):
        found.append(_("The zone says born %(zone)s, which is not what is typed.") % {"zone": zone.birth_date})
    if (expires := told.get("document_expires")) and zone.expiry_date and expires.isoformat() != zone.expiry_date:
        found.append(_("The zone says valid until %(zone)s, which is not what is typed.") % {"zone": zone.expiry_date})
    for name, said, plain in (
        ("nationality", _country(zone.nationality), words.country(_country(zone.nationality))),
        ("sex", zone.sex if zone.sex != "X" else "", words.word(words.SEXES, zone.sex or "")),
        ("document_number", zone.document_number, zone.document_number),
    ):
        typed = told.get(name)
        if typed and said and _plain(str(typed)) != _plain(said):
            found.append(_("The zone says %(zone)s, which is not what is typed.") % {"zone": plain})
    return found


def _apart(one: tuple[date, date], other: tuple[date, date]) -> bool:
    return one[1] < other[0] or other[1] < one[0]


def _plain(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum())
