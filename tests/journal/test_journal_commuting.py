"""Events about different families may change places; nothing else does, and the rows come out the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from tests.chains import rows
from tests.factories import a_family

from cauce.access.actor import Actor
from cauce.journal import commuting, copying, services
from cauce.journal import rebuild as rebuilding
from cauce.journal.ahead import Block, finish, steps_of
from cauce.journal.commuting import local, pieces
from cauce.journal.events import Event, Recorded
from cauce.journal.keys import Ring, at_hand
from cauce.journal.models import Entry, Mention
from cauce.journal.rebuild import rebuild
from cauce.journal.rows import put, together
from cauce.journal.services import mentioned, replayed
from cauce.journal.tables import Awaited
from cauce.people import services as people
from cauce.protection.services import place_hold


@dataclass(frozen=True, kw_only=True)
class Come(Event):
    who: str


@dataclass(frozen=True, kw_only=True)
class Seen(Event):
    who: str


@dataclass(frozen=True, kw_only=True)
class Counted(Event):
    who: str = ""


@pytest.fixture(autouse=True)
def _declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commuting, "_local", dict(commuting._local))
    local(Come, Seen, touches=lambda told: tuple(told.who))


def recorded(*events: Event) -> list[Recorded[Any]]:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return [Recorded(e, n, "here", n, "", "", now, now) for n, e in enumerate(events, start=1)]


def told(records: list[Recorded[Any]]) -> list[str]:
    return [type(piece[0].event).__name__ + ":" + " ".join(r.event.who for r in piece) for piece in pieces(records)]


def test_families_that_came_one_after_the_other_are_written_at_once() -> None:
    days = recorded(Come(who="a"), Seen(who="a"), Come(who="b"), Seen(who="b"), Come(who="c"))
    assert told(days) == ["Come:a b c", "Seen:a b"]


def test_what_is_told_of_one_stays_in_order() -> None:
    days = recorded(Seen(who="a"), Come(who="a"), Seen(who="a"), Come(who="b"), Seen(who="ab"))
    assert told(days) == ["Seen:a", "Come:a b", "Seen:a ab"]


def test_nothing_passes_what_was_not_declared() -> None:
    days = recorded(Come(who="a"), Counted(), Come(who="b"), Counted(who="x"), Counted(who="y"))
    assert told(days) == ["Come:a", "Counted:", "Come:b", "Counted:x y"]


@pytest.mark.parametrize("seed", range(30))
def test_every_record_comes_once_and_after_all_before_it_about_the_same(seed: int) -> None:
    chance = Random(seed)
    kinds = (Come, Seen, Counted)
    days = recorded(
        *(chance.choice(kinds)(who="".join(chance.sample("abcdef", chance.randint(1, 2)))) for _ in range(60))
    )
    order = [r.entry for piece in pieces(days) for r in piece]
    assert sorted(order) == [r.entry for r in days]
    place = {entry: n for n, entry in enumerate(order)}
    for one in days:
        for other in days[one.entry :]:
            barrier = Counted in (type(one.event), type(other.event))
            if barrier or type(one.event) is type(other.event) or set(one.event.who) & set(other.event.who):
                assert place[one.entry] < place[other.entry]


def test_rows_come_out_the_same_one_by_one_and_in_pieces(store: dict[str, Actor], monkeypatch) -> None:
    for number in range(4):
        family = a_family(store, size=3)
        people.correct(
            person=family.person_ids[0], changes={"full_name": f"Ana {number}"}, reason="heard", by=store["registrar"]
        )
        people.flag_need(person=family.person_ids[1], code="SM-MI", by=store["registrar"])
        place_hold(person=family.person_ids[2], kind="medical", reason="fever", by=store["protection"])
    made = rows()
    monkeypatch.setattr(services, "pieces", lambda records: [[record] for record in records])
    assert rebuild().identical
    monkeypatch.setattr(services, "pieces", pieces)
    for most in ("MANY", "LARGE"):
        monkeypatch.setattr(copying, most, 2)  # on PostgreSQL everything goes by COPY
    assert rebuild().identical
    assert rows() == made
    ready: set[str] = set()
    monkeypatch.setattr(rebuilding, "_replay", lambda tell: ready.update(_made_ahead()))
    assert rebuild().identical
    assert rows() == made
    assert ready >= {"register_groups", "register_persons", "key_registered", "start_checks", "correct_persons"}


def _made_ahead() -> set[str]:
    """The whole journal anew, its rows made ready without the store; which functions had nothing to ask."""
    ring = Ring()
    records = replayed(Entry.objects.order_by("id"), ring)
    steps = steps_of([r._replace(entry=Awaited(at)) for at, r in enumerate(records)], ring)
    with at_hand(ring), together():
        finish(steps, [r.entry for r in records], dict(enumerate(records)))
    put(Mention, ("person", "entry_id"), mentioned((r.entry, r.event) for r in records))
    return {applier.__name__ for step in steps if isinstance(step, Block) for applier in step.appliers}
