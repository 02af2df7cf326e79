"""What goes by its term and has no event of another room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cauce.journal.events import Event, Recorded, applies, event
from cauce.vetting.models import Review


@event("protection.review_copies_dropped", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ReviewCopiesDropped(Event):
    """What closed reviews had beside these people is kept no longer: that somebody looked, and the answer, stay."""

    reviews: tuple[UUID, ...]
    persons: tuple[UUID, ...]

    def mentions(self) -> Iterable[UUID]:
        return self.persons


@applies(ReviewCopiesDropped)
def drop_copies(records: list[Recorded[ReviewCopiesDropped]]) -> None:
    ids = [review for r in records for review in r.event.reviews]
    Review.objects.filter(id__in=ids).update(listed={}, pieces=[])
