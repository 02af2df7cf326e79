"""Which listed tokens a token may be a spelling of, and what each is worth."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cauce.vetting.names import weights as w
from cauce.vetting.names.jit import entry, kernel
from cauce.vetting.names.kernels.letters import LONGEST, Letters, alike, letters_off, one_edit, same

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
TEXT, FOLD, SKELETON, VOWELED, KNOWN, FINAL = range(6)
AT_FOLD, AT_SKELETON = LONGEST, 2 * LONGEST
_A, _E, _G, _H, _I, _J, _K, _N, _O, _V = 97, 101, 103, 104, 105, 106, 107, 110, 111, 118
_LIGHTEST, _MOST_ROWS = 100_000_000, 1 << 24
"""For sorting by weight and row at once: more than a weight in millionths of a nat, more than a token can meet."""


class Tokens(NamedTuple):
    """Distinct tokens, one a row. `letters`: LONGEST bytes each of the text, the fold and the skeleton. `sizes`: the
    lengths of the three, 1 where vowels are written, 1 for a name known to be common somewhere, and `tokens.final`.
    `rarity`: -log of the share of people who bear this spelling, and of those who bear any name with these consonants.
    """

    letters: Letters
    sizes: Longs
    rarity: Floats


class Lookup(NamedTuple):
    """Ascending hashes, each with its token: of folds, of skeletons, and of spellings with a letter left out."""

    folds: Ints
    skeletons: Ints
    gaps: Ints
    of_fold: Ints
    of_skeleton: Ints
    of_gap: Ints


class Known(NamedTuple):
    """What is asked of `Lookup` for each asked token t: hashes[t] of fold and skeleton, the gaps from start[t, 0] to
    start[t + 1, 0], and from start[t, 1] to start[t + 1, 1] the listed tokens and notes that its spelling names.
    """

    hashes: Longs
    start: Longs
    gaps: Longs
    named: Longs


class Met(NamedTuple):
    """For asked token t, rows start[t]:start[t + 1] are the listed tokens it met, ascending, each with its note and, in
    the third column, the row whose turn it is when the heaviest comes first. `complete` is 0 when only what spelling
    does not show (EQUIVALENT, SERVANT) is among the rows: the rest is then found out for each two tokens.
    """

    start: Longs
    rows: Longs
    weight: Floats
    complete: int


@kernel
def worth(rarity: float, note: int) -> float:
    """The weight in nats of a token of this rarity met in this way."""
    return float(max(w.LEAST, w.DEPENDENCE * rarity - w.DISCOUNT[note]))


@kernel
def weigh(asked: Tokens, one: int, listed: Tokens, two: int, note: int) -> float:
    """The weight of two tokens that meet in this way (EXACT to SERVANT)."""
    rare, sounds = listed.rarity[two, 0], listed.rarity[two, 1]
    if note == w.EXACT:
        return worth(rare, note)
    if note == w.SOUND:
        return worth(rare / 2 + sounds / 2, note)
    if note in (w.EQUIVALENT, w.SERVANT):
        return worth(min(asked.rarity[one, 0], rare), note)
    if note == w.SKELETON and not (asked.sizes[one, VOWELED] and listed.sizes[two, VOWELED]):
        return float(max(w.LEAST, w.DEPENDENCE * sounds - w.UNVOWELED_DISCOUNT))
    # Whoever has a common name is not written down under a rare one that is merely like it.
    weight = worth(min(asked.rarity[one, 0], sounds), note)
    if note == w.EDIT and not _begin_alike(asked.letters[one, AT_FOLD], listed.letters[two, AT_FOLD]):
        weight -= w.FIRST_LETTER
    if note == w.EDIT and min(asked.sizes[one, TEXT], listed.sizes[two, TEXT]) < w.LONG_EDIT:
        weight -= w.SHORT_EDIT
    return float(max(w.LEAST, weight))


@kernel
def _begin_alike(one: int, two: int) -> bool:
    """Whether names that begin so may be spellings of one: Gaddafi and Qaddafi, Jusuf and Yusuf."""
    if one == two:
        return True
    return (one in (_G, _H, _K) and two in (_G, _H, _K)) or (one in (_I, _J) and two in (_I, _J))


@kernel
def _or_another(asked: Tokens, one: int, listed: Tokens, two: int, note: int) -> int:
    """SKELETON or EDIT; RESEMBLES only between two names that are both common in their own right (Hassan, Hossein), and
    between those of a man and a woman (Ivan, Ivana).
    """
    if not (asked.sizes[one, VOWELED] and listed.sizes[two, VOWELED]):
        return note
    both = asked.sizes[one, KNOWN] and listed.sizes[two, KNOWN]
    if both or _hers(asked, one, listed, two) or _hers(listed, two, asked, one):
        return w.RESEMBLES
    return note


@kernel
def _hers(his: Tokens, one: int, hers: Tokens, two: int) -> bool:
    """Whether the second is the first with an a at the end, or in place of an o; Slavic family names aside."""
    mine, theirs = his.letters, hers.letters
    n, m = his.sizes[one, TEXT], hers.sizes[two, TEXT]
    stem = n if m == n + 1 else n - 1 if m == n and mine[one, n - 1] == _O else 0
    if stem < 3 or theirs[two, m - 1] != _A or not same(mine, one, 0, theirs, two, 0, stem):
        return False
    before, last = mine[one, stem - 2], mine[one, stem - 1]
    slavic = (last == _V and before in (_O, _E)) or (last == _N and before == _I) or last == _K
    return not slavic


@kernel
def equal(asked: Tokens, one: int, listed: Tokens, two: int, kind: int) -> bool:
    """Whether text, fold or skeleton are the same."""
    n, at = asked.sizes[one, kind], kind * LONGEST
    return n == listed.sizes[two, kind] and same(asked.letters, one, at, listed.letters, two, at, n)


@kernel
def spelt_or_sounding(asked: Tokens, one: int, listed: Tokens, two: int) -> int:
    """EXACT or SOUND for two tokens of one sound; RESEMBLES for syllables of other vowels: Li is not Lei."""
    if equal(asked, one, listed, two, TEXT):
        return w.EXACT
    mine, theirs = asked.sizes[one, FINAL], listed.sizes[two, FINAL]
    return w.RESEMBLES if mine and theirs and mine != theirs else w.SOUND


@kernel
def one_letter_off(asked: Tokens, one: int, listed: Tokens, two: int, table: Longs) -> bool:
    """Whether spelling or sound is one letter off. Two sounds may be spelt with no letter in common (Razzaq, Rasem);
    then one more letter that differs is another name.
    """
    n, m = asked.sizes[one, TEXT], listed.sizes[two, TEXT]
    if min(n, m) < w.SHORTEST_EDIT or not (asked.sizes[one, VOWELED] and listed.sizes[two, VOWELED]):
        return False
    if one_edit(asked.letters, one, 0, n, listed.letters, two, 0, m):
        return True
    i, j = asked.sizes[one, FOLD], listed.sizes[two, FOLD]
    if min(i, j) < w.SHORTEST_EDIT:
        return False
    if not one_edit(asked.letters, one, AT_FOLD, i, listed.letters, two, AT_FOLD, j):
        return False
    return letters_off(asked.letters, one, 0, n, listed.letters, two, 0, m, table) <= w.MOST_LETTERS_OFF


@kernel
def lower_bound(keys: Ints, key: int) -> int:
    """Where the ascending keys reach this one."""
    low, high = 0, len(keys)
    while low < high:
        middle = (low + high) // 2
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def _gather(asked: Tokens, one: int, known: Known, listed: Tokens, lookup: Lookup, found: Longs, table: Longs) -> int:
    """Put 16 x token + note of every meeting into `found`, some more than once. Returns how many there are."""
    count, room = 0, len(found)
    key = known.hashes[one, 0]
    k = lower_bound(lookup.folds, key)
    while k < len(lookup.folds) and lookup.folds[k] == key and count < room:
        two = int(lookup.of_fold[k])
        if equal(asked, one, listed, two, FOLD):
            found[count] = 16 * two + spelt_or_sounding(asked, one, listed, two)
            count += 1
        k += 1
    for n in range(known.start[one, 1], known.start[one + 1, 1]):
        if count < room:
            found[count] = 16 * known.named[n, 0] + known.named[n, 1]
            count += 1
    key, length = known.hashes[one, 1], asked.sizes[one, SKELETON]
    k = lower_bound(lookup.skeletons, key) if length >= w.SHORTEST_BARE_SKELETON else len(lookup.skeletons)
    while k < len(lookup.skeletons) and lookup.skeletons[k] == key and count < room:
        two = int(lookup.of_skeleton[k])
        bare = not (asked.sizes[one, VOWELED] and listed.sizes[two, VOWELED])
        if (bare or length >= w.SHORTEST_SKELETON) and equal(asked, one, listed, two, SKELETON):
            found[count] = 16 * two + _or_another(asked, one, listed, two, w.SKELETON)
            count += 1
        k += 1
    for g in range(known.start[one, 0], known.start[one + 1, 0]):
        key = known.gaps[g]
        k = lower_bound(lookup.gaps, key)
        while k < len(lookup.gaps) and lookup.gaps[k] == key and count < room:
            two = int(lookup.of_gap[k])
            if one_letter_off(asked, one, listed, two, table):
                found[count] = 16 * two + _or_another(asked, one, listed, two, w.EDIT)
                count += 1
            k += 1
    return count


@entry
def meet(asked: Tokens, known: Known, listed: Tokens, lookup: Lookup, most: int) -> Met:
    """Every asked token with the listed tokens it may be a spelling of, each in the surest way it meets them.

    A token meets at most `most` others, counted with repetitions.
    """
    count = len(known.hashes)
    start = np.zeros(count + 1, dtype=np.int64)
    rows, weight = np.empty((4096, 3), dtype=np.int64), np.empty(4096, dtype=np.float64)
    found, table = np.empty(most, dtype=np.int64), np.empty((LONGEST + 1, LONGEST + 1), dtype=np.int64)
    end = 0
    for one in range(count):
        gathered = np.sort(found[: _gather(asked, one, known, listed, lookup, found, table)])
        while end + len(gathered) > len(rows):
            rows, weight = np.concatenate((rows, rows)), np.concatenate((weight, weight))
        first, last = end, -1
        for said in gathered:
            two = said // 16
            if two != last:
                rows[end, 0], rows[end, 1] = two, said % 16
                weight[end] = weigh(asked, one, listed, two, said % 16)
                found[end - first] = (_LIGHTEST - int(weight[end] * 1e6)) * _MOST_ROWS + end - first
                end, last = end + 1, two
        heavy = np.sort(found[: end - first])
        for k in range(end - first):
            rows[first + k, 2] = first + heavy[k] % _MOST_ROWS
        start[one + 1] = end
    return Met(start, rows[:end], weight[:end], 1)


@kernel
def how_they_meet(asked: Tokens, one: int, met: Met, listed: Tokens, two: int, table: Longs) -> tuple[float, int]:
    """The weight and note of any two tokens side by side, known from `met` or for their resemblance; note -1: none."""
    if not met.complete and equal(asked, one, listed, two, FOLD):
        note = spelt_or_sounding(asked, one, listed, two)
        if note != w.RESEMBLES:
            return weigh(asked, one, listed, two, note), note
    low, high = met.start[one], met.start[one + 1]
    while low < high:
        middle = (low + high) // 2
        if met.rows[middle, 0] < two:
            low = middle + 1
        else:
            high = middle
    if low < met.start[one + 1] and met.rows[low, 0] == two:
        return met.weight[low], met.rows[low, 1]
    if not met.complete:
        note = _shown(asked, one, listed, two, table)
        if note >= 0:
            return weigh(asked, one, listed, two, note), note
    if asked.sizes[one, TEXT] == 1 or listed.sizes[two, TEXT] == 1:
        if asked.letters[one, 0] == listed.letters[two, 0]:
            return w.INITIAL_WEIGHT, w.INITIAL
        return 0.0, -1
    if resembling(asked, one, listed, two):
        return worth(listed.rarity[two, 1], w.RESEMBLES), w.RESEMBLES
    return 0.0, -1


@kernel
def _shown(asked: Tokens, one: int, listed: Tokens, two: int, table: Longs) -> int:
    """SKELETON or EDIT when the spelling of two tokens shows one of them; else -1."""
    bare = not (asked.sizes[one, VOWELED] and listed.sizes[two, VOWELED])
    length = asked.sizes[one, SKELETON]
    enough = length >= w.SHORTEST_SKELETON or (bare and length >= w.SHORTEST_BARE_SKELETON)
    if enough and equal(asked, one, listed, two, SKELETON):
        return _or_another(asked, one, listed, two, w.SKELETON)
    return _or_another(asked, one, listed, two, w.EDIT) if one_letter_off(asked, one, listed, two, table) else -1


@kernel
def resembling(asked: Tokens, one: int, listed: Tokens, two: int) -> bool:
    """Whether two tokens that are not known as spellings of one name look alike all the same."""
    mine, theirs = asked.letters, listed.letters
    if asked.sizes[one, VOWELED] and listed.sizes[two, VOWELED]:
        if mine[one, AT_FOLD] != theirs[two, AT_FOLD]:
            return False
        n, m = asked.sizes[one, FOLD], listed.sizes[two, FOLD]
        return alike(mine, one, AT_FOLD, n, theirs, two, AT_FOLD, m) >= w.RESEMBLING
    n, m = asked.sizes[one, SKELETON], listed.sizes[two, SKELETON]
    if n > w.SHORTEST_SKELETON and one_edit(mine, one, AT_SKELETON, n, theirs, two, AT_SKELETON, m):
        return True
    return n >= w.SHORTEST_SKELETON and n == m and _persian(mine, one, theirs, two, n)


@kernel
def _persian(one: Letters, i: int, two: Letters, j: int, count: int) -> bool:
    """The letters tha, dhal and dad are read s and z in Persian, Pashto and Urdu, t and d in Arabic."""
    for k in range(AT_SKELETON, AT_SKELETON + count):
        a, b = one[i, k], two[j, k]
        dental = a in (100, 115, 116) and b in (100, 115, 116)
        if a != b and not dental:
            return False
    return True
