"""Two nodes decide about a child while apart: whoever doubts is heard everywhere, whatever order the words come in."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from itertools import count, product
from random import Random
from uuid import UUID

import pytest
from nodes import HUB, Nodes
from tests.conftest import NOON
from tests.factories import adult, child

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.errors import CauceError
from cauce.people.models import Person
from cauce.people.services import doubt_guardian, register_group
from cauce.protection.models import BestInterests
from cauce.protection.services import assess_child, undo_assessment

ACTS = ("clears", "clears not", "doubts", "doubts no more", "takes back")


def a_child(nodes: Nodes, by: Actor) -> UUID:
    """With a parent, at Bajo Chiquito, known to the hub."""
    with nodes.at("bajo"):
        made = register_group(
            place="bajo_chiquito", arrived_at=NOON - timedelta(days=1), members=[adult(), child()], by=by
        )
    nodes.meet("bajo")
    return made.person_ids[1]


def act(what: str, person: UUID, by: Actor) -> None:
    if what in ("clears", "clears not"):
        outcome = "guardian_appointed" if what == "clears" else "stays"
        assess_child(person=person, outcome=outcome, note="an aunt, called", by=by)
    elif what == "takes back":
        newest = BestInterests.objects.filter(person=person, undone=False).order_by("-at", "-id").first()
        if newest is not None:
            undo_assessment(assessment=newest.id, reason="another child", by=by)
    else:
        doubt_guardian(person=person, reason="they hardly speak", by=by, doubted=what == "doubts")


def held_at(nodes: Nodes, node: str, person: UUID) -> tuple[bool, bool]:
    with nodes.at(node):
        row = Person.objects.get(id=person)
        return row.guardian_doubted, row.guardian_cleared


@pytest.mark.parametrize("cleared_at", [HUB, "bajo"])
def test_p2_a_record_that_did_not_know_of_a_doubt_does_not_end_it(
    nodes: Nodes, actors: dict[str, Actor], cleared_at: str
) -> None:
    person, by = a_child(nodes, actors["registrar"]), actors["protection"]
    doubted_at = "bajo" if cleared_at == HUB else HUB
    with nodes.at(cleared_at), clock.stopped(NOON + timedelta(hours=2)):
        act("clears", person, by)
    with nodes.at(doubted_at), clock.stopped(NOON + timedelta(hours=1)):
        act("doubts", person, by)
    nodes.meet("bajo")
    assert held_at(nodes, HUB, person) == held_at(nodes, "bajo", person) == (True, False)
    with nodes.at("bajo"):  # whoever has both before them decides
        act("clears", person, by)
    nodes.meet("bajo")
    assert held_at(nodes, HUB, person) == held_at(nodes, "bajo", person) == (False, True)
    nodes.whole()


def test_p2_two_nodes_that_decide_about_a_child_while_apart_come_to_the_same(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    by, chance, hours = actors["protection"], Random(7), count(1)

    def said(node: str, what: str, person: UUID) -> None:
        with nodes.at(node), clock.stopped(NOON + timedelta(hours=next(hours))), suppress(CauceError):
            act(what, person, by)

    for first, second in product(ACTS, ACTS):
        person = a_child(nodes, actors["registrar"])
        before = chance.choice(ACTS[:3])
        said("bajo", before, person)
        nodes.meet("bajo")
        words = [(HUB, first), ("bajo", second), *((chance.choice((HUB, "bajo")), chance.choice(ACTS)) for _ in "ab")]
        for node, what in words:
            said(node, what, person)
        nodes.meet("bajo")
        assert held_at(nodes, HUB, person) == held_at(nodes, "bajo", person), (before, words)
    nodes.whole()
