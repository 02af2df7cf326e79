"""F1: where people are. Stays begin, end in a named way, go on again; beds are given; a head-count closes ghosts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.journal import clock, guard
from cauce.journal.errors import Refused, Unknown
from cauce.journal.events import new_id
from cauce.journal.services import lock_head, record
from cauce.people import numbering, selectors
from cauce.people.events import BedAssigned, PersonArrived, PersonMoved, StayEnded, StayReopened
from cauce.people.models import OUTCOMES, Person, Stay

GONE = ("departed", "walked_on", "returned", "died", "unknown", "registered_in_error", "duplicate")


@dataclass(frozen=True, slots=True)
class HeadCount:
    """What a head-count found. `closed`: not seen, their stay ended as unknown; `elsewhere`: seen here, recorded
    somewhere else or nowhere; `strangers`: numbers and tokens that nobody has."""

    seen: int
    closed: list[UUID]
    elsewhere: list[UUID]
    strangers: list[str]


def move_to(
    *,
    place: str,
    group: UUID | None = None,
    persons: Sequence[UUID] = (),
    by: Actor,
    happened_at: datetime | None = None,
) -> int:
    """Record that a group's present members, or these persons, went to another place; how many were moved.

    Those who are there already stay as they are. Moving back undoes it.
    """
    with guard.refusals(), transaction.atomic():
        lock_head()
        known_place(place)
        wanted = list(Person.objects.filter(group=group).values_list("id", flat=True)) if group else list(persons)
        stays = _open_stays(wanted)
        moving = [stay for stay in stays if stay.place != place]
        _check_times(moving, happened_at)
        for origin in {stay.place for stay in moving}:
            by.require("people.stay", place=origin)
        if not stays:
            raise Refused(_("Nobody of them is at any place here. Reopen the stay first."))
        whole = _whole_groups(stays, place)
        record(
            *(
                PersonMoved(
                    person=stay.person_id,
                    group=whole.get(stay.person_id),
                    stay=stay.id,
                    new_stay=new_id(),
                    place=place,
                )
                for stay in moving
            ),
            by=by,
            happened_at=happened_at,
        )
        return len(moving)


def end_stay(*, person: UUID, outcome: str, by: Actor, note: str = "", happened_at: datetime | None = None) -> None:
    """F1: somebody left otherwise: walked_on, hospital, custody, died, unknown … `reopen_stay` undoes it."""
    with guard.refusals(), transaction.atomic():
        lock_head()
        stays = _open_stays([person])
        if not stays:
            raise Refused(_("This person is not at any place here; nothing was changed."))
        by.require("people.stay", place=stays[0].place)
        _check_times(stays, happened_at)
        record(*_endings(stays, outcome, happened_at, note), by=by, happened_at=happened_at)


def record_departures(*, persons: Sequence[UUID], outcome: str, by: Actor, at: datetime) -> int:
    """End the open stays of everybody who left on a manifest, in one record; how many had one."""
    with guard.refusals(), transaction.atomic():
        lock_head()
        stays = _open_stays(persons)
        record(*_endings(stays, outcome, at, ""), by=by, happened_at=at)
        return len(stays)


def record_arrivals(*, persons: Sequence[UUID], place: str, by: Actor, at: datetime) -> int:
    """Begin stays for everybody who came off a manifest, in one record; those with an open stay are left out.

    A place outside this system's stations (over the border) gets stays too when the corridor's file names it.
    """
    with guard.refusals(), transaction.atomic():
        lock_head()
        known_place(place)
        here = {stay.person_id for stay in _open_stays(persons)}
        coming = list(Person.objects.filter(id__in=[p for p in persons if p not in here]).order_by("number"))
        whole = complete_groups({person.id: person.group_id for person in coming}, place)
        record(
            *(
                PersonArrived(
                    person=p.id, group=p.group_id if p.group_id in whole else None, stay=new_id(), place=place
                )
                for p in coming
            ),
            by=by,
            happened_at=at,
        )
        return len(coming)


def reopen_stay(*, person: UUID, reason: str, by: Actor) -> None:
    """F1: the person is back or never left (refused at the border, ended in error): the last stay goes on."""
    with guard.refusals(), transaction.atomic():
        lock_head()
        if _open_stays([person]):
            raise Refused(_("This person is at a place already; nothing was changed."))
        last = Stay.objects.filter(person=person).order_by("-until", "-id").first()
        if last is None:
            raise Unknown(_("This person was never at any place here."))
        by.require("people.stay", place=last.place)
        record(StayReopened(person=person, stay=last.id, reason=reason.strip()), by=by)


def reopen_stays(*, persons: Sequence[UUID], reason: str, by: Actor) -> int:
    """F1: a whole vehicle came back: each one's last stay goes on, in one record; how many."""
    with guard.refusals(), transaction.atomic():
        lock_head()
        here = {stay.person_id for stay in _open_stays(persons)}
        last: dict[UUID, Stay] = {}
        for stay in Stay.objects.filter(person__in=list(persons), until__isnull=False).order_by("until", "id"):
            last[stay.person_id] = stay
        back = [stay for person, stay in last.items() if person not in here]
        record(*(StayReopened(person=s.person_id, stay=s.id, reason=reason.strip()) for s in back), by=by)
        return len(back)


