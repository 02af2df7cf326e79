"""The engines against what is known for certain: a formula, a fluid limit, another simulator, each other."""

from __future__ import annotations

import lzma
import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import simpy
from simulated_corridors import chain, darien, one_desk, tiny

from cauce.outlook.simulation.cohort import cohorts
from cauce.outlook.simulation.ensemble import Block, block_size, individuals, run_block
from cauce.outlook.simulation.individual import run
from cauce.outlook.simulation.kernels.layout import (
    ARRIVED,
    CHILDREN,
    GAVE_UP,
    LEFT,
    PRESENT,
    RETURNED,
    SPECIAL,
    SPENT,
    WAITED,
)
from cauce.outlook.simulation.kernels.random import daily
from cauce.outlook.simulation.machine import KERNELS, digest, entries
from cauce.outlook.simulation.results import bands

pytestmark = pytest.mark.one_store


def erlang_c(servers: int, load: float) -> float:
    """The probability that somebody waits in M/M/c with that load (Erlang, 1917)."""
    terms = [load**n / math.factorial(n) for n in range(servers)]
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(terms) + last)


def test_the_tiny_corridor_ends_where_arithmetic_says() -> None:
    twin = tiny()
    camp = twin.places.index("camp")
    days = individuals(twin, 12, workers=1).days
    present, left = days[PRESENT, camp, -1], days[LEFT, camp].sum(axis=0)
    assert present.mean() == pytest.approx(368_650, rel=0.002)
    assert left.mean() == pytest.approx(365 * 90, rel=0.01)
    assert (days[ARRIVED, camp].sum(axis=0) - left == present).all()


def test_people_at_a_desk_are_as_many_as_the_formula_of_queues_with_many_servers_says() -> None:
    """M/M/c: 6 servers, 12 minutes, 600 a day, so a load of 5; found at midnight, when nobody else is in the place."""
    load, servers = 600 / (24 * 60 / 12), 6
    waiting = erlang_c(servers, load) * load / (servers - load)
    twin = tiny(corridor=one_desk(servers, 12), arrivals="per_day = 600", days=2000)
    queued = run(twin, 3).queued[0, 20:].mean()
    assert queued == pytest.approx(waiting, rel=0.12)


def test_more_than_the_desks_can_do_stays_as_the_fluid_limit_says() -> None:
    """1,200 come, 6 servers of 12 minutes can register 720: 480 more wait each day."""
    twin = tiny(corridor=one_desk(6, 12), arrivals="per_day = 1200", days=100)
    queued = run(twin, 1).queued[0]
    growth = np.polyfit(np.arange(100), queued, 1)[0]
    assert growth == pytest.approx(480, rel=0.02)


def in_simpy(rate: float, days: int, seed: int) -> tuple[float, float]:
    """The tiny corridor in SimPy: who is present at the end, and who has left."""
    draw = np.random.default_rng(seed)
    world = simpy.Environment()
    desk, officers = simpy.Resource(world, 12), simpy.Resource(world, 15)
    counts = {"in": 0, "out": 0, "ready": 0}

    def person() -> Iterator[simpy.Event]:
        for resource, mean in ((desk, 0.2), (officers, 4.0)):
            with resource.request() as turn:
                yield turn
                yield world.timeout(draw.exponential(mean))
        counts["ready"] += 1

    def come() -> Iterator[simpy.Event]:
        while True:
            yield world.timeout(draw.exponential(24 / rate))
            counts["in"] += 1
            world.process(person())

    def bus() -> Iterator[simpy.Event]:
        yield world.timeout(12)
        while True:
            seats = min(100, counts["ready"])
            counts["ready"] -= seats
            counts["out"] += seats
            yield world.timeout(24)

    world.process(come())
    world.process(bus())
    world.run(until=24 * days)
    return counts["in"] - counts["out"], counts["out"]


