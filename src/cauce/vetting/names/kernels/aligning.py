"""Two names side by side: which token met which, what is left over, and what the whole adds."""

import math
from typing import NamedTuple

import numpy as np

from cauce.vetting.names import weights as w
from cauce.vetting.names.jit import kernel
from cauce.vetting.names.kernels.letters import LONGEST, Letters, alike, one_edit, same
from cauce.vetting.names.kernels.meeting import (
    AT_FOLD,
    AT_SKELETON,
    FOLD,
    SKELETON,
    TEXT,
    VOWELED,
    Floats,
    Longs,
    Met,
    Tokens,
    how_they_meet,
    worth,
)

MOST_PIECES = 28
BOTH_DATED, MORE_NAMES = 1, 2
_MOST_MEETINGS = 512
NOTE, LEFT, RIGHT, CHOSEN, OTHERWISE = range(5)
_BOTH = (1 << w.EXACT) | (1 << w.SOUND)
_SKELETON, _EQUIVALENT, _JOINED, _OTHER = 1 << w.SKELETON, 1 << w.EQUIVALENT, 1 << w.JOINED, 1 << w.OTHER
_LEFT_OVER = (1 << w.UNLISTED) | (1 << w.UNSAID)
_RESPELT = _EQUIVALENT | _SKELETON | (1 << w.EDIT) | _JOINED
"""Sets of notes, as bits."""
_D, _U = 100, 117


class Work(NamedTuple):
    """Room for the meetings of one comparison, used again for the next: weights; notes, tokens of both sides as bits
    and which were chosen; letters of two tokens written as one; a table for counting letters that differ.
    """

    weight: Floats
    rows: Longs
    letters: Letters
    table: Longs


class Pieces(NamedTuple):
    """Pieces of a comparison: weights in nats; notes (weights.NOTES) and the tokens of each side as bits."""

    weight: Floats
    rows: Longs


def room_for_work() -> Work:
    """Room that one thread works in."""
    return Work(
        np.empty(_MOST_MEETINGS),
        np.empty((_MOST_MEETINGS, 5), dtype=np.int64),
        np.empty((1, 96), dtype=np.uint8),
        np.empty((LONGEST + 1, LONGEST + 1), dtype=np.int64),
    )


def room_for_pieces(*shape: int) -> Pieces:
    """Room for the pieces of so many comparisons."""
    return Pieces(np.empty((*shape, MOST_PIECES)), np.empty((*shape, MOST_PIECES, 3), dtype=np.int64))


@kernel
def compare(
    asked: Tokens, met: Met, mine: Longs, listed: Tokens, theirs: Longs, about: int, work: Work, out: Pieces
) -> int:
    """Put the pieces of one name (tokens `mine` of `asked`) against another (`theirs` of `listed`) into `out`.

    `about`, as bits: both have a birth date; either is known by a name of more than one word. Returns how many pieces
    there are; their sum is the name's weight. Neither name may be empty.
    """
    count = _meetings(asked, met, mine, listed, theirs, work)
    chosen = _choose(work, count, len(mine), len(theirs))
    pieces = 0
    left = right = 0
    for k in range(chosen):
        at = work.rows[k, CHOSEN]
        pieces = _put(out, pieces, work.weight[at], work.rows[at, NOTE], work.rows[at, LEFT], work.rows[at, RIGHT])
        left |= work.rows[at, LEFT]
        right |= work.rows[at, RIGHT]
    missing_left = _but_repeats(mine, ((1 << len(mine)) - 1) & ~left)
    missing_right = _but_repeats(theirs, ((1 << len(theirs)) - 1) & ~right)
    pieces = _left_over(asked, mine, missing_left, listed, theirs, missing_right, out, pieces)
    complete = not (missing_left and missing_right)
    complete = complete and _letters_only(asked, mine, missing_left) and _letters_only(listed, theirs, missing_right)
    return _bounds(asked, mine, listed, theirs, complete, about, out, pieces)


