"""The European Union's consolidated list of financial sanctions: its XML 1.1 (`export` of `sanctionEntity`) and its CSV
1.1, one row for each name, birth, document or citizenship of a subject. Both use the same names of fields.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from xml.etree import ElementTree as ET  # nosec B405 # parsed by records(), which refuses entities

from cauce.vetting.lists import noting
from cauce.vetting.lists.countries import alpha3
from cauce.vetting.lists.dates import parse_range, year_range
from cauce.vetting.lists.elements import records, text
from cauce.vetting.lists.model import DateRange, Draft, Entry, Problem
from cauce.vetting.lists.noting import Complain
from cauce.vetting.lists.records import complaints
from cauce.vetting.lists.tables import opened

_GENERATED = re.compile(rb"generationDate=[\"'](\d{4}-\d\d-\d\d)")
_LOW = re.compile(r"\blow?\s+quality|weak", re.I)
_NOT_SAID = ("00", "UNKNOWN")
Get = Callable[[str], str]
Read = tuple[list[Entry], list[Problem], date | None]


def read_eu_xml(data: bytes, where: str) -> Read:
    """Entries, problems and the day the file was generated."""
    problems: list[Problem] = []
    found: dict[str, Entry] = {}
    for line, element in records(data, frozenset(["sanctionEntity"]), where, problems):
        complain = complaints(problems, where, line)
        draft = _draft(element, complain)
        if draft is None or not draft.names:
            complain("a subject without id or name was left out")
        elif draft.id in found:
            complain(f"entry {draft.id} stands twice; the first was kept")
        else:
            found[draft.id] = draft.entry()
    generated = _GENERATED.search(data.replace(b"\x00", b"")[:4000])
    return list(found.values()), problems, noting.day(generated[1].decode()) if generated else None


def _draft(element: ET.Element, complain: Complain) -> Draft | None:
    key = element.get("euReferenceNumber") or element.get("logicalId")
    if not key:
        return None
    draft = Draft(f"eu-{key}", remarks=text(element, "remark"))
    subject = element.find("subjectType")
    noting.kind(
        draft, (subject.get("code") or subject.get("classificationCode") or "") if subject is not None else "", complain
    )
    for name in element.iterfind("nameAlias"):
        _name(draft, _of(name), text(name, "remark"), complain)
    for birth in element.iterfind("birthdate"):
        _birth(draft, _of(birth), complain)
    for country in element.iterfind("citizenship"):
        noting.citizen(draft, _country(_of(country)), complain)
    for paper in element.iterfind("identification"):
        _paper(draft, _of(paper), complain)
    for regulation in element.iterfind("regulation"):
        draft.programs[regulation.get("programme") or "EU"] = None
    return draft


def _of(element: ET.Element) -> Get:
    return lambda name: " ".join(element.get(name, "").split())


def _name(draft: Draft, get: Get, remark: str, complain: Complain) -> None:
    whole = get("wholeName") or " ".join(filter(None, (get("firstName"), get("middleName"), get("lastName"))))
    weak = get("strong").lower() == "false" or bool(_LOW.search(remark))
    draft.add_name(whole, "weak" if weak else "strong")
    noting.of_sex(draft, get("gender"), complain)


def _birth(draft: Draft, get: Get, complain: Complain) -> None:
    noting.born_at(draft, get("city"), get("place"), get("region"), _unless_unknown(get("countryDescription")))
    said = get("birthdate") or "-".join(filter(None, (get("year"), get("monthOfYear"), get("dayOfMonth"))))
    first, last = get("yearRangeFrom"), get("yearRangeTo")
    if not said and not first and not last:
        return
    shown = said or f"{first}/{last}"
    calendar = get("calendarType")
    if calendar and calendar.upper() != "GREGORIAN":
        complain(f"birth date {shown[:40]!r} of the {calendar[:40]} calendar was not read")
        return
    noting.born_in(
        draft, parse_range(said) if said else _years(first, last), shown, complain, about=_true(get("circa"))
    )


def _years(first: str, last: str) -> DateRange | None:
    if not (first.isdecimal() and last.isdecimal() and len(first) == len(last) == 4):
        return None
    return year_range(int(first), int(last))


def _true(said: str) -> bool:
    return said.lower() in ("true", "1", "yes")


def _unless_unknown(said: str) -> str:
    return "" if said.upper() in _NOT_SAID else said


def _country(get: Get) -> str:
    """The code where it is one of today's, else the name: the list has codes of its own."""
    code = _unless_unknown(get("countryIso2Code"))
    return code if code and alpha3(code) else _unless_unknown(get("countryDescription")) or code