def test_another_simulator_finds_the_same() -> None:
    theirs = np.array([in_simpy(80, 40, seed) for seed in range(8)])
    twin = tiny(arrivals="per_day = 80", days=40)
    ours = individuals(twin, 60, workers=1).days
    camp = twin.places.index("camp")
    present, left = ours[PRESENT, camp, -1], ours[LEFT, camp].sum(axis=0)
    for found, known in ((present, theirs[:, 0]), (left, theirs[:, 1])):
        error = np.hypot(found.std() / np.sqrt(60), known.std(ddof=1) / np.sqrt(8))
        assert abs(found.mean() - known.mean()) < 4 * error


def test_the_two_engines_agree_on_the_tiny_corridor() -> None:
    twin = tiny()
    camp = twin.places.index("camp")
    one, other = (bands(found.days[PRESENT, camp]) for found in (individuals(twin, 20, workers=1), cohorts(twin, 400)))
    assert other[60:, 0] == pytest.approx(one[60:, 0], rel=0.01)
    assert other[60:, [1, 3]] == pytest.approx(one[60:, [1, 3]], rel=0.02)


def test_the_two_engines_agree_on_the_darien_with_families_holds_quotas_and_giving_up() -> None:
    twin = darien()
    one, other = individuals(twin, 30, workers=1).days, cohorts(twin, 300).days
    for place in ("bajo_chiquito", "canaan_membrillo", "lajas_blancas", "san_vicente"):
        row = twin.places.index(place)
        assert other[PRESENT, row].mean() == pytest.approx(one[PRESENT, row].mean(), rel=0.01)
        assert other[PRESENT, row].std(axis=1).mean() == pytest.approx(one[PRESENT, row].std(axis=1).mean(), rel=0.15)
        assert other[ARRIVED, row].mean() == pytest.approx(one[ARRIVED, row].mean(), rel=0.01)
        assert other[CHILDREN, row].mean() == pytest.approx(one[CHILDREN, row].mean(), rel=0.02)
    inside, outside = (days[PRESENT][twin.stations].sum(axis=0) for days in (one, other))
    assert bands(outside)[5:, 0] == pytest.approx(bands(inside)[5:, 0], rel=0.01)
    assert bands(outside)[5:, [1, 3]] == pytest.approx(bands(inside)[5:, [1, 3]], rel=0.02)


def test_the_two_engines_share_a_quota_alike_where_vehicles_could_take_more() -> None:
    """Two ways across one border leave from each station: the second is not another quota."""
    twin = darien('[[vehicle]]\nid = "bus_lajas_blancas"\ncount = 60\n')
    one, other = individuals(twin, 20, workers=1).days[PRESENT], cohorts(twin, 300).days[PRESENT]
    for row in map(twin.places.index, ("lajas_blancas", "san_vicente")):
        assert other[row].mean() == pytest.approx(one[row].mean(), rel=0.02)


def test_nobody_gives_up_where_everybody_has_patience() -> None:
    assert (cohorts(tiny(days=60), 20).days[GAVE_UP] == 0).all(), "not a little less than nobody either"


def test_nobody_is_lost_or_made() -> None:
    twin = darien(days=20)
    days = run(twin, 0).days
    for row in twin.stations:
        gone = days[LEFT, row] + days[GAVE_UP, row] + days[RETURNED, row]
        assert np.allclose(np.cumsum(days[ARRIVED, row] - gone), days[PRESENT, row])


def test_quota_seats_and_rest_days_hold_every_day() -> None:
    twin = darien(days=21)
    days = run(twin, 0).days
    onward = days[LEFT][[twin.places.index("lajas_blancas"), twin.places.index("san_vicente")]].sum(axis=0)
    assert (onward <= twin.model.quota[0]).all()
    sundays = [number for number in range(21) if (twin.start.weekday() + number) % 7 == 6]
    assert (onward[sundays] == 0).all()
    assert days[LEFT][twin.places.index("lajas_blancas")].max() <= 24 * 55


def test_a_replication_is_the_same_whoever_runs_it() -> None:
    twin = darien(days=7)
    whole = individuals(twin, 6, workers=1).days
    for first, many in ((0, 1), (1, 3), (4, 2)):
        assert (run_block(Block(twin, None, first, many))[1] == whole[..., first : first + many]).all()
    assert (whole[..., 0] != whole[..., 1]).any()


