"""The five zone formats and the check digit they share (ICAO Doc 9303 parts 3 to 7, section 4.2)."""

from functools import lru_cache
from typing import NamedTuple

ALPHABET = "<0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_VALUES = bytearray(256)
for _character in ALPHABET[1:]:
    _VALUES[ord(_character)] = int(_character, 36)
_DIGITS = "0123456789"


def values(text: str) -> bytes:
    """The weight-bearing value of every character: 0-9, A-Z as 10-35, all else 0 (part 3, section 4.9)."""
    return text.encode("ascii", "replace").translate(_VALUES)


def digit_of(numbers: bytes) -> str:
    """The check digit over what `values` returned."""
    # Summing the three strides in C is faster than multiplying place by place, twice as fast for a composite.
    return _DIGITS[(7 * sum(numbers[::3]) + 3 * sum(numbers[1::3]) + sum(numbers[2::3])) % 10]


@lru_cache(maxsize=8192)
def date_digit(numbers: bytes) -> str:
    """The check digit of a date's six values, remembered: the dates of documents come again and again."""
    return digit_of(numbers)


def check_digit(text: str) -> str:
    """The check digit of a piece of a zone, weights 7-3-1 modulo 10 (part 3, section 4.9)."""
    return digit_of(values(text))


class Layout(NamedTuple):
    """Where a format keeps its fields, counted over its lines joined together, from 0.

    A check digit stands right behind its field, so only the one of the optional data and the composite
    have a place of their own; -1 says the format has none.
    """

    format: str
    width: int
    height: int
    name: slice
    number: slice
    nationality: slice
    birth: slice
    sex: int
    expiry: slice
    optional: tuple[slice, ...]
    optional_check: int
    composite_check: int
    composite: tuple[slice, ...]
    long_numbers: bool
    kind: str

    @property
    def prefix(self) -> int:
        """Characters before the name on the line that carries it: document type and issuer, or none."""
        return 0 if self.format == "TD1" else 5


def _two_lines(kind: str, form: str, width: int, *, personal: bool, composite: bool, long_numbers: bool) -> Layout:
    w = width
    optional_end = 2 * w - (2 if personal else 1 if composite else 0)
    return Layout(
        format=form,
        width=w,
        height=2,
        name=slice(5, w),
        number=slice(w, w + 9),
        nationality=slice(w + 10, w + 13),
        birth=slice(w + 13, w + 19),
        sex=w + 20,
        expiry=slice(w + 21, w + 27),
        optional=(slice(w + 28, optional_end),),
        optional_check=2 * w - 2 if personal else -1,
        composite_check=2 * w - 1 if composite else -1,
        composite=(slice(w, w + 10), slice(w + 13, w + 20), slice(w + 21, 2 * w - 1)) if composite else (),
        long_numbers=long_numbers,
        kind=kind,
    )


TD1 = Layout(
    format="TD1",
    width=30,
    height=3,
    name=slice(60, 90),
    number=slice(5, 14),
    nationality=slice(45, 48),
    birth=slice(30, 36),
    sex=37,
    expiry=slice(38, 44),
    optional=(slice(15, 30), slice(48, 59)),
    optional_check=-1,
    composite_check=59,
    composite=(slice(5, 37), slice(38, 45), slice(48, 59)),
    long_numbers=True,
    kind="I",
)
TD2 = _two_lines("I", "TD2", 36, personal=False, composite=True, long_numbers=True)
TD3 = _two_lines("P", "TD3", 44, personal=True, composite=True, long_numbers=False)
MRV_A = _two_lines("V", "MRV-A", 44, personal=False, composite=False, long_numbers=False)
MRV_B = _two_lines("V", "MRV-B", 36, personal=False, composite=False, long_numbers=False)

LAYOUTS = {layout.format: layout for layout in (TD1, TD2, TD3, MRV_A, MRV_B)}


def layout_named(text: str) -> Layout:
    """The layout of a format's name, in any case, with or without hyphen or space; ValueError names the choices."""
    wanted = text.upper().replace("-", "").replace(" ", "").replace("_", "")
    for form, layout in LAYOUTS.items():
        if form.replace("-", "") == wanted:
            return layout
    msg = f"{text!r} is not a zone format; the formats are {', '.join(LAYOUTS)}"
    raise ValueError(msg)


def layout_of(lines: tuple[str, ...]) -> Layout | None:
    """The layout that lines of this number, length and first letter have, or None."""
    if len(lines) == 2:
        width = len(lines[0])
        if width != len(lines[1]) or not "A" <= lines[0][:1] <= "Z":
            return None
        visa = lines[0][0] == "V"
        if width == 44:
            return MRV_A if visa else TD3
        if width == 36:
            return MRV_B if visa else TD2
        return None
    if len(lines) == 3 and len(lines[0]) == len(lines[1]) == len(lines[2]) == 30 and "A" <= lines[0][0] <= "Z":
        return TD1
    return None
