"""The station board: what is so now at each place, in a fixed number of queries however many people are there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Count, Min, Q

from cauce.access.actor import Actor
from cauce.corridor import calendar
from cauce.corridor.models import Adopted, QuotaChange
from cauce.corridor.selectors import day_bounds, in_force, local_day
from cauce.corridor.shape import Corridor, Place
from cauce.journal import clock
from cauce.journal.standing import Made, Stood, reckoned, stood
from cauce.movement.facts import Facts, facts_at, facts_present
from cauce.movement.journeys import journey_from
from cauce.movement.models import Manifest
from cauce.movement.reasons import Reason
from cauce.movement.selectors import Matter, matters_for
from cauce.movement.sentences import Said, explain
from cauce.people.models import Person, Stay
from cauce.vetting.models import Review
from cauce.vetting.sought_selectors import families_to_reunite

_LEFT = ("departed", "returned", "walked_on")


@dataclass(slots=True)
class PlaceRow:
    """One place now. `since`: when the one who has waited longest arrived in the corridor."""

    place: Place
    present: int = 0
    in_beds: int = 0
    arrived: int = 0
    left: int = 0
    since: datetime | None = None
    seats_today: int = 0
    seats_tomorrow: int = 0

    @property
    def beds_free(self) -> int:
        return max(0, self.place.beds - self.in_beds)

    @property
    def fill(self) -> int:
        """Percent of the beds that the people present would fill; over 100 when there are more people than beds."""
        return round(100 * self.present / self.place.beds) if self.place.beds else 0


@dataclass(slots=True)
class Departures:
    """All vehicles of one way on one day. `statuses` counts vehicles."""

    origin: str
    destination: str
    mode: str
    kind: str
    vehicles: int = 0
    seats: int = 0
    taken: int = 0
    statuses: dict[str, int] = field(default_factory=dict)

    @property
    def fill(self) -> int:
        return round(100 * self.taken / self.seats) if self.seats else 0


@dataclass(frozen=True, slots=True)
class QuotaLine:
    border: str
    day: date
    quota: calendar.DayQuota
    taken: int

    @property
    def fill(self) -> int:
        return round(100 * self.taken / self.quota.per_day) if self.quota.per_day else 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many people wait for one reason; a person with two reasons stands in both lines."""

    said: Said
    people: int
    share: int  # percent of all present


@dataclass(frozen=True, slots=True)
class Ready:
    """People against whose next journey no rule says anything. `later`: what the border after it asks is missing."""

    to: str
    later: bool
    people: int
    share: int  # percent of all present


@dataclass(frozen=True, slots=True)
class Board:
    place: Place | None  # None: every place of the corridor
    today: date
    tomorrow: date
    total: PlaceRow
    rows: list[PlaceRow]
    waiting: list[Waiting]
    ready: int
    ready_for: list[Ready]
    seated: int
    departures: list[tuple[date, list[Departures]]]
    quotas: list[QuotaLine]
    matters: list[Matter]
    reviews_open: int
    reviews_overdue: int
    families: int | None  # to reunite; None for who does not hear of them
    counted_at: datetime | None = None  # when `waiting`, `ready` and `seated` were; None: just now


def places_of(corridor: Corridor) -> list[Place]:
    """The places that the desk runs: where people are registered, and where the corridor's own movements begin."""
    origins = {leg.origin for leg in corridor.legs if leg.kind in ("onward", "internal")}
    return [place for place in corridor.places if place.registers or (place.beds and place.id in origins)]


def board_for(actor: Actor, place: str = "") -> Board:
    """The board of one place, or of all for an empty id; an officer of one place sees that one.

    Raises NotAllowed for another place than the officer's own, Unknown is never raised: KeyError for a place that the
    corridor lacks is the caller's to prevent.
    """
    actor.require("board.read", place=place)
    corridor = in_force()
    chosen = place or actor.place
    today = local_day(chosen, clock.now())
    rows = _rows(corridor, chosen, today)
    planned = _manifests(today)
    manifests = [row for row in planned if chosen in ("", row["origin"])]
    _seat(rows, manifests, today)
    counted: Stood[Counted] = stood("board", chosen, today.isoformat())
    counts = counted.value.masks
    for place_id, since in counted.value.first.items():
        if place_id in rows:
            rows[place_id].since = since
    total = _total(list(rows.values()))
    opened, overdue = _reviews(chosen)
    return Board(
        place=corridor.place(chosen) if chosen else None,
        today=today,
        tomorrow=today + timedelta(days=1),
        total=total,
        rows=[row for row in rows.values() if row.present or row.place.registers or row.arrived],
        waiting=_waiting(actor, counts, total.present),
        ready=counts.get(0, 0),
        ready_for=_ready(corridor, counted.value.ready, total.present),
        seated=sum(count for mask, count in counts.items() if mask & Reason.ON_MANIFEST),
        departures=_departures(manifests, today),
        quotas=_quotas(corridor, rows, planned, today),
        matters=matters_for(actor, chosen),
        reviews_open=opened,
        reviews_overdue=overdue,
        families=families_to_reunite(actor),
        counted_at=counted.at,
    )


