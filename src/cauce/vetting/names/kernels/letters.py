"""Two tokens letter by letter. A token is `count` bytes (a-z, 0-9) of a row of a matrix, from a place on."""

import numpy as np
from numpy.typing import NDArray

from cauce.vetting.names.jit import kernel

Letters = NDArray[np.uint8]
LONGEST = 32
PREFIX, PREFIX_WEIGHT, PREFIX_FROM = 4, 0.1, 0.7


@kernel
def same(one: Letters, i: int, a: int, two: Letters, j: int, b: int, count: int) -> bool:
    """Whether `count` letters agree from these rows and places on."""
    for k in range(count):
        if one[i, a + k] != two[j, b + k]:
            return False
    return True


@kernel
def one_edit(one: Letters, i: int, a: int, n: int, two: Letters, j: int, b: int, m: int) -> bool:
    """Whether at most one insertion, deletion, substitution or swap of neighbours turns one token into the other."""
    if abs(n - m) > 1:
        return False
    at = 0
    while at < min(n, m) and one[i, a + at] == two[j, b + at]:
        at += 1
    if n > m:
        return same(one, i, a + at + 1, two, j, b + at, m - at)
    if n < m:
        return same(one, i, a + at, two, j, b + at + 1, n - at)
    if same(one, i, a + at + 1, two, j, b + at + 1, n - at - 1):
        return True
    swapped = at + 1 < n and one[i, a + at] == two[j, b + at + 1] and one[i, a + at + 1] == two[j, b + at]
    return swapped and same(one, i, a + at + 2, two, j, b + at + 2, n - at - 2)


@kernel
def letters_off(
    one: Letters, i: int, a: int, n: int, two: Letters, j: int, b: int, m: int, table: NDArray[np.int64]
) -> int:
    """Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.

    `table` is room of LONGEST + 1 by LONGEST + 1.
    """
    for x in range(n + 1):
        table[x, 0] = x
    for y in range(m + 1):
        table[0, y] = y
    for x in range(1, n + 1):
        for y in range(1, m + 1):
            one_letter, two_letter = one[i, a + x - 1], two[j, b + y - 1]
            best = min(table[x - 1, y], table[x, y - 1]) + 1
            best = min(best, table[x - 1, y - 1] + (0 if one_letter == two_letter else 1))
            if x > 1 and y > 1 and one_letter == two[j, b + y - 2] and one[i, a + x - 2] == two_letter:
                best = min(best, table[x - 2, y - 2] + 1)
            table[x, y] = best
    return int(table[n, m])


@kernel
def alike(one: Letters, i: int, a: int, n: int, two: Letters, j: int, b: int, m: int) -> float:
    """Jaro-Winkler similarity, 0 to 1 (Winkler 1990): common letters nearby, in order, and a common beginning."""
    if n == 0 or m == 0:
        return 0.0
    reach = max(0, max(n, m) // 2 - 1)
    mine, theirs, common = 0, 0, 0
    for x in range(n):
        for y in range(max(0, x - reach), min(m, x + reach + 1)):
            if one[i, a + x] == two[j, b + y] and not (theirs >> y) & 1:
                mine |= 1 << x
                theirs |= 1 << y
                common += 1
                break
    if common == 0:
        return 0.0
    swapped, y = 0, 0
    for x in range(n):
        if (mine >> x) & 1:
            while not (theirs >> y) & 1:
                y += 1
            if one[i, a + x] != two[j, b + y]:
                swapped += 1
            y += 1
    jaro = (common / n + common / m + (common - swapped // 2) / common) / 3.0
    prefix = 0
    while prefix < min(PREFIX, n, m) and one[i, a + prefix] == two[j, b + prefix]:
        prefix += 1
    return jaro + prefix * PREFIX_WEIGHT * (1.0 - jaro) if jaro > PREFIX_FROM else jaro
