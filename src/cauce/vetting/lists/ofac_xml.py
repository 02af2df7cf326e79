"""OFAC's lists in XML: SDN_ADVANCED.XML and CONS_ADVANCED.XML, whose values stand in reference sets, and the simple
sdn.xml. Layouts: "Advanced Sanctions List Standard" and "SDN XML specification", Office of Foreign Assets Control.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from xml.etree import ElementTree as ET  # nosec B405 # parsed by records(), which refuses entities

from cauce.vetting.lists import noting
from cauce.vetting.lists.dates import days
from cauce.vetting.lists.elements import records, text, texts
from cauce.vetting.lists.model import DateRange, Draft, Entry, Problem
from cauce.vetting.lists.noting import Complain
from cauce.vetting.lists.records import complaints

_PARTS = ("DateOfIssue", "ReferenceValueSets", "Location", "IDRegDocument", "DistinctParty", "SanctionsEntry")
_SIMPLE = ("publshInformation", "sdnEntry")
_FAMILY_LAST = frozenset(["first name", "middle name", "maiden name", "patronymic", "matronymic", "nickname"])
_TOGETHER = ("chinese", "han", "hangul", "korean", "japanese", "hiragana", "katakana")
"""Scripts in which the family name comes first and no comma says so."""
_KNOWN_FEATURES = {
    "8": "birthdate",
    "9": "place of birth",
    "10": "nationality country",
    "11": "citizenship country",
    "224": "gender",
}
"""The ids that OFAC has used for years, for a file whose reference sets are broken."""
_KNOWN_DETAILS = {"91526": "Male", "91527": "Female"}
Read = tuple[list[Entry], list[Problem], date | None]


def read_ofac_xml(data: bytes, where: str) -> Read:
    """Entries, problems and the day of the edition, from either layout."""
    problems: list[Problem] = []
    reader = _Reader(where, problems)
    for line, element in records(data, frozenset(_PARTS + _SIMPLE), where, problems):
        reader.take(line, element)
    return reader.entries(), problems, reader.issued


class _Reader:
    """Holds what parties refer to, and the parties until all of it has been seen."""

    def __init__(self, where: str, problems: list[Problem]) -> None:
        self.where, self.problems = where, problems
        self.issued: date | None = None
        self._promised: int | None = None
        self._values: dict[tuple[str, str], ET.Element] = {}
        self._places: dict[str, tuple[str, str]] = {}
        self._papers: dict[str, list[tuple[int, ET.Element]]] = defaultdict(list)
        self._programs: dict[str, list[str]] = defaultdict(list)
        self._parties: list[tuple[int, str, Draft, list[str]]] = []

    def take(self, line: int, element: ET.Element) -> None:
        complain = complaints(self.problems, self.where, line)
        if element.tag == "sdnEntry":
            self._parties.append((line, text(element, "uid"), _simple(element, complain), []))
        elif element.tag == "DistinctParty":
            self._parties.extend(self._party(line, element, complain))
        elif element.tag == "IDRegDocument":
            self._papers[element.get("IdentityID", "")].append((line, element))
        elif element.tag == "Location":
            self._places[element.get("ID", "")] = self._place(element)
        elif element.tag == "SanctionsEntry":
            self._programs[element.get("ProfileID", "")] += texts(element, "SanctionsMeasure/Comment")
        elif element.tag == "ReferenceValueSets":
            self._values = {(one.tag, one.get("ID", "")): one for group in element for one in group}
        elif element.tag == "DateOfIssue":
            self.issued = noting.day("-".join(text(element, part) for part in ("Year", "Month", "Day")))
        else:
            self.issued = noting.day(text(element, "Publish_Date"), "mdy")
            count = text(element, "Record_Count")
            self._promised = int(count) if count.isdecimal() and len(count) < 10 else None

    def entries(self) -> list[Entry]:
        found: dict[str, Entry] = {}
        for line, key, draft, identities in self._parties:
            complain = complaints(self.problems, self.where, line)
            draft.programs.update(dict.fromkeys(self._programs.get(key, ())))
            for identity in identities:
                for paper_line, element in self._papers.pop(identity, ()):
                    self._paper(draft, element, complaints(self.problems, self.where, paper_line))
            if not key or not draft.names:
                complain(f"a party without {'name' if key else 'id'} was left out: {key[:40]}")
            elif draft.id in found:
                complain(f"entry {draft.id} stands twice; the first was kept")
            else:
                found[draft.id] = draft.entry()
        self._tell_what_is_left(len(self._parties))
        return list(found.values())

    def _tell_what_is_left(self, parties: int) -> None:
        lost = [line for papers in self._papers.values() for line, _ in papers]
        if lost:
            told = f"{self.where}: {len(lost)} documents belong to no party in the file"
            self.problems.append(Problem(min(lost), told))
        if self._promised is not None and self._promised > parties:
            told = f"{self.where}: says that it has {self._promised:,} entries, {parties:,} stand in it"
            self.problems.append(Problem(0, told, cut=True))

    def _value(self, kind: str, key: str | None) -> str:
        element = self._values.get((kind, key or ""))
        return " ".join((element.text or "").split()) if element is not None else ""

    def _place(self, element: ET.Element) -> tuple[str, str]:
        """The place in words, and its country's name."""
        parts = texts(element, "LocationPart/LocationPartValue/Value")
        countries = [self._value("Country", one.get("CountryID")) for one in element.iterfind("LocationCountry")]
        for one in element.iterfind("LocationAreaCode"):
            area = self._values.get(("AreaCode", one.get("AreaCodeID", "")))
            if area is not None:
                countries.append(area.get("Description", "") or self._value("Country", area.get("CountryID")))
        country = next((one for one in countries if one and one.lower() != "undetermined"), "")
        if not country and len(parts) == 1:
            country = parts[0]
        return ", ".join(dict.fromkeys([*parts, *filter(None, [country])])), country

    def _party(self, line: int, party: ET.Element, complain: Complain) -> Iterator[tuple[int, str, Draft, list[str]]]:
        profiles = party.findall("Profile")
        if not profiles:
            complain(f"party {party.get('FixedRef', '')[:40]} has no profile; left out")
        for profile in profiles:
            key = profile.get("ID", "") or party.get("FixedRef", "")
            draft = Draft(f"ofac-{key}", remarks=text(party, "Comment"))
            self._read_kind(draft, profile.get("PartySubTypeID", ""), complain)
            for identity in profile.iterfind("Identity"):
                self._names(draft, identity)
            for feature in [*profile.iterfind("Feature"), *party.iterfind("Feature")]:
                self._feature(draft, feature, complain)
            yield line, key, draft, [one.get("ID", "") for one in profile.iterfind("Identity")]

    def _read_kind(self, draft: Draft, sub_type: str, complain: Complain) -> None:
        element = self._values.get(("PartySubType", sub_type))
        said = self._value("PartySubType", sub_type).lower()
        if element is not None and said in ("", "unknown"):
            said = self._value("PartyType", element.get("PartyTypeID")).lower()
        noting.kind(draft, said, complain)

    def _names(self, draft: Draft, identity: ET.Element) -> None:
        types = {
            group.get("ID", ""): self._value("NamePartType", group.get("NamePartTypeID")).lower()
            for group in identity.iterfind("NamePartGroups/MasterNamePartGroup/NamePartGroup")
        }
        for alias in identity.iterfind("Alias"):
            weak = alias.get("LowQuality", "").lower() in ("true", "1")
            for name in alias.iterfind("DocumentedName"):
                by_script: dict[str, list[tuple[str, str]]] = defaultdict(list)
                for part in name.iterfind("DocumentedNamePart/NamePartValue"):
                    script = self._value("Script", part.get("ScriptID")).lower()
                    by_script[script].append((types.get(part.get("NamePartGroupID", ""), ""), part.text or ""))
                for script, parts in by_script.items():
                    draft.add_name(_in_order(parts, script), "weak" if weak else "strong")

    def _feature(self, draft: Draft, feature: ET.Element, complain: Complain) -> None:
        key = feature.get("FeatureTypeID", "")
        kind = self._value("FeatureType", key).lower().rstrip(":- ") or _KNOWN_FEATURES.get(key, "")
        for version in feature.iterfind("FeatureVersion"):
            if kind == "birthdate":
                for period in version.iterfind("DatePeriod"):
                    _born(draft, period, complain)
            elif kind in ("place of birth", "nationality country", "citizenship country", "gender", "title"):
                for said, country in self._said(version):
                    _note(draft, kind, said, country, complain)

    def _said(self, version: ET.Element) -> Iterator[tuple[str, str]]:
        """What a feature says, in words and as a country, whether by reference, in a place or as text."""
        for detail in version.iterfind("VersionDetail"):
            reference = detail.get("DetailReferenceID", "")
            said = self._value("DetailReference", reference) or _KNOWN_DETAILS.get(reference, "")
            if said := said or " ".join((detail.text or "").split()):
                yield said, said
        for place in version.iterfind("VersionLocation"):
            yield self._places.get(place.get("LocationID", ""), ("", ""))

    def _paper(self, draft: Draft, element: ET.Element, complain: Complain) -> None:
        title = self._value("IDRegDocType", element.get("IDRegDocTypeID"))
        country = self._value("Country", element.get("IssuedBy-CountryID"))
        country = "" if country.lower() == "undetermined" else country
        noting.paper(draft, title, text(element, "IDRegistrationNo"), country, complain)


