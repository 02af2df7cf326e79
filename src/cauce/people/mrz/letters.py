"""How a printed letter may be written in a zone (Doc 9303 part 3, section 6 and appendix B).

The table is `letters.tsv`; where the standard leaves a choice, every choice is kept, the usual one first.
"""

import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

_TABLE = Path(__file__).with_name("letters.tsv")
_SHADDA = "\u0651"
# Vowel carriers and hamzas cannot be doubled by a shadda.
_NOT_DOUBLED = frozenset("\u0621\u0622\u0623\u0624\u0625\u0626\u0627\u0629\u0671")
# Words the appendix spells out in its own way: Allah (B.5.5.11), and Izz with its unwritten shadda (B.5.9).
_WORDS = {
    "\u0627\u0644\u0644\u0647": (("A",), ("L",), ("L",), ("XH", "H")),
    "\u0639\u0632": (("E",), ("ZZ", "Z")),
}


class Letter(NamedTuple):
    """One row: the renderings every state may use, and those of some states, `first` for a word's first letter."""

    renderings: tuple[str, ...]
    national: dict[str, str]
    first: dict[str, str]
    arabic: bool


@cache
def table() -> dict[str, Letter]:
    """The rows of letters.tsv by capital letter."""
    rows = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines()[1:]:
        script, codepoint, _, renderings, exceptions, _ = line.split("\t")
        national: dict[str, str] = {}
        first: dict[str, str] = {}
        for state, _, rendering in (item.partition("=") for item in exceptions.split(";") if item):
            (first if state.endswith("^") else national)[state.rstrip("^")] = rendering
        letter = Letter(tuple(renderings.split(",")), national, first, script == "arabic")
        rows[chr(int(codepoint, 16))] = letter
    return rows


def word_options(word: str, issuer: str = "") -> tuple[tuple[str, ...], ...]:
    """For each letter of a capital word, the ways it may be written, the issuer's usual one first.

    An empty way means that the letter may be left out. Marks are taken together with their letter.
    """
    bare = "".join(c for c in word if not unicodedata.combining(c))
    if bare in _WORDS:
        return _WORDS[bare]
    options = []
    for at, character in enumerate(word):
        if unicodedata.combining(character) and character not in table():
            continue
        ways = _letter_options(character, issuer, first=at == 0, last=_is_last(word, at))
        row = table().get(character)
        if row and row.arabic and character not in _NOT_DOUBLED:
            ways = _doubled(ways) if _has_shadda(word, at) else (*ways, *_doubled(ways))
        if ways != ("",):
            options.append(tuple(dict.fromkeys(ways)))
    return tuple(options)


def _letter_options(character: str, issuer: str, *, first: bool, last: bool) -> tuple[str, ...]:
    if "A" <= character <= "Z":
        return (character,)
    row = table().get(character)
    if row is None:
        return _unlisted(character, issuer)
    ways = row.renderings
    if character == "\u0629" and last:
        ways = ways[::-1]
    # In Arabic a word-initial heh doachashmee is only a way to draw heh; in Urdu it never stands there.
    if character == "\u06be" and first:
        ways = ways[::-1]
    national = [*(row.first.items() if first else ()), *row.national.items()]
    preferred = [rendering for state, rendering in national if state == issuer]
    return (*preferred, *ways, *(rendering for _, rendering in national))


def _unlisted(character: str, issuer: str) -> tuple[str, ...]:
    """Letters outside the standard: without their marks, else the sound in Latin letters."""
    base = unicodedata.normalize("NFD", character)[0]
    if base != character:
        return _letter_options(base, issuer, first=False, last=False)
    category = unicodedata.category(character)
    if category[0] not in "LM" or category == "Lm":
        return ("",)
    from anyascii import anyascii

    return ("".join(c for c in anyascii(character).upper() if "A" <= c <= "Z"),)


def _doubled(ways: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(way + way for way in ways)


def _is_last(word: str, at: int) -> bool:
    return all(unicodedata.combining(c) for c in word[at + 1 :])


def _has_shadda(word: str, at: int) -> bool:
    for character in word[at + 1 :]:
        if character == _SHADDA:
            return True
        if not unicodedata.combining(character):
            return False
    return False
