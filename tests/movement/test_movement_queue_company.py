"""Groups that travel together, groups that never share a vehicle, and who hears of it."""
# ruff: noqa: F811  a fixture is a parameter of the same name

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.factories import a_family
from tests.movement.rows import TODAY, a_group, a_manifest, a_seat
from tests.movement.test_movement_commands import cauce  # noqa: F401  the command line as a fixture

from cauce.access.actor import Actor
from cauce.corridor.selectors import in_force
from cauce.corridor.services import apply_corridor, change_quota
from cauce.desk.timeline import timeline_for
from cauce.journal import clock
from cauce.journal.errors import NotAllowed, Refused, Unknown
from cauce.journal.guard import refusals
from cauce.journal.rebuild import rebuild
from cauce.journal.services import record
from cauce.movement import services
from cauce.movement.events import ManifestSealed
from cauce.movement.models import Manifest, PassedOver, Seat
from cauce.movement.planning import plan_days
from cauce.movement.reasons import Reason
from cauce.movement.selectors import queue_for
from cauce.movement.sentences import explain
from cauce.people.company import company_for, end_company, keep_apart, link_groups
from cauce.people.models import Companion, Group
from cauce.people.services import flag_need, join_groups, split_group

Actors = dict[str, Actor]
LB = "lajas_blancas"


def came(hours: float) -> datetime:
    return datetime(2023, 8, 10, tzinfo=UTC) + timedelta(hours=hours)


def quota(actors: Actors, per_day: int) -> None:
    change_quota(border="paso_canoas", start=TODAY, until=TODAY, per_day=per_day, reason="r", by=actors["coordinator"])


def vehicles() -> dict[Any, set[Any]]:
    found: dict[Any, set[Any]] = {}
    for group, manifest in Seat.objects.filter(live=True).values_list("group", "manifest"):
        found.setdefault(manifest, set()).add(group)
    return found


def test_f4_linked_groups_stand_where_the_later_would_so_that_nobody_gets_ahead_by_it(store: Actors) -> None:
    early, _ = a_group(1, arrived_at=came(0))
    between, _ = a_group(1, arrived_at=came(5))
    late, _ = a_group(1, arrived_at=came(9))
    link_groups(one=late.id, other=early.id, reason="sisters", by=store["registrar"])
    queue = queue_for(store["coordinator"], LB)
    assert [row.group for row in queue] == [between.id, early.id, late.id]
    assert queue[1].linked == (late.number,)


def test_linked_groups_leave_together_or_wait_together(store: Actors) -> None:
    quota(store, 4)
    one, _ = a_group(2, arrived_at=came(0))
    other, _ = a_group(3, arrived_at=came(1))
    third, _ = a_group(3, arrived_at=came(2))
    link_groups(one=one.id, other=other.id, reason="sisters", by=store["registrar"])
    plan = services.dispatch(place=LB, date=TODAY, by=store["coordinator"])
    assert set().union(*vehicles().values()) == {third.id}
    assert {left.group for left in plan.left_behind} == {one.id, other.id}


def test_a_group_waits_for_the_one_that_it_travels_with_and_is_not_told_why_that_one_waits(store: Actors) -> None:
    one, _ = a_group(1)
    other, _ = a_group(1, cleared=False)
    link_groups(one=one.id, other=other.id, reason="sisters", by=store["registrar"])
    row = next(row for row in queue_for(store["coordinator"], LB) if row.group == one.id)
    assert row.mask == int(Reason.COMPANY_WAITS)
    end_company(companion=Companion.objects.get().id, reason="they parted", by=store["registrar"])
    row = next(row for row in queue_for(store["coordinator"], LB) if row.group == one.id)
    assert row.mask == 0


def test_p7_that_two_are_kept_apart_is_read_by_those_in_charge_alone(store: Actors) -> None:
    one, persons = a_group(1)
    other, _ = a_group(1)
    with pytest.raises(NotAllowed):
        keep_apart(one=one.id, other=other.id, reason="he beats her", by=store["coordinator"])
    keep_apart(one=one.id, other=other.id, reason="he beats her", by=store["protection"])
    assert [(row.kind, row.reason) for row in company_for(store["protection"], one.id)] == [("apart", "he beats her")]
    assert company_for(store["registrar"], one.id) == []
    said = {
        role: [line.text for line in timeline_for(store[role], persons[0].id, in_force())[0]]
        for role in ("protection", "coordinator", "registrar")
    }
    assert ["apart" in " ".join(lines) for lines in said.values()] == [True, False, False]
    mask = int(Reason.KEPT_APART)
    for role in ("coordinator", "registrar", "analyst"):
        assert explain(mask, "officer", role=role) == explain(int(Reason.NO_SEAT), "officer", role=role)
    for audience in ("gate", "person", "public"):
        assert explain(mask, audience) == explain(int(Reason.NO_SEAT), audience)
    assert explain(mask, "officer", role="protection")[0].code == "kept_apart"
    with pytest.raises(Unknown):
        end_company(companion=Companion.objects.get().id, reason="r", by=store["registrar"])
    with pytest.raises(Refused, match="protection officer knows more"):
        link_groups(one=one.id, other=other.id, reason="friends", by=store["registrar"])


