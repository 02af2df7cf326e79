"""What birth dates, sexes, nationalities and documents say, in nats (natural logarithms of likelihood ratios).

A weight is log P(finding | same person) - log P(finding | two people), fitted by hand and by search on one half of
labelled names; docs/screening.md gives the measurements. No weight depends on where somebody comes from.
"""

import math
import re

import numpy as np

from cauce.vetting.lists.model import DateRange, Document
from cauce.vetting.names.model import Piece

MIDPOINT = 5.0
"""Nats at which the scale of 0 to 1 reads one half: what a name alone must bring for a person to look."""
SCALE = 2.0
DEFAULT_THRESHOLD = 0.5

SAME_DAY, SWAPPED, SAME_MONTH, YEAR_ONLY, ONE_PART_OFF, SAME_YEAR = 7.5, 4.5, 5.0, 2.8, 1.8, -0.9
PLACEHOLDER_DAY = 4.5
ONE_YEAR_OFF, TWO_YEARS_OFF, FEW_YEARS_OFF, DIFFERENT = -1.0, -2.0, -4.0, -6.0
YEARS_APART = np.array([0.0, ONE_YEAR_OFF, TWO_YEARS_OFF, FEW_YEARS_OFF, FEW_YEARS_OFF, DIFFERENT], dtype=np.float32)
"""The weight by how many years lie between two dates that have nothing else in common; the last for all beyond."""
_APART_NOTES = (
    "month_off",
    "one_year_off",
    "two_years_off",
    "few_years_off",
    "few_years_off",
    "different_birth_date",
)
SAME_SEX, OTHER_SEX = 0.3, -2.5
SAME_DOCUMENT, SAME_NUMBER_ELSEWHERE = 12.0, 6.0
_SHORTEST_NUMBER = 5
_SPARE = re.compile(r"[^0-9A-Z]")


def probability(score: float) -> float:
    """The score in nats on a logistic scale of 0 to 1, one half at MIDPOINT. A rank, not a calibrated chance."""
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, (score - MIDPOINT) / SCALE))))


def score_at(threshold: float) -> float:
    """The score in nats at which `probability` reaches the threshold; 0 and 1 give the ends of the scale."""
    inside = max(1e-12, min(1 - 1e-12, threshold))
    return MIDPOINT + SCALE * math.log(inside / (1 - inside))


def date_weight(one: DateRange, two: DateRange) -> tuple[float, str]:
    """How well two birth dates agree: the weight and its note code."""
    if one.first <= two.last and two.first <= one.last:
        return _overlap(one, two)
    apart = max(one.first.year - two.last.year, two.first.year - one.last.year, 0)
    exact = one.first == one.last and two.first == two.last
    if exact and apart <= 1 and (near := _near(one, two, apart)):
        return near
    if apart == 0:
        return (SAME_YEAR, "same_year") if exact else (0.0, "month_off")
    return float(YEARS_APART[min(apart, len(YEARS_APART) - 1)]), _APART_NOTES[min(apart, len(YEARS_APART) - 1)]


def _overlap(one: DateRange, two: DateRange) -> tuple[float, str]:
    widest = max((one.last - one.first).days, (two.last - two.first).days)
    if widest == 0:
        first = one.first
        return (PLACEHOLDER_DAY, "same_first_january") if (first.month, first.day) == (1, 1) else (SAME_DAY, "same_day")
    if widest <= 31:
        return SAME_MONTH, "same_month"
    years = (widest + 1) / 365.25
    return max(0.2, YEAR_ONLY - math.log(max(1.0, years))), "year_agrees" if years < 1.1 else "range_agrees"


def _near(one: DateRange, two: DateRange, apart: int) -> tuple[float, str] | None:
    left, right = one.first, two.first
    if apart == 0 and (left.month, left.day) == (right.day, right.month):
        return SWAPPED, "day_month_swapped"
    if apart == 0 and (left.month == right.month or left.day == right.day):
        return ONE_PART_OFF, "day_or_month_off"
    if apart == 1 and (left.month, left.day) == (right.month, right.day):
        return ONE_PART_OFF, "one_year_off"
    return None


def date_piece(asked: DateRange | None, listed: tuple[DateRange, ...]) -> Piece | None:
    """The best agreement with any of the listed dates."""
    if asked is None or not listed:
        return None
    best = max(listed, key=lambda known: date_weight(asked, known)[0])
    weight, note = date_weight(asked, best)
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
    """A document number without punctuation; empty when it is too short to mean anything."""
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
            weight, note = (
                (SAME_NUMBER_ELSEWHERE, "same_number_other_country") if elsewhere else (SAME_DOCUMENT, "same_document")
            )
            if best is None or weight > best.weight:
                best = Piece("document", weight, mine.number, theirs.number, note)
    return best