def assign_bed(*, person: UUID, by: Actor, bed: bool = True) -> None:
    """Give the person a bed at the place, or (`bed` False) take it back. Refused when none is free."""
    with guard.refusals(), transaction.atomic():
        lock_head()
        stays = _open_stays([person])
        if not stays:
            raise Refused(_("This person is not at any place here; nothing was changed."))
        stay = stays[0]
        by.require("people.stay", place=stay.place)
        if stay.bed == bed:
            return
        beds = in_force().place(stay.place).beds
        if bed and selectors.beds_taken(stay.place) >= beds:
            raise Refused(
                _("All %(beds)d beds at %(place)s are taken. Free one first, or register the stay without a bed.")
                % {"beds": beds, "place": stay.place}
            )
        record(BedAssigned(person=person, stay=stay.id, bed=bed), by=by)


def head_count(*, place: str, seen: Sequence[str], by: Actor) -> HeadCount:
    """F1: `seen` are the numbers or card tokens that were scanned. Whoever is recorded here and was not seen left
    unknown; `reopen_stay` undoes it for somebody who was asleep."""
    by.require("people.stay", place=place)
    with guard.refusals(), transaction.atomic():
        lock_head()
        known_place(place)
        scanned = {text.strip() for text in seen if text.strip()}
        found = _scanned(scanned)
        here = list(Stay.objects.filter(place=place, until__isnull=True).order_by("since", "id"))
        present = {stay.person_id for stay in here}
        ghosts = [stay for stay in here if stay.person_id not in found.values()]
        record(*_endings(ghosts, "unknown", None, "head-count"), by=by)
        return HeadCount(
            seen=len(present & set(found.values())),
            closed=[stay.person_id for stay in ghosts],
            elsewhere=sorted(set(found.values()) - present),
            strangers=sorted(scanned - found.keys()),
        )


def _scanned(texts: set[str]) -> dict[str, UUID]:
    by_number = {number: text for text in texts if (number := numbering.normal(text))}
    rows = Person.objects.filter(Q(number__in=by_number) | Q(card_token__in=texts)).only("id", "number", "card_token")
    found = {}
    for row in rows:
        for text in (by_number.get(row.number), row.card_token):
            if text in texts:
                found[str(text)] = row.id
    return found


def _endings(stays: Sequence[Stay], outcome: str, at: datetime | None, note: str) -> list[StayEnded]:
    if outcome not in OUTCOMES:
        raise Refused(
            _("%(outcome)r is no way to leave. Choose one of: %(outcomes)s.")
            % {"outcome": outcome, "outcomes": ", ".join(OUTCOMES)}
        )
    days = in_force().card.days_after_departure
    expires = (at or clock.now()) + timedelta(days=days) if outcome in GONE else None
    return [
        StayEnded(person=s.person_id, stay=s.id, outcome=outcome, card_expires=expires, note=note.strip()[:200])
        for s in stays
    ]


def ended_unknown(persons: Sequence[UUID]) -> list[StayEnded]:
    """What ends the open stays of these erased persons as unknown, and with them what is left of their cards."""
    now = clock.now()
    return [
        StayEnded(person=stay.person_id, stay=stay.id, outcome="unknown", card_expires=now)
        for stay in _open_stays(persons)
    ]


def _open_stays(persons: Sequence[UUID]) -> list[Stay]:
    return list(Stay.objects.filter(person__in=list(persons), until__isnull=True).order_by("id"))


def _whole_groups(stays: Sequence[Stay], place: str) -> dict[UUID, UUID]:
    """Person -> group, for groups of which everybody who is somewhere is among these stays, or at that place."""
    groups = dict(Person.objects.filter(id__in=[s.person_id for s in stays]).values_list("id", "group_id"))
    whole = complete_groups(groups, place)
    return {person: group for person, group in groups.items() if group in whole}


def complete_groups(groups: dict[UUID, UUID], place: str) -> set[UUID]:
    """The groups of these people (person -> group), on their way to that place, of which nobody else is at another."""
    others = Stay.objects.filter(person__group__in=set(groups.values()), until__isnull=True).exclude(
        person__in=list(groups)
    )
    others = others.exclude(place=place)
    return set(groups.values()) - set(others.values_list("person__group_id", flat=True))


def _check_times(stays: Sequence[Stay], at: datetime | None) -> None:
    if at is None:
        return
    if at > clock.now():
        raise Refused(_("That time lies in the future. Nothing was changed: correct it."))
    if any(at < stay.since for stay in stays):
        raise Refused(_("That time lies before the arrival. Nothing was changed: correct it."))


def known_place(place: str) -> None:
    """Refused for a place that the corridor does not have."""
    if all(each.id != place for each in in_force().places):
        raise Refused(_("%(place)r is no place of the corridor.") % {"place": place})
