"""What birth dates, sexes, nationalities and documents say, in nats, as pieces that can be read aloud."""

import re
import unicodedata

import numpy as np

from cauce.vetting.lists.model import DateRange, Document
from cauce.vetting.names.jit import unchanged
from cauce.vetting.names.kernels import dating
from cauce.vetting.names.model import Piece
from cauce.vetting.names.weights import (
    DATE_NOTES,
    LONG_NUMBER,
    OTHER_SEX,
    SAME_DOCUMENT,
    SAME_NUMBER_ELSEWHERE,
    SAME_SEX,
    SAME_SHORT_NUMBER,
)

_SHORTEST_NUMBER = 5
_SPARE = re.compile(r"[^0-9A-Z]")


def days(born: DateRange) -> tuple[int, int, int, int, int, int]:
    """The range as dating.Days: first and last day as ordinals, their years, month and day of the first."""
    first, last = born.first, born.last
    return first.toordinal(), last.toordinal(), first.year, last.year, first.month, first.day


def date_weight(one: DateRange, two: DateRange) -> tuple[float, str]:
    """How well two birth dates agree: the weight in nats and its note code."""
    both = np.array([days(one), days(two)], dtype=np.int32)
    with unchanged():
        weight, note = dating.date_weight(both, 0, both, 1)
    return weight, DATE_NOTES[note]


def date_piece(asked: DateRange | None, listed: tuple[DateRange, ...]) -> Piece | None:
    """The best agreement with any of the listed dates."""
    if asked is None or not listed:
        return None
    (weight, note), best = max(((date_weight(asked, known), known) for known in listed), key=lambda one: one[0][0])
    return Piece("birth_date", weight, str(asked), str(best), note)


def sex_piece(asked: str, listed: tuple[str, ...]) -> Piece | None:
    """Nothing is said when either side is unknown or X."""
    known = [sex for sex in listed if sex in ("M", "F")]
    if asked not in ("M", "F") or not known:
        return None
    if asked in known:
        return Piece("sex", SAME_SEX, asked, asked, "same_sex")
    return Piece("sex", OTHER_SEX, asked, known[0], "other_sex")


def nationality_piece(asked: str, listed: tuple[str, ...]) -> Piece | None:
    """Shown to whoever decides, and weighs nothing: a nationality is shared by millions and no evidence of identity."""
    if not asked or not listed:
        return None
    same = asked in listed
    return Piece(
        "nationality", 0.0, asked, asked if same else listed[0], "same_nationality" if same else "other_nationality"
    )


def number_key(number: str) -> str:
    """A document number without punctuation, its digits in ASCII; empty when it is too short to mean anything."""
    if not number.isascii():
        number = "".join(str(unicodedata.decimal(sign, sign)) for sign in unicodedata.normalize("NFKC", number))
    key = _SPARE.sub("", number.upper())
    return key if len(key) >= _SHORTEST_NUMBER else ""


def document_piece(asked: tuple[Document, ...], listed: tuple[Document, ...]) -> Piece | None:
    """The same number counts in full unless two issuing countries are named and differ."""
    best: Piece | None = None
    for mine in asked:
        key = number_key(mine.number)
        for theirs in listed:
            if not key or number_key(theirs.number) != key:
                continue
            elsewhere = bool(mine.country and theirs.country and mine.country != theirs.country)
            same = SAME_DOCUMENT if len(key) >= LONG_NUMBER else SAME_SHORT_NUMBER
            weight, note = (
                (SAME_NUMBER_ELSEWHERE, "same_number_other_country") if elsewhere else (same, "same_document")
            )
            if best is None or weight > best.weight:
                best = Piece("document", weight, mine.number, theirs.number, note)
    return best
