"""What partners were told at one node is that node's: another may say of the same day what it has counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from nodes import HUB, Nodes
from tests.conftest import NOON
from tests.factories import adult

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.models import Contested
from cauce.outlook.models import Bulletin, Published, Told
from cauce.outlook.selectors import report_for
from cauce.outlook.warning.issuing import issue
from cauce.outlook.warning.told import newest_for
from cauce.people.services import register_group


def test_two_nodes_issue_a_bulletin_of_one_day_and_partners_of_each_read_its_own(
    nodes: Nodes, actors: Mapping[str, Actor]
) -> None:
    with nodes.at(HUB), clock.stopped(NOON - timedelta(minutes=5)):
        register_group(
            place="lajas_blancas",
            arrived_at=NOON - timedelta(hours=2),
            members=[adult(documents=())],
            by=actors["registrar"],
        )
        report_for(actors["partner"], NOON.date())
        first = issue(by=actors["coordinator"], edition="partner")
    with nodes.at("bajo"):
        members = [adult(documents=()) for _ in range(12)]
        yesterday = NOON - timedelta(days=1)
        register_group(place="bajo_chiquito", arrived_at=yesterday, members=members, by=actors["registrar"])
        report_for(actors["partner"], yesterday.date())
        register_group(place="bajo_chiquito", arrived_at=NOON, members=[adult(documents=())], by=actors["registrar"])
        report_for(actors["partner"], NOON.date())
        assert issue(by=actors["coordinator"], edition="partner").said["arrivals"]["7"]["total"]["people"] == 12
    nodes.meet("bajo")
    with nodes.at(HUB):
        assert not Contested.objects.exists()
        assert Bulletin.objects.count() == 1
        assert Published.objects.count() == 30
        assert Told.objects.count() == 1
        assert newest_for(actors["partner"]) == first
    nodes.whole()
