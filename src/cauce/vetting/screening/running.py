"""Everybody in a file against everybody on the lists."""

from collections.abc import Iterable, Iterator, Sequence

from cauce.vetting.lists.model import Alias, Entry
from cauce.vetting.names import DEFAULT_THRESHOLD, Hit, Index, Query, probability, score_at

DEFAULT_NATS = score_at(DEFAULT_THRESHOLD)
"""The default threshold in nats, the unit of a score."""
FLOOR = 0.0
"""Nats from which a hit below the threshold is listed: the evidence does not speak against the person."""


def listed_above(threshold: float) -> float:
    """Nats from which hits are listed when those from `threshold` on alert."""
    return min(FLOOR, threshold)


def screen(index: Index, people: Iterable[Query], threshold: float, top: int) -> Iterator[tuple[Query, list[Hit]]]:
    """Each person with at most `top` hits, best first; `threshold` in nats. Everybody is answered alone."""
    least = listed_above(threshold)
    if isinstance(people, Sequence):
        answers = (hits for batch in index.answers(people, least, top) for hits in batch)
        yield from zip(people, answers, strict=True)
        return
    for person in people:
        yield person, index.search(person, probability(least), top)


def pair(asked: Query, listed: Query) -> Hit | None:
    """One person against another as if that one alone were listed; None when nothing at all can be compared."""
    hits = Index([entry_of(listed)]).search(asked, 0.0)
    return hits[0] if hits else None


def entry_of(person: Query) -> Entry:
    """A person as an entry that others can be compared with."""
    return Entry(
        person.id,
        "person",
        tuple(Alias(name) for name in person.names),
        (person.birth_date,) if person.birth_date else (),
        (person.sex,) if person.sex else (),
        (person.nationality,) if person.nationality else (),
        person.documents,
    )
