"""Two names side by side: which token met which, and what is left over."""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import JaroWinkler

from cauce.vetting.names.edits import one_edit
from cauce.vetting.names.model import Piece
from cauce.vetting.names.tokens import Token, joined, token
from cauce.vetting.names.vocabulary import (
    EDIT,
    EQUIVALENT,
    EXACT,
    INITIAL,
    JOINED,
    RESEMBLES,
    SHORTEST_SKELETON,
    SKELETON,
    SOUND,
    Vocabulary,
    met_as,
)

CONFLICT = -3.6
"""Nats for a token on each side that met nothing: a person seldom has two different names in one place."""
SOMEWHAT_ALIKE = 1.6
"""Nats by which a contradiction is less when the two tokens nearly resemble each other."""
NOT_LISTED, NOT_LISTED_BARE, NOT_SAID, LETTER_LEFT = -1.9, -1.4, -0.6, -0.3
"""Nats for a token that only the person or only the list has (a letter weighs less): second surnames come and go."""
MOST = 10.5
"""Nats that names can bring at most, so that however many tokens agree a different birth date still counts."""
WHOLE = 6.2
"""Nats that the same whole name of two tokens or more brings at least, however common it is."""
ONLY_ALIKE = -1.5
"""Nats when one token contradicts and no other is more than alike: two people born on one day are often that close."""
NEARLY_WHOLE = 5.2
"""Nats that a whole name brings at least when one part is the same and the others are spelt another way."""
MOST_CONTRADICTED, MOST_CONTRADICTED_BARE = 2.1, 4.9
"""Nats that names can bring at most while a token contradicts: strangers share whole blocks of given names. The second
is for a script that writes no vowels, where one name easily looks like two.
"""
LEAST_OF_ALL = -6.0
"""Nats that a wholly different name takes at most: people give other names, and a stolen passport has its owner's."""
WEAK_ALIAS = -1.5
ALONE = 0.6
"""Share of its weight that the only token of two names brings on top: nothing else is there to depend on it."""
SURE_BESIDE_INITIALS = 3.0
"""Nats that the tokens beside initials must bring before the whole name counts as nearly the same."""
LEFT_OVER = ("token_not_listed", "token_not_said")
_PERSIAN = str.maketrans("dt", "ss")
_INITIAL_WEIGHT = 0.3
_RESEMBLING = 0.87
_SHORTEST_RESPELT = 5
_JOINED_SPREAD = 4
_SHORTEST_JOINED, _LONGEST_JOINED = 5, 18
_SHORTEST_JOINED_EDIT = 8


class Meeting(NamedTuple):
    """Tokens of the query (by place) that met tokens of the alias."""

    weight: float
    left: tuple[int, ...]
    right: tuple[int, ...]
    note: str


def name_pieces(asked: tuple[Token, ...], listed: tuple[Token, ...], vocabulary: Vocabulary) -> list[Piece]:
    """Pieces of evidence from one name against another; their sum is the name's weight."""
    meetings = _choose(_meetings(asked, listed, vocabulary), len(asked), len(listed))
    pieces = [
        Piece(
            "name",
            meeting.weight,
            " ".join(asked[at].text for at in meeting.left),
            " ".join(listed[at].text for at in meeting.right),
            meeting.note,
        )
        for meeting in meetings
    ]
    left = [one.text for at, one in enumerate(asked) if not any(at in meeting.left for meeting in meetings)]
    right = [one.text for at, one in enumerate(listed) if not any(at in meeting.right for meeting in meetings)]
    pieces += _left_over(left, right, NOT_LISTED if all(one.voweled for one in asked) else NOT_LISTED_BARE)
    complete = all(map(_is_letter, left + right)) and not (left and right)
    return pieces + _bounds(pieces, complete, asked, listed)


