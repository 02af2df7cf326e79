"""When somebody is likely to leave, and how far that is uncertain, is said with what it rests on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tests.movement.rows import TODAY, a_group, a_manifest, a_seat, hold

from cauce.access.actor import Actor
from cauce.corridor.services import change_quota
from cauce.movement import services
from cauce.movement.models import Manifest, Seat
from cauce.movement.when import sentences, when_for

Actors = dict[str, Actor]
LB = "lajas_blancas"


def quota(actors: Actors, per_day: int) -> None:
    last = TODAY + timedelta(days=40)
    change_quota(border="paso_canoas", start=TODAY, until=last, per_day=per_day, reason="r", by=actors["coordinator"])


def left(day: date, people: int) -> None:
    """So many left the place on that day."""
    _, persons = a_group(people)
    manifest = a_manifest(date=day)
    for at, person in enumerate(persons, start=1):
        a_seat(manifest, person, at)
    Seat.objects.filter(manifest=manifest).update(status="arrived", live=False)
    Manifest.objects.filter(id=manifest.id).update(departed_at=datetime(day.year, day.month, day.day, tzinfo=UTC))


def test_the_earliest_day_follows_from_the_people_ahead_and_the_quota(store: Actors) -> None:
    quota(store, 4)
    a_group(3, arrived_at=datetime(2023, 8, 10, tzinfo=UTC))
    _, blocked = a_group(4, arrived_at=datetime(2023, 8, 10, 6, tzinfo=UTC))
    hold(blocked[0].id, "onward")
    _, mine = a_group(2, arrived_at=datetime(2023, 8, 11, tzinfo=UTC))
    found = when_for(store["coordinator"], mine[0])
    assert found is not None
    assert (found.position, found.groups, found.ahead, found.blocked) == (3, 3, 7, False)
    assert (found.earliest, found.latest) == (TODAY + timedelta(days=1), None)
    text = " ".join(sentences(found))
    assert "7 people are ahead" in text
    assert "At the earliest on 16 Aug 2023" in text
    assert "too few days were measured" in text
    assert "no promise" in text


def test_how_late_it_may_get_is_the_pace_of_the_slower_days_that_were_measured(store: Actors) -> None:
    quota(store, 50)
    _, ahead = a_group(6, arrived_at=datetime(2023, 8, 10, tzinfo=UTC))
    _, mine = a_group(3, arrived_at=datetime(2023, 8, 11, tzinfo=UTC))
    for back, people in ((1, 9), (2, 3), (3, 8), (5, 3), (6, 7), (7, 9), (4, 5)):
        left(TODAY - timedelta(days=back), people)
    from cauce.people.models import Stay

    Stay.objects.exclude(person__in=[*ahead, *mine]).update(until=datetime(2023, 8, 14, tzinfo=UTC), outcome="departed")
    found = when_for(store["coordinator"], mine[0])
    assert found is not None
    # 13 August was a Sunday, on which nobody crosses: 9, 8, 5, 3, 7 and 9 people, of which the lower quartile is 5.
    assert (found.days, found.pace) == (6, 5)
    assert (found.earliest, found.latest) == (TODAY, TODAY + timedelta(days=1))
    hold(mine[0].id, "onward")
    found = when_for(store["coordinator"], mine[0])
    assert found is not None
    assert (found.pace, found.earliest, found.latest) == (5, None, None), "no day for who is blocked, measured or not"


def test_who_has_a_seat_is_told_the_day_and_who_is_blocked_no_day(store: Actors) -> None:
    _, mine = a_group(1)
    _, other = a_group(1, cleared=False)
    found = when_for(store["coordinator"], other[0])
    assert found is not None
    assert found.blocked
    assert (found.earliest, found.latest) == (None, None)
    assert sentences(found)[-1] == "Something is still to come for this group: until it is done, no day can be told."
    services.dispatch(place=LB, date=TODAY, by=store["coordinator"])
    found = when_for(store["coordinator"], mine[0])
    assert found is not None
    bus = Manifest.objects.get()
    assert "".join(sentences(found)).startswith(f"Planned for 15 Aug 2023, on {bus.number}. A plan, no promise")
    services.seal(manifest=bus.id, by=store["coordinator"])
    sealed = when_for(store["coordinator"], mine[0])
    assert sealed is not None
    assert sentences(sealed) == [f"Has a seat on {bus.number} on 15 Aug 2023."]
    _, far = a_group(1, place="panama_city")
    assert when_for(store["coordinator"], far[0]) is not None
    _, nowhere = a_group(1, place="yaviza")
    assert when_for(store["coordinator"], nowhere[0]) is None
