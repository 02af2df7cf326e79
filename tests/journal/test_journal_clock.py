"""A clock that jumps is recorded and shown, and nothing follows from it: order is that of sequences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from journal_days import family_of

from cauce.access.actor import Actor
from cauce.journal import clock, clock_jumps
from cauce.journal.clock_jumps import HUB, LAST, RUNNING, Watch, compare_with_hub, recent
from cauce.journal.models import ClockJump, Entry, Node
from cauce.journal.rebuild import rebuild
from cauce.journal.services import open_node
from cauce.journal.verify import verify
from cauce.people import services as people
from cauce.people.models import Person

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
Set = Callable[[datetime], None]


@pytest.fixture
def clerk(actors: dict[str, Actor]) -> Actor:
    return actors["registrar"]


@pytest.fixture
def running(db: None, actors: dict[str, Actor], monkeypatch: pytest.MonkeyPatch) -> Iterator[Set]:
    """A store on the machine's own clock, which the test sets."""
    from cauce.corridor.file import shipped
    from cauce.corridor.services import apply_corridor

    shown = [START]
    monkeypatch.setattr(clock, "now", lambda: shown[0])
    open_node(name="paso", training=False)
    apply_corridor(corridor=shipped(), by=actors["administrator"])
    yield lambda moment: shown.__setitem__(0, moment)
    Node.forget()


def jumps() -> list[tuple[str, float]]:
    rows = ClockJump.objects.order_by("entry")
    return [(row.against, (row.now - row.expected).total_seconds()) for row in rows]


def test_a_clock_that_went_back_is_recorded_before_what_was_written_then(running: Set, clerk: Actor) -> None:
    family_of(1, clerk)
    running(START - timedelta(hours=3))
    family_of(2, clerk)
    assert jumps() == [(LAST, -3 * 3600)]
    names = list(Entry.objects.order_by("-seq").values_list("name", flat=True)[:20])
    assert names.index("journal.clock_jumped") > names.index("people.group_registered")
    family_of(3, clerk)
    assert len(jumps()) == 1, "it is told once"


def test_a_quiet_weekend_and_a_nudge_by_network_time_are_no_jumps(running: Set, clerk: Actor) -> None:
    family_of(1, clerk)
    running(START + timedelta(days=3))
    family_of(2, clerk)
    running(START + timedelta(days=3) - timedelta(seconds=2))
    family_of(3, clerk)
    assert jumps() == []


def test_a_clock_a_year_ahead_is_recorded(running: Set, clerk: Actor) -> None:
    running(START + timedelta(days=365))
    family_of(1, clerk)
    assert jumps() == [(LAST, 365 * 86400)]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets how many seconds the machine has counted."""
    seconds = [1000.0]
    monkeypatch.setattr(clock_jumps, "counted_seconds", lambda: seconds[0])
    return lambda value: seconds.__setitem__(0, value)


def test_a_jump_of_minutes_is_seen_against_the_seconds_the_machine_counted(
    running: Set, counted: Callable[[float], None]
) -> None:
    watch = Watch()
    assert watch.look() is None
    counted(1600.0)
    running(START + timedelta(minutes=10))
    assert watch.look() is None, "ten minutes went by, asleep or not"
    counted(1610.0)
    running(START + timedelta(minutes=25))
    assert watch.look() is not None
    assert jumps() == [(RUNNING, 14 * 60 + 50)]
    counted(1620.0)
    running(START + timedelta(minutes=25, seconds=10))
    assert watch.look() is None


def test_a_jump_that_a_writer_recorded_is_not_recorded_again_by_the_watch(
    running: Set, clerk: Actor, counted: Callable[[float], None]
) -> None:
    watch = Watch()
    watch.look()
    running(START - timedelta(days=1))
    family_of(1, clerk)
    counted(1010.0)
    watch.look()
    assert jumps() == [(LAST, -86400)]


def test_the_hubs_clock_is_compared_with_ours_and_told_once(running: Set) -> None:
    ask = {"asked": START, "answered": START + timedelta(seconds=30)}
    assert compare_with_hub(START + timedelta(seconds=70), **ask) is None
    assert compare_with_hub(START + timedelta(hours=2), **ask) is not None
    assert compare_with_hub(START + timedelta(hours=2, seconds=20), **ask) is None
    assert jumps() == [(HUB, 30 - 2 * 3600)]
    assert compare_with_hub(START - timedelta(hours=2), **ask) is not None


def test_order_is_that_of_sequences_whatever_the_clock_showed(running: Set, clerk: Actor, actors) -> None:
    adult, _ = family_of(1, clerk)
    for number, moment in enumerate((START - timedelta(days=900), START + timedelta(days=900), START)):
        running(moment)
        people.correct(person=adult, changes={"full_name": f"Ana {number}"}, reason="heard again", by=clerk)
    assert Person.objects.get(id=adult).full_name == "Ana 2"
    assert verify().first_bad is None
    assert rebuild().identical
    assert Person.objects.get(id=adult).full_name == "Ana 2"
    assert len(jumps()) == 3


def test_recent_jumps_are_for_the_screen_and_old_ones_are_not(running: Set, clerk: Actor) -> None:
    running(START - timedelta(hours=5))
    family_of(1, clerk)
    (shown,) = recent()
    assert (shown.node, shown.seconds, shown.expected) == ("paso", -5 * 3600, START)
    running(START + timedelta(days=5))
    assert recent() == []


def test_the_board_says_that_the_clock_jumped(running: Set, clerk: Actor, client) -> None:
    from cauce.access.services import add_account

    add_account(name="boss", role="coordinator", password="words that nobody guesses 7")
    running(START - timedelta(hours=5))
    family_of(1, clerk)
    from cauce.access.models import Account

    client.force_login(Account.objects.get(name="boss"))
    assert "The clock of paso jumped" in client.get("/").content.decode()
