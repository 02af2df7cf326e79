"""A plan of returns from the store: made, told with its reasons (P7), and written down as proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.corridor.selectors import local_day
from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.journal.services import lock_head
from cauce.movement.charters.answering import Answer, answer
from cauce.movement.charters.asking import Asked, ask
from cauce.movement.charters.models import Flight, Place, Tickets
from cauce.movement.charters.services import NewFlight, Travelling, free, give, offer_flight, propose
from cauce.movement.charters.wording import stays
from cauce.movement.returns.selectors import movable

DAYS = 30
CHANGE = 2.0
"""What moving one person to another seat costs in value when a plan is made again: a fifth of the base weight."""
_STANDBY_SHARE = 10  # one place in ten has somebody who stands by for it


@dataclass(frozen=True, slots=True)
class Stays:
    """A group that does not go, and why: a code for programs, a sentence for people, nothing confidential in either."""

    group: UUID
    number: str
    size: int
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Booked:
    """A flight that was proposed or filled: groups with a place, and how many of them have no seat yet."""

    flight: UUID
    number: str
    groups: int
    people: int
    without_seat: int


def plan_returns(
    actor: Actor,
    *,
    start: date | None = None,
    days: int = DAYS,
    currency: str = "",
    origin: str = "",
    time_limit: float = 30.0,
    again: bool = False,
) -> Answer:
    """The best plan for these days (default: from today on) that what is granted pays for.

    `again`: flights that are not sealed yet are planned anew, with few changes; else who has a place keeps it.
    Raises NotAllowed; Misused where there is neither money nor a flight.
    """
    actor.require("flights.manage", place=origin)
    first = start or local_day(origin, clock.now())
    parties = movable(first, first + timedelta(days=days - 1))
    asked = ask(parties, start=first, days=days, currency=currency, origin=origin, again=again)
    return answer(asked, time_limit=time_limit, change_cost=CHANGE if again else 0.0)


def who_stays(made: Answer) -> list[Stays]:
    """Every group that has no place in the plan, with the reason as anybody may hear it (P7)."""
    found = []
    for name, reason in made.plan.why_not.items():
        party = made.asked.parties[name]
        code, text = stays(party.blocked, reason)
        found.append(Stays(party.group, party.number, len(party.persons), code, text))
    return found


def book(made: Answer, *, by: Actor) -> list[Booked]:
    """Write the plan down: flights proposed, places given, stand-by lists, tickets; money is committed by finance.

    All of it or nothing. Raises Refused when somebody else was faster: then plan again.
    """
    by.require("flights.manage")
    with transaction.atomic():
        lock_head()
        moves = _moves(made)
        _give_back(made, moves, by)
        booked = []
        waiting = _standby_candidates(made)
        for name, groups in sorted(moves.items()):
            row = _flight(made, name, sum(len(made.asked.parties[g].persons) for g in groups), by)
            booked.append(_placed(made, row, groups, _standby(made, row, waiting), by))
    return [one for one in booked if one.groups]


def _moves(made: Answer) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in made.plan.assignments:
        found.setdefault(each.flight or f"{each.commercial}@{each.day}", []).append(each.group)
    return found


def _give_back(made: Answer, moves: dict[str, list[str]], by: Actor) -> None:
    """When planning again: places that the new plan gives to nobody, or elsewhere, are freed first."""
    if made.asked.standing is None:
        return
    for name, row in made.asked.offers.items():
        if name in made.asked.fixed:
            continue
        kept = {UUID(group) for group in moves.get(name, ())}
        reserved = Place.objects.filter(flight=row, live=True, status="reserved").exclude(group__in=kept)
        groups = list(reserved.values_list("group", flat=True))
        if groups and row.status in ("proposed", "booked"):
            free(flight=row.id, groups=groups, reason="planned_again", by=by)


def _flight(made: Answer, name: str, people: int, by: Actor) -> Flight:
    if name in made.asked.offers:
        return Flight.objects.get(id=made.asked.offers[name].id)
    country, _at, day = name.partition("@")
    offer: Tickets = made.asked.tickets[country]
    flight = offer_flight(
        flight=NewFlight(
            origin=offer.origin,
            day=made.asked.start + timedelta(days=int(day)),
            stops=((offer.country, offer.place),),
            seats=people,
            price=offer.fare * people,
            currency=offer.currency,
            carrier=offer.carrier,
            kind="commercial",
            terms=tuple((int(days), int(share)) for days, share in offer.terms),
        ),
        by=by,
    )
    return Flight.objects.get(id=flight)


def _placed(made: Answer, row: Flight, groups: Sequence[str], standby: Sequence[str], by: Actor) -> Booked:
    have = set(Place.objects.filter(flight=row, live=True, status="reserved").values_list("group", flat=True))
    parties = [_travelling(made.asked, g, row.day) for g in groups if UUID(g) not in have]
    waiting = [_travelling(made.asked, g, row.day) for g in standby]
    act = propose if row.status == "offered" else give
    done = act(flight=row.id, parties=parties, standby=waiting, by=by)
    return Booked(row.id, row.number, len(parties), sum(len(p.persons) for p in parties), len(done.waiting))


def _travelling(asked: Asked, group: str, day: date) -> Travelling:
    party = asked.parties[group]
    days = max(0, (day - asked.start).days)
    return Travelling(party.group, party.persons, party.destination, party.escorted, asked.held.get(group, 0) * days)


def _standby_candidates(made: Answer) -> list[str]:
    """Who could go and has no place in the plan, who is worth most to move first."""
    groups = made.asked.instance.group
    found = [name for name in made.plan.why_not if not groups[name].held and groups[name].until >= groups[name].ready]
    return sorted(found, key=lambda name: (-groups[name].weight, made.asked.parties[name].number))


def _standby(made: Answer, row: Flight, candidates: list[str]) -> list[str]:
    """For a charter, people for one in ten of its seats; each stands by for one flight, and leaves the candidates."""
    if row.kind != "charter":
        return []
    stops = set(row.stops.filter(refused=False).values_list("country", flat=True))
    day, room = (row.day - made.asked.start).days, max(1, (row.seats - row.crew_seats) // _STANDBY_SHARE)
    standing = set(Place.objects.filter(live=True).values_list("group", flat=True))
    chosen = []
    for name in list(candidates):
        group = made.asked.instance.group[name]
        if group.destination in stops and group.ready <= day <= group.until and group.size <= room:
            if UUID(name) in standing:
                continue
            room -= group.size
            chosen.append(name)
            candidates.remove(name)
    return chosen


def changed(made: Answer) -> tuple[int, int]:
    """When planning again: how many people of those who had a place have another one or none, and how many had one."""
    if made.asked.standing is None:
        return 0, 0
    now = {each.group: each.flight or f"{each.commercial}@{each.day}" for each in made.plan.assignments}
    size = made.asked.instance.group
    had = {each.group: each.flight for each in made.asked.standing.assignments}
    moved = sum(size[group].size for group, flight in had.items() if now.get(group) != flight)
    return moved, sum(size[group].size for group in had)


def party_of(group: UUID, day: date, *, number: str) -> Travelling:
    """The group as it would go home on that day. Refused, with a reason that anybody may hear (P7), when it may not."""
    found = next((one for one in movable(day, day) if one.group == group), None)
    if found is None:
        raise Refused(_("Nobody of %(group)s has an open return case.") % {"group": number}, code="return_no_case")
    if found.blocked:
        code, text = stays(found.blocked, "")
        raise Refused(_("%(group)s does not go: %(why)s") % {"group": number, "why": text}, code=code)
    return Travelling(found.group, found.persons, found.destination, found.escorted)