def _in_order(parts: list[tuple[str, str]], script: str) -> str:
    """`FAMILY, Given` as OFAC prints names, where the parts of the name are told apart."""
    family = " ".join(value for kind, value in parts if kind == "last name")
    given = " ".join(value for kind, value in parts if kind in _FAMILY_LAST)
    others = " ".join(value for kind, value in parts if kind != "last name" and kind not in _FAMILY_LAST)
    if family and given and any(one in script for one in _TOGETHER):
        return f"{family} {given} {others}"
    return f"{family}, {given} {others}" if family and given else f"{family} {given} {others}"


def _note(draft: Draft, kind: str, said: str, country: str, complain: Complain) -> None:
    if kind == "place of birth":
        noting.born_at(draft, said)
    elif kind == "gender":
        noting.of_sex(draft, said, complain)
    elif kind == "title":
        draft.remarks = f"{draft.remarks} Title: {said}.".strip()
    else:
        noting.citizen(draft, country, complain)
        if not country:
            complain(f"a {kind} that refers to no known place")


def _born(draft: Draft, period: ET.Element, complain: Complain) -> None:
    ends = [_day(found) for edge in ("Start/From", "Start/To", "End/From", "End/To") for found in period.iterfind(edge)]
    known = [end for end in ends if end is not None]
    about = any(edge.get("Approximate", "").lower() == "true" for edge in period)
    whole = len(known) == len(ends) and bool(ends)
    found = DateRange(min(one.first for one in known), max(one.last for one in known)) if whole else None
    said = " ".join(" ".join(period.itertext()).split())
    noting.born_in(draft, found, said, complain, about=about)


