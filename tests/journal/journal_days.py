"""A journal worth tampering with: a family registered, held, assessed, asked and looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cauce.access.actor import Actor
from cauce.access.services import note_reading
from cauce.journal import clock
from cauce.journal.events import new_id
from cauce.journal.services import record
from cauce.people.events import FlaggedNeed, GroupRegistered, Paper, PersonRegistered
from cauce.protection import gate, services


@dataclass(frozen=True)
class Day:
    actors: dict[str, Actor]
    adult: UUID
    child: UUID


def family_of(number: int | str, by: Actor) -> tuple[UUID, UUID]:
    """Register an adult who fears torture and a child of eight, in one write."""
    group, adult, child, now = new_id(), new_id(), new_id(), clock.now()
    facts = {"group": group, "place": "bajo_chiquito", "arrived_at": now, "nationality": "VEN"}
    record(
        GroupRegistered(id=group, number=f"G{number}", place="bajo_chiquito", arrived_at=now, head=adult),
        PersonRegistered(
            person=adult,
            stay=new_id(),
            number=f"A{number}",
            full_name="Ana Flores",
            birth_first=date(1990, 5, 2),
            birth_last=date(1990, 5, 2),
            adult_on=date(2008, 5, 2),
            documents=(Paper(id=new_id(), kind="passport", number="V1", issuer="VEN"),),
            needs=(FlaggedNeed(id=new_id(), code="TR-PI"),),
            **facts,
        ),
        PersonRegistered(
            person=child,
            stay=new_id(),
            number=f"C{number}",
            full_name="Luis Flores",
            birth_first=date(2015, 1, 1),
            birth_last=date(2015, 12, 31),
            adult_on=date(2033, 12, 31),
            **facts,
        ),
        by=by,
    )
    return adult, child


def a_day(actors: dict[str, Actor]) -> Day:
    adult, child = family_of(1, actors["registrar"])
    first, second = actors["protection"], actors["protection2"]
    medical = services.place_hold(person=child, kind="medical", reason="fever", by=first)
    services.propose_lift(hold=medical, reason="well again", by=first)
    services.confirm_lift(hold=medical, by=second)
    asylum = services.place_hold(person=adult, kind="asylum", reason="said so", by=first)
    services.propose_lift(hold=asylum, reason="changed her mind", by=second)
    services.assess_child(
        person=child, outcome="travels_with_guardian", guardian=adult, note="certificate seen", by=first
    )
    services.record_consent(person=adult, purpose="family_tracing", given=True, language="es", by=actors["registrar"])
    gate.release(recipient="cri_dgme", persons=[adult, child], what="manifest", by=actors["coordinator"])
    note_reading(actor=actors["registrar"], what="page", persons=[adult, child])
    return Day(actors, adult, child)
