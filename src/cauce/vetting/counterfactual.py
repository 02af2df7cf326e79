"""What would change the answer of a review: the same evidence, with one fact otherwise. Pure.

The pieces of a score add up, so a fact is taken out and put in again with the weight that `names.evidence` gives it.
What names add up to is not computed anew: a word is only ever taken out whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cauce.vetting.lists import DateRange
from cauce.vetting.names import evidence, weights

_LONG_NAME = 4  # words from which a listed name tells whose child somebody is
_SHORTEST_NUMBER = 5
_STRONG = 4.0  # nats


@dataclass(frozen=True, slots=True)
class Review:
    """What is asked: the pieces of the score as kept, the person's own facts, the entry as it was compared."""

    pieces: Sequence[Mapping[str, Any]]
    threshold: float  # nats from which the list alerts
    born: DateRange | None
    sex: str
    numbers: tuple[str, ...]  # of the person's papers
    listed: Mapping[str, Any]

    @property
    def nats(self) -> float:
        return sum(float(piece["weight"]) for piece in self.pieces)

    def weight(self, kind: str) -> float:
        """What the pieces of that kind add up to; 0 when there is none."""
        return sum(float(piece["weight"]) for piece in self.pieces if piece["kind"] == kind)

    def alerts_with(self, kind: str, weight: float) -> bool:
        """Whether it would still alert if the pieces of that kind added up to `weight`."""
        return self.nats - self.weight(kind) + weight >= self.threshold


@dataclass(frozen=True, slots=True)
class What:
    """A fact that would change the answer, or something to ask or look at. Faces put the code into words."""

    code: str
    listed: tuple[str, ...] = ()  # what the list says about it
    said: str = ""  # what the person's side says
    number: int = 0  # years, or how many


def what_would_change(review: Review) -> list[What]:
    """The questions worth asking, those that settle most first."""
    return [*_documents(review), *_birth_date(review), *_sex(review), *_names(review), *_to_look_at(review)]


def _documents(review: Review) -> Iterator[What]:
    listed = tuple(str(row[1]) for row in review.listed.get("documents", ()) if len(str(row[1])) >= _SHORTEST_NUMBER)
    met = next((piece for piece in review.pieces if piece["kind"] == "document"), None)
    if met is not None:
        if not review.alerts_with("document", 0.0):
            yield What("rests_on_number", said=str(met["left"]))
    elif listed and review.numbers:
        yield What("number_differs", listed)
    elif listed:
        yield What("number_settles", listed, number=len(listed))


def _birth_date(review: Review) -> Iterator[What]:
    known = _ranges(review.listed.get("birth_dates", ()))
    if not known:
        return
    shown = tuple(map(str, known))
    if review.born is None:
        decides = not review.alerts_with("birth_date", weights.DIFFERENT)
        yield What("birth_date_decides" if decides else "birth_date_would_help", shown)
        return
    years = _years_that_end_it(review, known)
    if years is not None:
        yield What("another_year", shown, number=years)
    else:
        yield What("no_date_ends_it")
    exact = tuple(str(one) for one in known if one.first == one.last)
    if review.born.first != review.born.last and exact:
        yield What("closer_date", exact)
    elif review.weight("birth_date") < 0 and exact:
        yield What("same_date_stronger", exact)


def _years_that_end_it(review: Review, known: Sequence[DateRange]) -> int | None:
    """How many years from every listed date the person would have to be born; None when no distance is enough."""
    for years in range(1, len(weights.YEARS_APART)):
        far = max(one.last for one in known)
        moved = DateRange(*(date(min(9999, far.year + years), 6 if far.month != 6 else 7, 15),) * 2)
        piece = evidence.date_piece(moved, tuple(known))
        if piece is not None and not review.alerts_with("birth_date", piece.weight):
            return years
    return None


def _sex(review: Review) -> Iterator[What]:
    weight = review.weight("sex")
    if weight < 0:
        yield What("sex_contradicts")
    elif weight > 0 and not review.alerts_with("sex", weights.OTHER_SEX):
        yield What("sex_decides")


def _names(review: Review) -> Iterator[What]:
    words = [piece for piece in review.pieces if piece["kind"] == "name"]
    for piece in sorted(words, key=lambda one: -float(one["weight"])):
        weight = float(piece["weight"])
        if piece["left"] and weight >= _STRONG and not review.alerts_with("name", review.weight("name") - weight):
            yield What("rests_on_word", said=str(piece["left"]))
            break
    missing = tuple(str(piece["right"]) for piece in words if piece["note"] == "token_not_said" and piece["right"])
    if missing:
        yield What("another_word", missing)
    if any(piece["kind"] == "list" and piece["note"] == "weak_alias" for piece in review.pieces):
        others = [name for name in review.listed.get("names", ()) if name != review.listed.get("alias")]
        yield What("weak_name", tuple(others[:5]))


def _to_look_at(review: Review) -> Iterator[What]:
    places = tuple(review.listed.get("birth_places", ()))
    if places:
        yield What("ask_birth_place", places)
    if any(len(str(name).split()) >= _LONG_NAME for name in review.listed.get("names", ())):
        yield What("ask_parents")
    if review.listed.get("remarks"):
        yield What("look_at_remarks")


def _ranges(texts: Sequence[str]) -> list[DateRange]:
    found = []
    for text in texts:
        first, _slash, last = str(text).partition("/")
        try:
            found.append(DateRange(date.fromisoformat(first), date.fromisoformat(last or first)))
        except ValueError:  # kept by an older reader of lists
            continue
    return found