def _seat(rows: dict[str, PlaceRow], manifests: Iterable[dict[str, Any]], today: date) -> None:
    """Add the seats of today's and tomorrow's manifests to the places that these leave."""
    for manifest in manifests:
        row = rows.get(manifest["origin"])
        if row is not None and manifest["date"] == today:
            row.seats_today += manifest["taken"]
        elif row is not None:
            row.seats_tomorrow += manifest["taken"]


def _rows(corridor: Corridor, chosen: str, today: date) -> dict[str, PlaceRow]:
    start, end = day_bounds(chosen, today)
    rows = {p.id: PlaceRow(p) for p in ([corridor.place(chosen)] if chosen else corridor.places)}
    stays = Stay.objects.filter(place=chosen) if chosen else Stay.objects.all()
    here = stays.filter(until__isnull=True).order_by()
    counts = {"n": Count("id"), "beds": Count("id", filter=Q(bed=True))}
    for place, present, in_beds in here.values_list("place").annotate(**counts):
        if row := rows.get(place):
            row.present, row.in_beds = present, in_beds
    gone = stays.filter(outcome__in=_LEFT, until__gte=start, until__lt=end).order_by()
    for place, left in gone.values_list("place").annotate(Count("id")):
        if row := rows.get(place):
            row.left = left
    arrivals = Person.objects.filter(arrived_at__gte=start, arrived_at__lt=end).order_by()
    for place, count in arrivals.values_list("arrived_place").annotate(Count("id")):
        if row := rows.get(place):
            row.arrived = count
    return rows


def _total(rows: list[PlaceRow]) -> PlaceRow:
    whole = PlaceRow(
        Place(
            id="", name="", country="", lat=0, lon=0, role="", beds=sum(row.place.beds for row in rows if row.present)
        )
    )
    for row in rows:
        whole.present += row.present
        whole.in_beds += row.in_beds
        whole.arrived += row.arrived
        whole.left += row.left
        whole.seats_today += row.seats_today
        whole.seats_tomorrow += row.seats_tomorrow
    whole.since = min((row.since for row in rows if row.since), default=None)
    return whole


def _manifests(today: date) -> list[dict[str, Any]]:
    rows = Manifest.objects.exclude(status="cancelled").filter(date__in=(today, today + timedelta(days=1)))
    taken = Count("taken", filter=Q(taken__live=True) | Q(taken__status="arrived"))
    names = ("id", "date", "origin", "destination", "mode", "kind", "border", "seats", "status")
    return list(rows.values(*names).annotate(taken=taken).order_by("date", "origin", "destination"))


def _departures(manifests: Iterable[Mapping[str, Any]], today: date) -> list[tuple[date, list[Departures]]]:
    days: dict[date, dict[tuple[str, ...], Departures]] = {today: {}, today + timedelta(days=1): {}}
    for row in manifests:
        way = (row["origin"], row["destination"], row["mode"], row["kind"])
        found = days[row["date"]].setdefault(way, Departures(*way))
        found.vehicles += 1
        found.seats += row["seats"]
        found.taken += row["taken"]
        found.statuses[row["status"]] = found.statuses.get(row["status"], 0) + 1
    return [(day, list(ways.values())) for day, ways in days.items()]


def _quotas(
    corridor: Corridor, rows: Mapping[str, PlaceRow], manifests: list[dict[str, Any]], today: date
) -> list[QuotaLine]:
    """Today's and tomorrow's quota of each border that somebody here is moved across; all stations share it (F3)."""
    crossed = {leg.border for leg in corridor.legs if leg.border and leg.origin in rows}
    changes = tuple(
        calendar.QuotaChange(border=c.border, start=c.start, until=c.until, per_day=c.per_day, reason=c.reason)
        for c in QuotaChange.objects.filter(undone=False).order_by("entry")
    )
    taken = Counter[tuple[str, date]]()
    for manifest in manifests:
        taken[manifest["border"], manifest["date"]] += manifest["taken"]
    return [
        QuotaLine(border, day, calendar.quota_on(corridor, border, day, changes), taken[border, day])
        for border in sorted(crossed)
        for day in (today, today + timedelta(days=1))
    ]


