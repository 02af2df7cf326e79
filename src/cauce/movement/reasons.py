"""Why somebody cannot board: one kernel for one person or a million, from columns to bits. Pure numpy.

The bits up to ENFORCED are what the database refuses too (`triggers.py`); a test holds the two to the same answer. The
bits after them are what a proposal heeds and a coordinator may overrule with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from cauce.corridor.shape import CHECK_RESULTS, Corridor

Bools = NDArray[np.bool_]
Masks = NDArray[np.uint64]

MISSING = len(CHECK_RESULTS)  # the code of a check that has no row
FAMILIES = ("document", "watchlist", "biometric", "health", "other")


class Reason(IntFlag):
    """One reason a bit. The names are stable: programs read them in lower case."""

    DOCUMENT_PENDING = 1 << 0
    WATCHLIST_PENDING = 1 << 1
    BIOMETRIC_PENDING = 1 << 2
    HEALTH_PENDING = 1 << 3
    OTHER_PENDING = 1 << 4
    DOCUMENT_REVIEW = 1 << 5
    WATCHLIST_REVIEW = 1 << 6
    BIOMETRIC_REVIEW = 1 << 7
    HEALTH_REVIEW = 1 << 8
    OTHER_REVIEW = 1 << 9
    HOLD = 1 << 10  # not confidential
    HOLD_PROTECTION = 1 << 11
    HOLD_SECURITY = 1 << 12  # confidential, and protects nobody: analysts answer for it
    CHILD_UNASSESSED = 1 << 13
    GROUP_CHILD = 1 << 14  # another member is an unassessed child
    GROUP_INCOMPLETE = 1 << 15
    NOT_PRESENT = 1 << 16
    # heeded by a proposal
    GROUP_WAITS = 1 << 17  # another member is blocked
    MEMBER_ELSEWHERE = 1 << 18  # the family is in two places, or a member is in hospital
    ON_MANIFEST = 1 << 19  # has a seat already
    KEPT_BACK = 1 << 20  # a coordinator took the group off, with a reason
    QUOTA_CLOSED = 1 << 21
    QUOTA_FULL = 1 << 22
    NO_SEAT = 1 << 23  # the seats of the day went to people ahead in the queue
    TOO_LARGE = 1 << 24  # more people than the day's quota or all seats of the day
    NO_WAY = 1 << 25  # no leg or no vehicle leaves here for that kind of movement
    OVERTAKEN = 1 << 26  # somebody who came later went ahead, by a priority the corridor file allows
    NO_BED = 1 << 27  # where the vehicles go takes no more people on this day
    NO_SPECIAL_SEAT = 1 << 28  # the seats for a wheelchair or a stretcher are taken
    KEPT_APART = 1 << 29  # in every vehicle with room sits somebody from whom this group is kept apart
    COMPANY_WAITS = 1 << 30  # a group that it travels with is blocked
    BEHIND_DUE = 1 << 31  # F4: a group ahead was passed over as often as the corridor file allows

    # of a return alone, and what the database refuses too (`returns.conditions`)
    RETURN_NO_CASE = 1 << 40
    RETURN_UNDECIDED = 1 << 41  # no decision, a running appeal or objection, or time left to appeal
    RETURN_PAPERS = 1 << 42  # no travel document, or one that ends before the day
    RETURN_UNFIT = 1 << 43  # no finding of a clinician that holds on the day, or an adverse one
    RETURN_CONSENT = 1 << 44  # P12: no consent to a voluntary return that counts
    RETURN_INTERVIEW = 1 << 45  # a feared country, a claim, a review nobody decided


OF_A_RETURN = (
    Reason.RETURN_NO_CASE
    | Reason.RETURN_UNDECIDED
    | Reason.RETURN_PAPERS
    | Reason.RETURN_UNFIT
    | Reason.RETURN_CONSENT
    | Reason.RETURN_INTERVIEW
)
ENFORCED = Reason((1 << 17) - 1) | OF_A_RETURN
REVIEWS = (
    Reason.DOCUMENT_REVIEW
    | Reason.WATCHLIST_REVIEW
    | Reason.BIOMETRIC_REVIEW
    | Reason.HEALTH_REVIEW
    | Reason.OTHER_REVIEW
)
HOLDS = Reason.HOLD | Reason.HOLD_PROTECTION | Reason.HOLD_SECURITY
# What about one member makes the whole family wait.
_OF_THE_GROUP = Reason.GROUP_CHILD | Reason.GROUP_INCOMPLETE | Reason.NOT_PRESENT
_SPREADS = np.uint64((ENFORCED | Reason.ON_MANIFEST) & ~_OF_THE_GROUP)
_IN_REVIEW = frozenset({"refer", "confirmed", "lapsed", "clear"})


@dataclass(frozen=True, slots=True)
class Rules:
    """P3 for one kind of movement: `checks` names the required ones (c), `suffices` is [c, results + 1]."""

    kind: str
    checks: tuple[str, ...]
    suffices: Bools


@dataclass(frozen=True, slots=True)
class Columns:
    """What the rules look at: n people in g groups, every array of length n unless said otherwise.

    `results[check]` holds indices into CHECK_RESULTS, MISSING where there is no row. `holds[kind]` holds the HOLD bits
    that block that kind. `adult_on` is NaT where unknown. `place` is -1 where no stay is open. `guardian` is a row
    number, -1 for none or somebody outside the group.
    """

    group: NDArray[np.int64]
    groups: int
    place: NDArray[np.int64]
    in_hospital: Bools
    adult_on: NDArray[np.datetime64]
    said_minor: Bools
    guardian: NDArray[np.int64]
    guardian_doubted: Bools
    guardian_cleared: Bools
    incomplete: Bools
    seated: Bools
    results: Mapping[str, NDArray[np.int8]]
    holds: Mapping[str, Masks]


def rules_of(corridor: Corridor, kind: str) -> Rules:
    """The checks that the corridor requires for that kind of movement, and what suffices."""
    required = [check for check in corridor.checks if check.suffices.get(kind)]
    table = np.zeros((len(required), MISSING + 1), dtype=np.bool_)
    for row, check in enumerate(required):
        table[row, [CHECK_RESULTS.index(result) for result in check.suffices[kind]]] = True
    return Rules(kind, tuple(check.id for check in required), table)


def by_group(values: Masks, group: NDArray[np.int64], groups: int) -> Masks:
    """Bitwise OR over the members of each group; length `groups`."""
    total = np.zeros(groups, dtype=np.uint64)
    np.bitwise_or.at(total, group, values)
    return total


def minors(columns: Columns, day: np.datetime64) -> Bools:
    """P2: who is a child on that day: comes of age later, or is said to be one where no birth date is known."""
    children = columns.said_minor & np.isnat(columns.adult_on)
    np.logical_or(children, columns.adult_on > day, out=children)  # nothing is later than an unknown date
    return children


def unassessed(columns: Columns, day: np.datetime64) -> Bools:
    """P2: children present with no adult of their group, present too, recorded as guardian, or one who is doubted."""
    minor = minors(columns, day)
    present = columns.place >= 0
    row = columns.guardian
    same = columns.group[row] == columns.group
    guarded = (row >= 0) & same & ~minor[row] & present[row]
    waits: Bools = minor & present & ~columns.guardian_cleared & (~guarded | columns.guardian_doubted)
    return waits


def blocked(
    rules: Rules, columns: Columns, day: np.datetime64, origin: int | None = None, cases: Masks | None = None
) -> Masks:
    """The reasons of each person against a movement of `rules.kind` on `day`; 0 for who may board.

    `origin` is the place the movement starts from: who is not there is NOT_PRESENT. None takes each person's own place.
    `cases` are the OF_A_RETURN bits of each person, which only a return asks for.
    """
    mask = _checks(rules, columns) | columns.holds.get(rules.kind, np.zeros(len(columns.group), dtype=np.uint64))
    if rules.kind in ("onward", "return"):
        mask |= _children(columns, day)
    if cases is not None:
        mask |= cases
    _put(mask, columns.incomplete, Reason.GROUP_INCOMPLETE)
    absent = columns.place < 0 if origin is None else columns.place != origin
    _put(mask, absent, Reason.NOT_PRESENT)
    _put(mask, columns.seated, Reason.ON_MANIFEST)
    return _families(mask, columns)


def _checks(rules: Rules, columns: Columns) -> Masks:
    size = len(columns.group)
    mask = np.zeros(size, dtype=np.uint64)
    for row, check in enumerate(rules.checks):
        results = columns.results.get(check, np.full(size, MISSING, dtype=np.int8))
        lacking = ~rules.suffices[row][results]
        family = FAMILIES.index(check) if check in FAMILIES else FAMILIES.index("other")
        looked_at = np.array([name in _IN_REVIEW for name in (*CHECK_RESULTS, "")])[results]
        _put(mask, lacking & ~looked_at, Reason(1 << family))
        _put(mask, lacking & looked_at, Reason(1 << (family + len(FAMILIES))))
    return mask


def _children(columns: Columns, day: np.datetime64) -> Masks:
    mask = np.zeros(len(columns.group), dtype=np.uint64)
    own = unassessed(columns, day)
    counts = np.bincount(columns.group[own], minlength=columns.groups)[columns.group]
    _put(mask, own, Reason.CHILD_UNASSESSED)
    _put(mask, counts - own > 0, Reason.GROUP_CHILD)
    return mask


def _families(mask: Masks, columns: Columns) -> Masks:
    """P9: a family goes whole from where it is. Who has left (no open stay) neither waits nor makes anybody wait."""
    present = columns.place >= 0
    wide = int(columns.place.max(initial=-1)) + 2
    company = columns.group * wide + columns.place + 1  # members of one group at one place
    against = present & ((mask & _SPREADS) != 0)
    counts = np.bincount(company[against], minlength=columns.groups * wide)[company]
    _put(mask, present & (counts - against > 0), Reason.GROUP_WAITS)
    low = np.full(columns.groups, np.iinfo(np.int64).max)
    high = np.full(columns.groups, -1)
    np.minimum.at(low, columns.group[present], columns.place[present])
    np.maximum.at(high, columns.group[present], columns.place[present])
    hospital = np.bincount(columns.group[columns.in_hospital], minlength=columns.groups) > 0
    apart = (low < high) | hospital
    _put(mask, present & apart[columns.group], Reason.MEMBER_ELSEWHERE)
    return mask


def _put(mask: Masks, where: Bools, reason: Reason) -> None:
    mask[where] |= np.uint64(reason)
