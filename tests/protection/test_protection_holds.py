"""Holds: placed for a reason, kept by the database, lifted by two."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from cauce.access.actor import SYSTEM, Actor
from cauce.corridor.selectors import in_force
from cauce.journal.errors import NotAllowed, Refused, Unknown
from cauce.journal.events import new_id
from cauce.journal.guard import refusals
from cauce.journal.models import Entry
from cauce.protection import selectors, services
from cauce.protection.models import Block, Hold

Actors = dict[str, Actor]
TODAY = date(2023, 8, 15)


def place(store: Actors, person, kind="asylum", **more):
    return services.place_hold(person=person, kind=kind, reason="said so", by=store["protection"], **more)


def test_a_hold_says_what_it_blocks_on_what_basis_who_placed_it_and_when_it_is_reviewed(store, family):
    hold = Hold.objects.get(id=place(store, family.adult))
    rule = next(kind for kind in in_force().holds if kind.id == "asylum")
    assert (hold.kind, hold.blocks, hold.basis) == ("asylum", ["return"], rule.basis)
    assert (hold.placed_by, hold.reason, hold.protection, hold.confidential) == ("protection", "said so", True, True)
    assert hold.review_on == TODAY + timedelta(days=rule.review_days)
    assert list(Block.objects.values_list("person", "kind", "active")) == [(family.adult, "return", True)]


def test_p15_the_kind_and_reason_of_a_hold_are_sealed_in_the_journal(store, family):
    place(store, family.adult)
    entry = Entry.objects.get(name="protection.hold_placed")
    assert b"asylum" not in bytes(entry.body)
    assert b"asylum" not in bytes(entry.sealed)
    assert b'"blocks":["return"]' in bytes(entry.body)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"kind": "no_such_kind"}, "knows no hold"),
        ({"reason": "  "}, "needs a reason"),
        ({"review_on": TODAY - timedelta(days=1)}, "lies before today"),
    ],
)
def test_a_hold_that_makes_no_sense_is_refused_with_what_to_do(store, family, more, said):
    given = {"person": family.adult, "kind": "asylum", "reason": "said so", "by": store["protection"]} | more
    with pytest.raises(Refused, match=said):
        services.place_hold(**given)
    assert not Hold.objects.exists()


def test_the_same_hold_is_not_placed_twice_while_it_stands(store, family):
    place(store, family.adult)
    with pytest.raises(Refused, match="stands already"):
        place(store, family.adult)


def test_nobody_else_places_or_reads_holds(store, family):
    with pytest.raises(NotAllowed):
        services.place_hold(person=family.adult, kind="asylum", reason="x", by=store["coordinator"])
    with pytest.raises(NotAllowed):
        selectors.holds_for(store["registrar"])
    with pytest.raises(Unknown):
        services.place_hold(person=new_id(), kind="asylum", reason="x", by=store["protection"])


def test_an_officer_of_one_place_sees_and_places_holds_there_only(store, register):
    here, there = register(), register(place="lajas_blancas")
    local = Actor(account="maria", role="protection", place="lajas_blancas")
    place(store, here)
    place(store, there)
    assert [hold.person for hold in selectors.holds_for(local)] == [there]
    with pytest.raises(NotAllowed):
        services.place_hold(person=here, kind="torture", reason="x", by=local)


def test_lifting_takes_a_proposal_and_another_officer(store, family):
    hold = place(store, family.adult)
    services.propose_lift(hold=hold, reason="claim withdrawn", by=store["protection"])
    assert Block.objects.get(hold=hold).active
    services.confirm_lift(hold=hold, by=store["protection2"])
    row = Hold.objects.get(id=hold)
    assert (row.lift_proposed_by, row.lifted_by, row.lift_reason) == ("protection", "protection2", "claim withdrawn")
    assert not Block.objects.get(hold=hold).active
    assert selectors.holds_of([family.adult]) == {}
    with pytest.raises(Refused, match="ended already"):
        services.propose_lift(hold=hold, reason="again", by=store["protection"])


def test_whoever_proposed_cannot_confirm_and_nobody_confirms_what_none_proposed(store, family):
    hold = place(store, family.adult)
    with pytest.raises(Refused, match="takes two"):
        services.confirm_lift(hold=hold, by=store["protection2"])
    services.propose_lift(hold=hold, reason="x", by=store["protection2"])
    with pytest.raises(Refused) as refused:
        services.confirm_lift(hold=hold, by=store["protection2"])
    assert refused.value.code == "protection_hold_lift_takes_two"
    with pytest.raises(Refused, match="already"):
        services.propose_lift(hold=hold, reason="x", by=store["protection3"])


def test_the_system_never_lifts_a_hold(store, family):
    hold = place(store, family.adult)
    with pytest.raises(Refused, match="A person decides"):
        services.propose_lift(hold=hold, reason="x", by=SYSTEM)


def test_a_proposal_can_be_taken_back_and_the_hold_stands(store, family):
    hold = place(store, family.adult)
    with pytest.raises(Refused, match="Nobody has proposed"):
        services.withdraw_lift(hold=hold, reason="", by=store["protection"])
    services.propose_lift(hold=hold, reason="x", by=store["protection"])
    services.withdraw_lift(hold=hold, reason="not yet", by=store["protection2"])
    assert selectors.holds_of([family.adult])[family.adult][0].lift_proposed_by == ""
    services.propose_lift(hold=hold, reason="now", by=store["protection2"])
    services.confirm_lift(hold=hold, by=store["protection3"])
    assert selectors.holds_of([family.adult]) == {}


@pytest.mark.parametrize(
    "columns",
    [
        "lifted_by = 'a', lifted_at = placed_at",
        "lift_proposed_by = 'a', lifted_by = 'a', lifted_at = placed_at",
        "lifted_at = placed_at",
        "lift_proposed_by = 'a', lifted_by = 'b'",
        "lift_proposed_by = 'a', lifted_by = 'a', lifted_at = placed_at, ended_why = 'tired'",
    ],
)
def test_p1_the_database_lifts_no_hold_for_one_person(store, family, columns):
    place(store, family.adult)
    with (
        pytest.raises(Refused, match="two different people"),
        refusals(),
        transaction.atomic(),
        connection.cursor() as sql,
    ):
        sql.execute(f"UPDATE protection_hold SET {columns}")


def test_p1_no_protection_hold_of_the_corridor_blocks_internal(store):
    assert [kind.id for kind in in_force().holds if kind.protection and "internal" in kind.blocks] == []


@pytest.mark.parametrize("way", ["insert", "update"])
def test_p1_the_database_refuses_a_protection_hold_that_blocks_internal(store, family, way):
    hold = place(store, family.adult)
    ways = {
        "insert": lambda: Block.objects.create(id="x", hold_id=hold, person=family.adult, kind="internal"),
        "update": lambda: Block.objects.update(kind="internal"),
    }
    with pytest.raises(Refused, match="rule P1"), refusals(), transaction.atomic():
        ways[way]()


def test_p1_a_block_cannot_be_switched_off_while_its_hold_stands(store, family):
    place(store, family.adult)
    with pytest.raises(Refused, match="still stands"), refusals(), transaction.atomic():
        Block.objects.update(active=False)


@pytest.mark.parametrize("model", [Block, Hold])
def test_p1_a_hold_and_its_blocks_are_never_removed(store, family, model):
    place(store, family.adult)
    with pytest.raises(IntegrityError, match="hold_is_never_removed"), transaction.atomic():
        model.objects.all()._raw_delete("default")


def test_overdue_holds_are_those_past_their_review_date(store, family, at):
    place(store, family.adult, review_on=TODAY + timedelta(days=2))
    place(store, family.child, kind="medical", review_on=TODAY + timedelta(days=9))
    assert not selectors.overdue_holds_for(store["protection"]).exists()
    late = selectors.overdue_holds_for(store["protection"], TODAY + timedelta(days=3))
    assert [hold.person for hold in late] == [family.adult]
