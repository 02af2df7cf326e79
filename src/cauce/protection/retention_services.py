"""P16: what is over goes: first shown, then done, each in the journal like everything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import SYSTEM, Actor
from cauce.corridor.selectors import in_force
from cauce.corridor.shape import Retention
from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.journal.services import lock_head, record
from cauce.people.events import DocumentWithdrawn, PersonCorrected, PhotoRemoved
from cauce.people.models import Person
from cauce.people.photos import forget_file
from cauce.people.services import erase
from cauce.protection.retention import Case, Plan, digest, plan
from cauce.protection.retention_events import ReviewCopiesDropped
from cauce.protection.retention_models import RetentionShown
from cauce.protection.retention_sets import Ours, cases_of, everybody

SHOWN_FOR = timedelta(days=1)
AT_ONCE = 50
WHY = "retention"


def plans_for(actor: Actor, ours: Ours = everybody) -> list[Plan]:
    """What each rule would do now, on this node, to people it answers for."""
    actor.require("retention.manage")
    now = clock.now()
    return [plan(rule, cases_of(rule, now, ours), now) for rule in in_force().keeps()]


def show(plans: Sequence[Plan], *, by: Actor) -> None:
    """Remember that this set was looked at: within a day it may be let go."""
    by.require("retention.manage")
    RetentionShown.objects.update_or_create(digest=digest(plans), defaults={"account": by.account, "at": clock.now()})


def let_go(plans: Sequence[Plan], *, by: Actor, ours: Ours = everybody, unseen: bool = False) -> dict[str, int]:
    """Do what the plans say; kind -> how many went. Whoever came back meanwhile is kept, and so is whoever something is
    open about by now.

    Refused unless a dry run of the same set was shown within a day; `unseen` takes the responsibility.
    """
    by.require("retention.manage")
    if not any(each.due for each in plans):
        return {each.rule.kind: 0 for each in plans}
    recent = RetentionShown.objects.filter(digest=digest(plans), at__gte=clock.now() - SHOWN_FOR)
    if not unseen and not recent.exists():
        raise Refused(
            _("What would go now was not looked at within a day, or it is no longer the same. Look at it first."),
            code="retention_unseen",
        )
    return {each.rule.kind: _let_go(each, by, ours) for each in plans}


def let_go_automatically(ours: Ours = everybody) -> dict[str, int]:
    """What the corridor file lets go by itself: kind -> how many."""
    rules = [rule for rule in in_force().keeps() if rule.automatic]
    now = clock.now()
    found = [plan(rule, cases_of(rule, now, ours), now) for rule in rules]
    return {each.rule.kind: _let_go(each, SYSTEM, ours) for each in found if each.due}


def _let_go(each: Plan, by: Actor, ours: Ours) -> int:
    left, gone = iter(each.due), 0
    while some := list(islice(left, AT_ONCE)):
        with transaction.atomic():
            lock_head()
            due = _still_due(each.rule, some, ours)
            _ENDINGS[each.rule.kind](due, by)
        gone += len(due)
    return gone


def _still_due(rule: Retention, cases: Sequence[Case], ours: Ours) -> list[Case]:
    """Those of them that would go now: what is destroyed is gone for good, and a plan is of a moment ago."""
    persons = {case.person for case in cases}
    now = clock.now()
    found = cases_of(rule, now, lambda rows, field: ours(rows, field).filter(**{f"{field}__in": persons}))
    due = {case.id for case in plan(rule, found, now).due}
    return [case for case in cases if case.id in due]


def _photos(cases: list[Case], by: Actor) -> None:
    rows = Person.objects.filter(id__in=[case.person for case in cases], erased=False).exclude(photo="")
    files = dict(rows.values_list("id", "photo"))
    record(*(PhotoRemoved(person=person, reason=WHY) for person in files), by=by)
    for digest_ in files.values():
        forget_file(digest_)


def _contacts(cases: list[Case], by: Actor) -> None:
    record(*(PersonCorrected(person=case.person, values={"next_of_kin": ""}, reason=WHY) for case in cases), by=by)


def _documents(cases: list[Case], by: Actor) -> None:
    record(*(DocumentWithdrawn(person=case.person, id=case.id, reason=WHY) for case in cases), by=by)


def _review_copies(cases: list[Case], by: Actor) -> None:
    if cases:
        persons = tuple(sorted({case.person for case in cases}))
        record(ReviewCopiesDropped(reviews=tuple(case.id for case in cases), persons=persons), by=by)


def _persons(cases: list[Case], by: Actor) -> None:
    for case in cases:
        erase(person=case.person, reason=WHY, by=by)


Ends = Callable[[list[Case], Actor], None]


def ends(kind: str) -> Callable[[Ends], Ends]:
    """How a room further down lets go what it keeps of that kind, under the chain's lock."""

    def keep(done: Ends) -> Ends:
        _ENDINGS[kind] = done
        return done

    return keep


_ENDINGS: dict[str, Ends] = {
    "photo": _photos,
    "contact": _contacts,
    "document": _documents,
    "review_copy": _review_copies,
    "person": _persons,
}