def _paper(draft: Draft, get: Get, complain: Complain) -> None:
    title = get("identificationTypeDescription") or get("identificationTypeCode") or "identification"
    if not (get("number") or get("latinNumber")):
        complain(f"entry {draft.id} has a document without number")
    for number in dict.fromkeys((get("number"), get("latinNumber"))):
        noting.paper(draft, title, number, _country(get), complain)


def read_eu_csv(data: bytes, where: str) -> Read:
    """Entries, problems and the day the file was generated."""
    problems: list[Problem] = []
    table = opened(data, where, problems, ("entity_logicalid", "namealias_wholename"), None)
    missed = [column for column in _EXPECTED if table.columns and column not in table.columns]
    problems += [Problem(1, f"{where}: column {column!r} is not there; has the format changed?") for column in missed]
    drafts: dict[str, Draft] = {}
    lines: dict[str, int] = {}
    generated = None
    for line, row in table.rows:
        cells = dict(zip(table.columns, row, strict=False))
        complain = complaints(problems, where, line)
        key = cells.get("entity_eu_referencenumber") or cells["entity_logicalid"]
        if not key:
            complain("no id; row left out")
            continue
        if key not in drafts:
            drafts[key], lines[key] = Draft(f"eu-{key}", remarks=cells.get("entity_remark", "")), line
            code = cells.get("entity_subjecttype_classificationcode") or cells.get("entity_subjecttype") or ""
            noting.kind(drafts[key], code, complain)
        _row(drafts[key], cells, complain)
        generated = generated or noting.day(cells.get("filegenerationdate", ""), "dmy")
    for key in [key for key, draft in drafts.items() if not draft.names]:
        complaints(problems, where, lines[key])(f"entry {drafts.pop(key).id} has no name; left out")
    return [draft.entry() for draft in drafts.values()], problems, generated


_COLUMNS = {
    "birthdate": {"monthOfYear": "month", "dayOfMonth": "day"},
    "identification": {"identificationTypeDescription": "typedescription", "identificationTypeCode": "typecode"},
}
"""Where the columns of the CSV have other names than the attributes of the XML."""


_EXPECTED = (
    "entity_eu_referencenumber",
    "entity_subjecttype_classificationcode",
    "entity_regulation_programme",
    "namealias_firstname",
    "namealias_lastname",
    "namealias_gender",
    "birthdate_birthdate",
    "birthdate_year",
    "birthdate_circa",
    "citizenship_countryiso2code",
    "identification_number",
    "identification_typedescription",
)


def _cells(cells: Mapping[str, str], part: str) -> Get:
    others = _COLUMNS.get(part, {})
    return lambda name: cells.get(f"{part}_{others.get(name, name).lower()}", "")


def _row(draft: Draft, cells: Mapping[str, str], complain: Complain) -> None:
    _name(draft, _cells(cells, "namealias"), cells.get("namealias_remark", ""), complain)
    _birth(draft, _cells(cells, "birthdate"), complain)
    noting.citizen(draft, _country(_cells(cells, "citizenship")), complain)
    if any(cells.get(f"identification_{part}") for part in ("number", "latinnumber", "typecode")):
        _paper(draft, _cells(cells, "identification"), complain)
    if programme := cells.get("entity_regulation_programme"):
        draft.programs[programme] = None
