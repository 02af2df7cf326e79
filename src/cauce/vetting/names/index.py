"""An index of listed names, built once and asked many times."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cauce.vetting.lists.model import Alias, Entry, ListEdition
from cauce.vetting.names.align import MOST, WEAK_ALIAS, WHOLE, joinable, name_pieces
from cauce.vetting.names.dates import Dates
from cauce.vetting.names.evidence import (
    DEFAULT_THRESHOLD,
    OTHER_SEX,
    SAME_SEX,
    date_piece,
    document_piece,
    nationality_piece,
    number_key,
    score_at,
    sex_piece,
)
from cauce.vetting.names.model import Hit, Piece, Query
from cauce.vetting.names.tokens import Token, joined, tokens
from cauce.vetting.names.vocabulary import Vocabulary

_SLACK, _WHOLE_SLACK = 1.5, 3.4
"""Nats that looking side by side may add to what was foreseen: ordinarily; when both names have as many tokens."""
_MOST_SCORED = 200
"""Aliases looked at side by side for one name, best foreseen first."""
_CACHED_TOKENS = 100_000
Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


class Index:
    """The people of a list edition (or of several entries), searchable by name in any script.

    Only entries of kind `person` are indexed. The answer for a query never depends on what else is asked.
    """

    def __init__(self, entries: ListEdition | Iterable[Entry]) -> None:
        listed = entries.entries if isinstance(entries, ListEdition) else tuple(entries)
        self.entries: tuple[Entry, ...] = tuple(entry for entry in listed if entry.kind == "person")
        self._vocabulary = Vocabulary()
        self._aliases: list[tuple[int, Alias, tuple[Token, ...]]] = []
        self._whole: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._numbers: dict[str, list[int]] = defaultdict(list)
        self._index_names()
        self._entry_of: Ints = np.array([entry for entry, _, _ in self._aliases], dtype=np.int32)
        self._sizes: Ints = np.array([len(found) for _, _, found in self._aliases], dtype=np.int32)
        self._dates = Dates([entry.birth_dates for entry in self.entries])
        self._sexes = np.array([_sex_code(entry.sexes) for entry in self.entries], dtype=np.int8)
        for place, entry in enumerate(self.entries):
            for document in entry.documents:
                if key := number_key(document.number):
                    self._numbers[key].append(place)
        # Kept per index: what a token meets depends on the list alone, never on the batch.
        self._foresee = lru_cache(maxsize=_CACHED_TOKENS)(self._foresee_token)

    def search(self, query: Query, threshold: float = DEFAULT_THRESHOLD, top: int = 10) -> list[Hit]:
        """Hits with a probability of at least `threshold` (0 to 1), best first, at most `top`; ties by entry id."""
        least = score_at(threshold)
        best: dict[int, Hit] = {}
        sides = self._sides(query)
        by_number = self._aliases_by_number(query)
        named = [found for name in query.names if (found := tokens(name))]
        for asked in named or [()]:
            for alias in dict.fromkeys((*self._candidates(asked, sides, least), *by_number)):
                self._score(asked, alias, query, best)
        hits = [hit for hit in best.values() if hit.score >= least]
        hits.sort(key=lambda hit: (-hit.score, hit.entry_id))
        return hits[:top]

    def search_many(
        self, queries: Sequence[Query], threshold: float = DEFAULT_THRESHOLD, top: int = 10
    ) -> list[list[Hit]]:
        """The answers in the order of the queries; each is what `search` gives for it alone."""
        return [self.search(query, threshold, top) for query in queries]

    def _index_names(self) -> None:
        postings: dict[int, list[int]] = defaultdict(list)
        for place, entry in enumerate(self.entries):
            named = [(alias, found) for alias in entry.names if (found := tokens(alias.text))]
            self._vocabulary.count(one for _, found in named for one in found)
            for alias, found in named:
                number = len(self._aliases)
                self._aliases.append((place, alias, found))
                for key in _whole_keys(found):
                    self._whole[key].append(number)
                for one in found:
                    postings[self._vocabulary.add(one)].append(number)
                for both in _neighbours_joined(found):
                    postings[self._vocabulary.add(both, joined=True)].append(number)
        self._postings = {number: np.array(sorted(set(found)), dtype=np.int32) for number, found in postings.items()}

    def _sides(self, query: Query) -> Floats:
        """What birth date and sex say, an array over the entries."""
        said = self._dates.weights(query.birth_date)
        if query.sex not in ("M", "F"):
            return said
        mine = 1 if query.sex == "M" else 2
        agrees = np.where(self._sexes & mine, np.float32(SAME_SEX), np.float32(OTHER_SEX))
        return said + np.where(self._sexes == 0, np.float32(0), agrees)

    def _aliases_by_number(self, query: Query) -> list[int]:
        """Aliases of everybody listed with one of the person's document numbers, whatever the names say."""
        owners = {place for document in query.documents for place in self._numbers.get(number_key(document.number), ())}
        return [int(alias) for owner in sorted(owners) for alias in np.flatnonzero(self._entry_of == owner)]

    def _candidates(self, asked: tuple[Token, ...], sides: Floats, least: float) -> list[int]:
        foreseen = np.zeros(len(self._aliases), dtype=np.float32)
        single = len(asked)
        for at, one in enumerate((*asked, *_neighbours_joined(asked))):
            aliases, weights = self._foresee(one, at >= single)
            foreseen[aliases] += weights
        whole = list({alias for key in _whole_keys(asked) for alias in self._whole.get(key, ())})
        foreseen[whole] = np.maximum(foreseen[whole], WHOLE)
        met = np.flatnonzero(foreseen)
        slack = np.where(self._sizes[met] == single, np.float32(_WHOLE_SLACK), np.float32(_SLACK))
        reach = np.minimum(foreseen[met], MOST) + sides[self._entry_of[met]] + slack
        kept = met[reach >= least]
        if len(kept) > _MOST_SCORED:
            order = np.lexsort((kept, -reach[reach >= least]))
            kept = kept[order[:_MOST_SCORED]]
        return [int(alias) for alias in kept]

    def _foresee_token(self, one: Token, joined: bool) -> tuple[Ints, Floats]:
        """Aliases with a token this one may be a spelling of, and the best weight each can get from it."""
        found: list[Ints] = []
        weights: list[Floats] = []
        for number in self._vocabulary.neighbours(one, joined):
            met = self._vocabulary.weigh(one, self._vocabulary.tokens[number])
            if met and number in self._postings:
                found.append(self._postings[number])
                weights.append(np.full(len(found[-1]), met[0], dtype=np.float32))
        if not found:
            return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32)
        aliases, heavy = np.concatenate(found), np.concatenate(weights)
        order = np.lexsort((-heavy, aliases))
        aliases, heavy = aliases[order], heavy[order]
        first = np.concatenate(([True], aliases[1:] != aliases[:-1]))
        return aliases[first], heavy[first]

    def _score(self, asked: tuple[Token, ...], number: int, query: Query, best: dict[int, Hit]) -> None:
        place, alias, listed = self._aliases[number]
        entry = self.entries[place]
        pieces = name_pieces(asked, listed, self._vocabulary) if asked else []
        if alias.quality == "weak":
            pieces.append(Piece("list", WEAK_ALIAS, "", alias.text, "weak_alias"))
        others = (
            document_piece(query.documents, entry.documents),
            date_piece(query.birth_date, entry.birth_dates),
            sex_piece(query.sex, entry.sexes),
            nationality_piece(query.nationality, entry.nationalities),
        )
        pieces.extend(piece for piece in others if piece is not None)
        score = sum(piece.weight for piece in pieces)
        if place not in best or score > best[place].score:
            best[place] = Hit(entry.id, score, alias.text, tuple(pieces))


def _whole_keys(found: tuple[Token, ...]) -> set[tuple[str, ...]]:
    """Keys that the same name has in any order, written as one, and by its consonants with or without vowels."""
    return {
        tuple(sorted(one.fold for one in found)),
        tuple(sorted(one.skeleton for one in found)),
        ("".join(one.fold for one in found),),
    }


def _neighbours_joined(found: tuple[Token, ...]) -> list[Token]:
    return [joined(one, two) for one, two in pairwise(found) if joinable(one, two)]


def _sex_code(sexes: tuple[str, ...]) -> int:
    return ("M" in sexes) + 2 * ("F" in sexes)
