"""Why a group stays: the first thing in its way that is true of the plan. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from cauce.movement.flights.instance import Group, Instance
from cauce.movement.flights.plans import Assignment, cost
from cauce.movement.flights.rooms import days

HELD = "held"
CLOSED = "its window ends before it begins"
NOWHERE = "no flight and no commercial seats to its destination"
WINDOW = "nothing goes to its destination between the days it may travel"
TOO_LARGE = "larger than any flight or commercial offer to its destination in its window"


def why_not(instance: Instance, assignments: Iterable[Assignment]) -> dict[str, str]:
    """A reason for each group that has no assignment, held ones too, in the order of the instance."""
    given = list(assignments)
    moved = {each.group for each in given}
    state = _State(instance, given)
    return {each.id: _reason(instance, state, each) for each in instance.groups if each.id not in moved}


class _State:
    """What the plan leaves: money, who is aboard what, commercial seats sold by day."""

    def __init__(self, instance: Instance, given: list[Assignment]) -> None:
        self.left = instance.budget - cost(instance, given)
        self.aboard: defaultdict[str, list[Group]] = defaultdict(list)
        self.sold: defaultdict[tuple[str, int], int] = defaultdict(int)
        for each in given:
            group = instance.group[each.group]
            if each.flight:
                self.aboard[each.flight].append(group)
            else:
                self.sold[each.commercial, each.day or 0] += group.size


def _reason(instance: Instance, state: _State, group: Group) -> str:
    if group.held:
        return HELD
    if group.until < group.ready:
        return CLOSED
    flights, offer = instance.charters(group), instance.commercial_for(group)
    if not flights and offer is None:
        return _never(instance, group)
    if group.weight == 0:
        return "its weight is 0: moving it adds nothing to the plan"
    alone = [each.price + instance.fee(group, each) for each in flights]
    alone += [offer.fare * group.size] if offer else []
    if min(alone) > instance.budget:
        return "moving it alone costs more than the whole budget"
    return _outdone(instance, state, group)


def _never(instance: Instance, group: Group) -> str:
    landing = instance.landing.get(group.destination, ())
    offer = instance.fares.get(group.destination)
    if not landing and (offer is None or not offer.seats_per_day):
        return NOWHERE
    if any(group.ready <= each.day <= group.until for each in landing):
        return TOO_LARGE
    if offer is None or not offer.seats_per_day:
        return WINDOW
    if group.escorted:
        return "no charter to its destination in its window, and escorted groups take no commercial seats"
    return TOO_LARGE


def _outdone(instance: Instance, state: _State, group: Group) -> str:
    """It could go alone; what the plan left does not reach."""
    full = dear = False
    for flight in instance.charters(group):
        aboard = state.aboard.get(flight.id)
        if aboard is None:
            continue
        if instance.seats_for([*aboard, group]) > flight.places:
            full = True
        elif instance.fee(group, flight) > state.left:
            dear = True
    offer = instance.commercial_for(group)
    if offer is not None:
        if not _day_free(state, offer.destination, offer.seats_per_day, group):
            full = True
        elif offer.fare * group.size > state.left:
            dear = True
    if dear:
        return "budget spent: a seat is free, but what is left does not pay for it"
    seats = "seats it could take are given to others"
    unflown = [each for each in instance.charters(group) if each.id not in state.aboard]
    if not unflown:
        return seats
    if min(each.price + instance.fee(group, each) for each in unflown) <= state.left:
        return f"{seats if full else 'its charters are not flown'}; nothing better was found for the money that is left"
    if full:
        return f"{seats}, and the money left flies no further charter"
    return "budget spent: its charters are not flown, the money moves more elsewhere"


def _day_free(state: _State, destination: str, seats: int, group: Group) -> bool:
    return any(state.sold[destination, day] + group.size <= seats for day in days(group))
