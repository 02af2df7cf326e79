"""Reading a zone: its lines, its fields, its check digits (Doc 9303 parts 3 to 7)."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from cauce.people.mrz.codes import codes
from cauce.people.mrz.dates import birth_date, expiry_date
from cauce.people.mrz.layouts import ALPHABET, Layout, date_digit, digit_of, layout_of, values

_ALPHABET = ALPHABET.encode()
_DIGIT = re.compile("[0-9]").search
_AS_PRINTED = re.compile(f"[{ALPHABET}]+(?:[|\n][{ALPHABET}]+)+").fullmatch
_UPPER = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_SEXES = {"M": "M", "F": "F", "<": "X", "X": "X"}
_FIRST_LETTERS = {"TD1": "ACI", "TD2": "ACI", "TD3": "P", "MRV-A": "V", "MRV-B": "V"}
_ONE_LINE = {90: 30, 88: 44, 72: 36}


class Zone(NamedTuple):
    """What a zone says. Without a format nothing but `lines` and `warnings` is filled.

    `valid`: the shape (number and length of the lines, the zone's alphabet) and every check digit are right.
    `failed`: of `document_number`, `birth_date`, `expiry_date`, `optional`, `composite`, those whose digit is
    wrong. `warnings` are codes, listed in docs/mrz.md. Dates are ISO, a birth date may be a year or a month;
    `sex` is M, F or X (unspecified); codes are the zone's own (`D`, not `DEU`). A filler inside a number or the
    optional data stays `<`, inside names it is a space.
    """

    format: str | None = None
    document_type: str | None = None
    issuer: str | None = None
    document_number: str | None = None
    family_names: str | None = None
    given_names: str | None = None
    nationality: str | None = None
    birth_date: str | None = None
    sex: str | None = None
    expiry_date: str | None = None
    optional: str | None = None
    valid: bool = False
    failed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()

    @property
    def name_may_be_truncated(self) -> bool:
        """Whether the last place of the name is taken: it may have been cut, or it just fits."""
        if self.format is None:
            return False
        name_line = self.lines[2] if self.format == "TD1" else self.lines[0]
        return not name_line.endswith("<")

    def as_dict(self) -> dict[str, Any]:
        """The fields as JSON takes them, the lines left out."""
        fields = self._asdict()
        del fields["lines"]
        return fields


def split_lines(text: str | Iterable[str]) -> tuple[tuple[str, ...], bool]:
    """The zone's lines in capitals without what scanners add, and whether some letters were small.

    Lines end at a line break or `|`; spaces, tabs, control and invisible characters (a byte-order mark) go.
    A zone typed in one run of 72, 88 or 90 characters is divided.
    """
    whole = text if isinstance(text, str) else "\n".join(text)
    if _AS_PRINTED(whole):
        return tuple(whole.replace("\n", "|").split("|")), False
    lines = [_clean(line) for line in whole.replace("|", "\n").splitlines()]
    lines = [line for line in lines if line]
    if len(lines) == 1 and (width := _ONE_LINE.get(len(lines[0]))):
        lines = [lines[0][at : at + width] for at in range(0, len(lines[0]), width)]
    capitals = [line.translate(_UPPER) for line in lines]
    return tuple(capitals), capitals != lines


def _clean(line: str) -> str:
    line = "".join(line.split())
    if line.isprintable():
        return line
    return "".join(c for c in line if unicodedata.category(c) not in {"Cc", "Cf"})


def parse(text: str | Iterable[str], today: date | None = None) -> Zone:
    """Read a zone of any of the five formats; never raises, whatever the text is.

    `today` (default: the machine's date) settles the centuries: a birth date is not after it, an expiry date
    is within 50 years before it and 49 after.
    """
    lines, small = split_lines(text)
    layout = layout_of(lines)
    if layout is None:
        return Zone(warnings=("line_length",) if lines else (), lines=lines)
    zone = _read(layout, lines, "".join(lines), today or date.today())  # noqa: DTZ011 - the desk's own calendar day
    return zone._replace(warnings=("lower_case", *zone.warnings)) if small else zone


class _Number(NamedTuple):
    text: str
    optional: str
    right: bool


def _number(layout: Layout, text: str, weights: bytes) -> _Number:
    """The document number; a long one goes on in the optional data behind a filler (parts 5 and 6, note j)."""
    where = layout.number
    field, check, optional = text[where], text[where.stop], text[layout.optional[0]]
    if check == "<" and layout.long_numbers:
        tail, _, rest = optional.partition("<")
        if len(tail) > 1:
            start = layout.optional[0].start
            head, behind = weights[where], weights[start : start + len(tail) - 1]
            # The standard leaves the filler out of the sum; Belgium's cards count it as a place.
            right = tail[-1] in (digit_of(head + behind), digit_of(head + b"\0" + behind))
            return _Number(field + tail[:-1], rest, right)
    return _Number(field.rstrip("<"), optional, digit_of(weights[where]) == check)


def _failed(layout: Layout, text: str, weights: bytes, number: _Number) -> tuple[str, ...]:
    failed = []
    if not number.right:
        failed.append("document_number")
    if date_digit(weights[layout.birth]) != text[layout.birth.stop]:
        failed.append("birth_date")
    if date_digit(weights[layout.expiry]) != text[layout.expiry.stop]:
        failed.append("expiry_date")
    if layout.optional_check > 0:
        check = text[layout.optional_check]
        # Part 4: where the personal number is not used, its check digit may be 0 or a filler.
        unused = check == "<" and not number.optional.strip("<")
        if not unused and digit_of(weights[layout.optional[0]]) != check:
            failed.append("optional")
    if layout.composite:
        first, second, third = layout.composite
        if digit_of(weights[first] + weights[second] + weights[third]) != text[layout.composite_check]:
            failed.append("composite")
    return tuple(failed)


def _read(layout: Layout, lines: tuple[str, ...], text: str, today: date) -> Zone:
    weights = values(text)
    number = _number(layout, text, weights)
    failed = _failed(layout, text, weights, number)
    born, born_possible = birth_date(text[layout.birth], today)
    expires, expires_possible = expiry_date(text[layout.expiry], today, born[:4] if born else "")
    issuer, nationality = text[2:5].rstrip("<"), text[layout.nationality].rstrip("<")
    family, given = split_name(text[layout.name])
    sex = _SEXES.get(text[layout.sex])
    warnings = _doubts(layout, text, issuer, nationality)
    if not born_possible:
        warnings.append("impossible_birth_date")
    if not expires_possible:
        warnings.append("impossible_expiry_date")
    if sex is None:
        warnings.append("unknown_sex")
    if not family:
        warnings.append("no_family_name")
    return Zone(
        layout.format,
        text[:2].rstrip("<"),
        issuer,
        number.text,
        family,
        given,
        nationality,
        born,
        sex,
        expires,
        _optional(layout, number, text),
        not failed and "characters" not in warnings,
        failed,
        tuple(warnings),
        lines,
    )


def _doubts(layout: Layout, text: str, issuer: str, nationality: str) -> list[str]:
    """Warnings that the characters alone give."""
    warnings = []
    if text.encode("ascii", "replace").translate(None, _ALPHABET):
        warnings.append("characters")
    if text[0] not in _FIRST_LETTERS[layout.format]:
        warnings.append("document_type")
    known = codes()
    if issuer not in known:
        warnings.append("unknown_issuer")
    if nationality not in known:
        warnings.append("unknown_nationality")
    if _DIGIT(text, layout.name.start, layout.name.stop):
        warnings.append("digits_in_name")
    return warnings


def _optional(layout: Layout, number: _Number, text: str) -> str:
    optional = number.optional.strip("<")
    if len(layout.optional) > 1 and (second := text[layout.optional[1]].strip("<")):
        return f"{optional}<{second}" if optional else second
    return optional


def split_name(field: str) -> tuple[str, str]:
    """Family and given names of a name field, components separated by a space (part 3, section 4.6)."""
    family, _, given = field.rstrip("<").partition("<<")
    if "<<" in given or given.startswith("<"):
        given = "<".join(filter(None, given.split("<")))
    return family.replace("<", " ").strip(), given.replace("<", " ")
