"""Writing a complete zone with its check digits (Doc 9303 parts 4 to 7)."""

from datetime import date

from cauce.people.mrz.dates import six_characters
from cauce.people.mrz.layouts import ALPHABET, Layout, check_digit, layout_named
from cauce.people.mrz.rendering import name_field, prefix


def build(
    form: str,
    *,
    issuer: str,
    family: str,
    given: str,
    document_number: str,
    nationality: str,
    birth_date: str | date | None,
    sex: str,
    expiry_date: str | date | None,
    optional: str = "",
    optional2: str = "",
    document_type: str = "",
) -> tuple[str, ...]:
    """The lines of a valid zone.

    Dates are dates or ISO text, `1984`, `1984-05` or None where unknown; `sex` is M, F, or X, `<` or empty for
    unspecified. A document number over nine characters goes on in the optional data (TD1, TD2 only). `optional2`
    is the second line's, for TD1. ValueError tells what does not fit in.
    """
    layout = layout_named(form)
    start = prefix(layout, issuer, document_type)
    name = name_field(layout.format, family, given, issuer)
    number, extra = _number(layout, document_number, optional)
    born, expires = _dated(birth_date), _dated(expiry_date)
    state, gender = _filled("nationality", nationality, 3), _sex(sex)
    if layout.format == "TD1":
        second = _filled("optional2", optional2, 11)
        composite = check_digit(number + extra + born + expires + second)
        return start + number + extra, born + gender + expires + state + second + composite, name
    if optional2:
        msg = f"{layout.format} has no second optional field; leave optional2 empty"
        raise ValueError(msg)
    if layout.optional_check > 0:
        extra += check_digit(extra) if extra.strip("<") else "<"
    line = number + state + born + gender + expires + extra
    if layout.composite:
        line += check_digit(number + born + expires + extra)
    return start + name, line


def _number(layout: Layout, document_number: str, optional: str) -> tuple[str, str]:
    """Document number with what follows it, ten characters, and the first optional field."""
    room = layout.optional[0].stop - layout.optional[0].start
    number = _capitals("document_number", document_number)
    if len(number) <= 9:
        number = number.ljust(9, "<")
        return number + check_digit(number), _filled("optional", optional, room)
    if not layout.long_numbers:
        msg = f"document number {document_number!r} is over 9 characters, which {layout.format} cannot carry"
        raise ValueError(msg)
    tail = number[9:]
    if "<" in tail:
        msg = f"document number {document_number!r} has a separator behind its ninth character, where a zone ends it"
        raise ValueError(msg)
    return number[:9] + "<", _filled("optional", tail + check_digit(number) + "<" + optional, room)


def _capitals(field: str, text: str) -> str:
    """Text in the zone's alphabet: spaces and hyphens become fillers, anything else foreign is refused."""
    written = text.strip().upper().replace(" ", "<").replace("-", "<").replace("/", "<")
    if not set(ALPHABET).issuperset(written):
        msg = f"{field} {text!r} has characters no zone can carry"
        raise ValueError(msg)
    return written


def _filled(field: str, text: str, width: int) -> str:
    written = _capitals(field, text)
    if len(written) > width:
        msg = f"{field} {text!r} is over {width} characters"
        raise ValueError(msg)
    return written.ljust(width, "<")


def _dated(day: str | date | None) -> str:
    six = six_characters(day)
    return six + check_digit(six)


def _sex(sex: str) -> str:
    if sex not in {"M", "F", "X", "<", ""}:
        msg = f"sex {sex!r} must be M, F or X"
        raise ValueError(msg)
    return sex if sex in {"M", "F"} else "<"
