"""From the store to the codes on the paper of a manifest (P10)."""

from __future__ import annotations

from uuid import UUID

from cauce.corridor.selectors import in_force
from cauce.movement.aboard import content
from cauce.movement.aboard.content import Emergency, Passenger, Trip
from cauce.movement.aboard.selectors import emergency_recipients, inspection_of
from cauce.movement.aboard.vouching import recipients_at, voucher
from cauce.movement.models import Manifest
from cauce.movement.selectors import ManifestView, Seated
from cauce.people.models import Need, Person

CODED = ("sealed", "departed", "arrived")
"""Manifests whose paper has codes: what may still change is not vouched for."""


ON_PAPER = ("assigned", "boarded", "arrived", "missing")


def travelling(view: ManifestView) -> list[Seated]:
    """Those on a manifest who go, are on the way or went; by seat."""
    return [one for one in view.people if one.status in ON_PAPER]


def codes_of(view: ManifestView, people: list[Seated]) -> tuple[list[str], list[str]]:
    """The texts of the signed and of the sealed codes of a manifest; none for one that is not sealed.

    Sealed to this station, to whoever serves the destination, and to the emergency role. Making them makes this node's
    identity where there is none yet.
    """
    if view.row.status not in CODED or not people:
        return [], []
    own = voucher()
    return content.codes(
        facts_of(view.row, people),
        node=own.node,
        key=own.key,
        signer=own.sign,
        recipients=[*recipients_at((view.row.origin, view.row.destination)), *emergency_recipients()],
    )


def facts_of(row: Manifest, aboard: list[Seated]) -> Emergency:
    """What helps after an accident: of needs those that the corridor file names for it, none of protection."""
    persons = Person.objects.in_bulk([one.person for one in aboard])
    needs = _needs(list(persons))
    inspection = inspection_of(row.id)
    trip = Trip(
        row.number,
        row.version,
        row.origin,
        row.destination,
        row.date,
        row.vehicle,
        inspection.plate if inspection else "",
    )
    people = tuple(
        Passenger(
            one.seat,
            one.number,
            one.name,
            persons[one.person].language,
            persons[one.person].next_of_kin,
            tuple(needs.get(one.person, ())),
        )
        for one in aboard
    )
    titles = {need.code: need.title for need in in_force().needs}
    told = {code for codes in needs.values() for code in codes}
    return Emergency(trip, people, {code: titles.get(code, "") for code in sorted(told)})


def _needs(persons: list[UUID]) -> dict[UUID, list[str]]:
    wanted = set(in_force().emergency.needs)
    found: dict[UUID, list[str]] = {}
    rows = Need.objects.filter(person__in=persons, withdrawn=False).order_by("code").values_list("person_id", "code")
    for person, code in rows.distinct():
        if code in wanted or code.partition("-")[0] in wanted:
            found.setdefault(person, []).append(code)
    return found