def test_a_block_is_a_second_of_work_and_no_more_than_a_fair_share() -> None:
    assert block_size(1000, 0.01, 2) == 100
    assert block_size(10, 0.01, 2) == 5
    assert block_size(10, 30.0, 2) == 1


def test_the_same_people_come_whatever_a_scenario_changes() -> None:
    before, after = tiny(days=60), tiny('[[desk]]\nplace = "camp"\ncheck = "watchlist"\nservers = 30\n', days=60)
    one, other = run(before, 0).days, run(after, 0).days
    assert (one[ARRIVED] == other[ARRIVED]).all()
    paired = [run(after, r).days[PRESENT, 0, -1] - run(before, r).days[PRESENT, 0, -1] for r in range(8)]
    apart = [run(after, r + 8).days[PRESENT, 0, -1] - run(before, r).days[PRESENT, 0, -1] for r in range(8)]
    assert np.std(paired) < np.std(apart) / 2


def test_flights_take_home_whole_groups_until_the_money_is_spent() -> None:
    text = """
[returns]
share = 0.2
budget = 100000
[[flight]]
place = "camp"
seats = 90
cost = 30000
weekdays = ["tue"]
"""
    twin = tiny(text, arrivals="per_day = 60", days=60)
    days = run(twin, 0).days[:, twin.places.index("camp")]
    assert days[SPENT].sum() == 90_000
    assert (days[RETURNED] <= 90).all()
    assert np.count_nonzero(days[RETURNED]) == 3


def test_who_has_no_patience_walks_on_and_is_counted() -> None:
    twin = tiny('[[place]]\nid = "camp"\npatience_days = 10\n', days=120)
    days = run(twin, 0).days[:, twin.places.index("camp")]
    cohort = cohorts(twin, 50).days[:, twin.places.index("camp")]
    assert days[PRESENT, -1] == pytest.approx((1100 - 90) * 10, rel=0.05)
    assert cohort[PRESENT, -1].mean() == pytest.approx(days[PRESENT, 80:].mean(), rel=0.02)


def test_patience_ends_whatever_was_simulated_before() -> None:
    """Of a comparison the first may be without giving up: what it left in hand is no reason for the second to wait."""
    run(tiny(days=30, arrivals="per_day = 300"), 0)
    twin = tiny('[[place]]\nid = "camp"\npatience_days = 5\n', days=30, arrivals="per_day = 300")
    one, other = run(twin, 0).days[GAVE_UP].sum(), cohorts(twin, 50).days[GAVE_UP].sum(axis=(0, 1)).mean()
    assert one == pytest.approx(other, rel=0.1)


def test_patience_ends_at_the_sixth_place_as_at_the_first() -> None:
    patient = "".join(f'[[place]]\nid = "p{number}"\npatience_days = 10\n' for number in range(6))
    twin = tiny(patient, corridor=chain(6), arrivals="per_day = 300", days=120)
    one, other = run(twin, 0).days[GAVE_UP].sum(axis=1), cohorts(twin, 50).days[GAVE_UP].mean(axis=-1).sum(axis=1)
    assert one[:6] == pytest.approx(other[:6], rel=0.1)


_SHIFT = '[[desk]]\nplace = "camp"\ncheck = "watchlist"\nopens = 8\ncloses = 16\n'


@pytest.mark.parametrize(
    ("text", "arrivals"),
    [
        (_SHIFT, "per_day = 300"),
        (_SHIFT + "servers = 200\n", "per_day = 200"),
        ('[[place]]\nid = "camp"\npatience_days = 1\n', "per_day = 300"),
        (_SHIFT + '[[place]]\nid = "camp"\npatience_days = 3\n', "per_day = 300"),
        ("", "per_day = 50\nfirst_hour = 5\nlast_hour = 5"),
    ],
    ids=["a shift of two services", "officers enough", "little patience", "both", "all at five"],
)
def test_the_engines_agree_on_short_shifts_and_on_little_patience(text: str, arrivals: str) -> None:
    """Officers finish whom they serve when a shift ends; whoever is called and walks on before the bus is no seat."""
    twin = tiny(text, arrivals=arrivals, days=60)
    one, other = individuals(twin, 8, workers=1).days[:, 0, 20:], cohorts(twin, 200).days[:, 0, 20:]
    for measure, apart in ((PRESENT, 0.03), (LEFT, 0.03), (GAVE_UP, 0.03)):
        assert other[measure].mean() == pytest.approx(one[measure].mean(), rel=apart, abs=1)


