"""The tokens of a list: how rare each is, and which of them a token may be a spelling of."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator

from cauce.vetting.names.frequencies import common
from cauce.vetting.names.tokens import Token

RAREST = 1e-4
"""No token is taken to be rarer than one name in ten thousand, however small the list it was seen in."""
_PSEUDO_ENTRIES = 2000
"""A list of few entries says little about how common its names are; this many imagined ones keep it modest."""
SHORTEST_SKELETON = 3
SHORTEST_EDIT = 4
EXACT, SOUND, SKELETON, EDIT = "same_token", "same_sound", "same_consonants", "one_letter_off"
RESEMBLES, INITIAL, JOINED = "resembles", "initial", "joined"
DISCOUNT = {EXACT: 0.3, SOUND: 1.0, SKELETON: 2.0, EDIT: 2.2, RESEMBLES: 4.0, JOINED: 0.8}
"""Nats taken from a token's rarity for the way it was met: log P(a person's name is spelt so another time)."""
UNVOWELED_DISCOUNT = 0.8
LEAST = 0.2


class Vocabulary:
    """Every distinct token of an index with its number, rarity and neighbours. Filled once, then only read."""

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self._number: dict[Token, int] = {}
        self._texts: dict[str, int] = defaultdict(int)
        self._skeletons: dict[str, int] = defaultdict(int)
        self._by_fold: dict[str, list[int]] = defaultdict(list)
        self._by_skeleton: dict[str, list[int]] = defaultdict(list)
        self._by_gap: dict[str, list[int]] = defaultdict(list)
        self._entries = 0

    def add(self, token: Token) -> int:
        """The token's number, given on first sight."""
        known = self._number.get(token)
        if known is not None:
            return known
        number = self._number[token] = len(self.tokens)
        self.tokens.append(token)
        self._by_fold[token.fold].append(number)
        if len(token.skeleton) >= SHORTEST_SKELETON:
            self._by_skeleton[token.skeleton].append(number)
        if len(token.fold) >= SHORTEST_EDIT and token.voweled:
            for gap in gaps(token.fold):
                self._by_gap[gap].append(number)
        return number

    def count(self, entry_tokens: Iterable[Token]) -> None:
        """Count one entry's tokens, each once however many aliases repeat it."""
        self._entries += 1
        seen = set(entry_tokens)
        for text in {token.text for token in seen}:
            self._texts[text] += 1
        for skeleton in {token.skeleton for token in seen}:
            self._skeletons[skeleton] += 1

    def rarity(self, token: Token) -> float:
        """-log of the share of people who bear this very spelling."""
        share = self._texts.get(token.text, 0) / (self._entries + _PSEUDO_ENTRIES)
        return -math.log(max(share, common(token.text), RAREST))

    def skeleton_rarity(self, token: Token) -> float:
        """-log of the share of people who bear any name with these consonants."""
        share = self._skeletons.get(token.skeleton, 0) / (self._entries + _PSEUDO_ENTRIES)
        return -math.log(max(share, common(token.text), RAREST))

    def neighbours(self, token: Token) -> Iterator[int]:
        """Numbers of the tokens this one may be a spelling of, each once, in a fixed order."""
        found = dict.fromkeys(self._by_fold.get(token.fold, ()))
        if len(token.skeleton) >= SHORTEST_SKELETON:
            found.update(dict.fromkeys(self._by_skeleton.get(token.skeleton, ())))
        if len(token.fold) >= SHORTEST_EDIT and token.voweled:
            for gap in gaps(token.fold):
                found.update(dict.fromkeys(self._by_gap.get(gap, ())))
        return iter(found)

    def weigh(self, asked: Token, listed: Token) -> tuple[float, str] | None:
        """The weight in nats of two tokens meeting and how they met; None when they do not."""
        if asked.text == listed.text:
            return max(LEAST, self.rarity(listed) - DISCOUNT[EXACT]), EXACT
        if asked.voweled and listed.voweled:
            if asked.fold == listed.fold:
                return max(LEAST, self.rarity(listed) / 2 + self.skeleton_rarity(listed) / 2 - DISCOUNT[SOUND]), SOUND
            discount = DISCOUNT[SKELETON]
        else:
            discount = UNVOWELED_DISCOUNT
        if asked.skeleton == listed.skeleton and len(asked.skeleton) >= SHORTEST_SKELETON:
            return max(LEAST, self.skeleton_rarity(listed) - discount), SKELETON
        if one_edit(asked.fold, listed.fold) and min(len(asked.fold), len(listed.fold)) >= SHORTEST_EDIT:
            return max(LEAST, self.skeleton_rarity(listed) - DISCOUNT[EDIT]), EDIT
        return None


def gaps(text: str) -> set[str]:
    """The text and all it becomes when one letter is left out: two texts one edit apart share one of them."""
    return {text} | {text[:at] + text[at + 1 :] for at in range(len(text))}


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