def _day(element: ET.Element) -> DateRange | None:
    numbers = [text(element, part) or "0" for part in ("Year", "Month", "Day")]
    if not all(one.isdecimal() and len(one) < 5 for one in numbers):
        return None
    return days(*(int(one) for one in numbers))


def _simple(element: ET.Element, complain: Complain) -> Draft:
    draft = Draft(f"ofac-{text(element, 'uid')}", remarks=text(element, "remarks"))
    noting.kind(draft, text(element, "sdnType"), complain)
    for name in [element, *element.iterfind("akaList/aka")]:
        family, given = text(name, "lastName"), text(name, "firstName")
        weak = text(name, "category").lower() == "weak"
        draft.add_name(f"{family}, {given}" if family and given else family or given, "weak" if weak else "strong")
    for said in texts(element, "dateOfBirthList/dateOfBirthItem/dateOfBirth"):
        noting.born(draft, said, complain)
    for place in texts(element, "placeOfBirthList/placeOfBirthItem/placeOfBirth"):
        noting.born_at(draft, place)
    for country in texts(element, "nationalityList/nationality/country"):
        noting.citizen(draft, country, complain)
    for country in texts(element, "citizenshipList/citizenship/country"):
        noting.citizen(draft, country, complain)
    for paper in element.iterfind("idList/id"):
        title, number = text(paper, "idType"), text(paper, "idNumber")
        if title.lower() == "gender":
            noting.of_sex(draft, number, complain)
        else:
            noting.paper(draft, title, number, text(paper, "idCountry"), complain)
    draft.programs.update(dict.fromkeys(texts(element, "programList/program")))
    return draft
