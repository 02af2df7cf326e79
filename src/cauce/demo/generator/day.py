"""One real day as rows that the import of people reads: synthetic people in the published proportions. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from cauce.demo.generator import census, naming, needs, papers, parties, planted
from cauce.demo.generator.flows import Flows
from cauce.demo.generator.people import Party, Traveller, born_on
from cauce.demo.generator.planted import ListedName, Plant, Planted
from cauce.demo.generator.profiles import pick
from cauce.demo.generator.rows import row_of

CASELOAD = (1500, 2643)  # people at the stations for people arriving, assumed: about 1,500 on the day of the training
DAYS_BEFORE = (("1", 36), ("2", 26), ("3", 18), ("4", 12), ("5", 8))  # of the caseload's arrival, assumed
FIRST_MINUTE, SPREAD = 390, 346  # boats and walkers come in from 6:30, most about noon, the last before 18:02
SIBLING_GAP = 300  # days between two birth dates of one mother


@dataclass(frozen=True, slots=True)
class Day:
    """`rows`: the first arrivals on `day`; `caseload`: people who came in the five days before and are at the stations.

    Both have the columns of `rows.COLUMNS`. `planted` says who among `rows` bears a listed name. `margins` are the
    counts by nationality and condition that `rows` meets and the published months they come from.
    """

    day: date
    seed: int
    rows: list[dict[str, str]]
    caseload: list[dict[str, str]]
    planted: list[Planted]
    margins: census.Margins


def generate(
    day: date,
    people: int | None,
    seed: int,
    flows: Flows,
    listed: Sequence[ListedName] = (),
    *,
    arrival_places: Mapping[str, int],
    station_places: Mapping[str, int],
    time_zone: str,
) -> Day:
    """Exactly `people` first arrivals on `day` (None: the month's daily mean) and the caseload before them.

    `arrival_places` are place ids with weights, `station_places` place ids with beds; without stations there is no
    caseload. The same arguments give the same rows on every machine.

    Raises:
        NoSuchMonth: `people` is None and the published series does not cover `day`.
        ValueError: `people` is negative, or there is no place with a positive weight to arrive at.
    """
    count = _count(flows.daily_mean(day) if people is None else people, arrival_places)
    numbers = papers.Numbers()
    make = _Maker(day, f"{day.isoformat()}/{count}/{seed}", time_zone, numbers)
    wanted = census.margins(flows, day, count)
    arriving, plants = make.people("arrivals", wanted, arrival_places, _on_the_day, listed)
    waiting: list[Party] = []
    if station_places:
        before = census.margins(flows, day, _rounded(count * CASELOAD[0], CASELOAD[1]))
        beds = station_places if any(station_places.values()) else dict.fromkeys(station_places, 1)
        waiting, _ = make.people("caseload", before, beds, _days_before, ())
    rows = _rows(arriving, f"A{day:%Y%m%d}", f"GA{day:%Y%m%d}")
    caseload = _rows(waiting, f"S{day:%Y%m%d}", f"GS{day:%Y%m%d}")
    return Day(day, seed, rows, caseload, _planted(plants), wanted)


def _count(people: int, arrival_places: Mapping[str, int]) -> int:
    if people < 0:
        raise ValueError(f"{people} people cannot arrive; give 0 or more")
    if people and not any(weight > 0 for weight in arrival_places.values()):
        raise ValueError("nobody can arrive: give at least one arrival place with a weight over 0")
    return people


def _planted(plants: Sequence[Plant]) -> list[Planted]:
    return [
        Planted(
            external_id=item.person.number,
            entry=item.listed.entry,
            listed_name=item.listed.name,
            kind="exact" if item.variation == "exact" else "near",
            variation=item.variation,
        )
        for item in plants
    ]


When = Callable[[Random, date], date]


@dataclass(frozen=True, slots=True)
class _Maker:
    day: date
    key: str
    time_zone: str
    numbers: papers.Numbers

    def people(
        self, part: str, wanted: census.Margins, places: Mapping[str, int], when: When, listed: Sequence[ListedName]
    ) -> tuple[list[Party], list[Plant]]:
        """Parties in the order of arrival. Each stage has its own stream, so that one can change without the others."""

        def stream(stage: str) -> Random:
            return Random(f"{self.key}/{part}/{stage}")  # noqa: S311 (synthetic people, no secret)

        people = census.travellers(stream("census"), wanted)
        groups = parties.form_parties(stream("parties"), people)
        _arrive(stream("arrivals"), groups, self.day, when, places, self.time_zone)
        birth_stream, naming_stream, papers_stream = stream("birth"), stream("names"), stream("papers")
        for group in groups:
            _birth_dates(birth_stream, self.day, group)
            naming.name_party(naming_stream, group)
        needs.flag_needs(stream("needs"), groups)
        plants = planted.plant(stream("planted"), self.day, groups, listed, len(people))
        for group in groups:
            for person in group.members:
                papers.give_papers(papers_stream, self.day, person, self.numbers)
                papers.settle_birth(papers_stream, self.day, person)
                person.language = papers.language_of(papers_stream, person)
        return sorted(groups, key=lambda group: group.arrived_at), plants


def _arrive(rng: Random, groups: list[Party], day: date, when: When, places: Mapping[str, int], time_zone: str) -> None:
    rng.shuffle(groups)
    weighted = tuple((place, weight) for place, weight in places.items() if weight > 0)
    zone = ZoneInfo(time_zone)
    for group in groups:
        minutes = FIRST_MINUTE + rng.randrange(SPREAD) + rng.randrange(SPREAD)
        clock = time(minutes // 60, minutes % 60, rng.randrange(60), tzinfo=zone)
        group.arrived_at = datetime.combine(when(rng, day), clock).isoformat()
        group.place = pick(rng, weighted)


def _on_the_day(rng: Random, day: date) -> date:
    return day


def _days_before(rng: Random, day: date) -> date:
    return day - timedelta(days=int(pick(rng, DAYS_BEFORE)))


def _birth_dates(rng: Random, day: date, group: Party) -> None:
    """Brothers and sisters of one age are twins; others are born at least SIBLING_GAP apart."""
    siblings = sorted((child for child in group.children if child.guardian), key=lambda child: child.age)
    for person in group.members:
        if person not in siblings:
            person.born = born_on(rng, day, person.age)
            papers.registry_birth(rng, day, person)
    younger: Traveller | None = None
    for child in siblings:
        if younger and younger.age == child.age:
            child.born = younger.born
        else:
            latest = younger.born - timedelta(days=SIBLING_GAP) if younger else day
            child.born = born_on(rng, day, child.age, latest)
        younger = child


def _rows(groups: list[Party], person_prefix: str, group_prefix: str) -> list[dict[str, str]]:
    members = [person for group in groups for person in group.members]
    for at, person in enumerate(members, start=1):
        person.number = f"{person_prefix}-{at:05d}"
    return [
        row_of(person, f"{group_prefix}-{at:05d}", group)
        for at, group in enumerate(groups, start=1)
        for person in group.members
    ]


def _rounded(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
