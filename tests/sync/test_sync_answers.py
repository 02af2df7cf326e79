"""One question answered in two ways, by officers who could not know of each other: a person is told."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from nodes import HUB, Nodes
from tests.conftest import NOON
from tests.factories import a_person

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.rebuild import rebuild
from cauce.people.models import Stay
from cauce.sync.matter_words import what
from cauce.sync.matters_models import Matter
from cauce.vetting.models import Duplicate
from cauce.vetting.services import decide_duplicate, undo_duplicate
from cauce.vetting.services.duplicates import compare_all_new

pytestmark = pytest.mark.one_store


def asked(nodes: Nodes, actors: dict[str, Actor]) -> UUID:
    """She came to Bajo Chiquito twice; the station and the hub ask the same question of themselves."""
    with nodes.at("bajo"):
        a_person(actors, "bajo_chiquito", given_names="Rosa", family_names="Mendoza", documents=())
        with clock.stopped(NOON + timedelta(hours=2)):
            a_person(actors, "bajo_chiquito", given_names="Rosa", family_names="Mendoza", documents=())
            compare_all_new()
    nodes.meet("bajo")
    with nodes.at(HUB):
        compare_all_new()
        return Duplicate.objects.get(status="open").id


def answer(nodes: Nodes, actors: dict[str, Actor], node: str, question: UUID, *, same: bool) -> None:
    with nodes.at(node):
        decide_duplicate(duplicate=question, same=same, reason="seen", by=actors["analyst"])


@pytest.mark.parametrize("linking", ["bajo", HUB])
def test_a_yes_here_and_a_no_there_is_a_matter_and_the_link_stands_until_it_is_undone(
    nodes: Nodes, actors: dict[str, Actor], linking: str
) -> None:
    question = asked(nodes, actors)
    for node in ("bajo", HUB):
        answer(nodes, actors, node, question, same=node == linking)
    nodes.meet("bajo")
    other = {"bajo": HUB, HUB: "bajo"}[linking]
    with nodes.at(HUB):
        matter = Matter.objects.get()
        assert (matter.kind, matter.told) == ("answers_differ", {"linked": linking, "apart": other})
        assert linking in what(matter.kind, matter.told)
    for node in ("bajo", HUB):
        with nodes.at(node):
            assert Duplicate.objects.get().status == "same", node
            assert Stay.objects.filter(until__isnull=True).count() == 1, node
    with nodes.at(HUB):
        assert rebuild().identical
        undo_duplicate(duplicate=question, reason="two cousins", by=actors["analyst"])
    nodes.meet("bajo")
    for node in ("bajo", HUB):
        with nodes.at(node):
            assert Duplicate.objects.get().status == "open", node
            assert Stay.objects.filter(until__isnull=True).count() == 2, node
            assert rebuild().identical


def test_who_takes_an_answer_back_and_gives_the_other_contradicts_nobody(
    nodes: Nodes, actors: dict[str, Actor]
) -> None:
    question = asked(nodes, actors)
    answer(nodes, actors, "bajo", question, same=True)
    nodes.meet("bajo")
    with nodes.at(HUB):
        undo_duplicate(duplicate=question, reason="two cousins", by=actors["analyst"])
    answer(nodes, actors, HUB, question, same=False)
    nodes.meet("bajo")
    with nodes.at("bajo"):
        assert Duplicate.objects.get().status == "open", "the no is the hub's own matter"
    with nodes.at(HUB):
        assert not Matter.objects.exists()
