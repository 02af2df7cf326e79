"""What the cohort engine has to know of a twin: capacities, delays and variances of a day, worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from cauce.outlook.simulation.begun import Begun
from cauce.outlook.simulation.kernels.cohort import GRID, MODES, Flow, settle
from cauce.outlook.simulation.kernels.layout import (
    D_BIT,
    D_CLOSES,
    D_GROUP,
    D_OPENS,
    D_PHASES,
    DAY,
    F_COST,
    F_MODE,
    F_PLACE,
    F_SEATS,
    L_TICKS,
    L_TO,
    P_DESK,
    P_DESK_END,
    P_DISPATCH,
    P_HOLDS,
    P_LEG,
    P_LEG_END,
    R_MEAN,
    R_REFER,
    R_REVIEW,
    V_FIRST,
    V_LAST,
)
from cauce.outlook.simulation.twin import Twin

Floats = NDArray[np.float64]
_STEPS = 288  # of five minutes
_FINE, _FINEST = 0.25, 8  # a step is cut until no more of a service lies in it, and into so many parts at most


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of groups: mean, and the variance of a sum of people over that of as many who come alone."""

    mean: float
    clumping: float


def sizes_of(twin: Twin) -> Sizes:
    shares = np.diff(twin.model.sizes, prepend=0.0)
    numbers = np.arange(1, len(shares) + 1)
    mean = float((shares * numbers).sum())
    return Sizes(mean, float((shares * numbers**2).sum()) / mean)


def flow_of(twin: Twin, begun: Begun | None = None) -> Flow:
    """The Flow of a twin; with those who are there on the first morning when given."""
    model, sizes = twin.model, sizes_of(twin)
    places = model.place
    evening = 1 - places[:, P_DISPATCH] / DAY
    width = max(1.0, model.real[V_LAST] - model.real[V_FIRST])
    morning = np.clip((places[:, P_DISPATCH] - model.real[V_FIRST]) / width, 0, 1)
    per_job = np.where(model.desk[:, D_GROUP] == 1, sizes.mean, 1.0)
    profiles = _profiles(twin)
    can, nominal, stay = _desks(twin, sizes, profiles)
    held, freed = _holds(twin, _lags(twin, profiles))
    leaves = _departure_of_legs(twin) + model.leg[:, L_TICKS]
    arrive_day, in_day = leaves // DAY, leaves % DAY
    seats, cost = _seats(twin)
    needs = model.needs[-1] if len(model.needs) else 0.0
    jobs = np.where(model.desk[:, D_PHASES] > 0, 1 / np.maximum(model.desk[:, D_PHASES], 1), 0.0)
    spread = np.where(model.desk[:, D_GROUP] == 1, sizes.clumping - sizes.mean, 0.0)
    return Flow(
        morning=morning,
        evening=evening,
        can=can,
        noise=jobs * per_job + spread,
        nominal=nominal,
        stay=stay,
        leg_day=arrive_day.astype(np.int64),
        leg_late=(in_day > places[model.leg[:, L_TO], P_DISPATCH]).astype(np.int64),
        seats=seats,
        cost=cost,
        held=held,
        freed=freed,
        walk=np.array([_walk(mean) * DAY for mean in model.patience]),
        expose=_exposure(profiles, evening),
        child=np.array([twin.scenario.crowd.child_share, needs, sizes.clumping]),
        start=_start(twin, begun),
        normal=_normal(),
    )


@cache
def _normal() -> NDArray[np.float32]:
    """The middle of each of 4,096 equally likely parts of a standard normal, scaled to variance 1."""
    bell = NormalDist()
    values = np.array([bell.inv_cdf((number + 0.5) / 4096) for number in range(4096)])
    scaled: NDArray[np.float32] = (values / values.std()).astype(np.float32)
    return scaled


def _departure_of_legs(twin: Twin) -> NDArray[np.int64]:
    rows = [twin.places.index(leg.origin) for leg in twin.legs]
    found: NDArray[np.int64] = twin.model.place[rows, P_DISPATCH]
    return found