def test_those_kept_apart_are_proposed_for_two_vehicles(store: Actors) -> None:
    one, _ = a_group(2)
    other, _ = a_group(2)
    keep_apart(one=one.id, other=other.id, reason="r", by=store["protection"])
    services.dispatch(place=LB, date=TODAY, by=store["coordinator"])
    assert sorted(map(len, vehicles().values())) == [1, 1]


def test_p9_the_database_refuses_to_seal_two_who_are_kept_apart(store: Actors) -> None:
    one, (first,) = a_group()
    other, (second,) = a_group()
    manifest = a_manifest()
    a_seat(manifest, first)
    a_seat(manifest, second)
    keep_apart(one=one.id, other=other.id, reason="r", by=store["protection"])
    Seat.objects.filter(manifest=manifest).update(live=True)
    with pytest.raises(Refused) as said, refusals():
        record(ManifestSealed(id=manifest.id, sealed=2), by=store["coordinator"])
    assert said.value.code == "manifest_kept_apart"


def test_a_pair_kept_apart_after_the_proposal_loses_one_of_its_seats_and_is_not_put_back(store: Actors) -> None:
    early, _ = a_group(2, arrived_at=came(0))
    late, _ = a_group(3, arrived_at=came(1))
    (manifest,) = services.dispatch(place=LB, date=TODAY, by=store["coordinator"]).manifests
    keep_apart(one=late.id, other=early.id, reason="r", by=store["protection"])
    assert vehicles() == {manifest: {early.id}}
    with pytest.raises(Refused) as said:
        services.add_group(manifest=manifest, group=late.id, reason="they asked", by=store["coordinator"])
    assert said.value.code == "manifest_kept_apart"
    moved = services.move_group(
        place=LB, day=TODAY, group=late.id, to=manifest, reason="they asked", by=store["coordinator"]
    )
    assert [one.number for one in moved.change] == [early.number]
    assert vehicles()[manifest] == {late.id}


def test_who_joins_or_leaves_a_group_stays_apart_from_whom_it_was_kept_apart_from(store: Actors) -> None:
    one, persons = a_group(2)
    other, _ = a_group(1)
    third, _ = a_group(1)
    keep_apart(one=one.id, other=other.id, reason="r", by=store["protection"])
    split = split_group(group=one.id, persons=[persons[1].id], reason="asked", by=store["registrar"])
    join_groups(into=third.id, other=other.id, by=store["registrar"])
    kept = {frozenset((row.one, row.other)) for row in Companion.objects.filter(ended=False)}
    assert kept == {frozenset((one.id, third.id)), frozenset((split.group, third.id))}


def test_company_comes_out_the_same_from_the_journal(store: Actors) -> None:
    made = [a_family(store) for _ in range(3)]
    one, other, third = (each.group_id for each in made)
    link_groups(one=one, other=other, reason="sisters", by=store["registrar"])
    keep_apart(one=other, other=one, reason="he threatened her", by=store["protection"])
    keep_apart(one=third, other=other, reason="r", by=store["protection"])
    ended = Companion.objects.get(one__in=(other, third), other__in=(other, third))
    end_company(companion=ended.id, reason="r", by=store["protection"])
    join_groups(into=third, other=one, by=store["registrar"])
    assert Companion.objects.filter(ended=False).count() == 1
    assert rebuild().identical


def test_f4_a_new_corridor_file_takes_back_a_head_start_that_was_given_here(store: Actors) -> None:
    made = a_family(store)
    flag_need(person=made.person_ids[0], code="SM-CI", by=store["registrar"])
    assert queue_for(store["coordinator"], "lajas_blancas")[0].head_start_hours > 0
    corridor = in_force()
    none = tuple(replace(n, head_start_hours=0.0) if n.code.startswith("SM") else n for n in corridor.needs)
    apply_corridor(corridor=replace(corridor, needs=none), by=store["administrator"])
    assert queue_for(store["coordinator"], "lajas_blancas")[0].head_start_hours == 0.0


def test_f4_who_was_passed_over_as_often_as_the_file_allows_goes_before_everybody_behind(store: Actors) -> None:
    large, _ = a_group(4, arrived_at=came(1))
    small, _ = a_group(3, arrived_at=came(90))
    a_group(3, arrived_at=came(0))
    quota(store, 6)

    def going() -> set[Any]:
        ahead = plan_days(LB, TODAY, 1)
        return {ahead.prepared.parties[g].id for ride in ahead.plan.rides[0] for g, _ in ride.groups}

    assert large.id not in going()
    assert small.id in going()
    for days in (1, 2):
        day = TODAY - timedelta(days=days)
        PassedOver.objects.create(id=f"{LB}:{day}:{large.id.hex}", group=large.id, place=LB, date=day)
    assert large.id in going()
    assert small.id not in going()


