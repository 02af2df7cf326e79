"""The United Nations Security Council consolidated list, in its XML."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from xml.etree import ElementTree as ET

from cauce.vetting.lists.countries import alpha3
from cauce.vetting.lists.dates import ABOUT_YEARS, parse_range, widened, year_range
from cauce.vetting.lists.model import DateRange, Document, Draft, Entry, Problem
from cauce.vetting.lists.text import decode

_NAMES = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_START = re.compile(r"<(INDIVIDUAL|ENTITY)[\s>]")
_GENERATED = re.compile(r"dateGenerated=[\"'](\d{4}-\d\d-\d\d)")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
Complain = Callable[[str], None]


def read_un(data: bytes, where: str) -> tuple[list[Entry], list[Problem], date | None]:
    """Entries, problems and the day the file was generated. A file cut short gives the entries before the cut."""
    problems: list[Problem] = []
    text = decode(data, where, problems)
    lines = _starts(text)
    entries: dict[str, Entry] = {}
    for number, element in enumerate(_elements(text, where, problems)):
        line = lines[number] if number < len(lines) else 0
        entry = _entry(element, partial(_complain, problems, where, line))
        if entry is None or entry.id in entries:
            problems.append(Problem(line, f"{where}: an entry without DATAID or with one seen before was left out"))
        else:
            entries[entry.id] = entry
    generated = _GENERATED.search(text[:4000])
    return list(entries.values()), problems, date.fromisoformat(generated[1]) if generated else None


def _complain(problems: list[Problem], where: str, line: int, message: str) -> None:
    problems.append(Problem(line, f"{where}: {message}"))


def _starts(text: str) -> list[int]:
    """The line on which each entry starts: the parser does not keep it."""
    found, line, at = [], 1, 0
    for match in _START.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        found.append(line)
    return found


def _elements(text: str, where: str, problems: list[Problem]) -> Iterator[ET.Element]:
    # The pull parser hands over each finished entry, so a broken tail costs only what stands after the break.
    # Expat refuses exponential entities itself and ElementTree never fetches external ones.
    parser: ET.XMLPullParser[ET.Element] = ET.XMLPullParser(events=("end",))
    try:
        parser.feed(_DECLARATION.sub("", text).encode("utf-8"))
        parser.close()
    except ET.ParseError as error:
        told = f"{where}: broken XML ({error}); read up to here, get a whole copy"
        problems.append(Problem(error.position[0], told, cut=True))
    try:
        for event in parser.read_events():
            element = event[-1]
            if isinstance(element, ET.Element) and element.tag in ("INDIVIDUAL", "ENTITY"):
                yield element
    except ET.ParseError:
        return


def _text(element: ET.Element, tag: str) -> str:
    return " ".join((element.findtext(tag) or "").split())


def _entry(element: ET.Element, complain: Complain) -> Entry | None:
    key = _text(element, "DATAID")
    if not key:
        return None
    draft = Draft(f"un-{key}", "person" if element.tag == "INDIVIDUAL" else "other")
    draft.add_name(" ".join(filter(None, (_text(element, tag) for tag in _NAMES))))
    draft.add_name(_text(element, "NAME_ORIGINAL_SCRIPT"))
    for alias in element.iter(f"{element.tag}_ALIAS"):
        weak = _text(alias, "QUALITY").lower() == "low"
        for name in _text(alias, "ALIAS_NAME").split(";"):
            draft.add_name(name, "weak" if weak else "strong")
        _add_date(draft, _text(alias, "DATE_OF_BIRTH"), complain)
    if not draft.names:
        complain(f"entry {key} has no name")
    _read_person(element, draft, complain)
    draft.programs[_text(element, "UN_LIST_TYPE") or "UN"] = None
    draft.remarks = " ".join(filter(None, (_text(element, "REFERENCE_NUMBER"), _text(element, "COMMENTS1"))))
    return draft.entry()


def _read_person(element: ET.Element, draft: Draft, complain: Complain) -> None:
    for born in element.iter("INDIVIDUAL_DATE_OF_BIRTH"):
        found = _birth(born, complain)
        if found:
            draft.birth_dates[found] = None
    for value in element.findall("NATIONALITY/VALUE"):
        _add_country(draft, " ".join((value.text or "").split()), complain)
    sex = {"male": "M", "female": "F", "": ""}.get(_text(element, "GENDER").lower())
    if sex is None:
        complain(f"sex not understood: {_text(element, 'GENDER')!r}")
    elif sex:
        draft.sexes[sex] = None
    for place in element.iter("INDIVIDUAL_PLACE_OF_BIRTH"):
        name = ", ".join(filter(None, (_text(place, tag) for tag in ("CITY", "STATE_PROVINCE", "COUNTRY"))))
        if name:
            draft.birth_places[name] = None
    for document in element.iter("INDIVIDUAL_DOCUMENT"):
        _add_document(draft, document)


def _birth(born: ET.Element, complain: Complain) -> DateRange | None:
    if born.find("FROM_YEAR") is not None:
        first, last = _text(born, "FROM_YEAR"), _text(born, "TO_YEAR")
        found = year_range(int(first), int(last)) if first.isdigit() and last.isdigit() else None
        said = f"{first}/{last}"
    else:
        said = _text(born, "DATE") or _text(born, "YEAR")
        found = parse_range(said)
    if found is None and said:
        complain(f"birth date not understood: {said!r}")
    if found and _text(born, "TYPE_OF_DATE").upper() == "APPROXIMATELY":
        return widened(found, ABOUT_YEARS)
    return found


def _add_date(draft: Draft, said: str, complain: Complain) -> None:
    found = parse_range(said) if said else None
    if found:
        draft.birth_dates[found] = None
    elif said:
        complain(f"birth date not understood: {said!r}")


def _add_country(draft: Draft, said: str, complain: Complain) -> None:
    code = alpha3(said)
    if code:
        draft.nationalities[code] = None
    elif code is None:
        complain(f"country not understood: {said!r}")


def _add_document(draft: Draft, element: ET.Element) -> None:
    title = f"{_text(element, 'TYPE_OF_DOCUMENT')} {_text(element, 'TYPE_OF_DOCUMENT2')}".lower()
    number = _text(element, "NUMBER")
    country = alpha3(_text(element, "ISSUING_COUNTRY") or _text(element, "COUNTRY_OF_ISSUE")) or ""
    if number:
        kind = "passport" if re.search(r"passe?port|pasaporte", title) else "national"
        draft.documents[Document(kind, number, country)] = None
