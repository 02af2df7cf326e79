"""What is asked of an index of names, and what it answers."""

from dataclasses import dataclass
from typing import NamedTuple

from cauce.vetting.lists.model import DateRange, Document
from cauce.vetting.names import scale

__all__ = ["DateRange", "Document", "Hit", "Piece", "Query"]


@dataclass(frozen=True, slots=True)
class Query:
    """One person as known at the desk. Everything but the names may be missing; what is missing is no evidence.

    `names` are all spellings and scripts the person goes by; `sex` is M, F, X or empty; countries are alpha-3.
    """

    id: str
    names: tuple[str, ...]
    birth_date: DateRange | None = None
    sex: str = ""
    nationality: str = ""
    documents: tuple[Document, ...] = ()


class Piece(NamedTuple):
    """One piece of the evidence. `weight` is in nats: positive speaks for the same person, negative against.

    `kind` is name, birth_date, sex, nationality, document or list; `left` is what the person said, `right` what the
    list says; `note_code` names the finding (see docs/screening.md) so that a face can put it into words.
    """

    kind: str
    weight: float
    left: str
    right: str
    note_code: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed person who may be the one asked about. `score` is the sum of the weights of `pieces`, in nats."""

    entry_id: str
    score: float
    matched_alias: str
    pieces: tuple[Piece, ...]

    @property
    def probability(self) -> float:
        """The score on a scale of 0 to 1; what a list's threshold is compared with."""
        return scale.probability(self.score)
