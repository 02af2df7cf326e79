"""The same person twice on one list: who is looked at side by side with whom, and what it comes to."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cauce.vetting.names import weights as w
from cauce.vetting.names.jit import entry, kernel
from cauce.vetting.names.kernels.aligning import BOTH_DATED, MORE_NAMES, Pieces, Work, compare
from cauce.vetting.names.kernels.dating import date_weight
from cauce.vetting.names.kernels.meeting import Floats, Ints, Longs, Met, Tokens
from cauce.vetting.names.kernels.searching import ALIASES, DATES, ENTRY, FULLER, SEXES, Listed

Bits = NDArray[np.uint64]


class Blocks(NamedTuple):
    """People with something in common: those of block b are people[start[b]:start[b + 1]]. `traits`: bits of the
    tokens of each person, by two hashes [person, 2], so that chance seldom looks like a shared one; two of a block are
    looked at when they share so many (`shared`). In a block that is `mixed` only pairs of which one has no birth date.
    """

    start: Longs
    people: Ints
    traits: Bits
    shared: int
    mixed: int


class Pairs(NamedTuple):
    """Two entries, the alias of each that was compared, and the score in nats."""

    rows: Ints
    score: Floats


def room_for_pairs(count: int) -> Pairs:
    """Room for so many pairs."""
    return Pairs(np.empty((count, 4), dtype=np.int32), np.empty(count))


@entry
def pair_up(
    first: int, last: int, blocks: Blocks, tokens: Tokens, met: Met, listed: Listed, least: float, work: Work,
    out: Pieces, found: Pairs, where: Longs,
) -> int:  # fmt: skip
    """Look at the pairs of the blocks first:last; those of at least `least` nats into `found`. Returns how many.

    Stops before a block for which `found` may lack room; `where[0]` is then that block, else `last`.
    """
    count = 0
    for b in range(first, last):
        start, end = blocks.start[b], blocks.start[b + 1]
        if count + (end - start) * (end - start - 1) // 2 > len(found.score) and count:
            where[0] = b
            return count
        for i in range(start, end):
            one = int(blocks.people[i])
            for j in range(i + 1, end):
                two = int(blocks.people[j])
                if one == two or not _alike(blocks, one, two) or (blocks.mixed and _both_dated(listed, one, two)):
                    continue
                count = _look(min(one, two), max(one, two), tokens, met, listed, least, work, out, found, count)
    where[0] = last
    return count


@kernel
def _alike(blocks: Blocks, one: int, two: int) -> bool:
    for way in range(2):
        both = blocks.traits[one, way] & blocks.traits[two, way]
        for _ in range(blocks.shared):
            if not both:
                return False
            both &= both - np.uint64(1)
    return True


@kernel
def _both_dated(listed: Listed, one: int, two: int) -> bool:
    mine = listed.entries[one + 1, DATES] - listed.entries[one, DATES]
    return bool(mine) and bool(listed.entries[two + 1, DATES] - listed.entries[two, DATES])


@kernel
def _about_both(listed: Listed, one: int, two: int) -> int:
    more = listed.entries[one, FULLER] or listed.entries[two, FULLER]
    return (BOTH_DATED if _both_dated(listed, one, two) else 0) | (MORE_NAMES if more else 0)


@kernel
def _look(
    one: int, two: int, tokens: Tokens, met: Met, listed: Listed, least: float, work: Work, out: Pieces,
    found: Pairs, count: int,
) -> int:  # fmt: skip
    """Two people by all their names, from both sides; kept when the best comparison comes to enough."""
    sides, best = _sides(listed, one, two), -1e9
    if sides + w.MOST < least or count == len(found.score):
        return count
    about = _about_both(listed, one, two)
    for a in range(listed.entries[one, ALIASES], listed.entries[one + 1, ALIASES]):
        mine = listed.token[listed.start[a] : listed.start[a + 1]]
        for b in range(listed.entries[two, ALIASES], listed.entries[two + 1, ALIASES]):
            theirs = listed.token[listed.start[b] : listed.start[b + 1]]
            score = sides + _sum(out, compare(tokens, met, mine, tokens, theirs, about, work, out))
            if score > best:
                best = score
                found.rows[count, 2], found.rows[count, 3] = a, b
            score = sides + _sum(out, compare(tokens, met, theirs, tokens, mine, about, work, out))
            if score > best:
                best = score
                found.rows[count, 2], found.rows[count, 3] = b, a
    if best < least:
        return count
    found.rows[count, 0], found.rows[count, 1] = one, two
    found.score[count] = best
    return count + 1


@kernel
def _sum(out: Pieces, count: int) -> float:
    total = 0.0
    for k in range(count):
        total += out.weight[k]
    return total


@kernel
def _sides(listed: Listed, one: int, two: int) -> float:
    """What birth dates and sexes say, in nats."""
    weight, known = 0.0, False
    for i in range(listed.entries[one, DATES], listed.entries[one + 1, DATES]):
        for j in range(listed.entries[two, DATES], listed.entries[two + 1, DATES]):
            said, _ = date_weight(listed.dates, i, listed.dates, j)
            weight = max(weight, said) if known else said
            known = True
    mine, theirs = listed.entries[one, SEXES], listed.entries[two, SEXES]
    if mine and theirs:
        weight += w.SAME_SEX if mine & theirs else w.OTHER_SEX
    return weight


@entry
def say(
    rows: Ints, tokens: Tokens, met: Met, listed: Listed, work: Work, out: Pieces, counts: Longs, said: Pieces
) -> None:
    """The name pieces of pairs (Pairs.rows) into `said`, their numbers into `counts`."""
    for k in range(len(rows)):
        a, b = rows[k, 2], rows[k, 3]
        mine = listed.token[listed.start[a] : listed.start[a + 1]]
        theirs = listed.token[listed.start[b] : listed.start[b + 1]]
        one, two = int(listed.aliases[a, ENTRY]), int(listed.aliases[b, ENTRY])
        counts[k] = compare(tokens, met, mine, tokens, theirs, _about_both(listed, one, two), work, out)
        for piece in range(counts[k]):
            said.weight[k, piece] = out.weight[piece]
            for column in range(3):
                said.rows[k, piece, column] = out.rows[piece, column]
