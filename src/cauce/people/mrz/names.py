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
# A text of more words than any zone can hold the initials of is no name to weigh the choices of.
_MOST_WORDS = 60


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
    """The ways to take a printed name apart, the usual one first, some hundreds at most.

    The choices: titles and suffixes, and Arabic names on `Abd al-` written in one word, which the standard divides.
    """
    primary, secondary = _words(family), _words(given)
    if not primary:
        primary, secondary = secondary, []
    primary, titles = _without_titles(primary)
    heads = [_word_readings(word, issuer) for word in primary]
    only_titles = set(secondary) <= _TITLES | _SUFFIXES
    tails = [_given_readings(word, issuer, sole=only_titles) for word in secondary]
    extra = tuple(_word(title, issuer) for title in titles)
    limit = _MOST_READINGS if len(heads) + len(tails) <= _MOST_WORDS else 1
    for head, tail in islice(product(_choices(heads), _choices(tails)), limit):
        for given_words in (tail, tail + extra, extra + tail) if extra else (tail,):
            yield Name(head, given_words) if head else Name(given_words, ())


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


def _given_readings(text: str, issuer: str, *, sole: bool) -> list[tuple[Word, ...]]:
    """A title may be left out, and usually is, unless it is all there is: `J.R.` are initials then."""
    found = _word_readings(text, issuer)
    if text not in _TITLES | _SUFFIXES:
        return found
    return [*found, ()] if sole else [(), *found]


def _choices(words: list[list[tuple[Word, ...]]]) -> list[tuple[Word, ...]]:
    """Every sequence of components that the readings of the words allow, within the limit."""
    sequences = islice(product(*words), _MOST_READINGS)
    return [tuple(component for part in sequence for component in part) for sequence in sequences]
