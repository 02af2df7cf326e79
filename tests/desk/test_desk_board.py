"""The station board: right figures, few queries, and nothing confidential for who is not in charge of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories import a_family, a_person, an_unassessed_child

from cauce.corridor.services import change_quota
from cauce.desk.selectors import board_for
from cauce.journal import clock, standing
from cauce.movement.services import dispatch
from cauce.people.intake import NewPerson
from cauce.people.services import assign_bed, end_stay, flag_need, mark_incomplete, move_to, register_group

pytestmark = pytest.mark.django_db
TODAY = date(2023, 8, 15)


def lines(board):
    return {line.said.code: line.people for line in board.waiting}


def test_present_beds_arrivals_and_who_left(store):
    family = a_family(store, size=3, arrived_at=clock.now() - timedelta(hours=2))
    old = a_person(store, place="san_vicente", arrived_at=clock.now() - timedelta(days=4))
    assign_bed(person=family.person_ids[0], bed=True, by=store["registrar"])
    end_stay(person=family.person_ids[2], outcome="walked_on", by=store["registrar"])
    board = board_for(store["coordinator"])
    here = {row.place.id: row for row in board.rows}
    assert (here["lajas_blancas"].present, here["lajas_blancas"].in_beds) == (2, 1)
    assert (here["lajas_blancas"].arrived, here["lajas_blancas"].left) == (3, 1)
    assert here["san_vicente"].arrived == 0
    assert board.total.present == 3
    assert board.total.since == clock.now() - timedelta(days=4)
    assert old.person_ids


def test_people_are_counted_by_reason_and_the_ready_ones_apart(store, checks):
    a_family(store, size=3)
    an_unassessed_child(store)
    checks()
    a_person(store)  # checks not run yet
    board = board_for(store["protection"], "lajas_blancas")
    assert board.ready == 3
    assert lines(board) == {"child_unassessed": 1, "document_pending": 1, "watchlist_pending": 1}


def test_p3_who_may_go_to_the_next_station_is_not_told_to_have_been_cleared_for_the_border(store, checks, signed_in):
    from cauce.desk.card_status import status_of
    from cauce.desk.dossier import dossier_for
    from cauce.movement.selectors import later_for, why_for
    from cauce.people.models import Person

    person = Person.objects.get(id=a_person(store, place="bajo_chiquito").person_ids[0])
    board = board_for(store["coordinator"], "bajo_chiquito")
    assert [(line.to, line.later, line.people) for line in board.ready_for] == [("ETRM Lajas Blancas", True, 1)]
    page = signed_in("coordinator").get("/?place=bajo_chiquito").content.decode()
    assert "bar good" not in page[page.index("Why people wait") :]
    assert why_for(store["coordinator"], person) == []
    assert {one.code for one in later_for(store["coordinator"], person)} >= {"watchlist_pending"}
    why = signed_in("coordinator").get(f"/people/{person.id}/why/").content.decode()
    assert why.index("to ETRM Lajas Blancas:") < why.index("Still to come before the border:") < why.index("lists is")
    page = signed_in("coordinator").get(f"/people/{person.id}/").content.decode()
    page = page[page.index("Why they wait") :]
    assert page.index("Still to come before the border:") < page.index("lists is")
    assert "watchlist_pending" in {one.code for one in dossier_for(store["coordinator"], person.id).later}
    status = status_of(person)
    assert (status.state, bool(status.missing)) == ("ready", True)
    checks()
    assert dossier_for(store["coordinator"], person.id).later == []
    page = signed_in("coordinator").get(f"/people/{person.id}/").content.decode()
    assert "Still to come before the border:" not in page
    board = board_for(store["coordinator"], "bajo_chiquito")
    assert [(line.to, line.later, line.people) for line in board.ready_for] == [("ETRM Lajas Blancas", False, 1)]
    assert (later_for(store["coordinator"], person), status_of(person).missing) == ([], [])


def test_a_list_that_is_not_here_is_said_on_the_board_and_named_to_who_may_know_it(store, checks, signed_in):
    from dataclasses import replace

    from cauce.corridor.selectors import in_force
    from cauce.corridor.services import apply_corridor

    def say(**more):
        corridor = in_force()
        lists = tuple(replace(one, **more) for one in corridor.lists)
        apply_corridor(corridor=replace(corridor, lists=lists), by=store["administrator"], second=store["analyst"])

    def board(role):
        return signed_in(role).get("/").content.decode()

    checks()  # in ofac-sdn alone
    assert "Nobody is clear" not in board("analyst")
    assert 'not here: <strong class="nowrap">un-sc</strong>' in board("analyst")
    say(needed=True)
    for role in ("analyst", "coordinator", "registrar"):
        assert "Nobody is clear of the watchlists" in board(role), role
    assert 'Not here: <strong class="nowrap">un-sc</strong>' in board("analyst")
    assert "un-sc" not in board("registrar"), "which lists there are is not for everybody"
    say(needed=False, fresh_days=10)
    assert "older than" not in board("analyst")
    with clock.stopped(clock.now() + timedelta(days=11)):
        assert "older than the 10 days" in board("analyst")


def test_p7_who_is_not_in_charge_reads_of_an_interview_only(store, checks):
    held = a_person(store)
    checks()
    flag_need(person=held.person_ids[0], code="SM-CC", by=store["registrar"])
    assert lines(board_for(store["protection"])) == {"hold_protection": 1}
    for role in ("registrar", "coordinator", "administrator"):
        assert lines(board_for(store[role])) == {"interview": 1}


def test_a_family_with_seats_waits_for_nobody(store, checks):
    a_family(store, size=3)
    checks()
    dispatch(place="lajas_blancas", date=TODAY, by=store["coordinator"])
    board = board_for(store["coordinator"], "lajas_blancas")
    assert (board.seated, board.ready, board.waiting) == (3, 0, [])
    (today, ways), (_tomorrow, later) = board.departures
    assert today == TODAY
    assert [(way.vehicles, way.taken, way.statuses) for way in ways] == [(1, 3, {"proposed": 1})]
    assert later == []


def test_the_quota_says_why_it_is_what_it_is(signed_in, store):
    tomorrow = TODAY + timedelta(days=1)
    change_quota(
        border="paso_canoas", start=tomorrow, until=tomorrow, per_day=None, reason="flood", by=store["coordinator"]
    )
    board = board_for(store["coordinator"])
    today_line, tomorrow_line = board.quotas
    assert (today_line.quota.per_day, today_line.quota.assumed) == (2200, True)
    assert (tomorrow_line.quota.open, tomorrow_line.quota.reason) == (False, "flood")
    page = signed_in("coordinator").get("/").content.decode()
    assert "flood" in page
    assert "assumed" in page


def test_f3_all_stations_spend_one_quota(store, checks):
    for place in ("lajas_blancas", "san_vicente"):
        a_family(store, place=place, size=3)
    checks()
    for place in ("lajas_blancas", "san_vicente"):
        dispatch(place=place, date=TODAY, by=store["coordinator"])
    board = board_for(store["coordinator"], "san_vicente")
    assert board.quotas[0].taken == 6
    assert [way.taken for way in board.departures[0][1]] == [3]


def test_f2_groups_that_are_not_finished_head_the_board(signed_in, store):
    family = a_family(store)
    mark_incomplete(group=family.group_id, missing=["x-7"], why="bad row", by=store["registrar"])
    page = signed_in("registrar").get("/").content.decode()
    assert "is not finished" in page
    assert page.index("is not finished") < page.index("Why people wait")
    assert f"/groups/{family.group_id}/" in page
    assert f"/groups/{family.group_id}/" not in signed_in("administrator").get("/").content.decode()


def test_the_board_of_one_place_and_of_an_officer_bound_to_one(signed_in, store):
    family = a_family(store)
    move_to(group=family.group_id, place="san_vicente", by=store["coordinator"])
    assert "San Vicente" in signed_in("coordinator").get("/?place=san_vicente").content.decode()
    assert signed_in("coordinator").get("/?place=atlantis").status_code == 404
    bound = signed_in("registrar", place="lajas_blancas")
    assert bound.get("/").status_code == 200
    assert bound.get("/?place=san_vicente").status_code == 403
    assert "All places" not in bound.get("/").content.decode()


def test_a_place_without_anybody_is_said_plainly(signed_in):
    assert "Nobody waits." in signed_in("coordinator").get("/?place=san_vicente").content.decode()


def test_at_most_28_queries_however_many_people(signed_in, store, checks):
    browser = signed_in("coordinator")
    browser.get("/")
    register_group(
        place="bajo_chiquito",
        arrived_at=clock.now(),
        members=[
            NewPerson(given_names=f"N{n}", birth_first=date(1990, 1, 1), birth_last=date(1990, 1, 1)) for n in range(40)
        ],
        by=store["registrar"],
    )
    checks()
    dispatch(place="bajo_chiquito", date=TODAY, by=store["coordinator"])
    mark_incomplete(group=a_family(store).group_id, missing=["x"], why="", by=store["registrar"])
    for page in ("/", "/?place=bajo_chiquito"):
        with CaptureQueriesContext(connection) as seen:
            answer = browser.get(page)
        assert len(seen) <= 28, [query["sql"][:90] for query in seen.captured_queries]
        assert len(answer.content) < 100_000


def test_what_changes_is_on_the_board_at_once(signed_in, store):
    browser = signed_in("coordinator")
    browser.get("/")
    a_person(store)
    assert "still to come" in browser.get("/").content.decode()


def test_a_count_of_many_says_when_it_was_made_and_is_made_again_behind(signed_in, store, monkeypatch, at):
    monkeypatch.setattr(standing, "MANY", 1)
    browser = signed_in("coordinator")
    a_person(store)
    assert "Counted at" not in browser.get("/").content.decode(), "just now"
    before = {line.said: line.people for line in board_for(store["coordinator"]).waiting}
    a_person(store)
    board = board_for(store["coordinator"])
    assert {line.said: line.people for line in board.waiting} == before
    assert board.total.present == 2  # who is here is never old
    assert "Counted at" in browser.get("/").content.decode()
    standing.renew(lambda: False)
    board = board_for(store["coordinator"])
    assert board.counted_at is None
    assert {line.said: line.people for line in board.waiting} == {said: 2 * n for said, n in before.items()}
    a_person(store)
    with at(clock.now() + timedelta(seconds=standing.AGE + 1)):  # and where nothing runs behind
        assert board_for(store["coordinator"]).counted_at is None