def _reviews(chosen: str) -> tuple[int, int]:
    rows = Review.objects.filter(status="open")
    if chosen:
        rows = rows.filter(person__in=Stay.objects.filter(place=chosen, until__isnull=True).values("person_id"))
    found = rows.aggregate(opened=Count("id"), overdue=Count("id", filter=Q(due_at__lt=clock.now())))
    return found["opened"], found["overdue"]


@dataclass(frozen=True, slots=True)
class Counted:
    """`masks`: mask of reasons -> people present who have it; `first`: place -> when who waits longest arrived;
    `ready`: place -> people of mask 0, and how many of them lack what the border after their next journey asks."""

    masks: dict[int, int]
    first: dict[str, datetime]
    ready: dict[str, tuple[int, int]]


def _read(told: list[Any]) -> Counted:
    return Counted(dict(told[0]), {place: datetime.fromisoformat(at) for place, at in told[1]}, dict(told[2]))


def _written(made: Counted) -> list[Any]:
    return [list(made.masks.items()), list(made.first.items()), list(made.ready.items())]


@reckoned("board", _written, _read)
def _counted(chosen: str, today: str) -> Made[Counted]:
    """What takes a look at everybody present, at one place or at all: for all who look at their board."""
    facts = facts_at(chosen) if chosen else facts_present()
    masks, ready, people = _masks(facts, date.fromisoformat(today), in_force(), chosen)
    here = Stay.objects.filter(until__isnull=True, **({"place": chosen} if chosen else {})).order_by()
    first = here.values_list("place").annotate(first=Min("person__arrived_at"))
    return Made(Counted(masks, dict(first), ready), people)


def _masks(
    facts: Facts, today: date, corridor: Corridor, chosen: str
) -> tuple[dict[int, int], dict[str, tuple[int, int]], int]:
    """Mask -> how many have it, of each present person's reasons against the movement that leaves from where they are;
    who is ready at each place, as `Counted` tells it; and how many people were looked at."""
    place = facts.columns.place
    counts: Counter[int] = Counter()
    ready: dict[str, tuple[int, int]] = {}
    kinds = {name: journey_from(corridor, name).kind for name in facts.places if chosen in ("", name)}
    across = facts.masks("onward", today)
    for kind in ("onward", "internal"):
        codes = {name: facts.places[name] for name, own in kinds.items() if own == kind}
        if not codes:
            continue
        against = across if kind == "onward" else facts.masks(kind, today)
        masks, found = np.unique(against[np.isin(place, list(codes.values()))], return_counts=True)
        counts.update(dict(zip(masks.tolist(), found.tolist(), strict=True)))
        for name, code in codes.items():
            free = (place == code) & (against == 0)
            ready[name] = int(free.sum()), int((free & (across != 0)).sum())
    return dict(counts), ready, len(place)


def _ready(corridor: Corridor, ready: Mapping[str, tuple[int, int]], present: int) -> list[Ready]:
    """Who is ready, by where the next journey goes, those first whom nothing keeps from a border either."""
    people: Counter[tuple[bool, str]] = Counter()
    for place, (free, lacking) in ready.items():
        ends = journey_from(corridor, place).ends
        people[False, ends] += free - lacking
        people[True, ends] += lacking
    return [
        Ready(ends, later, count, round(100 * count / present) if present else 0)
        for (later, ends), count in sorted(people.items())
        if count
    ]


def apart_from_seat(mask: int) -> int:
    """What else stands against somebody who may have a seat: that the family has one is no reason to wait for it."""
    return mask & ~int(Reason.ON_MANIFEST | Reason.GROUP_WAITS) if mask & Reason.ON_MANIFEST else mask


def _waiting(actor: Actor, counts: Mapping[int, int], present: int) -> list[Waiting]:
    """P7: the sentences that this officer may read, with the number of people behind each."""
    people: Counter[Said] = Counter()
    for mask, count in counts.items():
        for said in explain(apart_from_seat(mask), "officer", role=actor.role):
            people[said] += count
    return [
        Waiting(said, count, round(100 * count / present) if present else 0)
        for said, count in sorted(people.items(), key=lambda pair: (-pair[1], pair[0].code))
    ]


def adopted_for(actor: Actor) -> tuple[datetime, str]:
    """When the corridor in force was applied, and the digest by which two stations compare theirs."""
    actor.require("board.read")
    newest = Adopted.objects.order_by("-entry").only("adopted_at", "digest").first()
    assert newest is not None  # whoever asks has seen `in_force` answer
    return newest.adopted_at, newest.digest
