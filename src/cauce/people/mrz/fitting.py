"""Whether a zone's name line is a permitted rendering of a printed name (Doc 9303 part 3 section 4.6, parts 4 to 7).

A line fits when, for some permitted way to write every letter,

- the whole name stands in it, filled up with `<`; or
- the name written that way is too long, the line is full and ends on a letter, every component of the family name
  has at least its initial, and the given names, from the first on, are cut or, from the end, left out.
"""

from cauce.people.mrz.layouts import ALPHABET, Layout, layout_named
from cauce.people.mrz.names import Name, Word, divide, readings

_CHARACTERS = frozenset(ALPHABET)
_NAME_CHARACTERS = frozenset("<ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def fits(form: str, name: str, line: str) -> bool:
    """Whether `line` may stand in a document of format `form` for the printed `name` (`FAMILY, GIVEN`).

    `line` is the third of TD1, else the whole first line, whose document type and issuer are ignored; the name
    field alone (39 or 31 characters) is taken too. ValueError when the format is none.
    """
    layout = layout_named(form)
    field = _field(layout, line.strip())
    if field is None:
        return False
    body = field.rstrip("<")
    family, _, given = body.partition("<<")
    pieces = family.split("<") if body else [], given.split("<") if given else []
    if not all(pieces[0]) or not all(pieces[1]):
        return False
    room = len(field) - len(body)
    return any(_reads(reading, pieces, len(field), room) for reading in readings(*divide(name)))


def _field(layout: Layout, line: str) -> str | None:
    width = layout.name.stop - layout.name.start
    if len(line) == width + layout.prefix and _CHARACTERS.issuperset(line):
        line = line[layout.prefix :]
    return line if len(line) == width and _NAME_CHARACTERS.issuperset(line) else None


def _reads(name: Name, pieces: tuple[list[str], list[str]], width: int, room: int) -> bool:
    words, parts = (*name.family, *name.given), (*pieces[0], *pieces[1])
    counts = len(pieces[0]), len(pieces[1])
    if counts == (len(name.family), len(name.given)) and all(map(_written, words, parts)):
        return True
    if not _enough_components(name, counts, width):
        return False
    if room and not (room == 1 and _nothing_to_shorten(name, pieces)):
        return False
    longest = _longest(name.family, pieces[0]) + _longest(name.given, pieces[1])
    if longest < 0:
        return False
    separators = max(0, len(name.family) - 1) + max(0, len(name.given) - 1) + 2 * bool(name.given)
    return longest + separators > width


def _enough_components(name: Name, counts: tuple[int, int], width: int) -> bool:
    """Every family name has a piece, unless there is no given name or not even the initials have room."""
    family, given = counts
    if not 1 <= family <= len(name.family) or given > len(name.given):
        return False
    if not name.given:
        return True
    crowded = 2 * len(name.family) - 1 + 3 > width
    return given >= 1 and (family == len(name.family) or crowded)


def _nothing_to_shorten(name: Name, pieces: tuple[list[str], list[str]]) -> bool:
    """A name of single letters may have a separator fall on the last place; no letter can be moved there."""
    single = all(len(piece) == 1 for part in pieces for piece in part)
    families = all(map(_written, name.family, pieces[0]))
    return single and families and all(map(_written, name.given, pieces[1]))


def _longest(words: tuple[Word, ...], pieces: list[str]) -> int:
    """Most characters the words can have in full, given what stands of them; far below 0 when it cannot stand."""
    total = sum(word.longest for word in words[len(pieces) :])
    for word, piece in zip(words, pieces, strict=False):
        length = _length_behind(word, piece)
        if length < 0:
            return -10_000
        total += length
    return total


def _written(word: Word, piece: str) -> bool:
    """Whether `piece` is the whole word in some permitted writing."""
    reached = {0}
    for ways in word.options:
        reached = {at + len(way) for at in reached for way in ways if piece.startswith(way, at)}
    return len(piece) in reached


def _length_behind(word: Word, piece: str) -> int:
    """The longest permitted writing of the word that starts with `piece`, or -1."""
    remaining = word.longest
    reached = {0}
    best = -1
    for ways in word.options:
        remaining -= max(map(len, ways))
        following = set()
        for at in reached:
            for way in ways:
                if piece.startswith(way, at):
                    following.add(at + len(way))
                elif way.startswith(piece[at:]):
                    best = max(best, at + len(way) + remaining)
        reached = following
    return max(best, len(piece)) if len(piece) in reached else best
