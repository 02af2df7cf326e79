"""Whether a child's guardian is doubted and whether a record clears the child, whatever order the nodes' words come in.

Each doubt, each best-interests record and each taking back is a word, and says which words its officer had before them:
these it replaces. Words that stand side by side were said by nodes that had not heard of each other, and nobody has
weighed one against the other: then one doubt is enough, and a record clears the child only where no other word says no
(P2). Who has both before them says the next word, and that one stands alone again.
"""

from __future__ import annotations

from uuid import UUID

from cauce.journal.events import Recorded, applies
from cauce.people import events
from cauce.people.models import Person


def words_of(child: Person) -> tuple[UUID, ...]:
    """The words that stand about the child, which whoever decides now has before them."""
    return tuple(UUID(hex=word) for word, _doubted, _cleared in child.guardian_words)


def say(person: UUID, word: UUID | None, over: tuple[UUID, ...], *, doubted: bool, cleared: bool | None) -> None:
    """Let the word stand in place of those that it was said over. `cleared` None: of that it says nothing."""
    row = Person.objects.filter(id=person).values_list("guardian_words", flat=True).first()
    if row is None:
        return
    heard = {each.hex for each in over}
    # An entry of before there were words stands for itself.
    stands = [each for each in row if each[0] not in heard] if word else []
    said = sorted([*stands, [word.hex if word else "", doubted, cleared]])
    doubts = any(each[1] for each in said)
    clears = {each[2] for each in said} - {None}
    Person.objects.filter(id=person).update(
        guardian_words=said if word else [],
        guardian_doubted=doubts,
        guardian_cleared=not doubts and clears == {True},
    )


@applies(events.GuardianDoubted)
def doubt_guardians(records: list[Recorded[events.GuardianDoubted]]) -> None:
    """A new doubt sets aside the earlier assessment: the child is unassessed again (P2)."""
    for r in records:
        say(r.event.person, r.event.word, r.event.over, doubted=r.event.doubted, cleared=None)
