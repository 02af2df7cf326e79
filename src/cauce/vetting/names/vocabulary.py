"""The tokens of a list: how rare each is, and which of them a token may be a spelling of."""

import math
from collections import defaultdict
from collections.abc import Iterable

from cauce.vetting.names.edits import OneEdit, one_letter_off
from cauce.vetting.names.equivalents import equivalent, equivalents
from cauce.vetting.names.frequencies import common
from cauce.vetting.names.tokens import Token

RAREST = 1e-4
"""No token is taken to be rarer than one name in ten thousand, however small the list it was seen in."""
_PSEUDO_ENTRIES = 2000
"""A list of few entries says little about how common its names are; this many imagined ones keep it modest."""
SHORTEST_SKELETON = 3
LONG_EDIT, SHORT_EDIT = 6, 0.6
"""One letter of a short token says less: below this length, so many nats are taken off."""
EXACT, SOUND, EQUIVALENT, SKELETON, EDIT = "same_token", "same_sound", "same_name", "same_consonants", "one_letter_off"
RESEMBLES, INITIAL, JOINED, SERVANT = "resembles", "initial", "joined", "abd_left_out"
DEPENDENCE = 0.5
"""Share of a token's rarity that counts: families, regions and copied spellings make tokens dependent."""
DISCOUNT = {
    EXACT: 0.4,
    SOUND: 0.6,
    EQUIVALENT: 0.7,
    SKELETON: 1.0,
    EDIT: 1.3,
    RESEMBLES: 1.9,
    JOINED: 0.6,
    SERVANT: 1.3,
}
"""Nats taken off for the way two tokens meet: -log P(the same person's name is met that way)."""
UNVOWELED_DISCOUNT = 0.6
LEAST = 0.1
MOST_REMEMBERED = 2000
"""Tokens whose meetings are remembered: the next person often bears one of the same names."""
Met = tuple[float, str]


class Vocabulary:
    """Every distinct token of an index with its number, rarity and neighbours. Filled once, then only read."""

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self._number: dict[Token, int] = {}
        self._texts: dict[str, int] = defaultdict(int)
        self._skeletons: dict[str, int] = defaultdict(int)
        self._by_text: dict[str, list[int]] = defaultdict(list)
        self._by_fold: dict[str, list[int]] = defaultdict(list)
        self._by_skeleton: dict[str, list[int]] = defaultdict(list)
        self._by_bare_skeleton: dict[str, list[int]] = defaultdict(list)
        self._edits = OneEdit()
        self._entries = 0
        self._rarity: dict[str, float] = {}
        self._skeleton_rarity: dict[str, float] = {}
        self._met: dict[tuple[str, bool], dict[tuple[str, bool], Met | None]] = {}

    def add(self, token: Token, joined: bool = False) -> int:
        """The token's number, given on first sight. `joined` tokens are two in one, met by sound only."""
        known = self._number.get(token)
        if known is not None:
            return known
        number = self._number[token] = len(self.tokens)
        self.tokens.append(token)
        self._by_fold[token.fold].append(number)
        if joined and token.voweled:
            return number
        self._by_text[token.text].append(number)
        self._by_skeleton[token.skeleton].append(number)
        if not token.voweled:
            self._by_bare_skeleton[token.skeleton].append(number)
        if token.voweled:
            self._edits.add(number, token)
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
        known = self._rarity.get(token.text)
        if known is None:
            share = self._texts.get(token.text, 0) / (self._entries + _PSEUDO_ENTRIES)
            known = self._rarity[token.text] = -math.log(max(share, common(token.text), RAREST))
        return known

    def skeleton_rarity(self, token: Token) -> float:
        """-log of the share of people who bear any name with these consonants."""
        known = self._skeleton_rarity.get(token.skeleton)
        if known is None:
            share = self._skeletons.get(token.skeleton, 0) / (self._entries + _PSEUDO_ENTRIES)
            known = self._skeleton_rarity[token.skeleton] = -math.log(max(share, RAREST))
        return min(known, self.rarity(token))

    def met_by(self, asked: Token) -> dict[tuple[str, bool], Met | None]:
        """What is already known of how this token meets others, by spelling; to be filled by whoever finds out."""
        if len(self._met) > MOST_REMEMBERED:
            self._met.clear()
        return self._met.setdefault((asked.text, asked.voweled), {})

    def neighbours(self, token: Token, joined: bool = False) -> list[int]:
        """Numbers of the tokens this one may be a spelling of, each once, in a fixed order."""
        found = list(self._by_fold.get(token.fold, ()))
        if joined and token.voweled:
            return found
        for text in (*equivalents(token.text), token.text.removeprefix("abd"), "abd" + token.text):
            found += self._by_text.get(text, ())
        if len(token.skeleton) >= (SHORTEST_SKELETON if token.voweled else 2):
            found += self._by_skeleton.get(token.skeleton, ())
        elif token.voweled:
            found += self._by_bare_skeleton.get(token.skeleton, ())
        if token.voweled:
            found += self._edits.near(token)
        return list(dict.fromkeys(found))

    def weigh(self, asked: Token, listed: Token) -> Met | None:
        """The weight in nats of two tokens meeting and how they met; None when they do not."""
        if asked.text == listed.text:
            return met_as(self.rarity(listed), EXACT)
        voweled = asked.voweled and listed.voweled
        if asked.fold == listed.fold:
            return met_as(self.rarity(listed) / 2 + self.skeleton_rarity(listed) / 2, SOUND)
        if equivalent(asked.text, listed.text):
            return met_as(min(self.rarity(asked), self.rarity(listed)), EQUIVALENT)
        if asked.skeleton == listed.skeleton and len(asked.skeleton) >= (SHORTEST_SKELETON if voweled else 2):
            rarity = self.skeleton_rarity(listed)
            return (
                met_as(rarity, SKELETON)
                if voweled
                else (max(LEAST, DEPENDENCE * rarity - UNVOWELED_DISCOUNT), SKELETON)
            )
        if voweled and one_letter_off(asked, listed):
            weight, note = met_as(self.skeleton_rarity(listed), EDIT)
            return (
                weight if min(len(asked.text), len(listed.text)) >= LONG_EDIT else max(LEAST, weight - SHORT_EDIT)
            ), note
        if asked.text == "abd" + listed.text or listed.text == "abd" + asked.text:
            return met_as(min(self.rarity(asked), self.rarity(listed)), SERVANT)
        return None


def met_as(rarity: float, note: str) -> Met:
    """The weight of a token of this rarity met in this way."""
    return max(LEAST, DEPENDENCE * rarity - DISCOUNT[note]), note