@kernel
def _but_repeats(name: Longs, missing: int) -> int:
    """Tokens that met nothing, without those that only repeat one that did: Sergey Sergey Shoigu."""
    for k in range(len(name)):
        for j in range(len(name)):
            if (missing >> k) & 1 and not (missing >> j) & 1 and j != k and name[j] == name[k]:
                missing &= ~(1 << k)
    return missing


@kernel
def _put(out: Pieces, at: int, weight: float, note: int, left: int, right: int) -> int:
    out.weight[at] = weight
    out.rows[at, NOTE], out.rows[at, LEFT], out.rows[at, RIGHT] = note, left, right
    return at + 1


@kernel
def _meetings(asked: Tokens, met: Met, mine: Longs, listed: Tokens, theirs: Longs, work: Work) -> int:
    count = 0
    for i in range(len(mine)):
        for j in range(len(theirs)):
            weight, note = how_they_meet(asked, mine[i], met, listed, theirs[j], work.table)
            if note >= 0:
                count = _keep(work, count, weight, note, 1 << i, 1 << j)
    for i in range(len(mine) - 1):
        for j in range(len(theirs)):
            if _joined(asked, mine[i], mine[i + 1], listed, theirs[j], work.letters):
                rare = min(asked.rarity[mine[i], 0] + asked.rarity[mine[i + 1], 0], listed.rarity[theirs[j], 0])
                count = _keep(work, count, worth(rare, w.JOINED), w.JOINED, 3 << i, 1 << j)
    for j in range(len(theirs) - 1):
        for i in range(len(mine)):
            if _joined(listed, theirs[j], theirs[j + 1], asked, mine[i], work.letters):
                rare = min(listed.rarity[theirs[j], 0] + listed.rarity[theirs[j + 1], 0], asked.rarity[mine[i], 0])
                count = _keep(work, count, worth(rare, w.JOINED), w.JOINED, 1 << i, 3 << j)
    return count


@kernel
def _joined(many: Tokens, first: int, second: int, few: Tokens, single: int, letters: Letters) -> bool:
    """Whether two neighbours on one side are written as one token on the other, in either order."""
    n, m = many.sizes[first, TEXT], many.sizes[second, TEXT]
    if min(n, m) < w.SHORTEST_PART or n + m < w.SHORTEST_JOINED or n + m > w.LONGEST_JOINED:
        return False
    if abs(few.sizes[single, TEXT] - (n + m)) > w.JOINED_SPREAD:
        return False
    begins = few.letters[single, AT_FOLD]
    if few.sizes[single, VOWELED] and many.letters[first, AT_FOLD] != begins != many.letters[second, AT_FOLD]:
        return False
    return _written_as(many, first, second, few, single, letters) or _written_as(
        many, second, first, few, single, letters
    )


@kernel
def _written_as(many: Tokens, first: int, second: int, few: Tokens, single: int, letters: Letters) -> bool:
    length = _append(letters, 0, many.letters, first, AT_FOLD, many.sizes[first, FOLD])
    length = _append(letters, length, many.letters, second, AT_FOLD, many.sizes[second, FOLD])
    whole = few.sizes[single, FOLD]
    if length == whole and same(letters, 0, 0, few.letters, single, AT_FOLD, length):
        return True
    if few.sizes[single, VOWELED] and many.sizes[first, VOWELED] and many.sizes[second, VOWELED]:
        enough = many.sizes[first, TEXT] + many.sizes[second, TEXT] >= w.SHORTEST_JOINED_EDIT
        return enough and one_edit(letters, 0, 0, length, few.letters, single, AT_FOLD, whole)
    if few.sizes[single, SKELETON] < w.SHORTEST_SKELETON:
        return False
    vowel = 1 if many.letters[second, AT_SKELETON] == 97 else 0
    length = _append(letters, 0, many.letters, first, AT_SKELETON, many.sizes[first, SKELETON])
    at = AT_SKELETON + vowel
    length = _append(letters, length, many.letters, second, at, many.sizes[second, SKELETON] - vowel)
    if length != few.sizes[single, SKELETON]:
        return False
    return same(letters, 0, 0, few.letters, single, AT_SKELETON, length)


