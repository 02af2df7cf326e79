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
    """Take the smallest of heap[:size] out and put `word` in; to take only, sink the last word into one less."""
    at = 0
    while True:
        down = 2 * at + 1
        if down >= size:
            break
        if down + 1 < size and heap[down + 1] < heap[down]:
            down += 1
        below = heap[down]
        if below >= word:
            break
        heap[at] = below
        at = down
    heap[at] = word
