"""Tokens one letter apart: told, and found among all tokens of a list."""

from collections import defaultdict

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from cauce.vetting.names.tokens import Token

SHORTEST_EDIT = 4
_MOST_LETTERS = 3
_MOST_SCANS = 60
"""Questions answered by comparing with every token; from then on making an index costs less than it saves."""


class OneEdit:
    """Tokens with vowels written, searchable by one letter more, less, other or swapped in spelling or in sound.

    A single traveller is answered without an index, for making one takes longer than comparing with every token.
    Both ways find the same, apart from tokens that `one_letter_off` refuses afterwards.
    """

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._tokens: list[Token] = []
        self._texts: list[str] = []
        self._folds: list[str] = []
        self._by_gap: dict[int, list[int]] = defaultdict(list)
        self._indexed = 0
        self._scans = 0

    def add(self, number: int, token: Token) -> None:
        """Make the token findable under this number."""
        self._numbers.append(number)
        self._tokens.append(token)
        self._texts.append(token.text)
        self._folds.append(token.fold)

    def near(self, token: Token) -> list[int]:
        """Numbers of the tokens that may be one letter off, some of them more than once."""
        if self._indexed < len(self._tokens):
            self._scans += 1
            if self._scans <= _MOST_SCANS:
                return self._scanned(token)
            for number, one in zip(self._numbers[self._indexed :], self._tokens[self._indexed :], strict=True):
                for gap in _gap_keys(one):
                    self._by_gap[gap].append(number)
            self._indexed = len(self._tokens)
        return [number for gap in _gap_keys(token) for number in self._by_gap.get(gap, ())]

    def _scanned(self, token: Token) -> list[int]:
        places: list[int] = []
        for text, among in ((token.text, self._texts), (token.fold, self._folds)):
            if len(text) >= SHORTEST_EDIT:
                places += [at for _, _, at in extract(text, among, scorer=OSA.distance, score_cutoff=1, limit=None)]
        return [self._numbers[at] for at in sorted(places)]


def one_letter_off(one: Token, two: Token) -> bool:
    if min(len(one.text), len(two.text)) < SHORTEST_EDIT:
        return False
    if one_edit(one.text, two.text):
        return True
    sounded = min(len(one.fold), len(two.fold)) >= SHORTEST_EDIT and one_edit(one.fold, two.fold)
    # Two sounds may be spelt with no letter in common (Razzaq, Rasem); then one more that differs is another name.
    return sounded and OSA.distance(one.text, two.text, score_cutoff=_MOST_LETTERS) <= _MOST_LETTERS


def _gap_keys(token: Token) -> set[int]:
    """Hashes of the spelling and the sound with each letter left out: what is one edit apart shares one of them."""
    keys = _gaps(token.fold) if len(token.fold) >= SHORTEST_EDIT else set()
    return keys | _gaps(token.text) if len(token.text) >= SHORTEST_EDIT and token.text != token.fold else keys


def _gaps(text: str) -> set[int]:
    keys = {hash(text[:at] + text[at + 1 :]) for at in range(len(text))}
    keys.add(hash(text))
    return keys


def one_edit(one: str, two: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours turns one text into the other."""
    if abs(len(one) - len(two)) > 1:
        return False
    at = 0
    while at < min(len(one), len(two)) and one[at] == two[at]:
        at += 1
    left, right = one[at:], two[at:]
    if len(left) == len(right):
        return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:])
    return left[1:] == right if len(left) > len(right) else left == right[1:]