@kernel
def _append(letters: Letters, length: int, more: Letters, row: int, at: int, count: int) -> int:
    """Write one token after another; a letter that ends the one and begins the other stands once."""
    for k in range(at, at + count):
        if length == 0 or k > at or letters[0, length - 1] != more[row, k]:
            letters[0, length] = more[row, k]
            length += 1
    return length


@kernel
def _keep(work: Work, at: int, weight: float, note: int, left: int, right: int) -> int:
    work.weight[at] = weight
    work.rows[at, NOTE], work.rows[at, LEFT], work.rows[at, RIGHT] = note, left, right
    return at + 1


@kernel
def _choose(work: Work, count: int, left: int, right: int) -> int:
    """Heaviest first, each token used once; where two tokens may be one, that reading and the other are both tried."""
    rows = work.rows
    best = _greedy(work, count, True, CHOSEN)
    joined = False
    for k in range(count):
        joined = joined or rows[k, NOTE] == w.JOINED
    if joined:
        whole = _greedy(work, count, False, OTHERWISE)
        if _worth(work, OTHERWISE, whole, left, right) > _worth(work, CHOSEN, best, left, right):
            for k in range(whole):
                rows[k, CHOSEN] = rows[k, OTHERWISE]
            best = whole
    for k in range(1, best):  # in the order of the asked name
        at, place = rows[k, CHOSEN], k
        while place > 0 and rows[rows[place - 1, CHOSEN], LEFT] > rows[at, LEFT]:
            rows[place, CHOSEN] = rows[place - 1, CHOSEN]
            place -= 1
        rows[place, CHOSEN] = at
    return best


@kernel
def _greedy(work: Work, count: int, by_token: bool, chosen: int) -> int:
    left = right = found = 0
    while True:
        best, most = -1, 0.0
        for k in range(count):
            if not (work.rows[k, LEFT] & left or work.rows[k, RIGHT] & right):
                value = work.weight[k]
                if by_token and work.rows[k, NOTE] == w.JOINED:
                    value /= 2
                if value > most:
                    best, most = k, value
        if best < 0:
            return found
        left |= work.rows[best, LEFT]
        right |= work.rows[best, RIGHT]
        work.rows[found, chosen] = best
        found += 1


@kernel
def _worth(work: Work, chosen: int, count: int, left: int, right: int) -> float:
    total = 0.0
    for k in range(count):
        at = work.rows[k, chosen]
        total += work.weight[at]
        left -= _bits(work.rows[at, LEFT])
        right -= _bits(work.rows[at, RIGHT])
    alone = min(left, right)
    return total + w.CONFLICT * alone + w.NOT_LISTED * (left - alone)


@kernel
def _bits(mask: int) -> int:
    count = 0
    while mask:
        count += mask & 1
        mask >>= 1
    return count


@kernel
def _next_left(tokens: Tokens, name: Longs, mask: int) -> int:
    """The first token still in the mask, single letters last; -1 when it is empty."""
    letter = -1
    for k in range(len(name)):
        if (mask >> k) & 1:
            if tokens.sizes[name[k], TEXT] > 1:
                return k
            if letter < 0:
                letter = k
    return letter


