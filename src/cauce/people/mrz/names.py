"""A printed name taken apart as the zone's rules see it (Doc 9303 part 3, section 4.6)."""

import unicodedata
from collections.abc import Iterator
from itertools import islice, product
from typing import NamedTuple

from cauce.people.mrz.letters import word_options

Options = tuple[tuple[str, ...], ...]

_APOSTROPHES = "'`´‘’‚‛ʹʻʼʽʾʿˈˊˋ′‵＇"
_COMMAS = ",،，、﹐"
_NO_APOSTROPHES = str.maketrans("", "", _APOSTROPHES)
_ONE_COMMA = str.maketrans(dict.fromkeys(_COMMAS, ","))
# Left out of a zone unless the issuing state counts them as part of the name; then they are given names.
_TITLES = frozenset({"DR", "PROF", "SIR"})
_SUFFIXES = frozenset({"JR", "SR", "ESQ", "PHD", "II", "III", "IV"})
_ABD_AL = "\u0639\u0628\u062f\u0627\u0644"
_MOST_READINGS = 256


class Word(NamedTuple):
    """A component of a name: the ways to write each of its letters."""

    options: Options

    @property
    def usual(self) -> str:
        """The component as the zone usually has it."""
        return "".join(ways[0] for ways in self.options)

    @property
    def longest(self) -> int:
        """Characters of the longest way to write it."""
        return sum(max(map(len, ways)) for ways in self.options)


class Name(NamedTuple):
    """A printed name in components: the primary and the secondary identifier."""

    family: tuple[Word, ...]
    given: tuple[Word, ...]

    @property
    def usual(self) -> tuple[list[str], list[str]]:
        """Both identifiers as a zone usually writes them."""
        return [word.usual for word in self.family], [word.usual for word in self.given]


def readings(family: str, given: str, issuer: str = "") -> Iterator[Name]:
    """Every way to take a printed name apart, the usual one first, at most 256.

    The choices: titles and suffixes, and Arabic names on `Abd al-` written in one word, which the standard divides.
    """
    primary, titles = _without_titles(_words(family))
    secondary = _words(given)
    if not primary:
        primary, secondary = secondary, []
    heads = [_word_readings(word, issuer) for word in primary]
    tails = [_given_readings(word, issuer) for word in secondary]
    extra = tuple(_word(title, issuer) for title in titles)
    count = 0
    for head in islice(product(*heads), _MOST_READINGS):
        for tail in islice(product(*tails), _MOST_READINGS):
            names = _flat(head), _flat(tail)
            for secondary_words in (names[1], names[1] + extra, extra + names[1]) if extra else (names[1],):
                yield Name(names[0], secondary_words) if names[0] else Name(secondary_words, ())
                count += 1
                if count >= _MOST_READINGS:
                    return


def divide(printed: str) -> tuple[str, str]:
    """Primary and secondary identifier of `FAMILY, GIVEN`: the first comma divides, without one all is primary."""
    family, _, given = printed.translate(_ONE_COMMA).partition(",")
    return family, given


def _words(text: str) -> list[str]:
    """Capital words: apostrophes and other punctuation joined up, hyphens, commas and spaces dividing."""
    plain = unicodedata.normalize("NFKC", text.translate(_NO_APOSTROPHES)).upper()
    kept = []
    for character in unicodedata.normalize("NFC", plain):
        category = unicodedata.category(character)
        if category == "Pd" or character in _COMMAS or character == "\u2212" or character.isspace():
            kept.append(" ")
        elif category[0] in "LM":
            kept.append(character)
    return "".join(kept).split()


def _without_titles(words: list[str]) -> tuple[list[str], list[str]]:
    """The words of a primary identifier, and the titles before and suffixes behind them."""
    start, end = 0, len(words)
    while end - start > 1 and words[start] in _TITLES:
        start += 1
    while end - start > 1 and words[end - 1] in _SUFFIXES:
        end -= 1
    return words[start:end], words[:start] + words[end:]


def _word(text: str, issuer: str) -> Word:
    return Word(word_options(text, issuer))


def _word_readings(text: str, issuer: str) -> list[tuple[Word, ...]]:
    whole = _word(text, issuer)
    if not whole.options:
        return [()]
    found: list[tuple[Word, ...]] = [(whole,)]
    bare = "".join(c for c in text if not unicodedata.combining(c))
    if bare.startswith(_ABD_AL) and len(bare) > len(_ABD_AL):
        # Divided behind the third letter of `Abd`, its marks included.
        cut = next(at for at in range(len(text)) if sum(not unicodedata.combining(c) for c in text[: at + 1]) == 4)
        found.insert(0, (_word(text[:cut], issuer), _word(text[cut:], issuer)))
    if all("" in ways for ways in whole.options):
        found.insert(len(found) if whole.usual else 0, ())
    return found


def _given_readings(text: str, issuer: str) -> list[tuple[Word, ...]]:
    found = _word_readings(text, issuer)
    if text in _TITLES or text in _SUFFIXES:
        return [(), *found]
    return found


def _flat(parts: tuple[tuple[Word, ...], ...]) -> tuple[Word, ...]:
    return tuple(word for part in parts for word in part)
