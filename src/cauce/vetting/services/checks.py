"""Checks start when a person is registered or corrected; an officer records what was done elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from cauce.access.actor import SYSTEM, Actor
from cauce.corridor.selectors import in_force, local_day
from cauce.corridor.shape import CHECK_RESULTS, Check, Corridor
from cauce.journal import clock, guard
from cauce.journal.errors import Misused, Refused, Unknown
from cauce.journal.events import Event, new_id
from cauce.journal.services import lock_head, record
from cauce.people import reach
from cauce.people.models import Person, Stay
from cauce.vetting import health
from cauce.vetting.events import CheckRecorded, ChecksStarted, VaccinationRecorded, completed
from cauce.vetting.facts import facts_of
from cauce.vetting.models import CheckResult, Review

MACHINE = ("document", "watchlist", "health")  # what the machine runs by itself
HOW = ("shown", "said", "given", "declined")


def start_checks(
    *,
    persons: Collection[tuple[UUID, date | None]],
    day: date,
    only: Collection[str] | None = None,
    why: str = "registered",
    by: Actor = SYSTEM,
) -> None:
    """Start the corridor's checks (or `only` these) for people given with the earliest day each may be born on."""
    checks = tuple(check for check in in_force().checks if only is None or check.id in only)
    if not checks or not persons:
        return
    too_young = {check.id: young for check in checks if (young := _too_young(check, persons, day))}
    # One entry a person: each goes where its person goes, and tells of nobody else.
    record(
        *(
            ChecksStarted(
                persons=(person,),
                results={check.id: check.start for check in checks},
                due=tuple(check.id for check in checks if check.id in MACHINE and check.start == "pending"),
                too_young={check: (person,) for check, young in too_young.items() if person in young},
                why=why,
            )
            for person, _ in persons
        ),
        by=by,
    )


def start_missing(*, by: Actor = SYSTEM) -> None:
    """Start, for everybody who is here, the checks that a corridor file has newly brought: no result never suffices."""
    staying = Stay.objects.filter(person=OuterRef("pk"), until__isnull=True)
    here = Person.objects.filter(Exists(staying), erased=False).order_by("id")
    day = local_day("", clock.now())
    waiting: dict[tuple[str, ...], list[tuple[UUID, date | None]]] = {}
    lacks: dict[UUID, list[str]] = {}
    born = {}
    for check in in_force().checks:
        has = CheckResult.objects.filter(person=OuterRef("pk"), check_id=check.id)
        for person, birth in here.filter(~Exists(has)).values_list("id", "birth_first"):
            lacks.setdefault(person, []).append(check.id)
            born[person] = birth
    for person, checks in lacks.items():
        waiting.setdefault(tuple(checks), []).append((person, born[person]))
    for missing, persons in waiting.items():
        start_checks(persons=persons, day=day, only=missing, why="corridor_changed", by=by)


def _too_young(check: Check, persons: Iterable[tuple[UUID, date | None]], day: date) -> tuple[UUID, ...]:
    if not check.from_age:
        return ()
    return tuple(p for p, born in persons if born and health.months_between(born, day) < check.from_age * 12)


def restart_checks(
    *, persons: Collection[UUID], checks: Collection[str] = MACHINE, why: str, by: Actor = SYSTEM
) -> None:
    """Let the machine run these checks again, because what they rest on changed. A waived check stays waived."""
    chosen = tuple(check.id for check in in_force().checks if check.id in checks and check.id in MACHINE)
    rows = CheckResult.objects.filter(person__in=persons, check_id__in=chosen).exclude(result="waived")
    held: dict[UUID, list[str]] = {}
    for person, check_id in rows.order_by("person", "check_id").values_list("person", "check_id"):
        held.setdefault(person, []).append(check_id)
    record(
        *(
            ChecksStarted(persons=(person,), results=dict.fromkeys(found, "pending"), due=tuple(found), why=why)
            for person, found in held.items()
        ),
        by=by,
    )