def _left_over(left: list[str], right: list[str], not_listed: float) -> list[Piece]:
    both = min(len(left), len(right))
    left, right = sorted(left, key=_is_letter), sorted(right, key=_is_letter)
    pieces = [Piece("name", _conflict(left[at], right[at]), left[at], right[at], "other_token") for at in range(both)]
    for text in left[both:]:
        pieces.append(Piece("name", LETTER_LEFT if _is_letter(text) else not_listed, text, "", "token_not_listed"))
    for text in right[both:]:
        pieces.append(Piece("name", LETTER_LEFT if _is_letter(text) else NOT_SAID, "", text, "token_not_said"))
    return pieces


def _conflict(one: str, two: str) -> float:
    """Two names somewhat alike contradict each other less than two that have nothing in common."""
    alike = JaroWinkler.similarity(one, two)
    return CONFLICT + SOMEWHAT_ALIKE * max(0.0, min(1.0, (alike - 0.7) / (_RESEMBLING - 0.7)))


def _is_letter(text: str) -> bool:
    return len(text) == 1


def _bounds(pieces: list[Piece], complete: bool, asked: tuple[Token, ...], listed: tuple[Token, ...]) -> list[Piece]:
    total = sum(piece.weight for piece in pieces)
    notes = {piece.note_code for piece in pieces}
    left, right = (" ".join(one.text for one in side) for side in (asked, listed))
    voweled = all(one.voweled for one in (*asked, *listed))
    alike = {EXACT, SOUND} if voweled else {EXACT, SOUND, SKELETON}
    single = len(asked) == len(listed) == 1
    if single and complete and notes <= {EXACT, SOUND}:
        return [Piece("name", total * ALONE, left, right, "whole_name")]
    complete = complete and ((_full(asked) and _full(listed)) or JOINED in notes)
    if complete and total < WHOLE and notes <= {EXACT, SOUND, JOINED, *LEFT_OVER}:
        return [Piece("name", WHOLE - total, left, right, "whole_name")]
    if complete and total < NEARLY_WHOLE and _nearly(pieces, alike):
        return [Piece("name", NEARLY_WHOLE - total, left, right, "nearly_whole_name")]
    most = MOST if "other_token" not in notes else MOST_CONTRADICTED if voweled else MOST_CONTRADICTED_BARE
    if total > most:
        return [Piece("name", most - total, left, right, "names_say_no_more")]
    if "other_token" not in notes or notes & {*alike, EQUIVALENT, JOINED}:
        return []
    if total + ONLY_ALIKE < LEAST_OF_ALL:
        return [Piece("name", LEAST_OF_ALL - total, left, right, "another_name")]
    return [Piece("name", ONLY_ALIKE, left, right, "only_alike")]


def _nearly(pieces: list[Piece], alike: set[str]) -> bool:
    """One part the same and the others long enough that another spelling is not simply another name."""
    others = [piece for piece in pieces if piece.note_code not in (*alike, *LEFT_OVER)]
    if any(piece.note_code == INITIAL for piece in others):
        sure = sum(piece.weight for piece in pieces if piece.note_code == EXACT)
        return sure >= SURE_BESIDE_INITIALS and all(piece.note_code == INITIAL for piece in others)
    return len(others) < len(pieces) and all(
        piece.note_code in (EQUIVALENT, SKELETON, EDIT, JOINED)
        and min(len(piece.left), len(piece.right)) >= _SHORTEST_RESPELT
        for piece in others
    )


def _full(name: tuple[Token, ...]) -> bool:
    """`Abd al-X` is one token here but two words."""
    return len(name) > 1 or name[0].text.startswith("abd")


def _meetings(asked: tuple[Token, ...], listed: tuple[Token, ...], vocabulary: Vocabulary) -> list[Meeting]:
    found = []
    for i, one in enumerate(asked):
        known = vocabulary.met_by(one)
        for j, two in enumerate(listed):
            key = (two.text, two.voweled)
            if key in known:
                met = known[key]
            else:
                met = known[key] = vocabulary.weigh(one, two) or _resembling(one, two, vocabulary)
            if met:
                found.append(Meeting(met[0], (i,), (j,), met[1]))
    found += _joined(asked, listed, vocabulary)
    found += [Meeting(m.weight, m.right, m.left, m.note) for m in _joined(listed, asked, vocabulary)]
    return found


