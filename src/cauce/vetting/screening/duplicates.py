"""The same person registered twice: everybody in a file against everybody else in it."""

from collections.abc import Sequence
from typing import NamedTuple

from cauce.vetting.names import Hit, Index, Query, probability
from cauce.vetting.names.model import Piece
from cauce.vetting.screening.running import entry_of

LISTED_BELOW = 2.0
"""Nats below the threshold down to which a pair is still listed."""
_MOST_EACH = 50


class Duplicate(NamedTuple):
    """Two people who may be one, by their places in the file, the earlier first."""

    first: int
    second: int
    score: float
    pieces: tuple[Piece, ...]


def duplicates(people: Sequence[Query], threshold: float) -> list[Duplicate]:
    """Pairs from a little below `threshold` (nats), best first. A pair is looked at from both sides; the better counts.

    People are told apart by their place in the file, so two with one id are two.
    """
    index = Index([entry_of(_at(place, person)) for place, person in enumerate(people)])
    least = probability(threshold - LISTED_BELOW)
    best: dict[tuple[int, int], Hit] = {}
    for place, person in enumerate(people):
        for hit in index.search(person, least, _MOST_EACH + 1):
            other = int(hit.entry_id)
            key = (min(place, other), max(place, other))
            if other != place and (key not in best or hit.score > best[key].score):
                best[key] = hit
    found = [Duplicate(*key, hit.score, hit.pieces) for key, hit in best.items()]
    return sorted(found, key=lambda one: (-one.score, one.first, one.second))


def _at(place: int, person: Query) -> Query:
    return Query(str(place), person.names, person.birth_date, person.sex, person.nationality, person.documents)