def record_check(
    *, person: UUID, check_id: str, result: str, reasons: Collection[str] = (), note: str = "", by: Actor
) -> None:
    """Record a check that was done elsewhere (`clear` or `pending`), or waive it (`waived`).

    Raises Misused for a check or result that makes no sense; Refused where the corridor lets nobody waive it, where
    the machine and its reviews decide, or while a review of it is open; Unknown for a person without checks.
    """
    by.require("checks.record")
    reach.require(by, person)
    _may_be_recorded(_known(in_force(), check_id), result)
    with guard.refusals(), transaction.atomic():
        lock_head()
        if not CheckResult.objects.filter(person=person, check_id=check_id).exists():
            raise Unknown(_("This person has no such check."))
        if Review.objects.filter(person=person, check_id=check_id, status__in=("open", "lapsed"), blocks=True).exists():
            raise Refused(_("A review of this check is still open. Decide it first."), code="review_open")
        waived_by = by.account if result == "waived" else ""
        event = CheckRecorded(
            person=person,
            check_id=check_id,
            result=result,
            waived_by=waived_by,
            reasons=list(reasons),
            note=note.strip(),
        )
        record(event, by=by)


def _may_be_recorded(check: Check, result: str) -> None:
    """Refuse what no officer records by hand."""
    if result not in ("clear", "pending", "waived"):
        raise Misused(_("An officer records clear, pending or waived, not %(result)r.") % {"result": result})
    if result == "waived" and not _waivable(check):
        raise Refused(
            _("The corridor file lets nobody waive the check %(check_id)s.") % {"check_id": check.id},
            code="not_waivable",
        )
    if result != "waived" and check.id in ("document", "watchlist"):
        raise Refused(
            _(
                "The check %(check_id)s is cleared by its reviews, not by hand. Decide the review, or correct "
                "what is registered and let the check run again."
            )
            % {"check_id": check.id},
            code="decided_by_review",
        )


def _waivable(check: Check) -> bool:
    """Whether a waiver suffices for any kind of movement that asks something of the check at all."""
    asking = [accepted for accepted in check.suffices.values() if set(CHECK_RESULTS) - set(accepted)]
    return any("waived" in accepted for accepted in asking)


def _known(corridor: Corridor, check_id: str) -> Check:
    for check in corridor.checks:
        if check.id == check_id:
            return check
    raise Misused(
        _("The corridor has no check %(check_id)r. It has: %(known)s.")
        % {"check_id": check_id, "known": ", ".join(c.id for c in corridor.checks)}
    )


def record_vaccination(*, person: UUID, vaccine: str, how: str, given_on: date | None = None, by: Actor) -> UUID:
    """Add a line to somebody's immunisation record; the offers of care follow at once. Returns the line's id.

    Raises Misused for an unknown vaccine or way, Refused for a date to come, Unknown for somebody not registered.
    """
    by.require("checks.record")
    reach.require(by, person)
    corridor = in_force()
    if vaccine not in {v.id for v in corridor.vaccines}:
        raise Misused(
            _("The corridor has no vaccine %(vaccine)r. It has: %(known)s.")
            % {"vaccine": vaccine, "known": ", ".join(v.id for v in corridor.vaccines)}
        )
    if how not in HOW:
        raise Misused(_("Say how it is known: %(known)s; not %(how)r.") % {"known": ", ".join(HOW), "how": how})
    today = local_day("", clock.now())
    if given_on is not None and given_on > today:
        raise Refused(
            _("%(given_on)s is still to come: a vaccination is recorded when it was given.") % {"given_on": given_on},
            code="future_date",
        )
    with guard.refusals(), transaction.atomic():
        lock_head()
        facts = facts_of([person]).get(person)
        if facts is None:
            raise Unknown(_("Nobody of that number is registered here."))
        line = VaccinationRecorded(id=new_id(), person=person, vaccine=vaccine, given_on=given_on, how=how)
        events: list[Event] = [line]
        row = CheckResult.objects.filter(person=person, check_id="health", due=False).exclude(result="waived").first()
        if row is not None:
            found = health.check(facts.birth_first, facts.birth_last, (*facts.had, vaccine), corridor.vaccines, today)
            events += completed(
                person=person,
                results={"health": found.base.result},
                reasons={"health": list(found.base.reasons)},
                evidence={"health": found.evidence},
            )
        record(*events, by=by)
    return line.id
