"""The day, played: generate, import, check, dispatch. Every step is the one that real data takes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

from cauce.access.actor import Actor
from cauce.corridor.shape import Corridor
from cauce.demo.generator import Day, ListedName, generate, listed_names, load_flows, write_csv
from cauce.demo.returning import open_returns
from cauce.journal.errors import Refused
from cauce.store import found_store, open_store
from cauce.vetting.lists import shipped

PASSWORD = "corredor-training"  # noqa: S105 - known on purpose, and only a training store has these accounts
EVENING = clock_time(19, 0)  # local: the day's arrivals have happened, tomorrow is to be planned
LIST = "ofac-sdn"
TRAINING_LIST = Path(__file__).parent / "data" / "training_list.csv"
SOURCE = "training-day"
TIMES = {"analyst": 3, "protection": 2, "coordinator": 2}  # who decide in pairs; a third analyst where two disagree
ONCE = ("registrar", "finance", "partner", "administrator", "supervisor")

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Played:
    """What the day came to; counts of people unless the name says otherwise."""

    arrived: int
    caseload: int
    cleared: int
    referred: int
    pending: int
    reviews: int  # open reviews
    holds: int  # standing holds
    planted_exact: int
    planted_near: int
    found_exact: int
    found_near: int
    manifests: int  # proposed manifests
    seated: int
    seconds: float


def accounts() -> Iterator[tuple[str, str]]:
    """Name and role of each training account."""
    for role, times in TIMES.items():
        for number in range(1, times + 1):
            yield f"{role}{number}", role
    for role in ONCE:
        yield role, role


def play(data: Path, day: date, people: int | None, seed: int, tell: Tell) -> Played | int:
    """Fill the training store in `data`, founding it if need be. An int: it had that many people and was left alone.

    Taken up where it stopped when it was interrupted. Raises Refused for a real store.
    """
    started = time.perf_counter()
    operator = _training_store(data, day)
    from cauce.people.models import Person
    from cauce.vetting.services import run_pending

    marker = data / "demo.unfinished"
    there = Person.objects.count()
    if there and not marker.exists():
        return there
    marker.write_text(f"{day} {people} {seed}\n")
    tell("Reading the watchlist")
    generated = _generated(day, people, seed, _listed(day, operator))
    _bring_in(generated, operator, tell)
    tell("Checking everybody")
    run_pending()
    _look_for_a_child(day, operator, tell)
    open_returns(day, operator, tell)
    _dispatch(day, operator, tell)
    played = _count(generated, started)
    marker.unlink()
    return played


def _training_store(data: Path, day: date) -> Actor:
    from cauce.corridor import file

    if not (data / "cauce.sqlite3").exists():
        corridor = file.shipped()
        evening = datetime.combine(day, EVENING, ZoneInfo(corridor.time_zone))
        with _shipped_corridor() as path:
            found_store(
                data,
                corridor=path,
                name="training",
                training=True,
                clock_offset=(evening - datetime.now(UTC)).total_seconds(),
            )
    operator = open_store(data)
    from cauce.access.models import Account
    from cauce.access.services import add_account
    from cauce.journal.models import Node

    if not Node.here().training:
        raise Refused(f"The store in {data}/ is a real one. The demo never enters it; use another --data folder.")
    known = set(Account.objects.values_list("name", flat=True))
    for name, role in accounts():
        if name not in known:
            add_account(name=name, role=role, password=PASSWORD, by=operator)
    return operator


@contextmanager
def _shipped_corridor() -> Iterator[Path]:
    from cauce.corridor import file

    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "corridor.toml"
        path.write_text(file.shipped_text("darien"), encoding="utf-8")
        yield path


def _generated(day: date, people: int | None, seed: int, listed: list[ListedName]) -> Day:
    from cauce.corridor.selectors import in_force

    corridor = in_force()
    return generate(
        day,
        people,
        seed,
        load_flows(),
        listed,
        arrival_places=_villages(corridor),
        station_places={
            p.id: p.beds for p in corridor.places if p.role == "station" and p.country == "PAN" and p.registers
        },
        time_zone=corridor.time_zone,
    )


def _villages(corridor: Corridor) -> dict[str, int]:
    """Where people come out of the jungle, weighed by the boats that fetch them on."""
    seats = {p.id: 0 for p in corridor.places if p.role == "village" and p.registers}
    for vehicle in corridor.vehicles:
        if vehicle.place in seats:
            seats[vehicle.place] += vehicle.seats * vehicle.count
    return {place: max(1, number) for place, number in seats.items()}


def _bring_in(day: Day, operator: Actor, tell: Tell) -> None:
    """Both files by the import of people, the caseload first: they came first."""
    from cauce.people.importing import import_people

    with tempfile.TemporaryDirectory() as scratch:
        for name, rows in (("the caseload", day.caseload), ("the arrivals of the day", day.rows)):
            tell(f"Importing {name} ({len(rows)} people)")
            path = Path(scratch) / "people.csv"
            write_csv(rows, path)
            done = import_people(path=path, by=operator, source=SOURCE)
            if done.refused:
                raise Refused(f"{done.refused} rows of the training day were refused: {done.reasons[:3]}.")


def _listed(day: date, operator: Actor) -> list[ListedName]:
    """Put the shipped list in force, and take from it whom some arrivals are to resemble.

    The corridor's other lists are not shipped: under their names stand three invented people whom nobody resembles, as
    nobody is clear while a list is missing.
    """
    from cauce.corridor.selectors import in_force
    from cauce.vetting.editions import entries
    from cauce.vetting.models import WatchList
    from cauce.vetting.services import import_list

    import_list(path=shipped(), format="ofac-csv", name=LIST, by=operator)
    for rule in in_force().lists:
        if rule.name != LIST:
            import_list(path=TRAINING_LIST, format="csv", name=rule.name, edition=day, by=operator)
    return listed_names(entries(WatchList.objects.get(name=LIST).digest).values())


def _look_for_a_child(day: date, operator: Actor, tell: Tell) -> None:
    """One family from outside looks for a child who came alone, under the name as it was heard on the telephone."""
    from cauce.people.models import Person
    from cauce.vetting.services import Looked, add_tracing
    from cauce.vetting.sought_models import TracingRequest

    alone = Person.objects.filter(adult_on__gt=day, guardian__isnull=True, birth_first__isnull=False)
    child = alone.exclude(given_names="").exclude(family_names="").order_by("external_id").first()
    if child is None or child.birth_last is None or TracingRequest.objects.exists():
        return
    tell("Looking for a child whom a family misses")
    heard = child.given_names.translate(str.maketrans("yvz", "ibs"))
    add_tracing(
        looked=Looked(
            names=(f"{heard} {child.family_names}",),
            birth=str(child.birth_last.year),
            sex=child.sex,
            relation="child",
            last_place="Necoclí",
        ),
        agency="Family Links (training)",
        contact="training@example.org",
        by=operator,
    )


def _dispatch(day: date, operator: Actor, tell: Tell) -> None:
    """Propose the day's departures: canoes from the villages, buses from the stations."""
    from cauce.corridor.selectors import in_force
    from cauce.movement.services import dispatch

    corridor = in_force()
    ways = sorted({(leg.kind, leg.origin) for leg in corridor.legs if leg.kind in ("internal", "onward")})
    fleets = {vehicle.place for vehicle in corridor.vehicles}
    for kind, place in ways:
        if place in fleets:
            tell(f"Proposing who leaves {place}")
            dispatch(place=place, date=day, by=operator, kind=kind)


