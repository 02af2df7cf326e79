"""When a group is likely to leave: its place in the queue, the earliest day, and how late it may get. Reads only.

The earliest day is that on which quota and seats, used in full, suffice for everybody ahead and the group. How late it
may get is measured: the same people at the pace of the slower days, that is the lower quartile of the people who left
the place on each of the last 28 days on which its border was open. Fewer than five such days say nothing, and the
answer says so. While something stands against the group neither is told: when that ends nobody knows. Neither is a
promise: who comes with a priority may still go ahead, for `max_head_start_hours`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force, local_day, quotas_on, zone_of
from cauce.journal import clock
from cauce.journal.standing import Stood
from cauce.months import as_written
from cauce.movement.allot import Way
from cauce.movement.borders import borders_of, ways_from
from cauce.movement.models import Manifest, Seat
from cauce.movement.queued import Queued, last_queue
from cauce.movement.reasons import ENFORCED, Reason
from cauce.people import reach
from cauce.people.models import Person
from cauce.people.selectors import places_of

_BLOCKED = int(ENFORCED | Reason.GROUP_WAITS)
LOOK_AHEAD, LOOK_BACK, LEAST_DAYS = 28, 28, 5


@dataclass(frozen=True, slots=True)
class When:
    """`seat` is the manifest and its day for who has one; then nothing is estimated. Until it is `sealed` it is a plan.

    `ahead`: people in front. `earliest` and `latest` are None where 28 days do not suffice, `latest` too where fewer
    than five days were measured (`days`), and both while something stands against the group (`blocked`): nobody knows
    when that ends. `pace`: people a day at the pace of the slower days.
    """

    place: str
    seat: tuple[str, date] | None = None
    sealed: bool = False
    position: int = 0
    groups: int = 0
    ahead: int = 0
    earliest: date | None = None
    latest: date | None = None
    pace: int = 0
    days: int = 0
    blocked: bool = False
    as_of: datetime | None = None


def when_for(actor: Actor, person: Person) -> When | None:
    """When the person's group may leave; None for somebody who is at no place that people leave from."""
    actor.require("people.read")
    reach.require(actor, person.id)
    return when_of(person)


def when_of(person: Person) -> When | None:
    """The same for the person themselves, who has shown the PIN of the card."""
    place = places_of([person.id]).get(person.id, "")
    if not place or not any(leg.origin == place and leg.kind for leg in in_force().legs):
        return None
    seat = Seat.objects.filter(person=person.id, live=True).select_related("manifest").first()
    if seat is not None:
        return When(place, (seat.manifest.number, seat.manifest.date), seat.manifest.status != "proposed")
    day = local_day(place, clock.now())
    return _estimated(place, day, last_queue(place, day), person.group_id)


def _estimated(place: str, day: date, queue: Stood[list[Queued]], group: UUID) -> When | None:
    ahead = free = 0
    for row in queue.value:
        if row.group == group:
            break
        ahead += row.size
        free += 0 if row.against & _BLOCKED else row.size
    else:
        return None
    days = [day + timedelta(days=n) for n in range(-LOOK_BACK, LOOK_AHEAD)]
    kind, ways = ways_from(in_force(), place)
    takes = _takes(place, day, kind, ways, days)
    measured = _measured(place, day, kind, takes)
    blocked = bool(row.against & _BLOCKED)
    pace = sorted(measured)[len(measured) // 4] if len(measured) >= LEAST_DAYS else 0
    coming = [takes[one] for one in days if one >= day]
    return When(
        place,
        position=row.position,
        groups=len(queue.value),
        ahead=ahead,
        earliest=None if blocked else _reached(day, coming, free + row.size, None),
        latest=_reached(day, coming, ahead + row.size, pace) if pace and not blocked else None,
        pace=pace,
        days=len(measured),
        blocked=blocked,
        as_of=queue.at,
    )


def _reached(first: date, takes: list[int], people: int, pace: int | None) -> date | None:
    """The day by which so many have left: as many a day as may, or on each open day as many as `pace`."""
    for days, most in enumerate(takes):
        people -= most if pace is None else min(pace, most)
        if people <= 0:
            return first + timedelta(days=days)
    return None


def _takes(place: str, today: date, kind: str, ways: list[Way], days: list[date]) -> dict[date, int]:
    """People who may leave the place on each day: its seats, and what its borders take; today, what of that is left."""
    seats = sum(v.seats * v.count for v in in_force().vehicles if v.place == place)
    again = Manifest.objects.filter(origin=place, date=today, kind=kind, status="proposed")
    borders = borders_of(ways, today, list(again.values_list("id", flat=True)), place)
    if not borders:
        return dict.fromkeys(days, seats)
    quotas = [quotas_on(border, days) for border in borders]
    found = {day: min(seats, sum(one[day].per_day if one[day].open else 0 for one in quotas)) for day in days}
    found[today] = min(found[today], sum(border.left for border in borders.values()))
    return found


def _measured(place: str, today: date, kind: str, takes: dict[date, int]) -> list[int]:
    """People who left the place on each open day before today, as far back as is looked, from the first departure."""
    first = today - timedelta(days=LOOK_BACK)
    left = Manifest.objects.filter(origin=place, kind=kind, date__gte=first, date__lt=today, departed_at__isnull=False)
    days = dict(left.values_list("id", "date"))
    seats = Seat.objects.filter(manifest__in=list(days)).exclude(status__in=("struck", "absent"))
    gone = Counter(days[manifest] for manifest in seats.values_list("manifest", flat=True))
    return [gone[day] for day in takes if gone and min(gone) <= day < today and takes[day]]


def sentences(when: When) -> list[str]:
    """The same in words, uncertainty included."""
    if when.seat is not None:
        told = {"number": when.seat[0], "day": _day(when.seat[1])}
        if when.sealed:
            return [_("Has a seat on %(number)s on %(day)s.") % told]
        return [_("Planned for %(day)s, on %(number)s. A plan, no promise: until it is sealed it can change.") % told]
    said = [
        ngettext(
            "Place %(position)s of %(groups)s in the queue: %(ahead)s person is ahead.",
            "Place %(position)s of %(groups)s in the queue: %(ahead)s people are ahead.",
            when.ahead,
        )
        % {"position": when.position, "groups": when.groups, "ahead": when.ahead}
    ]
    if when.as_of is not None:
        said.append(_("So the queue stood at %(at)s.") % {"at": _time(when)})
    if when.blocked:
        said.append(_("Something is still to come for this group: until it is done, no day can be told."))
        return said
    if when.earliest is None:
        said.append(_("The quota of the next four weeks does not suffice for everybody ahead."))
        return said
    said.append(
        _("At the earliest on %(day)s, if every day's quota and seats are used in full.") % {"day": _day(when.earliest)}
    )
    if when.latest is not None:
        said.append(
            _("At the pace of the slower days, %(pace)s people a day as measured on %(days)s days, on %(day)s.")
            % {"pace": when.pace, "days": when.days, "day": _day(when.latest)}
        )
    else:
        said.append(_("How late it may get cannot be said: too few days were measured here."))
    hours = f"{in_force().queue.max_head_start_hours:g}"
    said.append(
        _("This is no promise: groups with a priority that come in the next %(hours)s hours may go ahead.")
        % {"hours": hours}
    )
    return said


def _time(when: When) -> str:
    assert when.as_of is not None
    return when.as_of.astimezone(zone_of(when.place)).strftime("%H:%M:%S")


def _day(day: date) -> str:
    return date_format(day, as_written("j M Y"))
