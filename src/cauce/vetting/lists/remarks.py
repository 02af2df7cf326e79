"""What the free text of an OFAC remark says: birth, nationality, sex, documents, quoted nicknames."""

import re
from collections.abc import Callable

from cauce.vetting.lists.countries import alpha3
from cauce.vetting.lists.dates import parse_range
from cauce.vetting.lists.model import Document, Draft

_PIECE = re.compile(r";\s*")
_HEAD = re.compile(
    r"^(?:alt\.\s+)?(?P<key>DOB|POB|nationality|citizen|Gender|[afn]\.k\.a\.)[:.]?\s+(?P<value>.+)$", re.I | re.S
)
_DOCUMENT = re.compile(
    r"""^(?:alt\.\s+)?
    (?P<title>(?:[A-Z][\w.'’/-]*\s+){0,5}?
        (?:No\.|Number|\#|ID|Code|C\.U\.R\.P\.|R\.F\.C\.|D\.N\.I\.|RTN|RUC|SSN|Passport|Card))
    [\s:\#]*(?:No\.|Number|\#)?[\s:]*
    (?P<number>(?=[^;()]*\d)[^;()]*?)\s*
    (?:\((?P<country>[^)]*)\))?
    (?:\s+(?:issued|expires|Date\ of\ Issue).*)?$""",
    re.S | re.X,
)
_KINDS = (
    ("passport", re.compile(r"passport", re.I)),
    ("tax", re.compile(r"tax|\bNIT\b|R\.F\.C|fiscal|\bRUC\b|\bRIF\b|C\.U\.I\.T|\bRTN\b", re.I)),
    (
        "national",
        re.compile(
            r"national|cedula|identi|D\.N\.I|C\.U\.R\.P|personal|\bSSN\b|birth|electoral|citizen|residen|turkish|\bI\.?D\b|card|driver|stateless",
            re.I,
        ),
    ),
)
_NOT_A_DOCUMENT = re.compile(
    r"phone|email|website|digital|address|section|order|resolution|SWIFT|BIC|vessel|aircraft|registration|company|enterprise|MMSI|linked|sanctions|fax|serial",
    re.I,
)


def pieces(remarks: str) -> list[str]:
    """The remark cut at its semicolons, full stops at the end taken off."""
    return [piece.strip().rstrip(".").strip() for piece in _PIECE.split(remarks) if piece.strip(" .")]


def read_remarks(remarks: str, draft: Draft, complain: Callable[[str], None]) -> None:
    """Put what the remark says into the draft; what names a known field but is not understood is complained about."""
    for piece in pieces(remarks):
        head = _HEAD.match(piece)
        if head:
            _FIELDS[head["key"].lower().replace(".", "")](head["value"].strip(), draft, complain)
        elif document := document_in(piece):
            draft.documents[document] = None


def document_in(piece: str) -> Document | None:
    """`Passport K1234 (Iran)`, `Cedula No. 606 (Colombia)` and their like; None for anything else."""
    match = _DOCUMENT.match(piece)
    if not match or _NOT_A_DOCUMENT.search(match["title"]):
        return None
    kind = next((kind for kind, pattern in _KINDS if pattern.search(match["title"])), "other")
    number = match["number"].strip(" .,")
    return Document(kind, number, alpha3(match["country"] or "") or "") if number else None


def _birth_date(value: str, draft: Draft, complain: Callable[[str], None]) -> None:
    found = parse_range(value)
    if found:
        draft.birth_dates[found] = None
    else:
        complain(f"birth date not understood: {value!r}")


def _birth_place(value: str, draft: Draft, complain: Callable[[str], None]) -> None:
    draft.birth_places[value] = None


def _nationality(value: str, draft: Draft, complain: Callable[[str], None]) -> None:
    code = alpha3(value)
    if code:
        draft.nationalities[code] = None
    elif code is None:
        complain(f"country not understood: {value!r}")


def _sex(value: str, draft: Draft, complain: Callable[[str], None]) -> None:
    code = {"male": "M", "female": "F"}.get(value.lower())
    if code:
        draft.sexes[code] = None
    else:
        complain(f"sex not understood: {value!r}")


def _nickname(value: str, draft: Draft, complain: Callable[[str], None]) -> None:
    draft.add_name(value.strip("'\" "), "weak")


_FIELDS: dict[str, Callable[[str, Draft, Callable[[str], None]], None]] = {
    "dob": _birth_date,
    "pob": _birth_place,
    "nationality": _nationality,
    "citizen": _nationality,
    "gender": _sex,
    "aka": _nickname,
    "fka": _nickname,
    "nka": _nickname,
}