def test_the_queue_is_printed_with_its_rules_and_made_again_without_anybody_s_number(store: Actors, cauce: Any) -> None:
    a_group(2, arrived_at=came(0))
    told = json.loads(cauce("queue", "--place", LB, "--json"))
    (row,) = told["groups"]
    assert (row["position"], row["size"], told["kind"]) == (1, 2, "onward")
    assert row["sentence"] == "Waits since 2023-08-09 19:00. Nothing is missing; the place in the queue decides."
    assert told["rules"]["max_head_start_hours"] == 48
    assert len(told["rules"]["digest"]) == 64
    assert f"  1  {row['group']}" in cauce("queue", "--place", LB)


def test_f9_p7_oversight_makes_the_order_again_from_the_journal_alone(store: Actors, cauce: Any) -> None:
    a_family(store, size=2)
    before = clock.now()
    with clock.stopped(before + timedelta(hours=2)):
        second = a_family(store, size=3)
        now = json.loads(cauce("queue", "--place", LB, "--json"))["groups"]
        replay = cauce("queue", "--place", LB, "--as", "supervisor", "--json")
        assert [row["size"] for row in json.loads(replay)["groups"]] == [row["size"] for row in now] == [2, 3]
        then = json.loads(cauce("queue", "--place", LB, "--replay", "--as-of", f"{before:%Y-%m-%dT%H:%M:%S}", "--json"))
        assert [row["size"] for row in then["groups"]] == [2]
        assert Group.objects.filter(id=second.group_id).exists()  # nothing of it stays behind
    for number in Group.objects.values_list("number", flat=True):
        assert number not in replay
    with pytest.raises(NotAllowed):
        cauce("queue", "--place", LB, "--replay", "--as", "registrar")


def test_a_plan_of_days_is_printed_and_writes_nothing(store: Actors, cauce: Any) -> None:
    quota(store, 4)
    a_group(3, arrived_at=came(0))
    late, _ = a_group(3, arrived_at=came(1))
    told = json.loads(cauce("plan", "buses", "--place", LB, "--date", f"{TODAY}", "--days", "2", "--json"))
    assert [sum(bus["taken"] for bus in day["vehicles"]) for day in told["days"]] == [3, 3]
    assert (told["gap"], told["left_behind"][0]["group"]) == (0.0, late.number)
    assert told["left_behind"][0]["leaves"] == f"{TODAY + timedelta(days=1)}"
    assert told["left_behind"][0]["reasons"][0]["code"] == "quota_full"
    assert not Manifest.objects.exists()
    text = cauce("plan", "buses", "--place", LB, "--date", f"{TODAY}", "--time-limit", "0")
    assert "the greedy rule's plan, at most 33.33% of the delay could be spared" in text
    said = cauce("dispatch", "--place", LB, "--date", f"{TODAY}")
    assert "Filled by the model's plan: proven best" in said


def test_f9_moves_are_counted_by_officer_and_reason_for_who_watches_over_them(store: Actors, cauce: Any) -> None:
    first, _ = a_group(1)
    second, _ = a_group(1)
    (manifest,) = services.dispatch(place=LB, date=TODAY, by=store["coordinator"]).manifests
    for group in (first, second):
        services.remove_group(manifest=manifest, group=group.id, reason="they asked", by=store["coordinator"])
    services.add_group(manifest=manifest, group=first.id, reason="a sick child", by=store["coordinator2"])
    told = json.loads(cauce("queue", "--place", LB, "--moves", "7", "--json", "--as", "supervisor"))
    assert [(one["officer"], one["verb"], one["reason"], one["times"]) for one in told["moves"]] == [
        ("coordinator", "remove", "they asked", 2),
        ("coordinator2", "add", "a sick child", 1),
    ]
    assert "3 moves against the queue" in cauce("queue", "--place", LB, "--moves", "7")
    with pytest.raises(NotAllowed):
        cauce("queue", "--place", LB, "--moves", "7", "--as", "registrar")


def test_groups_are_linked_kept_apart_and_parted_again_on_the_command_line(store: Actors, cauce: Any) -> None:
    (first, _), (second, _) = a_group(2), a_group(1)
    pair = (first.number, second.number, "--reason", "two sisters")
    made = json.loads(cauce("group", "link", *pair, "--json", "--as", "registrar"))
    assert (made["kind"], made["other"]) == ("together", second.number)
    (row,) = json.loads(cauce("group", "list", second.number, "--json", "--as", "coordinator"))["pairs"]
    assert (row["id"], row["other"], "reason" in row) == (made["id"], first.number, False)
    assert "are never in one vehicle" in cauce("group", "apart", *pair, "--as", "protection")
    assert "is paired with nobody" in cauce("group", "list", first.number, "--as", "registrar")  # P7
    with pytest.raises(Unknown):
        cauce("group", "unlink", *pair, "--as", "registrar")
    ended = json.loads(cauce("group", "unlink", *pair, "--json", "--as", "protection"))
    assert (ended["kind"], ended["ended"]) == ("apart", True)
    assert not Companion.objects.filter(ended=False).exists()
