"""Desks and arrivals of a corridor file: what they may say, and what is refused."""

from __future__ import annotations

import pytest

from cauce.corridor.file import check, shipped_text

pytestmark = pytest.mark.one_store


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('check = "registration"', 'check = "haircut"', "there is no check 'haircut'"),
        ("opens = 6\ncloses = 20", "opens = 6\ncloses = 5", "5 is not after 6"),
        ("share = 0.8", "share = 0.7", "the shares add up to 0.9, not to 1"),
        ('place = "canaan_membrillo"\ncheck', 'place = "bajo_chiquito"\ncheck', "has a desk of 'registration' already"),
    ],
)
def test_a_desk_or_an_arrival_that_cannot_be_is_refused(old: str, new: str, words: str) -> None:
    text = shipped_text()
    assert old in text
    assert words in "\n".join(str(problem) for problem in check(text.replace(old, new, 1)))
