"""The United Nations Security Council consolidated list, in its XML."""

import re
from datetime import date
from xml.etree import ElementTree as ET  # nosec B405 # parsed by records(), which refuses entities

from cauce.vetting.lists import noting
from cauce.vetting.lists.dates import year_range
from cauce.vetting.lists.elements import records, text, texts
from cauce.vetting.lists.model import Draft, Entry, Problem
from cauce.vetting.lists.noting import Complain
from cauce.vetting.lists.records import complaints

_NAMES = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_GENERATED = re.compile(rb"dateGenerated=[\"'](\d{4}-\d\d-\d\d)")


def read_un(data: bytes, where: str) -> tuple[list[Entry], list[Problem], date | None]:
    """Entries, problems and the day the file was generated. A file cut short gives the entries before the cut."""
    problems: list[Problem] = []
    entries: dict[str, Entry] = {}
    for line, element in records(data, frozenset(["INDIVIDUAL", "ENTITY"]), where, problems):
        complain = complaints(problems, where, line)
        entry = _entry(element, complain)
        if entry is None or entry.id in entries:
            complain("an entry without DATAID or name, or with a DATAID seen before, was left out")
        else:
            entries[entry.id] = entry
    generated = _GENERATED.search(data.replace(b"\x00", b"")[:4000])
    return list(entries.values()), problems, noting.day(generated[1].decode()) if generated else None


def _entry(element: ET.Element, complain: Complain) -> Entry | None:
    key = text(element, "DATAID")
    if not key:
        return None
    draft = Draft(f"un-{key}", "person" if element.tag == "INDIVIDUAL" else "other")
    draft.add_name(" ".join(filter(None, (text(element, tag) for tag in _NAMES))))
    draft.add_name(text(element, "NAME_ORIGINAL_SCRIPT"))
    for alias in element.iter(f"{element.tag}_ALIAS"):
        weak = text(alias, "QUALITY").lower() == "low"
        for name in text(alias, "ALIAS_NAME").split(";"):
            draft.add_name(name, "weak" if weak else "strong")
        noting.born(draft, text(alias, "DATE_OF_BIRTH"), complain)
    if not draft.names:
        return None
    _read_person(element, draft, complain)
    draft.programs[text(element, "UN_LIST_TYPE") or "UN"] = None
    draft.remarks = " ".join(filter(None, (text(element, "REFERENCE_NUMBER"), text(element, "COMMENTS1"))))
    return draft.entry()


def _read_person(element: ET.Element, draft: Draft, complain: Complain) -> None:
    for born in element.iter("INDIVIDUAL_DATE_OF_BIRTH"):
        _birth(born, draft, complain)
    for said in texts(element, "NATIONALITY/VALUE"):
        noting.citizen(draft, said, complain)
    noting.of_sex(draft, text(element, "GENDER"), complain)
    for place in element.iter("INDIVIDUAL_PLACE_OF_BIRTH"):
        noting.born_at(draft, *(text(place, tag) for tag in ("CITY", "STATE_PROVINCE", "COUNTRY")))
    for document in element.iter("INDIVIDUAL_DOCUMENT"):
        _add_document(draft, document, complain)


def _birth(born: ET.Element, draft: Draft, complain: Complain) -> None:
    about = text(born, "TYPE_OF_DATE").upper() == "APPROXIMATELY"
    first, last = text(born, "FROM_YEAR"), text(born, "TO_YEAR")
    if first or last:
        sound = first.isdecimal() and last.isdecimal() and len(first) == len(last) == 4
        found = year_range(int(first), int(last)) if sound else None
        noting.born_in(draft, found, f"{first}/{last}", complain, about=about)
    else:
        noting.born(draft, text(born, "DATE") or text(born, "YEAR"), complain, about=about)


def _add_document(draft: Draft, element: ET.Element, complain: Complain) -> None:
    title = f"{text(element, 'TYPE_OF_DOCUMENT')} {text(element, 'TYPE_OF_DOCUMENT2')}"
    country = text(element, "ISSUING_COUNTRY") or text(element, "COUNTRY_OF_ISSUE")
    noting.paper(draft, title, text(element, "NUMBER"), country, complain)
