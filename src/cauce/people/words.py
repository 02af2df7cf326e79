"""What nodes said of who travels with whom: words, kept as they were said, from which the rows are worked out.

Each word has a moment. The latest counts; of two of one moment that of the node whose name comes last, and a node's own
count in its own order, whatever its clock did. Whoever says something about what another node said is later than that,
even with a clock that is behind: `after` tells it, and is recorded in the event.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Q

from cauce.journal import clock
from cauce.journal.events import Recorded
from cauce.people.models import Word

CAME, WAS = "came", "was"  # the group somebody was registered in, and of a group the head and arrival at that time
IN, OUT = "in", "out"  # somebody was split into a group; the same of the group that was split
INTO = "into"  # a group travels on in another
HEAD = "head"
RELATION = "relation"
SINCE = "since"  # an earlier arrival, of a record that turned out to be the same person's; none where that was undone
WAITS = "waits"  # for whom a group waits; for nobody, where an officer said so
LINK, APART = "link", "apart"
SIDE = "side"  # whom and which groups a word of two groups is about
END = "end"

Key = tuple[str, str, int]


def key(word: Word) -> Key:
    """By what words are put in order."""
    return word.at, word.node, word.seq


def say(r: Recorded[Any], kind: str, about: UUID, value: UUID | None = None, more: Iterable[Any] = ()) -> None:
    """Keep a word."""
    told = max(r.happened_at, getattr(r.event, "after", None) or r.happened_at)
    own = Word.objects.filter(kind=kind, about=about, node=r.node, seq__lt=r.seq).values_list("at", flat=True)
    Word.objects.create(
        id=uuid5(about, f"{kind}:{r.node}:{r.seq}:{value}"),
        kind=kind,
        about=about,
        value=value,
        more=list(more),
        at=max([clock.stamp(told), *own]),
        node=r.node,
        seq=r.seq,
    )


def remember(kind: str, told: Iterable[tuple[UUID, UUID | None, list[Any]]]) -> None:
    """Keep what registrations said, before anything of it is changed."""
    rows = list(told)
    known = set(Word.objects.filter(kind=kind, about__in=[row[0] for row in rows]).values_list("about", flat=True))
    Word.objects.bulk_create(
        Word(id=uuid5(about, kind), kind=kind, about=about, value=value, more=more, at="", node="", seq=0)
        for about, value, more in rows
        if about not in known
    )


def said(kinds: Collection[str], about: Iterable[UUID]) -> list[Word]:
    """The words of these kinds about these, the earliest first."""
    return sorted(Word.objects.filter(kind__in=kinds, about__in=list(about)), key=key)


def naming(kinds: Collection[str], values: Iterable[UUID]) -> list[Word]:
    """The words of these kinds that name one of these, the earliest first."""
    return sorted(Word.objects.filter(kind__in=kinds, value__in=list(values)), key=key)


def after(*about: UUID) -> datetime | None:
    """A moment after everything that is known here of these groups and people, where the clock shows an earlier one."""
    rows = Word.objects.filter(Q(about__in=about) | Q(value__in=about)).exclude(at="")
    last = rows.order_by("-at").values_list("at", flat=True).first()
    return None if last is None or last < clock.stamp(clock.now()) else clock.unstamp(last) + timedelta(microseconds=1)