def _count(day: Day, started: float) -> Played:
    from cauce.movement.models import Manifest, Seat
    from cauce.people.models import Person
    from cauce.protection.models import Hold
    from cauce.vetting.models import CheckResult, Review

    results = CheckResult.objects.values_list("person", "result")
    referred = {person for person, result in results if result == "refer"}
    pending = {person for person, result in results if result == "pending"} - referred
    everybody = Person.objects.count()
    found = _found(day)
    return Played(
        arrived=len(day.rows),
        caseload=len(day.caseload),
        cleared=everybody - len(referred) - len(pending),
        referred=len(referred),
        pending=len(pending),
        reviews=Review.objects.filter(status="open").count(),
        holds=Hold.objects.filter(lifted_at__isnull=True).count(),
        planted_exact=sum(p.kind == "exact" for p in day.planted),
        planted_near=sum(p.kind == "near" for p in day.planted),
        found_exact=found["exact"],
        found_near=found["near"],
        manifests=Manifest.objects.filter(status="proposed").count(),
        seated=Seat.objects.filter(live=True).count(),
        seconds=time.perf_counter() - started,
    )


def _found(day: Day) -> dict[str, int]:
    """How many of the planted arrivals have a review of the very entry that they were planted under."""
    from cauce.people.models import Person
    from cauce.vetting.models import Review

    ids = dict(Person.objects.exclude(external_id="").values_list("external_id", "id"))
    reviewed = set(Review.objects.values_list("person", "list_entry"))
    found = {"exact": 0, "near": 0}
    for planted in day.planted:
        found[planted.kind] += (ids.get(planted.external_id), planted.entry) in reviewed
    return found
