"""From the proposal to the border: what coordinators do, on people registered as at the desk."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from tests.factories import ready_to_leave
from tests.movement.rows import LATER, TODAY, a_group, hold

from cauce.access.actor import Actor
from cauce.corridor.services import change_quota
from cauce.journal import clock
from cauce.journal.errors import Conflict, NotAllowed, Refused, Unknown
from cauce.journal.models import Entry
from cauce.movement import services
from cauce.movement.aboard.services import approve
from cauce.movement.models import Manifest, Move, Seat
from cauce.movement.reasons import Reason
from cauce.movement.selectors import manifest_for, matters_for, queue_for, reasons_for
from cauce.people.models import Person, Stay

Actors = dict[str, Actor]
LB = "lajas_blancas"


def propose(actors: Actors, place: str = LB, day: date = TODAY) -> services.Plan:
    return services.dispatch(place=place, date=day, by=actors["coordinator"])


def on(manifest: UUID) -> set[UUID]:
    return set(Seat.objects.filter(manifest=manifest, live=True).values_list("person", flat=True))


def version(manifest: UUID) -> int:
    return Manifest.objects.get(id=manifest).version


def sealed(actors: Actors) -> UUID:
    (manifest,) = propose(actors).manifests
    services.seal(manifest=manifest, version=version(manifest), by=actors["coordinator"])
    ready_to_leave(actors, manifest)
    return manifest


def quota(actors: Actors, per_day: int | None, until: date = TODAY) -> None:
    change_quota(
        border="paso_canoas", start=TODAY, until=until, per_day=per_day, reason="asked for", by=actors["coordinator"]
    )


def test_a_family_gets_seats_side_by_side_and_the_day_runs_to_the_border(store: Actors) -> None:
    _, family = a_group(4)
    manifest = sealed(store)
    persons = {p.id for p in family}
    assert on(manifest) == persons
    assert sorted(Seat.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
    services.roll_call(manifest=manifest, boarded=persons, by=store["coordinator"])
    assert services.depart(manifest=manifest, by=store["coordinator"]) == 4
    stays = Stay.objects.filter(person__in=persons)
    assert {(stay.outcome, stay.until) for stay in stays} == {("departed", clock.now())}
    told = services.arrive(manifest=manifest, by=store["coordinator"])
    assert set(told.arrived) == persons
    assert not Stay.objects.filter(person__in=persons, until=None).exists()
    assert Manifest.objects.get(id=manifest).status == "arrived"


def test_canoes_bring_people_from_the_village_to_the_station(store: Actors) -> None:
    _, family = a_group(3, place="bajo_chiquito")
    (manifest,) = propose(store, "bajo_chiquito").manifests
    row = Manifest.objects.get(id=manifest)
    assert (row.kind, row.destination, row.mode, row.border) == ("internal", LB, "canoe", "")
    services.seal(manifest=manifest, by=store["coordinator"])
    services.roll_call(manifest=manifest, boarded=[p.id for p in family], by=store["coordinator"])
    services.depart(manifest=manifest, by=store["coordinator"])
    services.arrive(manifest=manifest, by=store["coordinator"], at=clock.now() + timedelta(hours=0))
    assert Stay.objects.filter(person__in=family, place=LB, until=None).count() == 3


def test_asking_for_the_proposal_again_changes_nothing(store: Actors) -> None:
    for size in (1, 4, 2, 7):
        a_group(size)
    first = propose(store)
    seats = list(Seat.objects.order_by("id").values_list("id", "person", "number", "live"))
    entries = Entry.objects.count()
    second = propose(store)
    assert (first.changed, second.changed) == (True, False)
    assert Entry.objects.count() == entries
    assert first.manifests == second.manifests
    assert list(Seat.objects.order_by("id").values_list("id", "person", "number", "live")) == seats


def test_a_new_proposal_takes_in_who_came_and_keeps_the_seats_of_the_others(store: Actors) -> None:
    a_group(4)
    propose(store)
    before = dict(Seat.objects.filter(live=True).values_list("person", "number"))
    _, late = a_group(2, arrived_at=clock.now() - timedelta(hours=1))
    (manifest,) = propose(store).manifests
    after = dict(Seat.objects.filter(live=True).values_list("person", "number"))
    assert before.items() <= after.items()
    assert {p.id for p in late} <= on(manifest)


def test_the_longest_wait_goes_first_within_the_quota_of_the_border(store: Actors) -> None:
    quota(store, 5)
    young, _ = a_group(2, arrived_at=datetime(2023, 8, 14, tzinfo=UTC))
    old, _ = a_group(4, arrived_at=datetime(2023, 8, 11, tzinfo=UTC))
    single, _ = a_group(1, arrived_at=datetime(2023, 8, 14, 12, tzinfo=UTC))
    plan = propose(store)
    assert {seat.group for seat in Seat.objects.filter(live=True)} == {old.id, single.id}
    (left,) = plan.left_behind
    assert (left.group, left.mask) == (young.id, int(Reason.QUOTA_FULL | Reason.OVERTAKEN))
    border = plan.quota["paso_canoas"]
    assert (border.per_day, border.taken, border.open, border.why) == (5, 0, True, "changed")


def test_f4_a_family_the_last_seats_were_too_few_for_goes_first_the_next_day(store: Actors) -> None:
    tomorrow = TODAY + timedelta(days=1)
    quota(store, 5, until=tomorrow)
    a_group(3, arrived_at=datetime(2023, 8, 10, tzinfo=UTC))
    large, _ = a_group(4, arrived_at=datetime(2023, 8, 14, tzinfo=UTC))
    a_group(2, arrived_at=datetime(2023, 8, 14, 6, tzinfo=UTC))
    earlier_by_a_day, _ = a_group(2, arrived_at=datetime(2023, 8, 13, 6, tzinfo=UTC), cleared=False)
    assert large.id in {left.group for left in propose(store).left_behind}
    from tests.movement.rows import clear

    clear(Person.objects.filter(group=earlier_by_a_day).values_list("id", flat=True))
    queue = [one.group for one in queue_for(store["coordinator"], LB, day=tomorrow)]
    assert queue.index(large.id) < queue.index(earlier_by_a_day.id)
    second = propose(store, day=tomorrow)
    assert large.id in {seat.group for seat in Seat.objects.filter(manifest__in=second.manifests, live=True)}


def test_f3_stations_share_the_quota_of_a_border(store: Actors) -> None:
    quota(store, 5)
    a_group(3)
    other, _ = a_group(3, place="san_vicente")
    propose(store)
    plan = propose(store, "san_vicente")
    assert plan.manifests == ()
    assert plan.quota["paso_canoas"].taken == 3
    assert [(left.group, left.mask) for left in plan.left_behind] == [(other.id, int(Reason.QUOTA_FULL))]


def test_a_closed_border_takes_nobody_and_says_so(store: Actors) -> None:
    a_group(2)
    quota(store, None)
    plan = propose(store)
    assert (plan.manifests, plan.left_behind[0].mask) == ((), int(Reason.QUOTA_CLOSED))


def test_f3_a_seal_beyond_the_quota_is_refused(store: Actors) -> None:
    a_group(3)
    (manifest,) = propose(store).manifests
    quota(store, 2)
    with pytest.raises(Refused, match="takes 2 people") as said:
        services.seal(manifest=manifest, by=store["coordinator"])
    assert said.value.code == "quota_exceeded"


def test_two_coordinators_seal_and_the_second_is_told(store: Actors) -> None:
    a_group(2)
    (manifest,) = propose(store).manifests
    seen = version(manifest)
    services.seal(manifest=manifest, version=seen, by=store["coordinator"])
    with pytest.raises(Conflict, match=f"you saw {seen}"):
        services.seal(manifest=manifest, version=seen, by=store["coordinator2"])
    assert Manifest.objects.get(id=manifest).sealed_by == "coordinator"


def test_a_seal_freezes_and_a_proposal_leaves_it_alone(store: Actors) -> None:
    a_group(2)
    manifest = sealed(store)
    late, _ = a_group(3)
    plan = propose(store)
    assert plan.manifests[0] == manifest
    assert len(on(manifest)) == 2
    with pytest.raises(Refused, match="is sealed"):
        services.add_group(manifest=manifest, group=late.id, reason="asked", by=store["coordinator"])


def test_f9_a_group_put_on_or_taken_off_needs_a_reason_and_is_counted(store: Actors) -> None:
    one, _ = a_group(2)
    a_group(2)
    (manifest,) = propose(store).manifests
    with pytest.raises(Refused, match="needs a reason"):
        services.remove_group(manifest=manifest, group=one.id, reason=" ", by=store["coordinator"])
    services.remove_group(manifest=manifest, group=one.id, reason="wants to wait", by=store["coordinator"])
    assert Move.objects.get().account == "coordinator"
    assert propose(store).left_behind[0].mask == int(Reason.KEPT_BACK)
    services.add_group(manifest=manifest, group=one.id, reason="wants to go after all", by=store["coordinator2"])
    assert propose(store).left_behind == ()
    assert list(Move.objects.order_by("at", "id").values_list("verb", "account")) == [
        ("remove", "coordinator"),
        ("add", "coordinator2"),
    ]
    # A seat that somebody wrote by hand may stand in the name of a group of which nobody is left: it goes all the same.
    Person.objects.filter(group=one).update(group=a_group(1)[0])
    assert services.remove_group(manifest=manifest, group=one.id, reason="not here", by=store["coordinator"]) == 2


def test_p1_nobody_is_put_on_by_hand_against_a_hold_and_the_kind_is_not_told(store: Actors) -> None:
    a_group(1)
    (manifest,) = propose(store).manifests
    group, (person,) = a_group(1)
    hold(person.id, "onward", kind="medical")
    with pytest.raises(Refused, match="interview") as said:
        services.add_group(manifest=manifest, group=group.id, reason="in a hurry", by=store["coordinator"])
    assert said.value.code == "seat_hold_blocks"
    assert "medical" not in str(said.value).lower()


def test_p9_when_one_does_not_come_the_family_stays(store: Actors) -> None:
    _, family = a_group(3)
    _, (single,) = a_group(1)
    manifest = sealed(store)
    called = services.roll_call(
        manifest=manifest, boarded=[family[0].id, family[1].id, single.id], by=store["coordinator"]
    )
    assert (called.boarded, called.absent) == ((single.id,), (family[2].id,))
    assert set(called.stayed) == {family[0].id, family[1].id}
    services.depart(manifest=manifest, by=store["coordinator"])
    assert Stay.objects.filter(person__in=family, until=None).count() == 3
    assert {one.group for one in queue_for(store["coordinator"], LB)} == {family[0].group_id}


def test_no_vehicle_leaves_without_a_roll_call(store: Actors) -> None:
    a_group(2)
    manifest = sealed(store)
    with pytest.raises(Refused, match="no roll-call"):
        services.depart(manifest=manifest, by=store["coordinator"])


def test_who_is_missing_on_arrival_is_an_open_matter(store: Actors) -> None:
    _, family = a_group(2, place="bajo_chiquito")
    (manifest,) = propose(store, "bajo_chiquito").manifests
    services.seal(manifest=manifest, by=store["coordinator"])
    services.roll_call(manifest=manifest, boarded=[p.id for p in family], by=store["coordinator"])
    services.depart(manifest=manifest, by=store["coordinator"])
    services.arrive(manifest=manifest, arrived=[family[0].id], by=store["coordinator"])
    (matter,) = matters_for(store["coordinator"], LB)
    assert (matter.kind, matter.about, matter.number) == ("missing_person", family[1].id, family[1].number)
    assert matters_for(store["coordinator"], "san_vicente") == []


def test_f1_refused_at_the_border_the_stay_reopens_and_the_place_in_the_queue_is_kept(
    store: Actors, at: object
) -> None:
    group, family = a_group(2)
    since = queue_for(store["coordinator"], LB)[0].since
    manifest = sealed(store)
    services.roll_call(manifest=manifest, boarded=[p.id for p in family], by=store["coordinator"])
    services.depart(manifest=manifest, by=store["coordinator"])
    back = services.refuse_at_border(
        manifest=manifest, persons=[p.id for p in family], by=store["coordinator"], reason="the post closed early"
    )
    assert back == 2
    assert Stay.objects.filter(person__in=family, place=LB, until=None).count() == 2
    tomorrow = queue_for(store["coordinator"], LB, day=TODAY + timedelta(days=1))
    assert [(one.group, one.since, one.mask) for one in tomorrow] == [(group.id, since, 0)]


def test_a_seal_can_be_broken_with_a_reason_and_a_manifest_called_off(store: Actors) -> None:
    a_group(2)
    manifest = sealed(store)
    services.unseal(manifest=manifest, reason="wrong bus", by=store["coordinator"])
    assert Manifest.objects.get(id=manifest).status == "proposed"
    services.cancel(manifest=manifest, reason="no driver", by=store["coordinator"])
    assert on(manifest) == set()
    plan = propose(store)
    assert manifest not in plan.manifests
    assert len(on(plan.manifests[0])) == 2


def test_f2_an_incomplete_group_is_left_behind_with_its_reason(store: Actors) -> None:
    group, _ = a_group(2, incomplete=True)
    (left,) = propose(store).left_behind
    assert (left.group, left.mask) == (group.id, int(Reason.GROUP_INCOMPLETE))


def test_a_family_waits_for_the_member_who_is_blocked(store: Actors) -> None:
    _, (mother, child) = a_group([{}, {"adult_on": LATER}])
    masks = reasons_for(store["coordinator"], [mother.id, child.id])
    assert masks[child.id] == int(Reason.CHILD_UNASSESSED)
    assert masks[mother.id] == int(Reason.GROUP_CHILD | Reason.GROUP_WAITS)


def test_p9_a_family_in_two_places_waits_unless_it_chooses_otherwise(store: Actors) -> None:
    group, family = a_group(3)
    a_group(1)
    Stay.objects.filter(person=family[2]).update(place="san_vicente")
    plan = propose(store)
    assert [left.mask for left in plan.left_behind] == [int(Reason.MEMBER_ELSEWHERE)]
    services.add_group(
        manifest=plan.manifests[0], group=group.id, reason="the son stays with his aunt", by=store["coordinator"]
    )
    approve(manifest=plan.manifests[0], by=store["coordinator2"])
    services.seal(manifest=plan.manifests[0], by=store["coordinator"])


def test_a_large_family_is_spread_over_two_vehicles_of_one_day(store: Actors) -> None:
    _, family = a_group(20, place="bajo_chiquito")
    plan = propose(store, "bajo_chiquito")
    assert sorted(len(on(manifest)) for manifest in plan.manifests) == [5, 15]
    for manifest in plan.manifests:
        services.seal(manifest=manifest, by=store["coordinator"])
    first = plan.manifests[0]
    services.roll_call(manifest=first, boarded=list(on(first))[1:], by=store["coordinator"])
    assert all(on(manifest) == set() for manifest in plan.manifests)
    assert Stay.objects.filter(person__in=family, until=None).count() == 20


def test_a_registrar_and_a_coordinator_of_another_station_cannot_dispatch(store: Actors) -> None:
    with pytest.raises(NotAllowed):
        services.dispatch(place=LB, date=TODAY, by=store["registrar"])
    with pytest.raises(NotAllowed):
        services.dispatch(place=LB, date=TODAY, by=Actor("c", "coordinator", "san_vicente"))
    with pytest.raises(Unknown, match="lajas_blancas"):
        services.dispatch(place="atlantis", date=TODAY, by=store["coordinator"])


def test_manifest_view_names_groups_in_seat_order(store: Actors) -> None:
    _, family = a_group(3)
    (manifest,) = propose(store).manifests
    view = manifest_for(store["coordinator"], Manifest.objects.get(id=manifest).number.lower())
    assert view.row.number == "LB-230815-1"
    assert [(one.seat, one.number) for one in view.people] == [(at, p.number) for at, p in enumerate(family, start=1)]
    with pytest.raises(Unknown):
        manifest_for(Actor("c", "coordinator", "san_vicente"), manifest)
