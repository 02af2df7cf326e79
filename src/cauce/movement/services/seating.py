"""A coordinator puts a group on a manifest or takes it off, with a reason that is counted (F9)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cauce.access.actor import Actor
from cauce.journal.errors import Refused, Unknown
from cauce.journal.events import Event, new_id
from cauce.journal.guard import refusals
from cauce.journal.guard import sentence as sentence_of
from cauce.journal.services import lock_head, record
from cauce.movement.events import GroupMoved, SeatsStruck, SeatsTaken, TakenSeat
from cauce.movement.facts import facts_of_groups
from cauce.movement.models import Manifest, Seat
from cauce.movement.reasons import ENFORCED, OF_A_RETURN, Reason
from cauce.movement.sentences import sentence
from cauce.movement.services.common import UNDEPARTED, live_seats, manifest_now, reason_given
from cauce.people.company import apart_of
from cauce.people.models import Group, Person


def add_group(*, manifest: UUID, group: UUID, reason: str, by: Actor, version: int | None = None) -> int:
    """Seat everybody of the group who is at the place on a proposed manifest; seats it had elsewhere are freed.

    A member at another place or in hospital does not stand in the way here: that is the family's choice, and `reason`
    says so (P9). Returns how many were seated. Raises Refused when a rule forbids it or the seats do not suffice.
    """
    reason = reason_given(reason)
    with refusals(), transaction.atomic():
        lock_head()
        row = manifest_now(manifest, version=version, status=("proposed",))
        by.require("manifest.propose", place=row.origin)
        party = group_of(group)
        persons = boardable(party, row, by)
        held = list(
            Seat.objects.filter(person__in=persons, live=True, manifest__status__in=UNDEPARTED).exclude(manifest=row)
        )
        here = live_seats(row.id)
        _not_apart(party, {seat.group for seat in here})
        new = [person for person in persons if person not in {seat.person for seat in here}]
        used = {seat.number for seat in here}
        free = [number for number in range(1, row.seats + 1) if number not in used]
        if len(free) < len(new):
            raise Refused(
                _(
                    "Manifest %(number)s has %(free)s free seats, group %(group)s needs %(needed)s. "
                    "Take another vehicle, or take a group off first."
                )
                % {"number": row.number, "free": len(free), "group": party.number, "needed": len(new)},
                code="no_seat",
            )
        seats = tuple(
            TakenSeat(id=new_id(), person=person, group=group, number=number)
            for person, number in zip(new, free, strict=False)
        )
        if not seats:
            return 0
        events = [*_freed(held), moved(party, row.id, "add", reason), SeatsTaken(manifest=row.id, seats=seats)]
        record(*events, by=by)
    return len(seats)


def remove_group(*, manifest: UUID, group: UUID, reason: str, by: Actor, version: int | None = None) -> int:
    """Take a group off a manifest that has not departed, and off every other its family is spread over that day.

    A seal becomes a new version. The group keeps its place in the queue, and a new proposal of the same day leaves it
    out. Returns how many seats were freed.
    """
    reason = reason_given(reason)
    with refusals(), transaction.atomic():
        lock_head()
        row = manifest_now(manifest, version=version, status=UNDEPARTED)
        by.require("manifest.propose", place=row.origin)
        seats = list(
            Seat.objects.filter(
                group=group, live=True, manifest__origin=row.origin, manifest__date=row.date, manifest__kind=row.kind
            ).filter(manifest__status__in=UNDEPARTED)
        )
        if not any(seat.manifest_id == row.id for seat in seats):
            raise Unknown(_("Nobody of that group has a seat on manifest %(number)s.") % {"number": row.number})
        told = moved(group_of(group), row.id, "remove", reason, seats[0].person)
        record(told, *_freed(seats), by=by)
    return len(seats)


def group_of(group: UUID) -> Group:
    found = Group.objects.filter(id=group).first()
    if found is None:
        raise Unknown(_("There is no such group."))
    return found


def boardable(party: Group, manifest: Manifest, by: Actor) -> list[UUID]:
    """The members who are at the place, or Refused with the reasons in words for that officer (P7)."""
    facts = facts_of_groups([party.id])
    masks = facts.masks(manifest.kind, manifest.date, manifest.origin)
    here = [row for row, place in enumerate(facts.columns.place) if place == facts.places.get(manifest.origin, -2)]
    if not here:
        raise Refused(
            _("Nobody of group %(group)s is registered as present where the vehicle leaves.") % {"group": party.number},
            code="seat_not_present",
        )
    against = 0
    for row in here:
        against |= int(masks[row]) & int(ENFORCED)
    if against:
        words = sentence(against, "officer", role=by.role)
        raise Refused(
            _("Group %(group)s cannot board: %(reasons)s") % {"group": party.number, "reasons": words},
            code=_code(against),
        )
    return [facts.persons[row] for row in here]


def _not_apart(party: Group, others: set[UUID]) -> None:
    """Refused where somebody sits from whom the group is kept apart; who that is, it does not say (P7)."""
    if any(party.id in pair for pair in apart_of({party.id, *others})):
        raise Refused(sentence_of("manifest_kept_apart"), code="manifest_kept_apart")


def _code(mask: int) -> str:
    """The database's own code for the same refusal."""
    reason = Reason(mask)
    if reason & (Reason.HOLD | Reason.HOLD_PROTECTION | Reason.HOLD_SECURITY):
        return "seat_hold_blocks"
    if reason & (Reason.CHILD_UNASSESSED | Reason.GROUP_CHILD):
        return "seat_child_unassessed"
    if reason & Reason.GROUP_INCOMPLETE:
        return "seat_group_incomplete"
    if reason & OF_A_RETURN:
        first = min(int(one) for one in reason & OF_A_RETURN)
        return f"seat_{'return_protected' if first == Reason.RETURN_INTERVIEW else str(Reason(first).name).lower()}"
    return "seat_checks_insufficient"


def _freed(seats: list[Seat], why: str = "moved") -> list[Event]:
    by_manifest: dict[UUID, list[UUID]] = {}
    for seat in seats:
        by_manifest.setdefault(seat.manifest_id, []).append(seat.person)
    return [
        SeatsStruck(manifest=manifest, persons=tuple(sorted(persons)), why=why)
        for manifest, persons in sorted(by_manifest.items())
    ]


def moved(party: Group, manifest: UUID, verb: str, reason: str, seated: UUID | None = None) -> GroupMoved:
    """`seated`: whose key keeps the reason where nobody is left in the group in whose name they sit; else Unknown."""
    members = Person.objects.filter(group=party).order_by("id").values_list("id", flat=True)
    head = party.head or members.first() or seated
    if head is None:
        raise Unknown(_("There is no such group."))
    return GroupMoved(id=new_id(), person=head, manifest=manifest, group=party.id, verb=verb, reason=reason)