def test_children_are_never_more_than_people() -> None:
    twin = tiny("[people]\nsizes = [0.5, 0.3, 0.2]\nchild_share = 0.9\n", arrivals="per_day = 20", days=30)
    days = cohorts(twin, 100).days
    assert (days[CHILDREN] <= days[PRESENT]).all()


def test_a_full_place_takes_nobody_more() -> None:
    twin = darien('\n[[place]]\nid = "lajas_blancas"\nlimit = 3000\n', days=21)
    days = run(twin, 0).days
    assert days[PRESENT, twin.places.index("lajas_blancas")].max() <= 3000
    assert days[PRESENT, twin.places.index("bajo_chiquito"), -1] > 5000


def test_a_closed_trail_sends_people_the_other_way_or_home() -> None:
    text = '\n[[trail]]\nplace = "bajo_chiquito"\ndeterred = 0.25\nfrom = 2023-08-14\nuntil = 2023-08-20\n'
    twin = darien(text, days=21)
    days = run(twin, 0).days[ARRIVED]
    first, second = (days[twin.places.index(place)] for place in ("bajo_chiquito", "canaan_membrillo"))
    assert (first[7:14] == 0).all()
    assert second[7:14].mean() == pytest.approx(2643 * (0.2 + 0.8 * 0.75), rel=0.03)
    assert first[14:].mean() == pytest.approx(2643 * 0.8, rel=0.05)


def test_priorities_shorten_the_wait_of_those_who_have_them() -> None:
    """In an overloaded place the share of people with a head start falls, because they are not passed over."""
    text = '[people]\nsizes = [1.0]\n[[need]]\ncode = "SM"\nshare = 0.05\n'
    corridor = one_desk(100, 1, seats=1000)
    corridor = replace(corridor, needs=darien(days=1).corridor.needs)
    twin = tiny(text, corridor=corridor, arrivals="per_day = 1100", days=30)
    days = run(twin, 0).days[:, twin.places.index("camp"), -1]
    assert days[PRESENT] > 2500
    assert days[2] / days[PRESENT] < 0.035
    assert days[WAITED] > 0


def test_what_comes_with_the_package_is_translated_from_these_kernels() -> None:
    """Else whoever installs it waits a quarter of a minute: after a change of a kernel call compiling --ship."""
    assert {entry.name for entry in entries} == {path.name.removesuffix(".ll.xz") for path in KERNELS.glob("*.ll.xz")}
    for entry in entries:
        code = lzma.decompress((KERNELS / f"{entry.name}.ll.xz").read_bytes())
        assert code.startswith(f"; {digest()} ".encode())


def test_the_machine_takes_only_the_arrays_it_was_made_for() -> None:
    people = np.empty(3, dtype=np.int64)
    daily(np.uint64(1), np.full(3, 9.0), 1, people)
    assert (people > 0).all()
    with pytest.raises(TypeError, match="daily is for"):
        daily(np.uint64(1), np.full(6, 9.0)[::2], 1, people)


def test_who_is_served_within_a_tick_is_not_lost() -> None:
    """Those with a head start come first when the desk opens, and their services end in the tick of the one before."""
    text = '[[need]]\ncode = "SM"\nshare = 0.3\n[[desk]]\nplace = "camp"\ncheck = "registration"\nopens = 11\n'
    corridor = replace(one_desk(3, 0.0001), needs=darien(days=1).corridor.needs)
    days = run(tiny(text, corridor=corridor, arrivals="per_day = 4000", days=20), 0).days[:, 0]
    assert days[SPECIAL] == pytest.approx(0.3 * days[ARRIVED] / 2, rel=0.15)