def _desks(twin: Twin, sizes: Sizes, profiles: Floats) -> tuple[Floats, Floats, Floats]:
    """`can` [K, days], `nominal` [P] and `stay` [2, K, GRID + 1] of Flow."""
    model = twin.model
    desks, days = model.staff.shape
    can = np.zeros((desks, days))
    nominal = np.full(len(twin.places), 1e12)
    stay = np.zeros((2, desks, GRID + 1))
    jobs = _jobs(twin, sizes)
    rate = jobs[:, 1] / np.maximum(model.desk_real[:, R_MEAN], 1e-3)  # people a tick and server
    for place, row in enumerate(model.place):
        mine = slice(int(row[P_DESK]), int(row[P_DESK_END]))
        if mine.stop <= mine.start:
            continue
        opens, closes, at = model.desk[mine, D_OPENS], model.desk[mine, D_CLOSES], row[P_DISPATCH]
        before, after = _time(model.desk[mine], model.desk_real[mine, R_MEAN], int(at), _walk(model.patience[place]))
        staff = model.staff[mine].astype(np.float64)
        yesterday = np.concatenate((np.zeros((len(staff), 1)), staff[:, :-1]), axis=1)
        can[mine] = (before[:, None] * staff + after[:, None] * yesterday) * rate[mine, None]
        able = jobs[mine, 0] * rate[mine] * sum(_time(model.desk[mine], model.desk_real[mine, R_MEAN], int(at), 0.0))
        nominal[place] = max(1.0, able[0])
        from_departure = np.where(opens < at, opens + DAY - at, opens - at)
        hours = np.round(np.stack((from_departure, from_departure + closes - opens)) * (_STEPS / DAY))
        _settle(model.desk_real[mine, R_MEAN], hours, np.maximum(able, 1.0), jobs[mine], profiles[place], stay[:, mine])
    return can, nominal, stay


def _walk(patience: float) -> float:
    """The rate at which people give up, a tick."""
    return 1 / max(patience, 1.0) if patience > 0 else 0.0


def _time(desks: NDArray[np.int64], mean: Floats, at: int, walk: float) -> tuple[Floats, Floats]:
    """Ticks for which a server of each desk works before the departure `at`, and after it.

    Whoever is called and gives up before the next departure was served for nothing. A desk that closes finishes whom
    it serves, which is half a service more, and half again where services are exponential (a renewal process).
    """
    opens, closes, phases = (desks[:, column].astype(np.float64) for column in (D_OPENS, D_CLOSES, D_PHASES))
    ends = np.where(closes - opens < DAY, mean * (1 + 1 / np.maximum(phases, 1) * (phases > 0)) / 2, 0.0)

    def until(low: Floats, high: Floats, departs: int) -> Floats:
        if walk == 0:
            return np.maximum(high - low, 0.0)
        return np.where(high > low, (np.exp(-walk * (departs - high)) - np.exp(-walk * (departs - low))) / walk, 0.0)

    stays = np.where(
        phases > 0, (1 + walk * mean / np.maximum(phases, 1)) ** -np.maximum(phases, 1), np.exp(-walk * mean)
    )
    early = closes <= at
    before = until(opens, np.minimum(closes, at), at) + np.where(early, ends * np.exp(-walk * (at - closes)), 0.0)
    after = until(np.maximum(opens, at), closes, at + DAY)
    after = after + np.where(early, 0.0, ends * np.exp(-walk * (at + DAY - closes)))
    return before * stays, after * stays


def _jobs(twin: Twin, sizes: Sizes) -> Floats:
    """Of each desk [K, 4]: most servers; people of a job; variance of jobs that come, over their mean; of people."""
    groups = twin.model.desk[:, D_GROUP] == 1
    columns = (
        twin.model.staff.max(axis=1, initial=0).astype(np.float64),
        np.where(groups, sizes.mean, 1.0),
        np.where(groups, 1.0, sizes.clumping),
        np.where(groups, (sizes.clumping - sizes.mean) * sizes.mean, 0.0),
    )
    return np.stack(columns, axis=1)


def _settle(mean: Floats, hours: Floats, able: Floats, jobs: Floats, profile: Floats, stay: Floats) -> None:
    """Fills `stay` of one place's desks; a step is cut where services are short."""
    services = DAY / _STEPS / np.maximum(mean, 1.0)  # in a step
    times = np.clip(np.ceil(services / _FINE), 1, _FINEST).astype(np.int64)
    part = np.minimum(services / times, 0.9)
    mine = np.empty(stay.shape)
    settle(able, part, times, hours[0], hours[1], jobs, profile, np.empty((5, len(jobs))), mine)
    stay[:] = mine


