"""A hub's own chain: who belongs, what stations are told, what people settle. It verifies and is replayed."""

from __future__ import annotations

from datetime import date, timedelta

from journal_days import a_day

from cauce.access.actor import SYSTEM, Actor
from cauce.corridor.events import AllotmentWithdrawn, SeatsAllotted
from cauce.corridor.services import change_quota, undo_quota_change
from cauce.journal import clock
from cauce.journal.clock_jumps import ClockJumped
from cauce.journal.events import new_id
from cauce.journal.models import ClockJump
from cauce.journal.rebuild import rebuild
from cauce.journal.services import record
from cauce.journal.verify import verify
from cauce.people import services as people
from cauce.people.events import PersonAskedFor, PersonTakenOver
from cauce.people.intake import NewDocument
from cauce.people.models import Document, Person
from cauce.protection.events import BlockedElsewhere, UnblockedElsewhere
from cauce.protection.retention_events import ReviewCopiesDropped
from cauce.sync.events import NodeEnrolled, NodeQuarantined, NodeReleased, NodeRevoked
from cauce.sync.matter_events import MatterOpened, MatterSettled
from cauce.sync.models import Matter, Peer


def _stations() -> None:
    """One is enrolled, quarantined and let go on; the hub's clock jumped."""
    enrolled = {
        name: NodeEnrolled(node=name, role=role, key=name * 8, recipient=f"age1{name}", places=places)
        for name, role, places in (("test", "hub", ()), ("paso", "station", ("lajas_blancas",)))
    }
    record(
        *enrolled.values(),
        NodeQuarantined(node="paso", why="entry 7 was written twice"),
        NodeReleased(node="paso", why="an old backup was used for an hour"),
        ClockJumped(expected=clock.now(), now=clock.now() + timedelta(hours=5), against="hub"),
        by=SYSTEM,
    )


def test_what_a_hub_records_is_verified_and_replayed(store: dict[str, Actor]) -> None:
    day = a_day(store)
    person = Person.objects.get(id=day.adult)
    _stations()
    quota = {"border": "paso_canoas", "start": date(2023, 8, 20), "until": date(2023, 8, 21), "per_day": 40}
    change = change_quota(**quota, reason="a letter of the neighbour", by=store["coordinator"])
    undo_quota_change(change=change, reason="withdrawn", by=store["coordinator"])
    paper = NewDocument(kind="identity_card", number="V-9", issuer="VEN")
    added = people.add_document(person=day.adult, document=paper, by=store["registrar"])
    people.withdraw_document(person=day.adult, document=added, reason="somebody else's", by=store["registrar"])
    matter, block, allotted = new_id(), new_id(), new_id()
    share = {"border": "paso_canoas", "place": "lajas_blancas", "start": date(2023, 8, 20), "until": date(2023, 8, 21)}
    record(
        SeatsAllotted(id=allotted, **share, seats=12, source="half of the quota"),
        AllotmentWithdrawn(id=allotted, reason="the bus broke down"),
        ReviewCopiesDropped(reviews=(new_id(),), persons=(day.child,)),
        PersonAskedFor(number=person.number, place="lajas_blancas", reason="walked here"),
        PersonTakenOver(
            person=day.adult, group=person.group_id, stay=new_id(), place="lajas_blancas", reason="walked here"
        ),
        BlockedElsewhere(id=block, person=day.adult, blocks=("return",), call="paso", review_on=date(2023, 9, 1)),
        UnblockedElsewhere(id=block, person=day.adult),
        MatterOpened(id=matter, kind="blocked_on_the_way", person=day.adult, place="lajas_blancas", about="a manifest"),
        MatterSettled(id=matter, person=day.adult, reason="the station was called"),
        NodeRevoked(node="paso", why="the laptop was stolen"),
        by=SYSTEM,
    )
    assert verify().first_bad is None
    assert rebuild().identical
    assert [(p.name, p.revoked, p.quarantined_why) for p in Peer.objects.order_by("name")] == [
        ("paso", True, ""),
        ("test", False, ""),
    ]
    assert Matter.objects.get().reason == "the station was called"
    assert not Document.objects.filter(id=added).exists()
    assert ClockJump.objects.get().against == "hub"