@kernel
def _left_over(
    asked: Tokens, mine: Longs, left: int, listed: Tokens, theirs: Longs, right: int, out: Pieces, pieces: int
) -> int:
    """What met nothing: one against another while both have some, then what only one side has."""
    not_listed = w.NOT_LISTED
    for k in range(len(mine)):
        if not asked.sizes[mine[k], VOWELED]:
            not_listed = w.NOT_LISTED_BARE
    while left or right:
        i, j = _next_left(asked, mine, left), _next_left(listed, theirs, right)
        if left and right:
            one, two = mine[i], theirs[j]
            n, m = asked.sizes[one, TEXT], listed.sizes[two, TEXT]
            likeness = alike(asked.letters, one, 0, n, listed.letters, two, 0, m)
            part = min(1.0, max(0.0, (likeness - w.SOMEWHAT_FROM) / (w.RESEMBLING - w.SOMEWHAT_FROM)))
            pieces = _put(out, pieces, w.CONFLICT + w.SOMEWHAT_ALIKE * part, w.OTHER, 1 << i, 1 << j)
            left &= ~(1 << i)
            right &= ~(1 << j)
        elif left:
            weight = w.LETTER_LEFT if asked.sizes[mine[i], TEXT] == 1 else not_listed
            pieces = _put(out, pieces, weight, w.UNLISTED, 1 << i, 0)
            left &= ~(1 << i)
        else:
            weight = w.LETTER_LEFT if listed.sizes[theirs[j], TEXT] == 1 else w.NOT_SAID
            pieces = _put(out, pieces, weight, w.UNSAID, 0, 1 << j)
            right &= ~(1 << j)
    return pieces


@kernel
def _letters_only(tokens: Tokens, name: Longs, mask: int) -> bool:
    for k in range(len(name)):
        if (mask >> k) & 1 and tokens.sizes[name[k], TEXT] > 1:
            return False
    return True


@kernel
def _bounds(
    asked: Tokens, mine: Longs, listed: Tokens, theirs: Longs, complete: bool, about: int, out: Pieces, pieces: int
) -> int:
    """What the whole name adds to its parts, or takes from them."""
    total, notes = 0.0, 0
    for k in range(pieces):
        total += out.weight[k]
        notes |= 1 << out.rows[k, NOTE]
    voweled = _voweled(asked, mine) and _voweled(listed, theirs)
    alike_notes = _BOTH if voweled else _BOTH | _SKELETON
    left, right = (1 << len(mine)) - 1, (1 << len(theirs)) - 1
    if len(mine) == 1 and len(theirs) == 1 and complete and not notes & ~(alike_notes | _EQUIVALENT):
        alone = asked.sizes[mine[0], TEXT] >= w.SHORTEST_ALONE and not about & MORE_NAMES
        least = w.WHOLE_ALONE - total if alone else 0.0
        return _put(out, pieces, max(total * w.ALONE, least), w.WHOLE_NAME, left, right)
    full = bool(notes & _JOINED) or (_full(asked, mine, about) and _full(listed, theirs, about))
    if complete and full and total < w.WHOLE and not notes & ~(_BOTH | _JOINED | _LEFT_OVER):
        return _put(out, pieces, w.WHOLE - total, w.WHOLE_NAME, left, right)
    nearly = complete and full and (w.NEARLY_FROM if voweled else 0.0) <= total < w.NEARLY_WHOLE
    if nearly and _nearly(asked, mine, listed, theirs, alike_notes, out, pieces):
        return _put(out, pieces, w.NEARLY_WHOLE - total, w.NEARLY_NAME, left, right)
    part = not about & BOTH_DATED and voweled and not notes & _OTHER and w.PART_FROM <= total < w.PART
    if part and _part(asked, mine, listed, theirs, out, pieces):
        return _put(out, pieces, w.PART - total, w.PART_OF_NAME, left, right)
    if notes & _OTHER:
        return _contradicted(notes, total, voweled, alike_notes, left, right, out, pieces)
    knee = w.MOST - w.SOFT
    if total > knee:
        most = knee + w.SOFT * (1.0 - math.exp((knee - total) / w.SOFT_OVER))
        return _put(out, pieces, most - total, w.NO_MORE, left, right)
    return pieces


