"""Advance passenger information as UN/EDIFACT PAXLST D.05B: written for an authority, and read back. Pure.

Segments, qualifiers and codes follow the WCO/IATA/ICAO implementation guide of PAXLST, in the directory D.05B.
Character set UNOA: names are transliterated as in a machine-readable zone (ICAO 9303 part 3, section 6), in capitals. A
name has five pieces of 35 characters: the family names in the first, the others in the rest. What the form cannot carry
is what `carried` leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from anyascii import anyascii
from pydifact.control.characters import Characters
from pydifact.exceptions import EDISyntaxError, ValidationError
from pydifact.parser import Parser
from pydifact.serializer import Serializer
from pydifact.tokenizer import Tokenizer

from cauce.people.mrz.names import readings

LONGEST = 35
_MARKS = "UNA:+.? '"
UNSPECIFIED = "XXX"
_PIECES = 5
_ALLOWED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-()/=!\"%&*;<>'+:?")
_DOCUMENTS = {
    "passport": "P",
    "identity_card": "I",
    "travel_document": "PT",
    "residence_permit": "PR",
    "visa": "V",
    "other": "F",
}
_KINDS = {code: kind for kind, code in _DOCUMENTS.items()}
_MODES = {"boat": "8", "canoe": "8", "bus": "3", "train": "2", "flight": "4", "walk": "9"}
_DATES = {4: "602", 6: "610", 8: "102"}
_NAMELESS = "UNKNOWN"


class NotPaxlst(ValueError):
    """What is read is no PAXLST that this program understands; the text says which segment, and why."""


@dataclass(frozen=True, slots=True)
class Traveller:
    """One passenger. Dates are `1984-05-02`, `1984-05`, `1984` or empty; codes are ICAO's three letters."""

    family: str
    given: str = ""
    sex: str = ""
    birth: str = ""
    nationality: str = ""
    document_type: str = ""
    document_number: str = ""
    document_expiry: str = ""
    document_issuer: str = ""
    seat: str = ""
    card: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """One vehicle's way across the border. `made`: when the message is; `day`: of the departure, local there."""

    sender: str
    recipient: str
    reference: str
    made: datetime
    number: str
    mode: str
    origin: str
    destination: str
    day: date
    plate: str = ""


class Segment:
    """A tag and its elements, each a text or the texts of its components. pydifact's own looks up each."""

    __slots__ = ("elements", "tag")

    def __init__(self, tag: str, *elements: str | list[str]) -> None:
        self.tag = tag
        self.elements = list(elements)

    def at(self, number: int) -> list[str]:
        """The components of an element; empty when it is not there."""
        found = self.elements[number] if number < len(self.elements) else []
        return [found] if isinstance(found, str) else list(found)

    def text(self, number: int, component: int = 0) -> str:
        found = self.at(number)
        return found[component] if component < len(found) else ""


def write(passage: Passage, travellers: Sequence[Traveller]) -> bytes:
    """The interchange, one message in one group, with service string advice."""
    way = carried_way(passage)
    message = list(_message(way, [carried(one) for one in travellers]))
    when = [f"{way.made:%y%m%d}", f"{way.made:%H%M}"]
    segments = [
        Segment("UNB", ["UNOA", "4"], way.sender, way.recipient, when, way.reference),
        Segment("UNG", "PAXLST", way.sender, way.recipient, when, way.reference, "UN", ["D", "05B"]),
        Segment("UNH", "1", ["PAXLST", "D", "05B", "UN", "IATA"], way.number, ["01", "F"]),
        *message,
        Segment("UNT", str(len(message) + 2), "1"),
        Segment("UNE", "1", way.reference),
        Segment("UNZ", "1", way.reference),
    ]
    marks = Characters.from_str(_MARKS)
    written: Any = segments
    return bytes(Serializer(marks).serialize(written).encode("ascii"))


def _message(way: Passage, travellers: list[Traveller]) -> Iterator[Segment]:
    yield Segment("BGM", "745")
    yield Segment("NAD", "MS", "", "", way.sender)
    vehicle = ["", "", "", "", way.plate] if way.plate else []
    yield Segment("TDT", "20", way.number, _MODES.get(way.mode, "9"), *vehicle)
    yield Segment("LOC", "125", way.origin)
    yield Segment("DTM", ["189", f"{way.day:%Y%m%d}", "102"])
    yield Segment("LOC", "87", way.destination)
    for one in travellers:
        yield from _passenger(way, one)
    yield Segment("CNT", ["42", str(len(travellers))])


