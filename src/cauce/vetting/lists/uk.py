"""The United Kingdom's lists: the UK Sanctions List of the FCDO, and the consolidated list of OFSI (closed in January
2026), each as CSV and as XML. Three of the four give one row a name; a subject's rows share its number.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from xml.etree import ElementTree as ET  # nosec B405 # parsed by records(), which refuses entities

from cauce.vetting.lists import noting
from cauce.vetting.lists.dates import parse_range
from cauce.vetting.lists.elements import records, text, texts
from cauce.vetting.lists.model import Draft, Entry, Problem
from cauce.vetting.lists.noting import Complain
from cauce.vetting.lists.records import complaints
from cauce.vetting.lists.tables import opened
from cauce.vetting.lists.text import to_utf8

_NUMBERED = re.compile(r"\(\d{1,2}\)|[|\n]")
_UNKNOWN_PART = re.compile(r"\b(?:dd|mm)\b", re.I)
_ANY = re.compile(r"[^a-z0-9]")
_REMARK = re.compile(r"\(Gender\):\s*([A-Za-z]+)")
_TITLE = re.compile(rb"(?:Report Date:|Last Updated,)\s*\"?([0-9A-Za-z/ -]{8,11})")
_FIELDS = {
    "id": ("uniqueid", "groupid", "ofsigroupid"),
    "kind": ("designationtype", "grouptype", "grouptypedescription", "individualentityship"),
    "quality": ("aliasstrength", "aliasquality"),
    "other_script": ("namenonlatinscript",),
    "dob": ("dob", "individualdateofbirth"),
    "town": ("townofbirth", "individualtownofbirth"),
    "country": ("countryofbirth", "individualcountryofbirth"),
    "nationality": ("nationality", "nationalityies", "individualnationality"),
    "passport": ("passportnumber", "individualpassportnumber"),
    "national": ("nationalidentifiernumber", "nationalidentificationnumber", "individualninumber"),
    "gender": ("gender", "individualgender"),
    "regime": ("regimename", "regime"),
    "remark": ("otherinformation",),
}
"""What a field is called in the four files, in small letters without spaces and signs."""
Read = tuple[list[Entry], list[Problem], date | None]
Row = tuple[int, Mapping[str, str]]


def read_uk_csv(data: bytes, where: str) -> Read:
    """Entries, problems and the day that the first line names, from either list's CSV."""
    problems: list[Problem] = []
    table = opened(data, where, problems, ("name 6", "name 1"), None)
    columns = [_ANY.sub("", name) for name in table.columns]
    for field, names in _FIELDS.items():
        if columns and field != "gender" and not any(name in columns for name in names):
            problems.append(Problem(1, f"{where}: no column tells the {field}; has the format changed?"))
    rows = ((line, dict(zip(columns, row, strict=False))) for line, row in table.rows)
    return _grouped(rows, where, problems), problems, _dated(to_utf8(data, where, []))


def read_uk_xml(data: bytes, where: str) -> Read:
    """Entries, problems and the day the file was generated, from either list's XML."""
    problems: list[Problem] = []
    found: dict[str, Entry] = {}
    flat: list[Row] = []
    generated = None
    tags = frozenset(["Designation", "FinancialSanctionsTarget", "DateGenerated"])
    for line, element in records(data, tags, where, problems):
        if element.tag == "DateGenerated":
            generated = noting.day(text(element, "."), "dmy")
        elif element.tag == "FinancialSanctionsTarget":
            cells = ((_ANY.sub("", cell.tag.lower()), " ".join((cell.text or "").split())) for cell in element)
            flat.append((line, dict(cells)))
        else:
            complain = complaints(problems, where, line)
            entry = _designation(element, complain)
            if entry is not None and found.setdefault(entry.id, entry) is not entry:
                complain(f"entry {entry.id} stands twice; the first was kept")
    return [*found.values(), *_grouped(iter(flat), where, problems)], problems, generated


def _dated(data: bytes) -> date | None:
    title = _TITLE.match(data[:200].lstrip(b'" \r\n'))
    said = title[1].decode().strip() if title else ""
    found = noting.day(said, "dmy")
    if found is None and said:
        spoken = parse_range(said.replace("-", " "))
        found = spoken.first if spoken is not None and spoken.first == spoken.last else None
    return found