def _profiles(twin: Twin) -> Floats:
    """When people come to each place [P, steps], in steps from its departure on; each row adds up to 1."""
    model = twin.model
    weight = np.zeros((len(twin.places), _STEPS))
    step = DAY // _STEPS
    ticks, first = np.arange(_STEPS) * step, min(model.real[V_FIRST], DAY - 1.0)
    last = max(first + 1, model.real[V_LAST])  # everybody may come at one moment
    open_hours = np.maximum(np.minimum(ticks + step, last) - np.maximum(ticks, first), 0.0)
    load = np.zeros(len(twin.places))
    shares = np.diff(model.way_share[0], prepend=0.0)
    for way, share in zip(model.way, shares, strict=True):
        weight[way] += share * open_hours / open_hours.sum()
        load[way] += share
    for place in model.order:
        for number in range(model.place[place, P_LEG], model.place[place, P_LEG_END]):
            to = model.leg[number, L_TO]
            at = (model.place[place, P_DISPATCH] + model.leg[number, L_TICKS]) % DAY
            weight[to, min(_STEPS - 1, int(at // step))] += max(load[place], 1e-6)
            load[to] += load[place]
            break  # the first leg takes most
    for place in range(len(weight)):
        weight[place] = np.roll(weight[place], -int(model.place[place, P_DISPATCH] // step))
    total = weight.sum(axis=1, keepdims=True)
    found: Floats = np.where(total > 0, weight / np.where(total > 0, total, 1), 1 / _STEPS)
    return found


def _exposure(profiles: Floats, evening: Floats) -> Floats:
    """Mean days from coming before a departure until it, and from coming after it until midnight [P, 2]."""
    at = (np.arange(_STEPS) + 0.5) / _STEPS
    late = at[None, :] < evening[:, None]
    waits = np.where(late, evening[:, None] - at, 1 - at)
    mean = [
        np.divide((profiles * waits * part).sum(axis=1), total, out=np.zeros(len(total)), where=total > 0)
        for part in (~late, late)
        for total in [(profiles * part).sum(axis=1)]
    ]
    return np.stack(mean, axis=1)


def _lags(twin: Twin, profiles: Floats) -> Floats:
    """Days until the first departure after people came, when nobody waits: [0] into the corridor, [1] to the place."""
    model = twin.model
    waits = (profiles * (1 - (np.arange(_STEPS) + 0.5) / _STEPS)).sum(axis=1)
    lags = np.stack((waits, waits))
    for place in model.order:
        for number in range(model.place[place, P_LEG], model.place[place, P_LEG_END]):
            to = model.leg[number, L_TO]
            lags[0, to] = lags[0, place] + model.leg[number, L_TICKS] / DAY + waits[to]
    return lags


def _holds(twin: Twin, lags: Floats) -> tuple[Floats, Floats]:
    """Share of people held when they come through the desks, and the part of them freed in a day, by place.

    A family waits for the longest hold of its members; who is referred waits likewise. A hold that ends before the
    first departure keeps nobody.
    """
    model = twin.model
    shares = np.diff(model.sizes, prepend=0.0)
    numbers = np.arange(1, len(shares) + 1)
    by_people = shares * numbers / (shares * numbers).sum()
    held, freed = np.zeros(len(twin.places)), np.ones(len(twin.places))
    for place, row in enumerate(model.place):
        if row[P_HOLDS] == 0:
            continue
        kinds = [
            (share * np.exp(-lags[0, place] * DAY / mean), mean / DAY)
            for share, mean in zip(np.diff(model.hold_share, prepend=0.0), model.hold_mean, strict=True)
        ]
        kinds += [
            (model.desk_real[desk, R_REFER] * np.exp(-lags[1, place] / days), days)
            for desk in range(row[P_DESK], row[P_DESK_END])
            if model.desk_real[desk, R_REFER] > 0
            for days in [max(model.desk_real[desk, R_REVIEW] / DAY, 1e-3)]
        ]
        share = sum(one for one, _ in kinds)
        if share <= 0:
            continue
        mean = sum(one * days for one, days in kinds) / share
        held[place] = float((by_people * (1 - (1 - share) ** numbers)).sum())
        freed[place] = 1 - np.exp(-1 / max(mean, 1e-3))
    return held, freed


def _seats(twin: Twin) -> tuple[Floats, Floats]:
    """Seats [P, MODES, days] that leave, and the mean cost of one in use [P, days]."""
    model = twin.model
    days = model.staff.shape[1] if len(model.staff) else twin.days
    seats = np.zeros((len(twin.places), MODES, days))
    money = np.zeros((len(twin.places), days))
    for kind, count in zip(model.fleet, model.fleet_count, strict=True):
        seats[kind[F_PLACE], kind[F_MODE]] += kind[F_SEATS] * count
        money[kind[F_PLACE]] += kind[F_COST] * count
    total = seats.sum(axis=1)
    return seats, money / np.where(total > 0, total, 1)


def _start(twin: Twin, begun: Begun | None) -> Floats:
    """People at the desks, then ready, held and ready for a flight by place, on the first morning."""
    model = twin.model
    desks, places = len(model.desk), len(twin.places)
    found = np.zeros(desks + 3 * places)
    if begun is None:
        return found
    people = (begun.info & 255).astype(np.float64)
    placed = np.zeros(len(people), dtype=bool)
    for place, row in enumerate(model.place):
        here = begun.place == place
        for desk in range(row[P_DESK], row[P_DESK_END]):
            waits = here & ~placed & ((begun.done & model.desk[desk, D_BIT]) == 0)
            found[desk] += people[waits].sum()
            placed |= waits
        waits = here & ~placed & (begun.held > 0) & (row[P_HOLDS] == 1)
        found[desks + places + place] += people[waits].sum()
        placed |= waits
        found[desks + place] += people[here & ~placed].sum()
    return found
