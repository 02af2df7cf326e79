"""What a name is found by: its words in every way it may be read, and a birth date as one number. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from cauce.vetting.names.tokens import Token, readings

_LONGEST = 39
BARE = "~"
"""Behind a word whose vowels nobody wrote."""


class Word(NamedTuple):
    """A row of NameToken."""

    id: str
    fold: str
    ends: str
    skeleton: str


def words_of(names: Iterable[str]) -> dict[str, Word]:
    """The words of these names by id, each once; empty when nothing in them can be read."""
    found = {}
    for name in names:
        for reading in readings(name):
            for each in reading:
                word = word_of(each)
                found[word.id] = word
    return found


def word_of(one: Token) -> Word:
    """The row of a word."""
    text, fold = one.text[:_LONGEST], one.fold[:_LONGEST]
    return Word(text + ("" if one.voweled else BARE), fold, fold[::-1], one.skeleton[:_LONGEST])


def born_key(first: date | None, last: date | None) -> int:
    """yyyymmdd of a day, yyyy0000 of a span within one year, 0 for anything wider or unknown."""
    if first is None or last is None or first.year != last.year:
        return 0
    return first.year * 10_000 + (first.month * 100 + first.day if first == last else 0)
