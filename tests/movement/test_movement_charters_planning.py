"""`cauce plan returns` from the store: money by its days, reasons that give nothing away, proposals, planning again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from tests.movement.flying import DAY, a_flight, a_party, costs
from tests.movement.money import ALL, a_tranche
from tests.movement.returning import a_case, in_custody
from tests.movement.rows import TODAY, a_group, hold

from cauce import cli
from cauce.access.actor import Actor
from cauce.journal.errors import Misused, NotAllowed
from cauce.movement.charters import services
from cauce.movement.charters.models import Flight, Place
from cauce.movement.charters.plans import book, changed, plan_returns, who_stays
from cauce.movement.funds.models import Tranche
from cauce.movement.models import Seat
from cauce.people.models import Group

pytestmark = pytest.mark.django_db
Actors = dict[str, Actor]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cauce(store: Actors, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setattr("cauce.store.open_store", lambda _data, account="operator": store[account])

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as exit_:
            cli.main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return int(exit_.value.code or 0), out, err

    return run


def planned(store: Actors, **facts: object):
    return plan_returns(store["coordinator"], start=TODAY, time_limit=2.0, **facts)  # type: ignore[arg-type]


def number(group: object) -> str:
    return Group.objects.get(id=group).number


def test_a_plan_moves_whole_families_within_what_is_granted(store: Actors) -> None:
    costs(store)
    a_tranche(store, 7_000_000)
    cheap = a_flight(store, "COL", number="CHEAP", seats=8, price=3_000_000)
    a_flight(store, "COL", number="DEAR", seats=30, price=6_900_000)
    families = [a_party(3), a_party(2), a_party(1)]
    away = a_party(2, "IND")
    made = planned(store)
    assert {each.flight for each in made.plan.assignments} == {"CHEAP"}
    assert made.plan.people == 6
    assert sum(made.costs["CHEAP"].values()) == 3_000_000 + 100_000 + 6 * 2_500
    (stays,) = who_stays(made)
    assert (stays.number, stays.code) == (number(away.group), "nowhere")
    (done,) = book(made, by=store["coordinator"])
    assert (done.number, done.groups, done.people, done.without_seat) == ("CHEAP", 3, 6, 0)
    assert Seat.objects.filter(live=True).count() == 6
    assert {place.group for place in Place.objects.filter(flight=cheap)} == {party.group for party in families}
    services.book(flight=cheap, by=store["finance"])


def test_f10_a_flight_before_the_money_comes_is_not_planned(store: Actors) -> None:
    a_tranche(store, 1_000_000, purposes=ALL)
    a_tranche(store, 20_000_000, start=DAY + timedelta(days=3))
    a_flight(store, number="EARLY")
    a_flight(store, number="LATE", day=DAY + timedelta(days=5), seats=4)
    for _ in range(3):
        _group, (person,) = a_group(1, place="panama_city")
        a_case(person.id, fit_until=TODAY + timedelta(days=30))
    made = planned(store)
    assert made.plan.flown == ("LATE",)
    assert "EARLY" in made.unfunded or all(each.flight != "EARLY" for each in made.plan.assignments)
    book(made, by=store["coordinator"])
    services.book(flight=Flight.objects.get(number="LATE").id, by=store["finance"])
    assert all(row.committed <= row.amount for row in Tranche.objects.all())


@pytest.mark.parametrize(
    ("money", "purposes", "unfunded"),
    [(6_110_000, ALL, ()), (20_000_000, ("charter", "permits", "ground"), ("ONLY",))],
)
def test_f10_escorts_that_nobody_pays_for_leave_a_flight_on_the_ground(
    store: Actors, money: int, purposes: tuple[str, ...], unfunded: tuple[str, ...]
) -> None:
    costs(store)
    a_tranche(store, money, purposes=purposes)
    a_flight(store, number="ONLY")
    a_party(2, escorted=True)
    made = planned(store)
    assert (made.plan.people, made.unfunded) == (0, unfunded)
    assert [one.code for one in who_stays(made)] == ["budget" if not unfunded else "nowhere"]


@pytest.mark.parametrize("first", [True, False])
def test_who_is_in_custody_flies_on_the_earlier_flight_and_the_days_until_then_are_paid(
    store: Actors, first: bool
) -> None:
    services.enter_cost(
        item="custody_day", amount=4_000, currency="USD", since=TODAY, source="tariff", by=store["finance"]
    )
    a_tranche(store, 20_000_000)
    early, late = TODAY + timedelta(days=2), TODAY + timedelta(days=4)
    a_flight(store, "COL", number="EARLY", day=early, seats=4)
    a_flight(store, "COL", number="LATE", day=late, seats=4)
    parties = [a_party(2), a_party(2)]
    held, free = parties if first else reversed(parties)
    for person in held.persons:
        in_custody(person)
    made = planned(store)
    flies = {UUID(each.group): each.flight for each in made.plan.assignments}
    assert flies == {held.group: "EARLY", free.group: "LATE"}
    assert made.costs["EARLY"]["custody"] == 2 * 2 * 4_000
    assert "custody" not in made.costs["LATE"]
    book(made, by=store["coordinator"])
    assert Place.objects.get(group=held.group).custody_days == 4


def test_p7_the_plan_tells_nobody_of_a_hold(store: Actors, cauce: Run) -> None:
    a_tranche(store, 20_000_000)
    a_flight(store)
    held, free = a_party(1), a_party(1)
    hold(held.persons[0], "return")
    status, out, _err = cauce("plan", "returns", "--from", TODAY, "--json", "--as", "coordinator", "--time-limit", 2)
    assert status == 0
    told = json.loads(out)
    assert [one["group"] for one in told["assignments"]] == [number(free.group)]
    assert told["why_not"] == [
        {"group": number(held.group), "people": 1, "code": "interview", "text": "An interview is still to come."}
    ]
    for word in ("hold", "asylum", "protection"):
        assert word not in out.lower()


def test_the_command_plans_prints_and_books(store: Actors, cauce: Run) -> None:
    a_tranche(store, 20_000_000)
    a_flight(store, number="F-1", seats=5)
    a_party(2)
    status, out, _err = cauce("plan", "returns", "--from", TODAY, "--book", "--as", "coordinator", "--time-limit", 2)
    assert status == 0
    assert "2 people move" in out
    assert "F-1 proposed: 1 groups, 2 people" in out
    assert cauce("fund", "commit", "F-1", "--as", "coordinator")[0] == 1
    status, out, _err = cauce("fund", "commit", "F-1", "--as", "finance")
    assert (status, "F-1 is booked" in out) == (0, True)
    status, out, _err = cauce("flight", "list", "--month", "2023-08", "--json", "--as", "coordinator")
    assert [(one["number"], one["people"], one["status"]) for one in json.loads(out)] == [("F-1", 2, "booked")]
    assert "2" in cauce("flight", "show", "F-1", "--as", "coordinator")[1]


def test_a_plan_needs_money_or_a_flight_and_somebody_who_may(store: Actors) -> None:
    with pytest.raises(Misused, match="no grant that is available"):
        planned(store)
    with pytest.raises(NotAllowed):
        plan_returns(store["registrar"])


def test_planning_twice_gives_nobody_two_places_and_fills_what_is_free(store: Actors) -> None:
    a_tranche(store, 20_000_000)
    a_flight(store, number="F-1", seats=8)
    a_party(3)
    book(planned(store), by=store["coordinator"])
    a_party(2)
    (more,) = book(planned(store), by=store["coordinator"])
    assert (more.number, more.people) == ("F-1", 2)
    assert book(planned(store), by=store["coordinator"]) == []
    assert Seat.objects.filter(live=True).count() == 5


def test_after_a_cancelled_flight_its_people_are_planned_again_and_few_others_move(store: Actors) -> None:
    a_tranche(store, 40_000_000)
    one = a_flight(store, number="F-1", seats=12)
    a_flight(store, number="F-2", day=DAY, seats=14)
    parties = [a_party(size) for size in (4, 3, 3, 4, 2)]
    book(planned(store), by=store["coordinator"])
    assert sum(place.people for place in Place.objects.filter(live=True, status="reserved")) == 16
    services.cancel(flight=one, cause="carrier", reason="no crew", by=store["coordinator"])
    stood = sum(place.people for place in Place.objects.filter(live=True, status="reserved"))
    made = planned(store, again=True)
    assert changed(made) == (0, stood)
    assert made.plan.people == 12  # whom the other flight holds
    book(made, by=store["coordinator"])
    assert not Place.objects.filter(flight=one, live=True).exists()
    assert sum(place.people for place in Place.objects.filter(live=True, status="reserved")) == 12
    assert {party.group for party in parties} >= set(Place.objects.filter(live=True).values_list("group", flat=True))


def test_tickets_become_a_flight_of_their_own(store: Actors, cauce: Run) -> None:
    a_tranche(store, 1_000_000)
    cauce(
        "flight", "tickets", "panama_city", "IND:new_delhi", "900", "--from", "2023-08-01", "--until", "2023-12-01",
        "--per-day", "3", "--max-group", "2", "--as", "coordinator",
    )  # fmt: skip
    a_party(2, "IND")
    made = planned(store)
    assert [(each.commercial, made.plan.people) for each in made.plan.assignments] == [("IND", 2)]
    (done,) = book(made, by=store["coordinator"])
    row = Flight.objects.get(id=done.flight)
    assert (row.kind, row.seats, row.price, row.status) == ("commercial", 2, 180_000, "proposed")
    services.book(flight=row.id, by=store["finance"])
    assert Seat.objects.filter(live=True).count() == 2


def test_the_money_from_the_command_line(store: Actors, cauce: Run, tmp_path: Path) -> None:
    by = ("--as", "finance")
    assert cauce("fund", "add", "usa", "United States", "--country", "USA", *by)[0] == 0
    assert cauce("fund", "pledge", "usa", "6000000", "--on", "2023-07-01", *by)[0] == 0
    kind = cauce("fund", "pledge", "usa", "2", "--on", "2023-07-01", "--in-kind", "planes", "--title", "C-130", *by)
    assert cauce("fund", "arrived", kind[1].split()[0], "1", "--on", "2023-08-01", *by)[0] == 0
    tranche = "1140846:2023-08-01:2023-12-31:charter,escorts"
    assert cauce("fund", "grant", "usa", "MOU-1", "--on", "2023-07-01", "--tranche", tranche, *by)[0] == 0
    assert cauce("fund", "receive", "MOU-1", "500000.50", "--on", "2023-08-01", *by)[0] == 0
    _status, out, _err = cauce("fund", "commit", "MOU-1/1", "24500", "--for", "charter", "--on", "2023-08-20", *by)
    paid = out.split()[0]
    assert cauce("fund", "spend", paid, "24000", "--on", "2023-08-15", *by)[0] == 0
    assert cauce("fund", "release", paid, "--reason", "cheaper", *by)[0] == 0
    assert cauce("fund", "rate", "COP", "USD", "0.00025", "--on", "2023-08-01", "--source", "Banrep", *by)[0] == 0
    _status, out, _err = cauce("fund", "report", "--csv", *by)
    assert out.splitlines()[1] == "money,United States,,USD,6000000.00,1140846.00,500000.50,24000.00,24000.00,"
    assert out.splitlines()[2] == "planes,United States,C-130,,2,,,,,1"
    assert "1,116,846.00 USD" in cauce("fund", "report", *by)[1]
    assert cauce("fund", "list", *by)[0] == 0
    assert cauce("fund", "commit", "MOU-1/1", "9999999", "--for", "charter", *by)[0] == 1
    assert cauce("fund", "receive", "MOU-1/7", "1", "--on", "2023-08-01", *by)[0] == 1
    assert cauce("fund", "pledge", "usa", "much", "--on", "2023-07-01", *by)[0] == 2
    assert cauce("fund", "report", "--as", "registrar")[0] == 1


def test_a_replay_says_how_far_day_by_day_is_from_hindsight(cauce: Run) -> None:
    told = ("plan", "returns", "--replay", "--days", 12, "--time-limit", 2)
    status, out, _err = cauce(*told)
    assert (status, "of hindsight" in out) == (0, True)
    found = json.loads(cauce(*told, "--json")[1])
    assert 0 < found["policy_value"] <= found["hindsight_value"]
    assert found["spent"] <= found["budget"]
