"""Offering the zone that was probably printed, where a scanner mixed up letters and digits."""

from collections.abc import Iterable, Iterator
from itertools import combinations

from cauce.people.mrz.layouts import Layout, layout_of
from cauce.people.mrz.reading import parse, split_lines

_TO_DIGIT = str.maketrans("OQDILSBZG", "000115826")
_TO_LETTER = str.maketrans("015826", "OISBZG")
# The values of G and 6 are ten apart, which no check digit can see, so a swap between them is never tried.
_EITHER = {"O": "0", "0": "O", "I": "1", "1": "I", "S": "5", "5": "S", "B": "8", "8": "B", "Z": "2", "2": "Z"}
_MOST_SWAPS = 2


def suggest(text: str | Iterable[str]) -> tuple[str, ...] | None:
    """The zone with O/0, I/1, S/5, B/8, Z/2 and G/6 put right, or None where nothing can be offered.

    Places that hold only digits or only letters are set first; in document number and optional data up to two
    characters are swapped, the fewest that make all check digits right. Where two readings do, neither is offered.
    It is an offer to a person who sees the document, never to be applied unseen.
    """
    lines, _ = split_lines(text)
    layout = layout_of(lines)
    if layout is None:
        return None
    corrected = _settle(layout, "".join(lines))
    for swaps in range(_MOST_SWAPS + 1):
        right = {
            candidate for candidate in _swapped(layout, corrected, swaps) if parse(_lines(layout, candidate)).valid
        }
        if right:
            found = _lines(layout, right.pop())
            return found if not right and found != lines else None
    return None


def _lines(layout: Layout, text: str) -> tuple[str, ...]:
    return tuple(text[at : at + layout.width] for at in range(0, len(text), layout.width))


def _settle(layout: Layout, text: str) -> str:
    """The text with every place that holds only letters, or only digits, set to one."""
    for where in (slice(2, 5), layout.name, layout.nationality, slice(layout.sex, layout.sex + 1)):
        text = text[: where.start] + text[where].translate(_TO_LETTER) + text[where.stop :]
    digits = [slice(layout.number.stop, layout.number.stop + 1)]
    digits += [slice(where.start, where.stop + 1) for where in (layout.birth, layout.expiry)]
    digits += [slice(at, at + 1) for at in (layout.optional_check, layout.composite_check) if at > 0]
    for where in digits:
        text = text[: where.start] + text[where].translate(_TO_DIGIT) + text[where.stop :]
    return text


def _swapped(layout: Layout, text: str, count: int) -> Iterator[str]:
    places = [at for where in (layout.number, *layout.optional) for at in range(where.start, where.stop)]
    for chosen in combinations([at for at in places if text[at] in _EITHER], count):
        characters = list(text)
        for at in chosen:
            characters[at] = _EITHER[characters[at]]
        yield "".join(characters)
