"""Everybody in an index against everybody else in it: people with something in common, block by block."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from os import cpu_count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cauce.vetting.names import weights as w
from cauce.vetting.names.building import Tables
from cauce.vetting.names.equivalents import equivalents
from cauce.vetting.names.kernels import pairing
from cauce.vetting.names.kernels.aligning import room_for_pieces, room_for_work
from cauce.vetting.names.kernels.dating import FIRST, FIRST_YEAR, LAST, LAST_YEAR
from cauce.vetting.names.kernels.meeting import SKELETON, TEXT, Longs, Met
from cauce.vetting.names.kernels.pairing import Blocks, Pairs, room_for_pairs
from cauce.vetting.names.kernels.searching import DATES, ENTRY
from cauce.vetting.names.tables import by_key, ranges, spread, token_hashes, token_rows
from cauce.vetting.names.tokens import Token

MOST_IN_BLOCK = 4000
"""A block of more people has nothing in common that would tell two of them apart."""
_ROOM, _SLICES = 400_000, 64
_PRIME = 2**31 - 1
_HASHES = ((40503, 9), (2654435761, 27))
_MOST_TOKENS = 5
_WIDEST = 2
"""Years that a birth date may span and still be searched by year."""


class Found(NamedTuple):
    """Pairs of entries, best first; `left_out` counts people of blocks too large to be looked at."""

    pairs: Pairs
    left_out: int


def look_for_pairs(tables: Tables, met: Met, least: float) -> Found:
    """Pairs of at least `least` nats without documents; pairs that share one from `least` less what that brings."""
    rows, scores, left_out = [], [], 0
    for blocks, start_at, skipped in _all_blocks(tables):
        left_out += skipped
        for found in _looked_at(blocks, tables, met, least - start_at):
            rows.append(found.rows)
            scores.append(found.score)
    row, score = np.concatenate(rows), np.concatenate(scores)
    once = np.unique(row[:, 0].astype(np.int64) << 32 | row[:, 1], return_index=True)[1]
    order = once[np.lexsort((row[once, 1], row[once, 0], -score[once]))]
    return Found(Pairs(row[order], score[order]), left_out)


def named_alike(tables: Tables) -> Met:
    """What spelling does not show of the tokens of an index: names of one meaning, and `Abd` left out."""
    tokens, mine, texts, notes = tables.tokens, list[int](), list[str](), list[int]()
    for at in range(len(tokens.sizes)):
        text = tokens.letters[at, : tokens.sizes[at, TEXT]].tobytes().decode()
        others = equivalents(text)
        mine += [at] * (len(others) + 1)
        texts += [*others, text[3:] if text.startswith("abd") else f"abd{text}"[:32]]
        notes += [w.EQUIVALENT] * len(others) + [w.SERVANT]
    said = token_rows([Token(text, "", "", True) for text in texts])
    places, owner = spread(*ranges(tables.text_keys, token_hashes(said, TEXT)))
    found = tables.text_tokens[places]
    same = np.all(tokens.letters[found, :32] == said.letters[owner, :32], axis=1)
    found, owner = found[same], owner[same]
    one, note = np.array(mine, dtype=np.int64)[owner], np.array(notes, dtype=np.int64)[owner]
    order = np.lexsort((note, found, one))
    one, found, note = one[order], found[order], note[order]
    first = np.ones(len(one), dtype=bool)
    first[1:] = (one[1:] != one[:-1]) | (found[1:] != found[:-1])
    one, found, note = one[first], found[first], note[first]
    rarity = np.minimum(tokens.rarity[one, 0], tokens.rarity[found, 0])
    weight = np.maximum(w.LEAST, w.DEPENDENCE * rarity - w.DISCOUNT[note])
    rows = np.stack((found, note, np.zeros_like(note)), axis=1).astype(np.int64)
    return Met(np.searchsorted(one, np.arange(len(tokens.sizes) + 1)).astype(np.int64), rows, weight, 0)


def _all_blocks(tables: Tables) -> Iterator[tuple[Blocks, float, int]]:
    """Blocks, what a pair of each brings beside names, dates and sexes, and how many people were left out."""
    entries = len(tables.text_start) - 1
    keys, owner = _skeletons(tables)
    traits = _traits(keys, owner, entries)
    both, people = _two_of_each(keys, owner)
    listed = tables.listed
    dated = np.repeat(np.arange(entries), np.diff(listed.entries[:, DATES]))
    exact = listed.dates[:, FIRST] == listed.dates[:, LAST]
    yield _of(listed.dates[exact, FIRST], dated[exact], traits)[0], 0.0, 0  # who is left out is found by year
    kinds = (listed.whole.astype(np.int64), listed.aliases[listed.of_whole, ENTRY])
    for key, whose in ((both, people), kinds):
        blocks, skipped = _by_year(key, whose, tables, dated, traits)
        yield blocks, 0.0, skipped
        blocks, skipped = _without_date(key, whose, tables, traits)
        yield blocks, 0.0, skipped
    blocks, skipped = _of(tables.paper_keys, tables.paper_entries, traits, shared=0)
    yield blocks, w.SAME_DOCUMENT, skipped


def _of(
    keys: NDArray[np.integer], people: NDArray[np.integer], traits: pairing.Bits, shared: int = 1, mixed: int = 0
) -> tuple[Blocks, int]:
    """The people of each key, where there are two or more; those of blocks too large are left out and counted."""
    key, who = by_key(keys, people)
    if len(key):
        once = np.ones(len(key), dtype=bool)
        once[1:] = (key[1:] != key[:-1]) | (who[1:] != who[:-1])
        key, who = key[once], who[once]
    changes = np.flatnonzero(key[1:] != key[:-1]) + 1
    starts = np.concatenate(([0], changes, [len(key)])).astype(np.int64)
    sizes = np.diff(starts)
    wanted = (sizes > 1) & (sizes <= MOST_IN_BLOCK)
    places, _ = spread(starts[:-1][wanted], starts[1:][wanted])
    begun = np.concatenate(([0], np.cumsum(sizes[wanted])))
    return Blocks(begun, who[places], traits, shared, mixed), int(sizes[sizes > MOST_IN_BLOCK].sum())


def _skeletons(tables: Tables) -> tuple[Longs, Longs]:
    """Each person's different consonant skeletons, as hashes, ascending by person."""
    listed = tables.listed
    sizes = np.diff(listed.start)
    owner = np.repeat(listed.aliases[:, ENTRY], sizes)
    keys = token_hashes(tables.tokens, SKELETON)[listed.token]
    both = np.unique(owner << 31 | keys.astype(np.int64))
    return both & _PRIME, both >> 31


