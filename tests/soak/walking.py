"""One store through which operations go at random, from a seed: at the desk, by hand in the tables, from other nodes.

An operation that the rules refuse counts as refused; anything else that is raised is a fault. `looking.wrongs` is asked
after every operation that can make somebody travel, so what is known on this node at that moment is what counts.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.db import DatabaseError, transaction
from tests.factories import a_family, a_person, child, ready_to_leave
from tests.soak.by_hand import ByHand
from tests.soak.foreign import Elsewhere
from tests.soak.looking import wrongs

from cauce.access.actor import Actor
from cauce.corridor.selectors import held, in_force
from cauce.journal import clock
from cauce.journal.errors import CauceError
from cauce.journal.events import new_id
from cauce.movement import services as movement
from cauce.movement.aboard.services import approve
from cauce.movement.models import Manifest, Seat
from cauce.people import services as people
from cauce.people.models import Group, Person, Stay
from cauce.protection import services as protection
from cauce.protection.events import HoldPlaced
from cauce.protection.models import Hold
from cauce.vetting import services as vetting
from cauce.vetting.models import Review

PLACE = "lajas_blancas"
HOLDS = ("asylum", "medical", "unaccompanied_child", "warrant", "trafficking", "family_unity")
LISTED = "id,name,dob,nationality\nw1,Zoltan Wantedman,1990-05-17,VEN\n"
MOVING = {"seal", "call", "depart", "force", "elsewhere", "refuse", "approve", "move", "split", "join"}
COMING = {"register", "vet", "plan", "import"}
LATER = 0.4  # of what was likely before: on a branch there are people already


def numbered(seed: int) -> Callable[[], UUID]:
    """UUIDs that grow as those of a clock do, the same ones for the same seed: who is picked depends on their order."""
    chance, made = random.Random(seed), count(1)

    def uuid7() -> UUID:
        value = (1_690_000_000_000 + next(made)) << 80 | chance.getrandbits(74)
        return UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)

    return uuid7


class Walk:
    """`steps` operations on the store in use, as `actors`; `done` and `refused` count them by name."""

    def __init__(self, actors: Mapping[str, Actor], seed: int, start: datetime) -> None:
        self.actors, self.chance = actors, random.Random(seed)
        self.now, self.seed, self.hub = start, seed, Elsewhere()
        self.name = str(seed)
        self.watched, self.coming = set(MOVING), set(COMING)
        self.found: list[str] = []
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.operations: dict[str, tuple[int, Callable[[], Any]]] = {
            "register": (14, self.register),
            "vet": (5, self.vet),
            "hold": (5, self.hold),
            "elsewhere": (2, self.hold_elsewhere),
            "lift": (5, self.lift),
            "review": (5, self.review),
            "assess": (3, self.assess),
            "doubt": (1, self.doubt),
            "plan": (6, self.plan),
            "move": (10, self.move),
            "approve": (4, self.approve),
            "seal": (12, self.seal),
            "unseal": (1, self.unseal),
            "call": (8, self.call),
            "depart": (8, self.depart),
            "arrive": (5, self.arrive),
            "refuse": (1, self.refuse),
            "cancel": (1, self.cancel),
            "split": (2, self.split),
            "join": (1, self.join),
            "leave": (2, self.leave),
            "correct": (2, self.correct),
            "erase": (1, self.erase),
            "force": (4, self.force),
            "storm": (6, self.storm),
            "import": (1, self.bring_in),
            "clock": (6, self.tick),
        }

    @contextmanager
    def numbers(self) -> Iterator[None]:
        """Inside the block numbers and names come from the seed, as who is picked follows from them."""
        with (
            patch("cauce.journal.events.uuid_compat.uuid7", numbered(self.seed)),
            patch("tests.factories._serial", count(1)),
        ):
            yield

    def turn_off(self, branch: int) -> None:
        """Go another way from here: other steps, among whom there are, with few who come."""
        self.chance = random.Random(f"{self.seed} {branch}")
        self.name = f"{self.seed}, branch {branch}"
        self.operations |= {name: (self.operations[name][0] * LATER, self.operations[name][1]) for name in self.coming}
        self.done.clear()
        self.refused.clear()

    def go(self, steps: int, look: Callable[[], list[str]] = wrongs) -> list[str]:
        """Take so many steps; what was found wrong, with the step at which it was, or nothing.

        Inside `numbers()` the same seed in a store that was founded alike takes the same steps.
        """
        names = list(self.operations)
        weights = [self.operations[name][0] for name in names]
        for at in range(steps):
            name = self.chance.choices(names, weights)[0]
            with clock.stopped(self.now):
                changed = self.step(name)
                found = self.found or (look() if changed and name in self.watched else [])
            if found:
                return [f"seed {self.name}, step {at} ({name}): {said}" for said in found]
        with clock.stopped(self.now):
            return [f"seed {self.name}, after the last step: {said}" for said in look()]

    def step(self, name: str) -> bool:
        """Whether it was done. What was refused is undone, so there is nothing to look at."""
        try:
            with held(), transaction.atomic():
                self.operations[name][1]()
        except CauceError:
            self.refused[name] += 1
            return False
        self.done[name] += 1
        return True

    # who and what there is

    def one(self, rows: Any) -> Any:
        """Some row of a query, or a refusal: there is nothing to do it to."""
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:400])
        if not ids:
            raise NothingThere("nothing there")
        return rows.model.objects.get(pk=self.chance.choice(ids))

    def here(self) -> Person:
        return self.at(PLACE)

    def at(self, place: str) -> Person:
        person: Person = self.one(Stay.objects.filter(until__isnull=True, place=place)).person
        return person

    def manifest(self, *status: str) -> Manifest:
        """One in such a state; mostly one on which somebody sits."""
        rows = Manifest.objects.filter(status__in=status)
        if self.chance.random() < 0.9:
            rows = rows.filter(id__in=Seat.objects.filter(live=True).values("manifest"))
        manifest: Manifest = self.one(rows)
        return manifest

    # what people do

    def register(self) -> None:
        kind = self.chance.random()
        since = self.now - timedelta(hours=self.chance.randint(1, 90))
        if kind < 0.15:
            when = self.now - timedelta(hours=1)
            members = [child(guardian=None, relation="")]
            people.register_group(place=PLACE, arrived_at=when, members=members, by=self.actors["registrar"])
        elif kind < 0.3:
            a_person(self.actors, PLACE, arrived_at=since, given_names="Zoltan", family_names="Wantedman")
        elif kind < 0.4:
            a_person(self.actors, PLACE, arrived_at=since, documents=())
        else:
            a_family(self.actors, PLACE, self.chance.randint(1, 7), arrived_at=since)

    def vet(self) -> None:
        vetting.run_pending()
        vetting.lapse_due()

    def hold(self) -> None:
        by = self.actors[self.chance.choice(("protection", "registrar", "analyst"))]
        protection.place_hold(person=self.here().id, kind=self.chance.choice(HOLDS), reason="seen", by=by)

    def hold_elsewhere(self) -> None:
        """Another node placed a hold on somebody who is here: it is taken in, whatever stands here."""
        wanted = self.chance.choice(HOLDS)
        rule = next(kind for kind in in_force().holds if kind.id == wanted)
        fact = HoldPlaced(
            id=new_id(), person=self.here().id, kind=rule.id, blocks=rule.blocks, basis=rule.basis, reason="seen",
            review_on=self.now.date() + timedelta(days=7), confidential=rule.confidential, protection=rule.protection,
        )  # fmt: skip
        self.hub.tells(fact)

    def lift(self) -> None:
        hold = self.one(Hold.objects.filter(lifted_at__isnull=True))
        if not hold.lift_proposed_by:
            protection.propose_lift(hold=hold.id, reason="asked", by=self.actors["protection"])
        else:
            by = self.chance.choice(("protection", "protection2"))
            protection.confirm_lift(hold=hold.id, by=self.actors[by])

    def review(self) -> None:
        review = self.one(Review.objects.filter(status="open"))
        by = self.actors[self.chance.choice(("analyst", "analyst2"))]
        outcome = self.chance.choice(("same", "not_same", "not_same", "cannot_tell"))
        vetting.decide(review=review.id, outcome=outcome, reason="compared", by=by)

    def assess(self) -> None:
        minor = self.one(Person.objects.filter(adult_on__gt=self.now.date()))
        note = "an aunt in Panama City, called"
        outcome = self.chance.choice(("guardian_appointed", "refer", "stays"))
        protection.assess_child(person=minor.id, outcome=outcome, note=note, by=self.actors["protection"])

    def doubt(self) -> None:
        minor = self.one(Person.objects.filter(adult_on__gt=self.now.date()))
        people.doubt_guardian(person=minor.id, reason="speaks another language", by=self.actors["protection"])

    # what moves

    def plan(self) -> None:
        day = (self.now - timedelta(hours=5)).date() + timedelta(days=self.chance.randint(0, 1))
        movement.dispatch(place=PLACE, date=day, by=self.actors["coordinator"])

    def move(self) -> None:
        manifest = self.manifest("proposed", "sealed")
        if self.chance.random() < 0.5:
            seat = self.one(Seat.objects.filter(manifest=manifest, live=True))
            movement.remove_group(manifest=manifest.id, group=seat.group, reason="asked", by=self.actors["coordinator"])
        else:
            group = self.one(Group.objects.all())
            movement.add_group(manifest=manifest.id, group=group.id, reason="asked", by=self.actors["coordinator"])

    def approve(self) -> None:
        approve(manifest=self.manifest("proposed").id, by=self.actors["coordinator2"])

    def seal(self) -> None:
        manifest = self.manifest("proposed")
        movement.seal(manifest=manifest.id, version=manifest.version, by=self.actors["coordinator"])

    def unseal(self) -> None:
        manifest = self.manifest("sealed")
        movement.unseal(manifest=manifest.id, reason="a mistake", by=self.actors["coordinator"])

    def call(self) -> None:
        manifest = self.manifest("sealed")
        aboard = Seat.objects.filter(manifest=manifest, live=True).values_list("person", flat=True)
        there = [person for person in aboard if self.chance.random() < 0.97]
        movement.roll_call(manifest=manifest.id, boarded=there, by=self.actors["coordinator"])

    def depart(self) -> None:
        manifest = self.manifest("sealed")
        if self.chance.random() < 0.9:
            ready_to_leave(self.actors, manifest.id)
        movement.depart(manifest=manifest.id, by=self.actors["coordinator"])

    def arrive(self) -> None:
        manifest = self.manifest("departed")
        aboard = Seat.objects.filter(manifest=manifest, live=True).values_list("person", flat=True)
        there = [person for person in aboard if self.chance.random() < 0.98]
        movement.arrive(manifest=manifest.id, arrived=there, by=self.actors["coordinator"])

    def refuse(self) -> None:
        manifest = self.manifest("departed", "arrived")
        seat = self.one(Seat.objects.filter(manifest=manifest))
        by = self.actors["coordinator"]
        movement.refuse_at_border(manifest=manifest.id, persons=[seat.person], reason="sent back", by=by)

    def cancel(self) -> None:
        manifest = self.manifest("proposed", "sealed")
        movement.cancel(manifest=manifest.id, reason="broken down", by=self.actors["coordinator"])

    # what becomes of people meanwhile

    def split(self) -> None:
        person = self.here()
        officer = self.actors[self.chance.choice(("registrar", "protection"))]
        people.split_group(group=person.group_id, persons=[person.id], reason="asked", by=officer)

    def join(self) -> None:
        people.join_groups(into=self.here().group_id, other=self.here().group_id, by=self.actors["registrar"])

    def leave(self) -> None:
        outcome = self.chance.choice(("walked_on", "hospital", "custody"))
        people.end_stay(person=self.here().id, outcome=outcome, by=self.actors["registrar"])

    def correct(self) -> None:
        born = self.chance.choice(("2015-03-01", "1980", ""))
        person = self.here()
        people.correct(person=person.id, changes={"birth_date": born}, reason="card", by=self.actors["registrar"])

    def erase(self) -> None:
        gone = Person.objects.exclude(id__in=Stay.objects.filter(until__isnull=True).values("person_id"))
        people.erase(person=self.one(gone).id, reason="asked", by=self.actors["administrator"])

    def bring_in(self) -> None:
        """Another edition of the list, on which somebody stands who is here; who stood on the last one does no more."""
        person = self.here()
        name = f"{person.given_names} {person.family_names}".replace(",", " ")
        with TemporaryDirectory() as folder:
            path = Path(folder) / "list.csv"
            path.write_text(f"{LISTED}w{person.id.hex[-8:]},{name},{person.birth_first or ''},{person.nationality}\n")
            vetting.import_list(path=path, format="csv", name="un-sc", by=self.actors["administrator"])

    def tick(self) -> None:
        """Time goes on; sometimes a clock is put back."""
        self.now += timedelta(hours=self.chance.choice((1, 2, 6, 12, 24, -3)))

    def force(self) -> None:
        """Somebody writes in the tables by hand. What the database lets through is what the next look judges."""
        with ExitStack() as tried:
            tried.enter_context(_refused_by_database())
            tried.enter_context(transaction.atomic())
            self.chance.choice((self._seat_by_hand, self._seal_by_hand, self._swap_by_hand))()

    def storm(self) -> None:
        """The same many times over; of these writes none stays."""
        tried = ByHand(self.chance, wrongs)
        self.found = tried.storm()
        self.done.update(tried.done)
        self.refused.update(tried.refused)

    def _seat_by_hand(self) -> None:
        manifest, person = self.manifest("proposed", "sealed"), self.here()
        number = self.chance.randint(1, manifest.seats + 1)
        row = {"id": new_id(), "manifest": manifest, "person": person.id, "group": person.group_id, "number": number}
        if manifest.status == "proposed":
            Seat.objects.create(**row)

    def _seal_by_hand(self) -> None:
        manifest = self.manifest("proposed")
        Manifest.objects.filter(id=manifest.id).update(status="sealed", sealed_by="somebody", sealed_at=self.now)

    def _swap_by_hand(self) -> None:
        seat = self.one(Seat.objects.filter(live=True, manifest__status="proposed"))
        Seat.objects.filter(id=seat.id).update(person=self.here().id)


class NothingThere(CauceError):
    """An operation found nothing to work on."""


class _refused_by_database:  # noqa: N801  used like a function
    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, said: BaseException | None, trace: object) -> None:
        if kind is not None and issubclass(kind, DatabaseError):
            raise NothingThere("the database refused it") from said