def _grouped(rows: Iterator[Row], where: str, problems: list[Problem]) -> list[Entry]:
    """One entry of all the rows that share a number."""
    drafts: dict[str, Draft] = {}
    lines: dict[str, int] = {}
    for line, cells in rows:
        complain = complaints(problems, where, line)
        key = _cell(cells, "id")
        if not key:
            complain("no number of its subject; row left out")
            continue
        if key not in drafts:
            drafts[key], lines[key] = Draft(f"uk-{key}"), line
            noting.kind(drafts[key], _cell(cells, "kind"), complain)
        _row(drafts[key], cells, complain)
    for key in [key for key, draft in drafts.items() if not draft.names]:
        complaints(problems, where, lines[key])(f"entry {drafts.pop(key).id} has no name; left out")
    return [draft.entry() for draft in drafts.values()]


def _cell(cells: Mapping[str, str], field: str) -> str:
    return next((found for name in _FIELDS[field] if (found := cells.get(name, "").strip())), "")


def _row(draft: Draft, cells: Mapping[str, str], complain: Complain) -> None:
    _name(draft, [cells.get(f"name{number}", "") for number in range(1, 7)], _cell(cells, "quality"))
    for name in _several(_cell(cells, "other_script")):
        draft.add_name(name)
    for said in _several(_cell(cells, "dob")):
        _born(draft, said, complain)
    towns, countries = _several(_cell(cells, "town")), _several(_cell(cells, "country"))
    for at in range(max(len(towns), len(countries))):
        noting.born_at(draft, *towns[at : at + 1], *countries[at : at + 1])
    for said in _several(_cell(cells, "nationality")):
        noting.citizen(draft, said, complain)
    for field, title in (("passport", "passport"), ("national", "national identifier")):
        for number in _several(_cell(cells, field)):
            noting.paper(draft, title, number, "", complain)
    remark = _cell(cells, "remark")
    gender = _cell(cells, "gender") or (found[1] if (found := _REMARK.search(remark)) else "")
    noting.of_sex(draft, gender, complain)
    if regime := _cell(cells, "regime"):
        draft.programs[regime] = None
    draft.remarks = draft.remarks or remark


def _name(draft: Draft, parts: list[str], quality: str) -> None:
    weak = quality.lower().startswith(("low", "weak"))
    draft.add_name(" ".join(parts), "weak" if weak else "strong")


def _born(draft: Draft, said: str, complain: Complain) -> None:
    """`28/06/1960`, with `00`, `dd` and `mm` for what is not known."""
    noting.born(draft, _UNKNOWN_PART.sub("00", said.split("T", maxsplit=1)[0]), complain)


def _several(said: str) -> list[str]:
    """`(1) Iraq (2) Iran` and its like, taken apart."""
    return [one for part in _NUMBERED.split(said) if (one := part.strip(" .,;"))]


def _designation(element: ET.Element, complain: Complain) -> Entry | None:
    key = text(element, "UniqueID") or text(element, "OFSIGroupID")
    draft = Draft(f"uk-{key}", remarks=text(element, "OtherInformation"))
    noting.kind(draft, text(element, "IndividualEntityShip"), complain)
    for name in element.iterfind("Names/Name"):
        _name(draft, [text(name, f"Name{number}") for number in range(1, 7)], text(name, "AliasStrength"))
    for name in element.iter("NameNonLatinScript"):
        draft.add_name(name.text or "")
    if not key or not draft.names:
        complain(f"a designation without {'name' if key else 'id'} was left out: {key[:40]}")
        return None
    for said in _all(element, "DOB"):
        _born(draft, said, complain)
    for place in element.iterfind(".//BirthDetails/Location"):
        noting.born_at(draft, text(place, "TownOfBirth"), text(place, "CountryOfBirth"))
    for said in _all(element, "Nationality"):
        noting.citizen(draft, said, complain)
    for said in _all(element, "Gender"):
        noting.of_sex(draft, said, complain)
    for said in _all(element, "PassportNumber"):
        noting.paper(draft, "passport", said, "", complain)
    for said in _all(element, "NationalIdentifierNumber"):
        noting.paper(draft, "national identifier", said, "", complain)
    draft.programs.update(dict.fromkeys(texts(element, "RegimeName")))
    return draft.entry()


def _all(element: ET.Element, tag: str) -> list[str]:
    return [one for found in element.iter(tag) for one in _several(found.text or "")]
