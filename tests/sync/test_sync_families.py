"""Nodes that are apart join, split, head, correct and keep apart the same families: who has heard all has the same."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from nodes import HUB, Nodes
from tests.conftest import NOON
from tests.factories import adult, child

from cauce.access.actor import Actor
from cauce.journal import clock, keys
from cauce.journal.errors import Refused, Unknown
from cauce.journal.ingest import Incoming, take_in
from cauce.journal.models import Contested, Entry, Head
from cauce.people.company import end_company, keep_apart, link_groups
from cauce.people.grouping import complete_group, mark_incomplete
from cauce.people.models import Companion, Group, Person
from cauce.people.services import add_person, ask_for, correct, join_groups, register_group, set_head, split_group

STATIONS = ("bajo", "lajas")
ALL = (HUB, *STATIONS)
Step = Callable[["Life"], object]


class Life:
    """What officers of one node do, at random, with the families that it knows."""

    def __init__(self, actors: dict[str, Actor], chance: Random) -> None:
        self.actors, self.chance = actors, chance
        self.by = actors["protection"]

    def group(self) -> UUID:
        return self.chance.choice(sorted(Person.objects.values_list("group", flat=True).distinct()))

    def some(self, group: UUID) -> list[UUID]:
        members = sorted(Person.objects.filter(group=group).values_list("id", flat=True))
        return self.chance.sample(members, self.chance.randint(1, max(1, len(members) - 1)))

    def join(self) -> object:
        return join_groups(into=self.group(), other=self.group(), by=self.by)

    def split(self) -> object:
        group = self.group()
        return split_group(group=group, persons=self.some(group), reason="asked", by=self.by)

    def head(self) -> object:
        group = self.group()
        return set_head(group=group, person=self.some(group)[0], by=self.by)

    def apart(self) -> object:
        return keep_apart(one=self.group(), other=self.group(), reason="a threat", by=self.by)

    def link(self) -> object:
        return link_groups(one=self.group(), other=self.group(), reason="cousins", by=self.by)

    def end(self) -> object:
        pairs = sorted(Companion.objects.filter(ended=False).values_list("id", flat=True))
        return end_company(companion=self.chance.choice(pairs), reason="over", by=self.by) if pairs else None

    def member(self) -> object:
        # Also of a number that was given up meanwhile: a card shows it.
        group = self.chance.choice(sorted(Group.objects.values_list("id", flat=True)))
        relation = self.chance.choice(("", "child", "focal"))
        return add_person(group=group, person=adult(relation=relation, documents=()), by=self.actors["registrar"])

    def relation(self) -> object:
        changes = {"relation": self.chance.choice(("child", "sister", "partner"))}
        return correct(person=self.some(self.group())[0], changes=changes, reason="told", by=self.actors["registrar"])

    def waits(self) -> object:
        return mark_incomplete(group=self.group(), missing=[f"M-{self.chance.randint(1, 3)}"], why="rows", by=self.by)

    def whole(self) -> object:
        return complete_group(group=self.group(), reason="all here", by=self.by)

    def step(self) -> None:
        steps = (self.join, self.join, self.split, self.split, self.split, self.head, self.apart, self.apart)
        steps += (self.link, self.end, self.member, self.relation, self.waits, self.whole)
        with suppress(Refused, Unknown):
            self.chance.choice(steps)()


def rows() -> dict[str, list[Any]]:
    """All that families are, as a node has it."""
    groups = Group.objects.order_by("id").values_list(
        "id", "head", "joined_into", "arrived_at", "incomplete", "incomplete_why", "missing"
    )
    people = Person.objects.order_by("id").values_list("id", "group", "relation", "guardian")
    pairs = Companion.objects.order_by("id").values_list("id", "kind", "one", "other", "ended", "word", "person")
    return {"groups": list(groups), "people": list(people), "pairs": list(pairs)}


class Mail:
    """Entries on their way: each node hears in pieces what the others recorded, in any order that can be: nothing
    comes before what its node had heard when it was recorded."""

    def __init__(self, nodes: Nodes, chance: Random) -> None:
        self.nodes, self.chance = nodes, chance
        last = {node: self.last(node) for node in ALL}
        self.known = {node: dict(last) for node in ALL}  # how much of each chain each node has heard
        self.knew: dict[tuple[str, int], dict[str, int]] = {}  # and had when it recorded an entry

    def last(self, node: str) -> int:
        with self.nodes.at(node):
            return Head.objects.get(node=node).seq

    def recorded(self, node: str) -> None:
        heard, upto = self.known[node], self.last(node)
        for seq in range(heard[node] + 1, upto + 1):
            self.knew[node, seq] = dict(heard)
        heard[node] = upto

    def hear(self, node: str, pieces: int) -> None:
        for _ in range(pieces):
            ready = [other for other in ALL if other != node and self.may(node, other, self.known[node][other] + 1)]
            if not ready:
                return
            other = self.chance.choice(ready)
            upto = self.known[node][other] + 1
            while self.chance.random() < 0.7 and self.may(node, other, upto + 1):
                upto += 1
            self.tell(node, other, upto)

    def may(self, node: str, other: str, seq: int) -> bool:
        heard, knew = self.known[node], self.knew.get((other, seq))
        return knew is not None and all(heard[third] >= knew[third] for third in ALL if third not in (node, other))

    def tell(self, node: str, other: str, upto: int) -> None:
        with self.nodes.at(other):
            rows = Entry.objects.filter(node=other, seq__gt=self.known[node][other], seq__lte=upto).order_by("seq")
            entries = [Incoming(*(getattr(row, name) for name in Incoming._fields)) for row in rows]
            secrets = keys.secrets_of({row.person for row in rows if row.person and row.sealed})
        with self.nodes.at(node):
            take_in(entries, partial=node != HUB, keys=secrets)
        self.known[node][other] = upto
        self.recorded(node)

    def all_heard(self) -> None:
        while any(self.known[node][other] < self.last(other) for node in ALL for other in ALL):
            self.hear(self.chance.choice(ALL), 3)


def founded(nodes: Nodes, actors: dict[str, Actor], chance: Random) -> None:
    """Families of Bajo Chiquito whose records all three have."""
    for size in (4, 3, 2, 2):
        with nodes.at("bajo"):
            members = [adult(documents=()), *(chance.choice((adult, child))(documents=()) for _ in range(size - 1))]
            made = register_group(
                place="bajo_chiquito", arrived_at=NOON - timedelta(hours=size), members=members, by=actors["registrar"]
            )
            number = Group.objects.get(id=made.group_id).number
        nodes.meet("bajo")
        with nodes.at("lajas"):
            ask_for(number=number, place="lajas_blancas", reason="walked on", by=actors["registrar"])
        nodes.meet("lajas")


@pytest.mark.parametrize("seed", range(6))
def test_whoever_has_heard_all_has_the_same_families_heads_and_pairs_whatever_came_first(
    nodes: Nodes, actors: dict[str, Actor], seed: int
) -> None:
    chance = Random(seed)
    founded(nodes, actors, chance)
    mail = Mail(nodes, chance)
    clocks = {node: chance.choice((-9, 0, 0, 30)) for node in ALL}  # hours by which each clock is wrong
    for hour in range(14):
        node = chance.choice(ALL)
        with clock.stopped(NOON + timedelta(hours=10 + hour + clocks[node])):
            with nodes.at(node):
                for _ in range(chance.randint(1, 3)):
                    Life(actors, chance).step()
            mail.recorded(node)
            mail.hear(chance.choice(ALL), chance.choice((0, 0, 3)))
    mail.all_heard()
    seen = {}
    for node in ALL:
        with nodes.at(node):
            assert not Contested.objects.exists()
            seen[node] = rows()
    assert seen["bajo"] == seen[HUB]
    assert seen["lajas"] == seen[HUB]
    nodes.whole()
