"""F3: a border's quota is shared by stations: the hub allots, a station spends its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from nodes import HUB, Nodes
from sync_days import cleared, sent_off
from tests.factories import a_family

from cauce.access.actor import Actor
from cauce.corridor.allotting import allot, days_cut, withdraw_allotment
from cauce.corridor.selectors import allotted, in_force
from cauce.corridor.services import apply_corridor, change_quota, undo_quota_change
from cauce.journal.errors import Refused
from cauce.movement.borders import border_day
from cauce.movement.models import Manifest, Seat
from cauce.movement.services import dispatch
from cauce.sync.matters_models import Matter
from cauce.sync.models import Link

DAY = date(2023, 8, 15)
BORDER = "paso_canoas"


def test_f3_an_offline_station_spends_only_its_allotment(nodes: Nodes, actors: dict[str, Actor]) -> None:
    by = actors["coordinator"]
    with nodes.at("lajas"):
        Link.objects.create(hub=HUB)
        families = [a_family(actors, size=4) for _ in range(3)]
        cleared(*(person for family in families for person in family.person_ids))
        plan = dispatch(place="lajas_blancas", date=DAY, by=by)
        assert (plan.manifests, plan.quota[BORDER].why) == ((), "not_allotted")
    with nodes.at(HUB):
        allot(border=BORDER, place="lajas_blancas", start=DAY, until=DAY, seats=8, source="minutes of 14 August", by=by)
    nodes.meet("lajas")
    with nodes.at("lajas"):
        plan = dispatch(place="lajas_blancas", date=DAY, by=by)
        assert (plan.quota[BORDER].per_day, plan.quota[BORDER].why) == (8, "allotted")
        assert Seat.objects.filter(live=True).count() == 8
        with pytest.raises(Refused, match="hub decides about it"):
            change_quota(border=BORDER, start=DAY, until=DAY, per_day=500, reason="they are many", by=by)
    with nodes.at(HUB):
        day = border_day(BORDER, DAY, place="san_vicente")
        assert day.left == border_day(BORDER, DAY).per_day == day.per_day, (
            "the hub may spend what is left, not the rest"
        )
    nodes.whole()


def test_f3_no_more_is_allotted_than_the_quota_of_each_day(nodes: Nodes, actors: dict[str, Actor]) -> None:
    by = actors["coordinator"]
    told = {
        "border": BORDER,
        "start": DAY,
        "until": DAY + timedelta(days=6),
        "source": "minutes of 14 August",
        "by": by,
    }
    with nodes.at(HUB):
        whole = border_day(BORDER, DAY).per_day
        first = allot(place="lajas_blancas", seats=whole - 10, **told)
        with pytest.raises(Refused, match="too many"):
            allot(place="san_vicente", seats=11, **told)
        allot(place="san_vicente", seats=10, **told)
        assert allotted(BORDER, DAY) == {"lajas_blancas": whole - 10, "san_vicente": 10}
        with pytest.raises(Refused, match="Nothing is moved from"):
            allot(place="bajo_chiquito", seats=1, **told)
        withdraw_allotment(allotment=first, reason="the road is closed", by=by)
        assert allotted(BORDER, DAY) == {"san_vicente": 10}


@pytest.mark.django_db
def test_f3_taking_back_lets_nobody_spend_more_than_the_quota(store: dict[str, Actor]) -> None:
    by = store["coordinator"]
    whole = border_day(BORDER, DAY).per_day
    told = {"border": BORDER, "start": DAY, "until": DAY, "source": "minutes", "by": by}
    change = {"border": BORDER, "start": DAY, "until": DAY, "reason": "the border asked", "by": by}
    first = allot(place="lajas_blancas", seats=whole, **told)
    second = allot(place="lajas_blancas", seats=0, **told)
    third = allot(place="san_vicente", seats=whole, **told)
    with pytest.raises(Refused, match="what it replaced counts again"):
        withdraw_allotment(allotment=second, reason="r", by=by)
    assert allotted(BORDER, DAY) == {"lajas_blancas": 0, "san_vicente": whole}
    withdraw_allotment(allotment=first, reason="r", by=by)
    withdraw_allotment(allotment=second, reason="r", by=by)

    closed = change_quota(per_day=None, **change)
    with pytest.raises(Refused, match="are too many"):
        allot(place="lajas_blancas", seats=1, **told)
    undo_quota_change(change=closed, reason="r", by=by)

    more = change_quota(per_day=whole + 10, **change)
    fourth = allot(place="lajas_blancas", seats=10, **told)
    with pytest.raises(Refused, match="what it replaced counts again"):
        undo_quota_change(change=more, reason="r", by=by)
    change_quota(per_day=5, **change)  # a border that takes fewer is not asked
    for allotment in (third, fourth):
        withdraw_allotment(allotment=allotment, reason="r", by=by)
    undo_quota_change(change=more, reason="r", by=by)


@pytest.mark.parametrize(("per_day", "kept"), [(2, (1, 1)), (None, (8, 4)), (12, (8, 4))])
def test_f3_a_day_that_takes_fewer_than_were_allotted_is_shared_by_all_nodes_alike(
    nodes: Nodes, actors: dict[str, Actor], per_day: int | None, kept: tuple[int, int]
) -> None:
    """A rest day of the file is opened for fewer, or the border takes fewer: what the places have stays within it."""
    by = actors["coordinator"]
    told = {"border": BORDER, "start": DAY, "until": DAY, "source": "minutes", "by": by}
    with nodes.at(HUB):
        closed = replace(in_force(), quotas=tuple(replace(q, weekdays=frozenset({5})) for q in in_force().quotas))
        apply_corridor(corridor=closed, by=actors["administrator"])
        assert border_day(BORDER, DAY).why == "rest_day"
        allot(place="lajas_blancas", seats=8, **told)
        allot(place="san_vicente", seats=4, **told)
        change_quota(border=BORDER, start=DAY, until=DAY, per_day=per_day, reason="they agreed", by=by)
        assert days_cut(BORDER, DAY, DAY) == ([DAY] if per_day and per_day < 12 else [])
    nodes.meet("lajas")
    for node in (HUB, "lajas"):
        with nodes.at(node):
            assert allotted(BORDER, DAY) == dict(zip(("lajas_blancas", "san_vicente"), kept, strict=True))
            left = [border_day(BORDER, DAY, place=place).left for place in ("lajas_blancas", "san_vicente")]
            assert sum(left) == min(per_day or 0, 12)


def test_f3_what_was_spent_beyond_the_quota_is_a_matter_for_a_person(nodes: Nodes, actors: dict[str, Actor]) -> None:
    with nodes.at("lajas"):
        family = a_family(actors)
        cleared(*family.person_ids)
        sent_off(actors, "lajas_blancas", family.group_id)
    with nodes.at(HUB):
        change_quota(
            border=BORDER, start=DAY, until=DAY, per_day=2, reason="the border asked", by=actors["coordinator"]
        )
    nodes.meet("lajas")
    with nodes.at(HUB):
        row = Matter.objects.get(kind="quota_overspent")
        assert (row.told["quota"], row.told["spent"], row.place) == ("2", "3", "lajas_blancas")
        assert Manifest.objects.get().status == "departed"
    nodes.whole()
