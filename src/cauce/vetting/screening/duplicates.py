"""The same person registered twice: everybody in a file against everybody else in it."""

import math
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cauce.vetting.lists.model import Entry
from cauce.vetting.names import Index, Query
from cauce.vetting.names.evidence import date_piece, document_piece, nationality_piece, sex_piece
from cauce.vetting.names.jit import compile_kernels
from cauce.vetting.names.kernels import pairing
from cauce.vetting.names.kernels.aligning import room_for_pieces, room_for_work
from cauce.vetting.names.kernels.meeting import Ints, Met
from cauce.vetting.names.kernels.pairing import Pairs
from cauce.vetting.names.kernels.searching import ENTRY
from cauce.vetting.names.model import Piece
from cauce.vetting.names.twice import MOST_IN_BLOCK, Found, look_for_pairs, named_alike
from cauce.vetting.names.weights import NOTES
from cauce.vetting.screening.running import DEFAULT_NATS, entry_of

LISTED_BELOW = 2.0
"""Nats below the threshold down to which a pair is still listed."""
FEW = 20_000
"""Up to so many people the default threshold is that of a list; among more, chance brings more pairs together."""
_MANY = 3000
"""People from which machine code is faster, its loading included."""
_AT_ONCE = 1000


class Duplicate(NamedTuple):
    """Two people who may be one, by their places in the file, the earlier first."""

    first: int
    second: int
    score: float
    pieces: tuple[Piece, ...]


def threshold_among(people: int) -> float:
    """The default threshold in nats: it rises as the logarithm of how many people everybody is compared with."""
    return DEFAULT_NATS + max(0.0, math.log(people / FEW)) if people else DEFAULT_NATS


def duplicates(people: Sequence[Query], threshold: float) -> list[Duplicate]:
    """Pairs from a little below `threshold` (nats), best first. A pair is looked at from both sides; the better counts.

    People are told apart by their place in the file, so two with one id are two.
    """
    return list(duplicates_in(Index(map(entry_of, people)), threshold)[0])


def duplicates_in(index: Index, threshold: float) -> tuple[Iterator[Duplicate], int]:
    """The same of the people in an index; and how many had too much in common with too many to be looked at."""
    if len(index) >= _MANY:
        compile_kernels()
    least = threshold - LISTED_BELOW
    met = named_alike(index.tables)
    found = look_for_pairs(index.tables, met, least)
    told = _told(index, met, _with_papers(index, found, least))
    return merge(told, _without_name(index, least), key=lambda one: -one.score), found.left_out


def _with_papers(index: Index, found: Found, least: float) -> Pairs:
    """The pairs with what a document of both brings; those that do not come to enough are dropped."""
    rows, score = found.pairs
    sharing = _share_a_paper(index, rows)
    for at in np.flatnonzero(sharing):
        one, two = (index.entry(int(place)) for place in rows[at, :2])
        piece = document_piece(one.documents, two.documents)
        score[at] += piece.weight if piece else 0.0
    kept = np.flatnonzero(score >= least)
    order = kept[np.lexsort((rows[kept, 1], rows[kept, 0], -score[kept]))]
    return Pairs(rows[order], score[order])


def _without_name(index: Index, least: float) -> list[Duplicate]:
    """Pairs of which one has no name that can be read, and both the same paper: names cannot bring them together."""
    tables = index.tables
    nameless = np.bincount(tables.listed.aliases[:, ENTRY], minlength=len(index)) == 0
    wanted = np.isin(tables.paper_keys, tables.paper_keys[nameless[tables.paper_entries]])
    holders = dict[int, set[int]]()
    for key, who in zip(tables.paper_keys[wanted].tolist(), tables.paper_entries[wanted].tolist(), strict=True):
        holders.setdefault(key, set()).add(who)
    pairs = {
        (one, two)
        for people in holders.values()
        if len(people) <= MOST_IN_BLOCK
        for one, two in combinations(sorted(people), 2)
        if nameless[one] or nameless[two]
    }
    found = []
    for one, two in sorted(pairs):
        pieces = tuple(_others(index.entry(one), index.entry(two)))
        score = sum(piece.weight for piece in pieces)
        if score >= least:
            found.append(Duplicate(one, two, score, pieces))
    return sorted(found, key=lambda pair: -pair.score)


def _share_a_paper(index: Index, rows: Ints) -> NDArray[np.bool_]:
    """Pairs of which both have some document that somebody else has too."""
    keys, holders = index.tables.paper_keys, index.tables.paper_entries
    again = np.zeros(len(keys), dtype=bool)
    again[1:] = keys[1:] == keys[:-1]
    again[:-1] |= again[1:]
    several = np.zeros(len(index), dtype=bool)
    several[holders[again]] = True
    return several[rows[:, 0]] & several[rows[:, 1]]


def _told(index: Index, met: Met, pairs: Pairs) -> Iterator[Duplicate]:
    for start in range(0, len(pairs.score), _AT_ONCE):
        rows = pairs.rows[start : start + _AT_ONCE]
        counts, said = np.zeros(len(rows), dtype=np.int64), room_for_pieces(len(rows))
        tables = index.tables
        pairing.say(rows, tables.tokens, met, tables.listed, room_for_work(), room_for_pieces(), counts, said)
        for at, (one, two, a, b) in enumerate(rows.tolist()):
            mine, theirs = index.alias_words(a), index.alias_words(b)
            pieces = [
                Piece("name", weight, _words(mine, left), _words(theirs, right), NOTES[note])
                for weight, (note, left, right) in zip(
                    said.weight[at, : counts[at]].tolist(), said.rows[at, : counts[at]].tolist(), strict=True
                )
            ]
            first = index.alias_entry(a)
            asked, listed = (one, two) if first == one else (two, one)
            pieces += _others(index.entry(asked), index.entry(listed))
            yield Duplicate(one, two, float(pairs.score[start + at]), tuple(pieces))


def _words(name: Sequence[str], mask: int) -> str:
    return " ".join(text for at, text in enumerate(name) if (mask >> at) & 1)


def _others(one: Entry, two: Entry) -> Iterable[Piece]:
    asked = one.birth_dates[0] if one.birth_dates else None
    found = (
        document_piece(one.documents, two.documents),
        date_piece(asked, two.birth_dates),
        sex_piece("".join(one.sexes), two.sexes),
        nationality_piece("".join(one.nationalities), two.nationalities),
    )
    return (piece for piece in found if piece is not None)
