"""Quality control: cases with a known answer are planted among the analysts' reviews, and answered like any other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from random import Random, SystemRandom
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.corridor.shape import ListRule
from cauce.journal import clock, guard
from cauce.journal.errors import Conflict, Misused, Refused
from cauce.journal.events import new_id
from cauce.journal.models import Entry as JournalEntry
from cauce.journal.models import Node
from cauce.journal.services import lock_head, record
from cauce.people.folding import fold
from cauce.people.models import Person
from cauce.people.numbering import person_number
from cauce.vetting import editions
from cauce.vetting.elsewhere import Waits, waits_of
from cauce.vetting.events import (
    CasePlanted,
    ChecksStarted,
    PlantedCaseAnswered,
    PlantedCaseExtended,
    PlantedCasesWithdrawn,
)
from cauce.vetting.finding import Doubt
from cauce.vetting.lists import Entry
from cauce.vetting.models import Review, WatchList
from cauce.vetting.names import Hit, Query
from cauce.vetting.names.scale import score_at
from cauce.vetting.planted import PlantedAnswer, PlantedCase
from cauce.vetting.planting import SHARE, Stranger, make, suitable
from cauce.vetting.rules import rule_of
from cauce.vetting.watchlist import doubt

MOST_AT_ONCE = 50
_TRIES_EACH = 40
_LATELY = 500
_OF_ITS_LIST = 0.8
_ALONE = Waits(people=1, children=0, reviews=1, others=0)
_LEAST_LEFT = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class _List:
    """A list that cases are made from, with the entries that suit."""

    rule: ListRule
    digest: str
    entries: list[Entry]

    def search(self, query: Query) -> list[Hit]:
        return editions.index(self.digest).search(query, self.rule.threshold, 20)


def plant(*, count: int | None = None, by: Actor) -> int:
    """Plant so many cases among the open reviews, by default one to SHARE of them; returns how many were planted.

    Raises Misused for a count that makes no sense, Refused when no list in force has entries that cases can be made
    from. A case is never of an entry that somebody in the register was compared with, nor bears the name of anybody.
    """
    by.require("reviews.plant")
    wanted = _usual() if count is None else count
    if not 0 < wanted <= MOST_AT_ONCE:
        raise Misused(_("Plant 1 to %(most)d cases at once.") % {"most": MOST_AT_ONCE})
    chance = SystemRandom()
    made = list(_made(wanted, chance))
    if not made:
        raise Refused(
            _("No case could be made: a list in force needs people with two names and a day of birth."),
            code="nothing_to_plant",
        )
    with guard.refusals(), transaction.atomic():
        lock_head()
        numbers = _numbers(chance)
        record(*(_event(one, numbers.pop() if numbers else "") for one in made), by=by)
    return len(made)


@dataclass(frozen=True, slots=True)
class _Made:
    """A made-up person, the doubt that the matcher has about them, and the review whose place and clock they take."""

    stranger: Stranger
    same: bool
    doubt: Doubt
    like: _Like


@dataclass(frozen=True, slots=True)
class _Like:
    """A true review as it looks in the list."""

    list_name: str
    score: float
    opened_at: datetime
    waits: Waits


def _likes() -> list[_Like]:
    """The open reviews of lists whose time is not nearly over. Cases are spread among them as they are."""
    latest = clock.now() + _LEAST_LEFT - timedelta(hours=in_force().review.decide_within_hours)
    rows = list(Review.objects.filter(status="open", opened_at__gte=latest).exclude(list_name="").order_by("id"))
    waits = waits_of({row.person for row in rows})
    return [_Like(row.list_name, row.score, row.opened_at, waits.get(row.person, _ALONE)) for row in rows]


def _numbers(chance: Random) -> list[str]:
    """Numbers from among those of people registered lately: of entries beside theirs, so that no person has one."""
    node = Node.here().name
    beside = (
        JournalEntry.objects.filter(node=node, name=ChecksStarted.name).order_by("-seq").values_list("seq", flat=True)
    )
    found = {person_number(node, seq) for seq in beside[:_LATELY]}
    found -= set(PlantedCase.objects.values_list("number", flat=True))
    return chance.sample(sorted(found), len(found))


def _usual() -> int:
    return max(1, round(Review.objects.filter(status="open").count() / SHARE))


def _made(wanted: int, chance: Random) -> Iterator[_Made]:
    """So many made-up people; fewer when the lists give no more."""
    lists, likes = _lists(), _likes()
    countries = sorted(set(Person.objects.exclude(nationality="").values_list("nationality", flat=True)[:5000]))
    done = 0
    for _try in range(wanted * _TRIES_EACH):
        lists = [one for one in lists if one.entries]
        if done == wanted or not lists:
            return
        like = chance.choice(likes) if likes else None
        of_it = [one for one in lists if like and one.rule.name == like.list_name and chance.random() < _OF_ITS_LIST]
        one = chance.choice(of_it or lists)
        at = chance.randrange(len(one.entries))
        if (found := _case(one, one.entries[at], like, countries, chance)) is not None:
            del one.entries[at]
            done += 1
            yield found


def _case(one: _List, entry: Entry, like: _Like | None, countries: list[str], chance: Random) -> _Made | None:
    same = chance.random() < 0.5
    others = [code for code in countries if code != one.rule.state]
    found = make(entry, same, others, one.search, chance, score_at(min(like.score, 1 - 1e-6)) if like else None)
    if found is None or _somebody(found[0]) or (one.rule.state and found[0].nationality == one.rule.state):
        return None
    about = doubt(found[1], entry, one.rule, ())
    return _Made(found[0], same, about, like or _Like(one.rule.name, about.score, clock.now(), _ALONE))


def _lists() -> list[_List]:
    """The lists in force with the entries that suit and that nobody was compared with."""
    corridor = in_force()
    asked = set(Review.objects.exclude(list_entry="").values_list("list_name", "list_entry"))
    asked |= set(PlantedCase.objects.filter(withdrawn_at__isnull=True).values_list("list_name", "list_entry"))
    return [
        _List(
            rule_of(row, corridor),
            row.digest,
            [
                entry
                for entry in editions.entries(row.digest).values()
                if suitable(entry) and (row.name, entry.id[:120]) not in asked
            ],
        )
        for row in WatchList.objects.order_by("name")
    ]


def _somebody(made: Stranger) -> bool:
    """Whether anybody registered bears that name, in whatever order: then the case could be taken for them."""
    rows = Person.objects.all()
    for word in fold(made.name).split():
        rows = rows.filter(search__contains=word)
    return rows.exists()


def _event(one: _Made, number: str) -> CasePlanted:
    made, about = one.stranger, one.doubt
    return CasePlanted(
        case=new_id(),
        opened_at=one.like.opened_at,
        due_at=one.like.opened_at + timedelta(hours=in_force().review.decide_within_hours),
        number=number,
        truth="same" if one.same else "not_same",
        facts={**asdict(made), "born": made.born.isoformat(), "documents": [list(paper) for paper in made.documents]},
        list_name=about.list_name,
        list_entry=about.matter,
        score=about.score,
        ranked_as=one.like.score,
        pieces=list(about.pieces),
        listed=about.listed,
        reasons=list(about.reasons),
        waits=asdict(one.like.waits),
    )


def planted(review: UUID) -> bool:
    """Whether that review is a planted case."""
    return PlantedCase.objects.filter(id=review).exists()


def answer(*, case: UUID, outcome: str, reason: str, by: Actor) -> str:
    """Record what the analyst says of a planted case; returns what was true. Nothing else follows.

    Raises Conflict once its time is over, Refused for a second answer of the same account.
    """
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = _live(case)
        if PlantedAnswer.objects.filter(case=row, account=by.account).exists():
            raise Refused(
                _("%(account)s has decided this review already; it waits for another analyst.")
                % {"account": by.account},
                code="decided_before",
            )
        record(PlantedCaseAnswered(id=new_id(), case=row.id, outcome=outcome, reason=reason.strip()), by=by)
    return row.truth


def extend(*, case: UUID, hours: float, most: float, reason: str, by: Actor) -> None:
    """Give a planted case more time under the rules of a review, so that asking for it tells nobody anything."""
    with guard.refusals(), transaction.atomic():
        lock_head()
        row = _live(case)
        until = (row.extended_until or row.due_at) + timedelta(hours=hours)
        if until > row.due_at + timedelta(hours=most):
            raise Refused(
                _("A review may be extended by %(most)g hours in all, no longer.") % {"most": most},
                code="extended_enough",
            )
        record(PlantedCaseExtended(case=row.id, until=until, reason=reason.strip()), by=by)


def _live(case: UUID) -> PlantedCase:
    row = PlantedCase.objects.get(id=case)
    if row.withdrawn_at is not None or (row.extended_until or row.due_at) <= clock.now():
        raise Conflict(_("This review is closed already; nothing was recorded. Look at it again."))
    return row


def overdue(now: datetime) -> list[UUID]:
    """Planted cases whose time is over."""
    open_now = PlantedCase.objects.filter(withdrawn_at__isnull=True).annotate(end=Coalesce("extended_until", "due_at"))
    return list(open_now.filter(end__lte=now).order_by("id").values_list("id", flat=True))


def withdrawal(now: datetime) -> list[PlantedCasesWithdrawn]:
    """The event that takes them out of the analysts' lists; call it under the chain's lock."""
    cases = overdue(now)
    return [PlantedCasesWithdrawn(cases=tuple(cases))] if cases else []