def _passenger(way: Passage, one: Traveller) -> Iterator[Segment]:
    yield Segment("NAD", "FL", "", "", [one.family, *_pieces(one.given, _PIECES - 1)])
    yield Segment("ATT", "2", "", one.sex or "U")
    if one.birth:
        yield Segment("DTM", ["329", *_dated(one.birth)])
    yield Segment("LOC", "178", way.origin)
    yield Segment("LOC", "179", way.destination)
    if one.nationality:
        yield Segment("NAT", "2", one.nationality)
    if one.card:
        yield Segment("RFF", ["ABO", one.card])
    if one.seat:
        yield Segment("RFF", ["SEA", one.seat])
    if one.document_number or one.document_type:
        yield Segment("DOC", [_DOCUMENTS[one.document_type or "other"], "110", "111"], one.document_number)
        if one.document_expiry:
            yield Segment("DTM", ["36", *_dated(one.document_expiry)])
        if one.document_issuer:
            yield Segment("LOC", "91", one.document_issuer)


def carried(told: Traveller) -> Traveller:
    """What the form carries of a traveller: writing and reading it back gives exactly this.

    What is left once letters without a Latin reading are gone, or a long name is cut, may end in a suffix as II, which
    is left out in its turn.
    """
    name = next(readings(told.family, told.given))
    family, given = (" ".join(word.usual for word in words if word.usual) for words in (name.family, name.given))
    number = plain(told.document_number)
    has_paper = bool(number or told.document_type)
    found = replace(
        told,
        family=_cut(family or given, LONGEST) or _NAMELESS,
        given=" ".join(_pieces(given if family else "", _PIECES - 1)),
        sex=told.sex if told.sex in ("F", "M", "X") else "",
        birth=told.birth if _digits(told.birth) else "",
        nationality=plain(told.nationality)[:3],
        document_type=(told.document_type if told.document_type in _DOCUMENTS else "other") if has_paper else "",
        document_number=number,
        document_expiry=told.document_expiry if has_paper and _digits(told.document_expiry) else "",
        document_issuer=plain(told.document_issuer)[:3] if has_paper else "",
        seat=plain(told.seat),
        card=plain(told.card),
    )
    return found if found == told else carried(found)


def carried_way(told: Passage) -> Passage:
    """What the form carries of the passage: capitals of UNOA, whole minutes."""
    return replace(
        told,
        sender=plain(told.sender),
        recipient=plain(told.recipient),
        reference=plain(told.reference)[:14],
        made=told.made.replace(second=0, microsecond=0),
        number=plain(told.number),
        mode=next(mode for mode, code in _MODES.items() if code == _MODES.get(told.mode, "9")),
        origin=plain(told.origin)[:25],
        destination=plain(told.destination)[:25],
        plate=plain(told.plate),
    )


def plain(text: str) -> str:
    """A code or a number in UNOA: Latin capitals, without what the set lacks, at most 35 characters."""
    latin = anyascii(text).upper().replace("_", "-")
    return "".join(character for character in latin if character in _ALLOWED)[:LONGEST].strip()


def _pieces(text: str, most: int) -> list[str]:
    """The words in pieces of at most 35 characters, at most so many; what is left over is left out."""
    pieces: list[str] = []
    for word in text.split():
        if pieces and len(pieces[-1]) + 1 + len(word) <= LONGEST:
            pieces[-1] += f" {word}"
        elif len(pieces) < most:
            pieces.append(word[:LONGEST])
        else:
            break
    return pieces


def _cut(text: str, most: int) -> str:
    """As many whole words as fit; of a first word that does not fit, its beginning."""
    return (_pieces(text, 1) or [""])[0][:most]


def _digits(told: str) -> str:
    """`1984-05` as `198405`; empty for what is no date of four, six or eight digits."""
    digits = told.replace("-", "")
    return digits if re.fullmatch(r"\d{4}(?:-\d{2}){0,2}", told) else ""


def _dated(told: str) -> list[str]:
    digits = _digits(told)
    return [digits, _DATES[len(digits)]]


