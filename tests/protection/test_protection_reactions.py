"""What raises a hold at once, and what ends one by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cauce.access.actor import SYSTEM
from cauce.journal.events import new_id
from cauce.journal.models import Entry
from cauce.journal.services import record
from cauce.people.events import NeedFlagged
from cauce.protection import selectors, services
from cauce.protection.models import Block, Hold
from cauce.protection.raising import raised, signs
from cauce.vetting.events import HandOverEnded, HandOverExpired, MatchConfirmed


def kinds(person):
    return sorted(hold.kind for hold in selectors.holds_of([person]).get(person, []))


def flag(store, person, code):
    record(NeedFlagged(person=person, id=new_id(), code=code), by=store["registrar"])


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        (("asylum_wish",), ["asylum"]),
        (("SC-UC",), ["unaccompanied_child"]),
        (("SM-CC",), ["medical"]),
        (("SM-MI",), []),
        (("LP-ND",), []),
        (("TR-PI", "TR-HO", "SV-VA"), ["sexual_violence", "torture"]),
    ],
)
def test_needs_seen_at_registration_raise_the_holds_the_corridor_names(register, needs, expected):
    assert kinds(register(needs=needs)) == expected


def test_a_stateless_person_is_held_without_anybody_flagging_it(register):
    assert kinds(register(nationality="XXA")) == ["stateless"]


def test_a_hold_raised_by_a_need_names_its_codes_and_nobody_as_placer(register):
    hold = selectors.holds_of([person := register(needs=("TR-PI", "TR-HO"))])[person][0]
    assert (hold.placed_by, hold.raised_by, hold.blocks) == ("system", "TR-PI, TR-HO", ["return"])
    assert Entry.objects.get(name="protection.hold_placed").account == "system"


def test_a_need_flagged_later_raises_a_hold_once(store, register):
    person = register()
    flag(store, person, "TR-PI")
    flag(store, person, "TR-WV")
    assert kinds(person) == ["torture"]


def test_a_need_flagged_after_a_hold_was_lifted_raises_it_again(store, register):
    person = register(needs=("TR-PI",))
    hold = selectors.holds_of([person])[person][0].id
    services.propose_lift(hold=hold, reason="x", by=store["protection"])
    services.confirm_lift(hold=hold, by=store["protection2"])
    flag(store, person, "TR-PI")
    assert kinds(person) == ["torture"]


def test_an_arrival_without_needs_costs_no_query(store, register):
    from cauce.journal import clock
    from cauce.journal.events import Recorded
    from cauce.people.events import PersonRegistered
    from cauce.protection.reactions import hold_the_registered

    fact = PersonRegistered(
        person=new_id(), group=new_id(), stay=new_id(), number="P", place="x", arrived_at=clock.now(), full_name="A"
    )
    records = [Recorded(fact, 1, "test", 1, "registrar", "", clock.now(), clock.now())] * 50
    with CaptureQueriesContext(connection) as queries:
        hold_the_registered(records, store["registrar"])
    assert len(queries) == 0


def match(person, consequence="hold"):
    review = new_id()
    record(
        MatchConfirmed(
            person=person, review=review, check_id="watchlist", consequence=consequence, legal_basis="Charter, art. 41"
        ),
        by=SYSTEM,
    )
    return review


def test_p6_a_confirmed_match_holds_only_where_its_list_says_so(store, register):
    held, referred = register(), register()
    match(held)
    match(referred, consequence="refer")
    assert (kinds(held), kinds(referred)) == (["security"], [])
    hold = selectors.holds_of([held])[held][0]
    assert (hold.basis, hold.blocks, hold.protection) == ("Charter, art. 41", ["onward", "return"], False)


@pytest.mark.parametrize(
    ("ending", "why"), [(HandOverExpired, "hand_over_expired"), (HandOverEnded, "hand_over_ended")]
)
def test_p6_the_hold_of_a_match_ends_with_its_hand_over(store, register, ending, why):
    person = register(needs=("asylum_wish",))
    match(person)
    review = match(person)
    record(ending(person=person, hand_over=new_id(), review=review), by=SYSTEM)
    ended = Hold.objects.get(source=review)
    assert (ended.ended_why, ended.lifted_by) == (why, "")
    assert ended.lifted_at is not None
    assert not Block.objects.filter(hold=ended, active=True).exists()
    assert kinds(person) == ["asylum", "security"], "the other match and the protection hold stand"


def test_only_the_part_before_the_dash_is_a_prefix(store):
    from cauce.corridor.shape import HoldKind

    rule = HoldKind(id="x", title="", blocks=("return",), basis="", protection=True, raised_by=("SC", "SM-CC"))
    for code, hit in (("SC", True), ("SC-UC", True), ("SCX", False), ("SM-CC", True), ("SM", False), ("SM-CI", False)):
        assert bool(raised([rule], [code])) is hit, code
    assert signs(["ER"], "VEN") == ("ER",)


def test_the_review_date_follows_the_local_day(store, register, at):
    from datetime import UTC, date, datetime

    with at(datetime(2023, 8, 16, 3, 0, tzinfo=UTC)):  # ten in the evening of the 15th at the stations
        person = register(needs=("SC-UC",))
    assert selectors.holds_of([person])[person][0].review_on == date(2023, 8, 15) + timedelta(days=1)