def _traits(keys: Longs, owner: Longs, people: int) -> pairing.Bits:
    """A bit for each skeleton of a person, by two hashes: [people, 2]. `owner` ascends."""
    traits = np.zeros((people, 2), dtype=np.uint64)
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    if len(starts):
        for way, (factor, shift) in enumerate(_HASHES):
            bits = np.uint64(1) << ((keys * factor >> shift) & 63).astype(np.uint64)
            traits[owner[starts], way] = np.bitwise_or.reduceat(bits, starts)
    return traits


def _two_of_each(keys: Longs, owner: Longs) -> tuple[Longs, Longs]:
    """Hashes of any two skeletons of a person, of the first few."""
    found, people = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for apart in range(1, _MOST_TOKENS):
        at = np.flatnonzero(owner[apart:] == owner[:-apart])
        found.append((keys[at] * 48271 + keys[at + apart] * 3 + 7) % _PRIME)
        people.append(owner[at])
    return np.concatenate(found), np.concatenate(people)


def _by_year(keys: Longs, people: Longs, tables: Tables, dated: Longs, traits: pairing.Bits) -> tuple[Blocks, int]:
    """People with the same key who were born within a year of each other."""
    dates = tables.listed.dates
    narrow = dates[:, LAST_YEAR] - dates[:, FIRST_YEAR] < _WIDEST
    order = np.argsort(people, kind="stable")
    who, key = people[order], keys[order]
    starts, ends = np.searchsorted(who, dated[narrow], "left"), np.searchsorted(who, dated[narrow], "right")
    places, row = spread(starts, ends)
    year = dates[narrow, FIRST_YEAR][row].astype(np.int64)
    both = np.concatenate([(key[places] * 31 + year + later) * 16807 % _PRIME for later in (0, 1)])
    return _of(both, np.concatenate((who[places], who[places])), traits)


def _without_date(keys: Longs, people: Longs, tables: Tables, traits: pairing.Bits) -> tuple[Blocks, int]:
    """People without a birth date, or a vague one, with everybody who has the same key."""
    bare = np.diff(tables.listed.entries[:, DATES]) == 0
    wanted = np.isin(keys, keys[bare[people]])
    return _of(keys[wanted], people[wanted], traits, mixed=1)


def _looked_at(blocks: Blocks, tables: Tables, met: Met, least: float) -> Iterator[Pairs]:
    sizes = np.diff(blocks.start)
    work = np.concatenate(([0], np.cumsum(sizes * (sizes - 1) // 2)))
    cuts = np.unique(np.searchsorted(work, np.linspace(0, work[-1], _SLICES + 1)))
    slices = [(int(first), int(last)) for first, last in pairwise(cuts)]
    if not slices:
        yield room_for_pairs(0)
        return
    with ThreadPoolExecutor(cpu_count() or 1) as threads:
        for found in threads.map(lambda part: _slice(part, blocks, tables, met, least), slices):
            yield from found


def _slice(part: tuple[int, int], blocks: Blocks, tables: Tables, met: Met, least: float) -> list[Pairs]:
    first, last = part
    found, where, kept = room_for_pairs(_ROOM), np.zeros(1, dtype=np.int64), []
    work, out = room_for_work(), room_for_pieces()
    while first < last:
        count = pairing.pair_up(first, last, blocks, tables.tokens, met, tables.listed, least, work, out, found, where)
        kept.append(Pairs(found.rows[:count].copy(), found.score[:count].copy()))
        first = int(where[0])
    return kept
