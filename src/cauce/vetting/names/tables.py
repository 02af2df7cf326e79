"""Tokens as arrays, and the hashes by which they are found. All hashes are of letters, modulo a prime below 2**31."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cauce.vetting.names.equivalents import is_name
from cauce.vetting.names.frequencies import common
from cauce.vetting.names.kernels.letters import LONGEST, Letters
from cauce.vetting.names.kernels.meeting import (
    AT_FOLD,
    AT_SKELETON,
    FINAL,
    FOLD,
    KNOWN,
    SKELETON,
    TEXT,
    VOWELED,
    Ints,
    Longs,
    Tokens,
)
from cauce.vetting.names.tokens import Token, final
from cauce.vetting.names.weights import LONGEST_JOINED, SHORTEST_EDIT, SHORTEST_JOINED, SHORTEST_PART

_PRIME, _BASE = 2**31 - 1, 1_000_003
_AT_ONCE = 65536
_POWERS = np.ones(LONGEST + 1, dtype=np.int64)
for _k in range(1, LONGEST + 1):
    _POWERS[_k] = _POWERS[_k - 1] * _BASE % _PRIME


def letters(texts: Sequence[str]) -> tuple[Letters, Longs]:
    """The texts (a-z, 0-9) as rows of LONGEST bytes, and their lengths."""
    rows = np.array([text.encode("ascii", "ignore") for text in texts], dtype=f"S{LONGEST}")
    matrix = rows.view(np.uint8).reshape(len(texts), LONGEST)
    return matrix, np.count_nonzero(matrix, axis=1)


def token_rows(tokens: Sequence[Token]) -> Tokens:
    """The tokens as arrays, their rarities still zero."""
    rows, sizes = np.empty((len(tokens), 3 * LONGEST), dtype=np.uint8), np.empty((len(tokens), 6), dtype=np.int64)
    rows[:, :AT_FOLD], sizes[:, TEXT] = letters([one.text for one in tokens])
    rows[:, AT_FOLD:AT_SKELETON], sizes[:, FOLD] = letters([one.fold for one in tokens])
    rows[:, AT_SKELETON:], sizes[:, SKELETON] = letters([one.skeleton for one in tokens])
    sizes[:, VOWELED] = [one.voweled for one in tokens]
    sizes[:, KNOWN] = [is_name(one.text) or common(one.text) > 0 for one in tokens]
    sizes[:, FINAL] = [final(one.text) if one.voweled else 0 for one in tokens]
    return Tokens(rows, sizes, np.zeros((len(tokens), 2)))


def token_hashes(tokens: Tokens, kind: int) -> Ints:
    """Hashes of text, fold or skeleton."""
    return hashes(tokens.letters[:, kind * LONGEST : (kind + 1) * LONGEST], tokens.sizes[:, kind])


def hashes(matrix: Letters, lengths: Longs) -> Ints:
    """One hash a row."""
    found = np.zeros(len(matrix), dtype=np.int64)
    for k in range(int(lengths.max(initial=0))):
        grown = (found * _BASE + matrix[:, k] + 1) % _PRIME
        found = np.where(lengths > k, grown, found)
    return found.astype(np.int32)


def _beginnings(matrix: Letters) -> Longs:
    """Hashes of the first k letters of each row, k from 0 to LONGEST."""
    found = np.zeros((len(matrix), LONGEST + 1), dtype=np.int64)
    for k in range(LONGEST):
        found[:, k + 1] = (found[:, k] * _BASE + matrix[:, k] + 1) % _PRIME
    return found


def gaps(matrix: Letters, lengths: Longs) -> tuple[Ints, Ints]:
    """Hashes of each row of SHORTEST_EDIT letters or more, whole and with each letter left out, and whose they are.

    What is one letter apart shares one of them.
    """
    keys, rows = [], []
    for start in range(0, len(matrix), _AT_ONCE):
        long_enough = start + np.flatnonzero(lengths[start : start + _AT_ONCE] >= SHORTEST_EDIT)
        before = _beginnings(matrix[long_enough])
        size = lengths[long_enough]
        whole = before[np.arange(len(size)), size]
        keys.append(whole)
        rows.append(long_enough)
        for k in range(int(size.max(initial=0))):
            here = np.flatnonzero(size > k)
            rest = _POWERS[size[here] - 1 - k]
            after = (whole[here] - before[here, k + 1] * rest) % _PRIME
            keys.append((before[here, k] * rest + after) % _PRIME)
            rows.append(long_enough[here])
    if not keys:
        return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32)
    return np.concatenate(keys).astype(np.int32), np.concatenate(rows).astype(np.int32)


def token_gaps(tokens: Tokens) -> tuple[Ints, Ints]:
    """`gaps` of spelling and sound of the tokens with vowels; where both are alike, once."""
    text, fold = tokens.letters[:, :AT_FOLD], tokens.letters[:, AT_FOLD:AT_SKELETON]
    voweled = np.flatnonzero(tokens.sizes[:, VOWELED])
    sounded = voweled[np.any(text[voweled] != fold[voweled], axis=1)]
    one, mine = gaps(text[voweled], tokens.sizes[voweled, TEXT])
    two, theirs = gaps(fold[sounded], tokens.sizes[sounded, FOLD])
    return np.concatenate((one, two)), np.concatenate((voweled[mine], sounded[theirs])).astype(np.int32)


def by_key(keys: NDArray[np.integer], values: NDArray[np.integer]) -> tuple[Ints, Ints]:
    """Keys ascending, with their values, those of one key ascending too. Neither may need more than 31 bits."""
    both = keys.astype(np.int64) << 32
    both |= values.astype(np.int64)
    both.sort()
    return (both >> 32).astype(np.int32), (both & 0xFFFFFFFF).astype(np.int32)


def ranges(keys: Ints, wanted: Ints) -> tuple[Longs, Longs]:
    """Where each wanted key begins and ends among the ascending keys."""
    return np.searchsorted(keys, wanted, "left"), np.searchsorted(keys, wanted, "right")


def spread(starts: Longs, ends: Longs) -> tuple[Longs, Longs]:
    """All places of the ranges starts:ends one after another, and the range each belongs to."""
    counts = ends - starts
    owner = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return np.arange(len(owner)) - before[owner] + starts[owner], owner


def joined_keys(
    tokens: Tokens, folds: Ints, first: NDArray[np.integer], second: NDArray[np.integer]
) -> tuple[Ints, Longs]:
    """Hashes of the sound of pairs of tokens written as one, and which of the pairs may be written so."""
    n, m = tokens.sizes[first, TEXT], tokens.sizes[second, TEXT]
    fits = (np.minimum(n, m) >= SHORTEST_PART) & (n + m >= SHORTEST_JOINED) & (n + m <= LONGEST_JOINED)
    places = np.flatnonzero(fits)
    first, second = first[places], second[places]
    length = tokens.sizes[second, FOLD]
    last = tokens.letters[first, AT_FOLD + np.maximum(tokens.sizes[first, FOLD] - 1, 0)]
    head = tokens.letters[second, AT_FOLD]
    once = last == head  # a letter that ends the one and begins the other is written once
    tail = (folds[second] - (head.astype(np.int64) + 1) * _POWERS[np.maximum(length - 1, 0)]) % _PRIME
    length, tail = np.where(once, length - 1, length), np.where(once, tail, folds[second])
    return ((folds[first].astype(np.int64) * _POWERS[length] + tail) % _PRIME).astype(np.int32), places


def whole_keys(tokens: Tokens, folds: Ints, skeletons: Ints, start: Longs, token: NDArray[np.integer]) -> Ints:
    """Three hashes a name (tokens token[start[n]:start[n + 1]]): its sounds in any order, its consonants in any order,
    and its sounds written as one. Zero for a name without tokens.
    """
    sizes = np.diff(start)
    found = np.zeros((len(sizes), 3), dtype=np.int64)
    for k in range(int(sizes.max(initial=0))):
        here = np.flatnonzero(sizes > k)
        one = token[start[here] + k]
        for kind, keys in enumerate((folds, skeletons)):
            said = keys[one].astype(np.int64)
            found[here, kind] = (found[here, kind] + said * said % _PRIME * (_BASE + kind) + 7 + kind) % _PRIME
        power = _POWERS[tokens.sizes[one, FOLD]]
        found[here, 2] = (found[here, 2] * power + folds[one]) % _PRIME
    return found.astype(np.int32)
