"""Who read what about whom, for supervisors: by name, and where the day's work does not explain it.

What is unusual is a plain count, so that anybody can check it: how many people an account looked up one by one on a
day, about whom it wrote nothing down that day, against what its role usually does. It accuses nobody; a supervisor
asks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from cauce.access.actor import SYSTEM, Actor
from cauce.access.models import Reading
from cauce.access.signin_models import Act
from cauce.access.wording import role_name
from cauce.journal import clock
from cauce.journal.models import Entry, Mention

DAYS = 14
FEWEST = 20
"""Fewer people than this looked up without anything written down is nobody's concern."""
TIMES = 3
"""So many times what an account of the same role usually looks up in a day."""
ASKED_ELSEWHERE = 5
LISTED = ("find", "manifest", "roll-call", "reviews", "duplicates", "tracing", "card", "head-count", "release", "group",
          "matters", "holds", "returns", "custody", "children")  # fmt: skip
"""Readings that come with a list or a family: nobody chose one person there."""
ELSEWHERE = "elsewhere"

WORDS = {
    "page": gettext_lazy("the person's page"),
    "person": gettext_lazy("what is registered about them"),
    "papers": gettext_lazy("their papers"),
    "stays": gettext_lazy("where they were"),
    "photo": gettext_lazy("the photograph"),
    "find": gettext_lazy("among what a search found"),
    "elsewhere": gettext_lazy("asked for, and refused: with another station"),
    "review": gettext_lazy("a review"),
    "reviews": gettext_lazy("a review"),
    "checks": gettext_lazy("the checks"),
    "why": gettext_lazy("why they wait"),
    "card": gettext_lazy("the card"),
    "group": gettext_lazy("the family's page"),
    "manifest": gettext_lazy("a manifest"),
    "roll-call": gettext_lazy("a roll-call"),
    "release": gettext_lazy("sent to another authority"),
    "return": gettext_lazy("the return case"),
    "returns": gettext_lazy("a list of return cases"),
    "custody": gettext_lazy("the register of custody"),
    "needs": gettext_lazy("their needs"),
    "matters": gettext_lazy("a matter between stations"),
    "other version": gettext_lazy("what a second store of one station says"),
    "hold": gettext_lazy("a hold"),
    "holds": gettext_lazy("a hold"),
    "child": gettext_lazy("a child's assessment"),
    "children": gettext_lazy("a child's assessment"),
    "consent": gettext_lazy("consents"),
    "duplicate": gettext_lazy("whether registered twice"),
    "duplicates": gettext_lazy("whether registered twice"),
    "tracing": gettext_lazy("whether a family looks for them"),
    "objection": gettext_lazy("an objection"),
    "hand-over": gettext_lazy("a hand-over"),
    "export": gettext_lazy("everything held about them"),
    "head-count": gettext_lazy("a head-count"),
    "access-log": gettext_lazy("who had looked at them"),
}


def word_of(what: str) -> str:
    """What was read, in words; what this version does not know as it is written."""
    plain = what.removeprefix("api ")
    return str(WORDS.get(plain, plain))


@dataclass(frozen=True, slots=True)
class Line:
    """One reading with the officer's name: for supervisors only (P17)."""

    account: str
    role: str
    place: str
    what: str
    at: datetime


def readings_for(actor: Actor, person: UUID, limit: int = 500) -> list[Line]:
    """Every reading of a person, newest first, with the officers' names."""
    actor.require("readings.read")
    rows = Reading.objects.filter(person=person).order_by("-id")[:limit]
    return [Line(row.account, row.role, row.place, row.what, clock.unstamp(row.at)) for row in rows]


@dataclass(frozen=True, slots=True)
class Unusual:
    """One account on one day of the reader's time zone. `chosen`: people it looked up one by one; `unexplained`: those
    of them about whom it wrote nothing down that day; `usual`: the median of that for its role; `asked`: people of
    other stations."""

    account: str
    role: str
    day: str
    chosen: int
    unexplained: int
    usual: float
    asked: int
    people: tuple[UUID, ...]  # unexplained, the last read first


def unusual_for(actor: Actor, days: int = DAYS) -> list[Unusual]:
    """Days on which an account looked up far more people than its work that day explains, the newest first.

    Listed from FEWEST people on when it is TIMES the role's usual, or from ASKED_ELSEWHERE refused for their station.
    """
    actor.require("readings.read")
    since = clock.stamp(clock.now() - timedelta(days=days))
    chosen: dict[tuple[str, str, str], dict[UUID, None]] = defaultdict(dict)
    asked: dict[tuple[str, str, str], set[UUID]] = defaultdict(set)
    listed = [*LISTED, *(f"api {what}" for what in LISTED)]
    rows = Reading.objects.filter(at__gte=since).exclude(what__in=listed).exclude(account=SYSTEM.account)
    for account, role, at, what, person in rows.order_by("-id").values_list("account", "role", "at", "what", "person"):
        key = (account, role, _day(at))
        (asked[key].add(person) if what == ELSEWHERE else chosen[key].setdefault(person))
    wrote = _wrote({account for account, _role, _day in chosen}, since)
    left = {key: [person for person in people if person not in wrote[key[0], key[2]]] for key, people in chosen.items()}
    found = []
    for key in sorted(chosen.keys() | asked.keys(), key=lambda one: (one[2], one[0]), reverse=True):
        account, role, day = key
        others = [len(people) for (name, other, _day), people in left.items() if other == role and name != account]
        usual = float(median(others)) if others else 0.0
        unexplained = left.get(key, [])
        many = len(unexplained) >= FEWEST and len(unexplained) >= TIMES * usual
        if many or len(asked[key]) >= ASKED_ELSEWHERE:
            found.append(
                Unusual(
                    account, role, day, len(chosen[key]), len(unexplained), usual, len(asked[key]), tuple(unexplained)
                )
            )
    return found


def _day(at: str) -> str:
    """A night shift in Panama is one day's work, though Greenwich has a midnight in it."""
    return localtime(clock.unstamp(at)).date().isoformat()


def _wrote(accounts: Iterable[str], since: str) -> dict[tuple[str, str], set[UUID]]:
    """Account and day -> whom it recorded something about then."""
    found: dict[tuple[str, str], set[UUID]] = defaultdict(set)
    entries = Entry.objects.filter(account__in=accounts, recorded_at__gte=since)
    for account, at, person in entries.filter(person__isnull=False).values_list("account", "recorded_at", "person"):
        if person is not None:
            found[account, _day(at)].add(person)
    mentions = Mention.objects.filter(entry__account__in=accounts, entry__recorded_at__gte=since)
    for account, at, person in mentions.values_list("entry__account", "entry__recorded_at", "person"):
        found[account, _day(at)].add(person)
    return found


@dataclass(frozen=True, slots=True)
class Done:
    """Something done about accounts. `account` is empty where nobody was signed in."""

    at: datetime
    account: str
    role: str
    what: str
    about: str
    note: str


def acts_for(actor: Actor, about: str = "", limit: int = 200) -> list[Done]:
    """What was done about accounts, or about one, newest first."""
    actor.require("acts.read")
    rows = Act.objects.order_by("-id")
    rows = rows.filter(about=about) if about else rows
    return [
        Done(clock.unstamp(row.at), row.account, role_name(row.role), row.what, row.about, row.note)
        for row in rows[:limit]
    ]