@kernel
def _contradicted(
    notes: int, total: float, voweled: bool, alike_notes: int, left: int, right: int, out: Pieces, pieces: int
) -> int:
    """A token on each side met nothing."""
    most = w.MOST_CONTRADICTED if voweled else w.MOST_CONTRADICTED_BARE
    if total > most:
        return _put(out, pieces, most - total, w.NO_MORE, left, right)
    if notes & (alike_notes | _EQUIVALENT | _JOINED):
        met = 0.0
        for k in range(pieces):
            met += max(0.0, out.weight[k])
        return _put(out, pieces, w.ONLY_COMMON, w.ONLY_COMMON_NAME, left, right) if met < w.COMMON else pieces
    if total + w.ONLY_ALIKE < w.LEAST_OF_ALL:
        return _put(out, pieces, w.LEAST_OF_ALL - total, w.ANOTHER_NAME, left, right)
    return _put(out, pieces, w.ONLY_ALIKE, w.ONLY_ALIKE_NAME, left, right)


@kernel
def _part(asked: Tokens, mine: Longs, listed: Tokens, theirs: Longs, out: Pieces, pieces: int) -> bool:
    """Two words or more are the same, one of them perhaps by its consonants only, and the rest stands on one side."""
    words = sure = near = unsaid = unlisted = 0
    for k in range(pieces):
        bit, left, right = 1 << out.rows[k, NOTE], out.rows[k, LEFT], out.rows[k, RIGHT]
        n, m = _length(asked, mine, left), _length(listed, theirs, right)
        if bit & _LEFT_OVER:
            unlisted += 1 if n > 1 else 0
            unsaid += 1 if m > 1 else 0
            continue
        words += 1 if n > 1 else 0
        if bit & (1 << w.SOUND) and min(n, m) < w.SHORTEST_PART_SOUND:
            return False
        if bit & (_BOTH | _EQUIVALENT | _JOINED):
            sure += 1
        elif bit & _SKELETON and min(n, m) >= w.SHORTEST_RESPELT:
            near += 1
        else:
            return False
    one_side = unsaid == 0 or unlisted == 0
    few = unsaid <= w.MOST_UNSAID and unlisted <= w.MOST_UNLISTED
    return words >= 2 and sure > 0 and near <= 1 and one_side and few


@kernel
def _voweled(tokens: Tokens, name: Longs) -> bool:
    for k in range(len(name)):
        if not tokens.sizes[name[k], VOWELED]:
            return False
    return True


@kernel
def _full(tokens: Tokens, name: Longs, about: int) -> bool:
    """`Abd al-X` is one token here but two words; `Abu X` is two, but what friends call somebody who has a name."""
    if len(name) == 1:
        return _begins_ab(tokens.letters, name[0], _D)
    if len(name) > 2 or not about & MORE_NAMES:
        return True
    for one in name:
        if tokens.sizes[one, TEXT] == 3 and _begins_ab(tokens.letters, one, _U):
            return False
    return True


@kernel
def _begins_ab(letters: Letters, row: int, third: int) -> bool:
    return bool(letters[row, 0] == 97 and letters[row, 1] == 98 and letters[row, 2] == third)


@kernel
def _nearly(
    asked: Tokens, mine: Longs, listed: Tokens, theirs: Longs, alike_notes: int, out: Pieces, pieces: int
) -> bool:
    """One part the same and the others long enough that another spelling is not simply another name."""
    others = initials = 0
    short = odd = False
    sure = 0.0
    for k in range(pieces):
        bit = 1 << out.rows[k, NOTE]
        if out.rows[k, NOTE] == w.EXACT:
            sure += out.weight[k]
        length = min(_length(asked, mine, out.rows[k, LEFT]), _length(listed, theirs, out.rows[k, RIGHT]))
        if bit & (alike_notes | _LEFT_OVER) or (bit & _EQUIVALENT and length >= w.SHORTEST_RESPELT):
            continue
        others += 1
        initials += 1 if out.rows[k, NOTE] == w.INITIAL else 0
        odd = odd or not bit & _RESPELT
        short = short or length < w.SHORTEST_RESPELT
    if initials:
        return sure >= w.SURE_BESIDE_INITIALS and initials == others
    return others < pieces and not odd and not short


@kernel
def _length(tokens: Tokens, name: Longs, mask: int) -> int:
    length = -1
    for k in range(len(name)):
        if (mask >> k) & 1:
            length += tokens.sizes[name[k], TEXT] + 1
    return length