def _resembling(one: Token, two: Token, vocabulary: Vocabulary) -> tuple[float, str] | None:
    if len(one.text) == 1 or len(two.text) == 1:
        return (_INITIAL_WEIGHT, INITIAL) if one.text[0] == two.text[0] else None
    if not (one.voweled and two.voweled):
        # The letters tha, dhal and dad are read s and z in Persian, Pashto and Urdu, t and d in Arabic.
        alike = (len(one.skeleton) > 3 and one_edit(one.skeleton, two.skeleton)) or (
            len(one.skeleton) >= SHORTEST_SKELETON
            and one.skeleton.translate(_PERSIAN) == two.skeleton.translate(_PERSIAN)
        )
    else:
        alike = one.fold[0] == two.fold[0] and JaroWinkler.similarity(one.fold, two.fold) >= _RESEMBLING
    return met_as(vocabulary.skeleton_rarity(two), RESEMBLES) if alike else None


def _joined(many: tuple[Token, ...], few: tuple[Token, ...], vocabulary: Vocabulary) -> list[Meeting]:
    """Two neighbours on one side written as one token on the other."""
    found = []
    for at, (first, second) in enumerate(pairwise(many)):
        if not joinable(first, second):
            continue
        length = len(first.text) + len(second.text)
        for place, single in enumerate(few):
            begins = single.fold[0] in (first.fold[0], second.fold[0]) or not single.voweled
            if begins and abs(len(single.text) - length) <= _JOINED_SPREAD and _is_joined(first, second, single):
                rarity = min(vocabulary.rarity(first) + vocabulary.rarity(second), vocabulary.rarity(single))
                found.append(Meeting(met_as(rarity, JOINED)[0], (at, at + 1), (place,), JOINED))
    return found


def joinable(first: Token, second: Token) -> bool:
    """Whether two neighbours are long enough, and short enough, to be found written as one."""
    length = len(first.text) + len(second.text)
    return min(len(first.text), len(second.text)) > 1 and _SHORTEST_JOINED <= length <= _LONGEST_JOINED


def _is_joined(first: Token, second: Token, single: Token) -> bool:
    for both in (joined(first, second), joined(second, first)):
        if both.fold == single.fold:
            return True
        if both.voweled and single.voweled:
            if len(both.text) >= _SHORTEST_JOINED_EDIT and one_edit(both.fold, single.fold):
                return True
        elif len(single.skeleton) >= SHORTEST_SKELETON and token(both.text, False).skeleton == single.skeleton:
            return True
    return False


def _choose(meetings: list[Meeting], left: int, right: int) -> list[Meeting]:
    """Heaviest first, each token used once; where two tokens may be one, that reading and the other are both tried."""
    best = _greedy(meetings, left, right, lambda m: m.weight / max(len(m.left), len(m.right)))
    if all(meeting.note != JOINED for meeting in meetings):
        return best
    whole = _greedy(meetings, left, right, lambda m: m.weight)
    return max(best, whole, key=lambda chosen: _worth(chosen, left, right))


def _worth(chosen: list[Meeting], left: int, right: int) -> float:
    alone = min(left - sum(len(m.left) for m in chosen), right - sum(len(m.right) for m in chosen))
    said = left - sum(len(m.left) for m in chosen) - alone
    return sum(m.weight for m in chosen) + CONFLICT * alone + NOT_LISTED * said


def _greedy(meetings: list[Meeting], left: int, right: int, value: Callable[[Meeting], float]) -> list[Meeting]:
    free_left, free_right = set(range(left)), set(range(right))
    chosen = []
    for meeting in sorted(meetings, key=lambda m: (-value(m), m.left, m.right)):
        if free_left.issuperset(meeting.left) and free_right.issuperset(meeting.right):
            free_left.difference_update(meeting.left)
            free_right.difference_update(meeting.right)
            chosen.append(meeting)
    return sorted(chosen, key=lambda m: m.left)
