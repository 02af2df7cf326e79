"""What must never be so about manifests and money, asked of the tables by other words than the triggers use."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from cauce.corridor.selectors import in_force
from cauce.journal import clock
from cauce.movement.charters.models import Flight
from cauce.movement.funds.models import Tranche
from cauce.movement.models import Manifest, Seat
from cauce.movement.returns.models import ReturnCase, ReturnConsent
from cauce.people.models import Person, Stay
from cauce.protection.models import Hold
from cauce.vetting.models import CheckResult, Review


def wrongs() -> list[str]:
    """Every way in which a sealed manifest or a tranche is what it must never be. Empty: all is well."""
    found: list[str] = []
    for manifest in Manifest.objects.filter(status="sealed"):
        seats = list(Seat.objects.filter(manifest=manifest, live=True))
        aboard = {seat.person for seat in seats}
        found += [f"{manifest.number}: {said}" for said in _people(manifest, aboard)]
        found += [f"{manifest.number}: {said}" for said in _families(manifest, aboard)]
        if manifest.kind == "return":
            found += [f"{manifest.number}: {said}" for said in _cases(manifest, aboard)]
    return found + _seats() + _money()


def _people(manifest: Manifest, aboard: set[UUID]) -> list[str]:
    found = []
    for hold in Hold.objects.filter(person__in=aboard, lifted_at__isnull=True):
        if manifest.kind in hold.blocks:
            found.append(f"held ({hold.kind}): {hold.person}")
    results = {(r.person, r.check_id): r.result for r in CheckResult.objects.filter(person__in=aboard)}
    asked = [check for check in in_force().checks if check.suffices.get(manifest.kind)]
    for person in aboard:
        for check in asked:
            if results.get((person, check.id)) not in check.suffices[manifest.kind]:
                found.append(f"{check.id} does not suffice: {person}")
    watched = {check.id: check.suffices.get(manifest.kind, ()) for check in in_force().checks}
    for review in Review.objects.filter(person__in=aboard, status="open", blocks=True):
        if "refer" not in watched.get(review.check_id, ("refer",)):
            found.append(f"a review is open: {review.person}")
    here = set(Stay.objects.filter(until__isnull=True, place=manifest.origin).values_list("person_id", flat=True))
    return found + [f"not at {manifest.origin}: {person}" for person in aboard - here]


def _cases(manifest: Manifest, aboard: set[UUID]) -> list[str]:
    """P12: whose case does not let them go; a yes that was taken back or has not cooled off is none."""
    found = []
    cases = {case.person: case for case in ReturnCase.objects.filter(person__in=aboard, closed_at__isnull=True)}
    for person in aboard:
        case = cases.get(person)
        if case is None:
            found.append(f"no case: {person}")
        elif case.kind == "voluntary":
            yes = ReturnConsent.objects.filter(case=case, withdrawn_at__isnull=True, cooling_until__lte=clock.now())
            if not yes.filter(destination=case.destination).exists():
                found.append(f"no consent that counts: {person}")
        elif case.appeal_filed_on and case.appeal_suspensive and not case.appeal_outcome:
            found.append(f"an appeal runs: {person}")
    return found


def _families(manifest: Manifest, aboard: set[UUID]) -> list[str]:
    """Who of a family on board is at the place and has no seat that day, on a sealed manifest of the same way."""
    way = {"origin": manifest.origin, "destination": manifest.destination, "date": manifest.date, "kind": manifest.kind}
    others = Manifest.objects.filter(status="sealed", **way).values_list("id", flat=True)
    going = set(Seat.objects.filter(manifest__in=list(others), live=True).values_list("person", flat=True))
    groups = set(Person.objects.filter(id__in=aboard).values_list("group_id", flat=True))
    family = set(Person.objects.filter(group__in=groups).values_list("id", flat=True))
    here = set(
        Stay.objects.filter(person__in=family, until__isnull=True, place=manifest.origin).values_list(
            "person_id", flat=True
        )
    )
    return [f"split from the family: {person}" for person in here - going]


def _seats() -> list[str]:
    live = list(Seat.objects.filter(live=True).values_list("manifest_id", "number", "person"))
    twice = [person for person, count in Counter(person for _m, _n, person in live).items() if count > 1]
    sold = [seat for seat, count in Counter((manifest, number) for manifest, number, _p in live).items() if count > 1]
    sizes = dict(Manifest.objects.values_list("id", "seats"))
    beyond = [(manifest, number) for manifest, number, _p in live if not 1 <= number <= sizes[manifest]]
    return (
        [f"two seats: {p}" for p in twice] + [f"sold twice: {s}" for s in sold] + [f"no such seat: {b}" for b in beyond]
    )


def _money() -> list[str]:
    return [
        f"tranche {row.id}: {row.committed} committed of {row.amount}, {row.spent} spent"
        for row in Tranche.objects.all()
        if row.committed > row.amount or row.spent > row.committed
    ] + [
        f"flight {row.number}: more aboard than its seats"
        for row in Flight.objects.exclude(status__in=("cancelled", "withdrawn"))
        if Seat.objects.filter(live=True, manifest__in=row.stops.values("manifest")).count()
        > row.seats - row.crew_seats
    ]