def read(content: bytes) -> tuple[Passage, list[Traveller]]:
    """What an interchange says. NotPaxlst names the segment that is missing, wrong or does not add up."""
    try:
        segments = list(_segments(content.decode("ascii").strip()))
    except (UnicodeDecodeError, EDISyntaxError, ValidationError, ValueError, TypeError, RuntimeError) as reason:
        raise NotPaxlst(f"this is no UN/EDIFACT in UNOA: {reason}") from reason
    body = [one for one in segments if one.tag not in ("UNB", "UNG", "UNE", "UNZ")]
    heads = {
        tag: next((one for one in segments if one.tag == tag), None) for tag in ("UNB", "UNH", "TDT", "UNT", "CNT")
    }
    for tag, found in heads.items():
        if found is None:
            raise NotPaxlst(f"{tag} is missing")
    head = {tag: found for tag, found in heads.items() if found is not None}
    if head["UNH"].at(1)[:3] != ["PAXLST", "D", "05B"]:
        raise NotPaxlst(f"UNH names {':'.join(head['UNH'].at(1))}, not PAXLST:D:05B")
    if head["UNT"].text(0) != str(len(body)):
        raise NotPaxlst(f"UNT counts {head['UNT'].text(0)} segments, there are {len(body)}")
    travellers = [_traveller(group) for group in _groups(body)]
    if head["CNT"].at(0) != ["42", str(len(travellers))]:
        raise NotPaxlst(f"CNT counts {':'.join(head['CNT'].at(0))}, there are {len(travellers)} passengers")
    return _passage(head, body), travellers


def _segments(text: str) -> Iterator[Segment]:
    marks = Characters.from_str(_MARKS)
    if text.startswith("UNA"):
        marks, text = Characters.from_str(text[:9]), text[9:].lstrip("\r\n")
    for raw in Parser().convert_tokens_to_raw_segments(Tokenizer().get_tokens(text, marks)):
        tag, *elements = raw
        yield Segment(str(tag), *elements)


def _passage(head: dict[str, Segment], body: list[Segment]) -> Passage:
    interchange, way = head["UNB"], head["TDT"]
    before = body[: next((at for at, one in enumerate(body) if _is_passenger(one)), len(body))]
    places = {one.text(0): one.text(1) for one in before if one.tag == "LOC"}
    days = {one.text(0): one.text(0, 1) for one in before if one.tag == "DTM"}
    try:
        return Passage(
            sender=interchange.text(1),
            recipient=interchange.text(2),
            reference=interchange.text(4),
            made=datetime.strptime("".join(interchange.at(3)), "%y%m%d%H%M"),  # noqa: DTZ007 - UTC, by agreement
            number=way.text(1),
            mode=next((mode for mode, code in _MODES.items() if code == way.text(2)), "walk"),
            origin=places["125"],
            destination=places["87"],
            day=date.fromisoformat(_iso(days["189"])),
            plate=way.text(7),
        )
    except (KeyError, ValueError) as reason:
        raise NotPaxlst(f"UNB, TDT, LOC 125, LOC 87 or DTM 189 cannot be read: {reason}") from reason


def _is_passenger(one: Segment) -> bool:
    return one.tag == "NAD" and one.text(0) == "FL"


def _groups(body: list[Segment]) -> Iterator[list[Segment]]:
    starts = [at for at, one in enumerate(body) if _is_passenger(one)]
    for start, end in pairwise([*starts, len(body)]):
        yield body[start:end]


def _traveller(group: list[Segment]) -> Traveller:
    names = [piece for piece in group[0].at(3) if piece]
    facts: dict[str, str] = {}
    for one in group[1:]:
        key = (one.tag, one.text(0))
        if one.tag == "ATT":
            facts["sex"] = one.text(2) if one.text(2) in ("F", "M", "X") else ""
        elif one.tag == "DOC":
            facts |= {"document_type": _KINDS.get(one.text(0), "other"), "document_number": one.text(1)}
        elif one.tag == "NAT":
            facts["nationality"] = one.text(1)
        elif key in _FACTS:
            field, element, component = _FACTS[key]
            told = one.text(element, component)
            facts[field] = _iso(told) if one.tag == "DTM" else told
    if not names:
        raise NotPaxlst("NAD FL names nobody")
    return Traveller(family=names[0], given=" ".join(names[1:]), **facts)


_FACTS = {
    ("DTM", "329"): ("birth", 0, 1),
    ("DTM", "36"): ("document_expiry", 0, 1),
    ("LOC", "91"): ("document_issuer", 1, 0),
    ("RFF", "ABO"): ("card", 0, 1),
    ("RFF", "SEA"): ("seat", 0, 1),
}


def _iso(digits: str) -> str:
    return "-".join(filter(None, (digits[:4], digits[4:6], digits[6:8])))
