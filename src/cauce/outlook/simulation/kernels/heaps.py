"""A binary heap of words, smallest first, in a slice of an array."""

from typing import Any

from cauce.outlook.simulation.machine import kernel


@kernel
def push(heap: Any, size: Any, word: Any) -> None:
    """Put `word` into heap[:size]; the caller counts one more."""
    at = size
    while at > 0:
        up = (at - 1) >> 1
        above = heap[up]
        if above <= word:
            break
        heap[at] = above
        at = up
    heap[at] = word


@kernel
def sink(heap: Any, size: Any, word: Any) -> None:
    """Take the smallest of heap[:size] out and put `word` in; to take only, sink the last word into one less.

    The hole goes down to the end first, and the word up from there: it was the last, so it seldom goes far, and which
    of two is smaller is worked out without a branch.
    """
    at, down = 0, 1
    while down + 1 < size:
        down += heap[down + 1] < heap[down]
        heap[at] = heap[down]
        at = down
        down = 2 * at + 1
    if down < size:
        heap[at] = heap[down]
        at = down
    push(heap, at, word)


@kernel
def enter(line: Any, word: Any) -> None:
    """Put `word` into a line in falling order instead of the last and smallest one, without a branch; line[0] stays."""
    before = line[0]
    for at in range(1, line.shape[0]):  # so the compiler sees that many can be done at once
        mine = line[at]
        line[at] = max(mine, min(before, word))
        before = mine
