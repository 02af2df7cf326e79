"""One corridor by day: people as numbers that flow, a thousand replications side by side.

A day of a place runs from one departure of its vehicles to the next. What comes is normal with the variance of a
Poisson count, what a desk can do with that of its services; the rest is arithmetic.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from cauce.outlook.simulation.kernels.layout import (
    A_COST,
    A_PLACE,
    A_SEATS,
    ARRIVED,
    CHILDREN,
    GAVE_UP,
    L_BORDER,
    L_MODE,
    L_TO,
    LEFT,
    P_DESK,
    P_DESK_END,
    P_EXIT,
    P_FLIES,
    P_LEG,
    P_LEG_END,
    P_LIMIT,
    PER_DAY,
    PRESENT,
    RETURNED,
    SPECIAL,
    SPENT,
    V_RETURN,
    Model,
)
from cauce.outlook.simulation.kernels.random import draw
from cauce.outlook.simulation.machine import entry, kernel

GRID = 64
"""Loads at which `Flow.lag` is known: from nothing to as much as the desk can do."""
MODES = 6
_DAILY = np.uint64(0x94A2F1B3C5D7E869)
_WORK = np.uint64(0xE7037ED1A0B428DB)
_COUNT = np.uint64(0x8EBC6AF09C88C6E3)
_S16, _S32, _MASK = np.uint64(16), np.uint64(32), np.uint64(4095)


class Flow(NamedTuple):
    """What the cohort engine knows besides the model. W: ways in, as in Model."""

    morning: Any  # float64 [P]: part of a day's arrivals from outside that come before the departure
    evening: Any  # float64 [P]: part of the day after the departure
    can: Any  # float64 [K, D]: people a desk can take between the departures of yesterday and today
    noise: Any  # float64 [K]: variance of what it does, over the mean
    nominal: Any  # float64 [P]: people a day that its first desk can take
    stay: Any  # float64 [2, K, GRID + 1]: people still at the desk at departure, by what came over `nominal` (`settle`)
    leg_day: Any  # int64 [L]: days until those who leave are there
    leg_late: Any  # int64 [L]: 1 when they come after that day's departure there
    seats: Any  # float64 [P, MODES, D]
    cost: Any  # float64 [P, D]: of a seat in use
    held: Any  # float64 [P]: share of people who are held when they have come through the desks
    freed: Any  # float64 [P]: part of them who are freed in a day
    walk: Any  # float64 [P]: rate at which people give up, a day
    expose: Any  # float64 [P, 2]: days that who comes before (after) the departure waits until it (until midnight)
    child: Any  # float64 [3]: share of children; of special needs; variance of a sum of people over that of singles
    start: Any  # float64 [K + 3 P]: at desks, ready, held, ready for a flight on the first morning
    normal: Any  # float32 [4096]


class Hands(NamedTuple):
    """What a block of replications (R) has in hand."""

    early: Any  # float64 [R]
    late: Any  # float64 [R]
    fresh: Any  # float64 [P, R]: came after yesterday's departure, not at a desk yet
    desk: Any  # float64 [K, R]
    ready: Any  # float64 [P, R]
    held: Any  # float64 [P, R]
    home: Any  # float64 [P, R]: wait for a flight
    here: Any  # float64 [P, R]: present at the last count
    coming: Any  # float32 [P, 2, D + longest leg, R]
    border: Any  # float64 [B, R]: left of today's quota
    money: Any  # float64 [R]
    transit: Any  # float64 [P, R]: on their way there


@kernel
def bell(bits: Any, normal: Any) -> Any:
    """A normal number from twelve of the bits."""
    return np.float64(normal[bits & _MASK])


@kernel
def inflow(
    place: Any, day: Any, count: Any, keys: Any, means: Any, poisson: Any, m: Model, f: Flow, s: Hands, out: Any
) -> None:
    """Who comes today: s[0] before the departure (with those of yesterday after it), s[1] after it."""
    share = 0.0
    for way in range(m.way.shape[0]):
        if m.way[way] == place:
            share += m.way_share[day, way] - (m.way_share[day, way - 1] if way > 0 else 0.0)
    morning, paths = f.morning[place], means.shape[0]
    part = share * morning  # of the day's people; that families go together widens what the others leave
    wide_early = part + (1.0 - part) * f.child[2]
    part = share * (1.0 - morning)
    wide_late = part + (1.0 - part) * f.child[2]
    stay_early = np.exp(-f.walk[place] * f.expose[place, 0])
    stay_late = np.exp(-f.walk[place] * f.expose[place, 1])
    for r in range(count):
        mean = means[r % paths, day] * share if share > 0.0 else 0.0
        early, late = mean * morning, mean * (1.0 - morning)
        if poisson and mean > 0.0:
            bits = draw(keys[r], day * 64 + place, _DAILY)
            early = max(0.0, early + np.sqrt(early * wide_early) * bell(bits, f.normal))
            late = max(0.0, late + np.sqrt(late * wide_late) * bell(bits >> _S16, f.normal))
        early += s.coming[place, 0, day, r]
        late += s.coming[place, 1, day, r]
        out[ARRIVED, place, day, r] = early + late
        s.early[r] = early * stay_early
        s.late[r] = late * stay_late
        out[GAVE_UP, place, day, r] = early * (1.0 - stay_early) + late * (1.0 - stay_late)


@kernel
def through_desks(place: Any, day: Any, count: Any, keys: Any, m: Model, f: Flow, s: Hands) -> None:
    """From yesterday's departure to today's: everybody moves on as far as the desks can take them."""
    first, last = m.place[place, P_DESK], m.place[place, P_DESK_END]
    returns = m.real[V_RETURN] if m.place[place, P_FLIES] == 1 else 0.0
    scale = GRID / f.nominal[place]
    for r in range(count):
        flow = s.fresh[place, r] + s.early[r]
        s.fresh[place, r] = 0.0
        at = min(GRID - 1.0, flow * scale)
        low = int(at)
        part = at - low
        for row in range(first, last):
            bits = draw(keys[r], day * PER_DAY + row, _WORK)
            can = f.can[row, day]
            done = can + np.sqrt(can * f.noise[row]) * bell(bits, f.normal)
            middle = f.stay[0, row, low] + (f.stay[0, row, low + 1] - f.stay[0, row, low]) * part
            spread = f.stay[1, row, low] + (f.stay[1, row, low + 1] - f.stay[1, row, low]) * part
            stay = middle + spread * bell(bits >> _S16, f.normal)
            flow += s.desk[row, r]
            out = max(0.0, min(flow - stay * stay, done))
            s.desk[row, r] = flow - out
            flow = out
        freed = s.held[place, r] * f.freed[place]
        kept = flow * f.held[place]
        s.held[place, r] += kept - freed
        flow += freed - kept
        s.home[place, r] += flow * returns
        s.ready[place, r] += flow * (1.0 - returns)


@kernel
def give_up(place: Any, day: Any, part: Any, count: Any, m: Model, f: Flow, s: Hands, out: Any) -> None:
    """Some of all who wait at the place walk on in `part` of a day."""
    if f.walk[place] <= 0.0:
        return
    stay = np.exp(-f.walk[place] * part)
    for r in range(count):
        waiting = s.ready[place, r] + s.held[place, r] + s.home[place, r] + s.fresh[place, r]
        s.ready[place, r] *= stay
        s.held[place, r] *= stay
        s.home[place, r] *= stay
        s.fresh[place, r] *= stay
        for row in range(m.place[place, P_DESK], m.place[place, P_DESK_END]):
            waiting += s.desk[row, r]
            s.desk[row, r] *= stay
        out[GAVE_UP, place, day, r] += waiting * (1.0 - stay)


@kernel
def takes(position: Any, border: Any, r: Any, m: Model, s: Hands) -> Any:
    """What the place at `position` may take of a border's quota today (as in the individual engine)."""
    left, mine, later = s.border[border, r], 0.0, 0.0
    for other in range(position, m.order.shape[0]):
        row = m.order[other]
        for way in range(m.place[row, P_LEG], m.place[row, P_LEG_END]):
            if m.leg[way, L_BORDER] == border:
                if other == position:
                    mine = s.here[row, r]
                else:
                    later += s.here[row, r]
                break
    if later <= 0.0 or mine + later <= left:
        return left
    return max(left - later, left * mine / (mine + later))


@kernel
def depart(position: Any, day: Any, count: Any, m: Model, f: Flow, s: Hands, out: Any) -> None:
    """Today's vehicles leave, leg by leg in the file's order."""
    place = m.order[position]
    days = s.coming.shape[2]
    for r in range(count):
        ready, used = s.ready[place, r], 0.0
        taken = np.float64(0.0)
        shared, kept = np.int64(-1), 0.0  # of the first border met: what is kept for places further on, on every leg
        for way in range(m.place[place, P_LEG], m.place[place, P_LEG_END]):
            to, border, mode = m.leg[way, L_TO], m.leg[way, L_BORDER], m.leg[way, L_MODE]
            go = min(ready, f.seats[place, mode, day] - used)
            if border >= 0:
                if shared < 0:
                    shared = border
                    kept = s.border[border, r] - takes(position, border, r, m, s)
                go = min(go, s.border[border, r] - (kept if border == shared else 0.0))
            if m.place[to, P_EXIT] == 0:
                go = min(go, m.place[to, P_LIMIT] - s.here[to, r] - s.transit[to, r])
            go = max(go, 0.0)
            if border >= 0:
                s.border[border, r] -= go
            when = day + f.leg_day[way]
            if m.place[to, P_EXIT] == 0:
                s.transit[to, r] += go
                if when < days:
                    s.coming[to, f.leg_late[way], when, r] += go
            ready -= go
            used += go
            taken += go
        s.ready[place, r] = ready
        out[LEFT, place, day, r] = taken
        out[SPENT, place, day, r] += taken * f.cost[place, day]


@kernel
def fly(place: Any, day: Any, count: Any, m: Model, s: Hands, out: Any) -> None:
    for flight in range(m.flight.shape[0]):
        if m.flight[flight, A_PLACE] == place and m.flight_on[flight, day] > 0:
            for r in range(count):
                for _ in range(m.flight_on[flight, day]):
                    if s.money[r] >= m.flight[flight, A_COST] and s.home[place, r] >= 1.0:
                        go = min(s.home[place, r], m.flight[flight, A_SEATS])
                        s.home[place, r] -= go
                        s.money[r] -= m.flight[flight, A_COST]
                        out[RETURNED, place, day, r] += go
                        out[SPENT, place, day, r] += m.flight[flight, A_COST]


@kernel
def count_up(place: Any, day: Any, count: Any, keys: Any, m: Model, f: Flow, s: Hands, out: Any) -> None:
    """Who is there at midnight."""
    for r in range(count):
        present = s.fresh[place, r] + s.ready[place, r] + s.held[place, r] + s.home[place, r]
        for row in range(m.place[place, P_DESK], m.place[place, P_DESK_END]):
            present += s.desk[row, r]
        s.here[place, r] = present
        out[PRESENT, place, day, r] = present
        for which in range(2):
            share = f.child[which]
            if share > 0.0:
                spread = np.sqrt(present * share * (1.0 - share))
                bits = draw(keys[r], day * 64 + place, _COUNT) >> (_S16 if which == 0 else _S32)
                drawn = present * share + spread * bell(bits, f.normal)
                out[CHILDREN if which == 0 else SPECIAL, place, day, r] = max(0.0, min(present, drawn))


@entry
def cohort(keys: Any, days: Any, means: Any, poisson: Any, m: Model, f: Flow, s: Hands, out: Any, queued: Any) -> None:
    """Run `days` days of len(keys) replications; fills out [measures, places, days, R] and queued [desks, days, R]."""
    count = keys.shape[0]
    for day in range(days):
        for border in range(m.quota.shape[0]):
            for r in range(count):
                s.border[border, r] = m.quota[border, day]
        for position in range(m.order.shape[0]):
            place = m.order[position]
            if m.place[place, P_EXIT] == 1:
                continue
            inflow(place, day, count, keys, means, poisson, m, f, s, out)
            give_up(place, day, 1.0 - f.evening[place], count, m, f, s, out)
            through_desks(place, day, count, keys, m, f, s)
            depart(position, day, count, m, f, s, out)
            fly(place, day, count, m, s, out)
            give_up(place, day, f.evening[place], count, m, f, s, out)
            for r in range(count):
                s.transit[place, r] -= s.coming[place, 0, day, r] + s.coming[place, 1, day, r]
                s.fresh[place, r] = s.late[r]
            count_up(place, day, count, keys, m, f, s, out)
        for row in range(m.desk.shape[0]):
            for r in range(count):
                queued[row, day, r] = s.desk[row, r]


@kernel
def at_work(jobs: Any, wide: Any, servers: Any) -> Any:
    """How many of `servers` are busy on average when the jobs there are normal, of mean `jobs` and variance `wide`.

    E min(X, servers); and the part of the time in which a job more is served at once (Massey and Pender, 2013).
    """
    if (servers - jobs) * (servers - jobs) > 36.0 * wide:  # six standard deviations from where it matters
        return min(jobs, servers), 1.0 if jobs < servers else 0.0
    deviation = math.sqrt(wide) + 1e-9
    at = (servers - jobs) / deviation
    below = 0.5 * (1.0 + math.erf(at / 1.4142135623730951))
    density = math.exp(-0.5 * at * at) / 2.5066282746310002
    return max(0.0, min(jobs, servers + (jobs - servers) * below - deviation * density)), below


@kernel
def stays(jobs: Any, wide: Any, explained: Any, size: Any, uneven: Any) -> Any:
    """Root and slope of who stays (see `settle`), from mean `jobs` and variance `wide` of the jobs that are there.

    A job is `size` people with variance `uneven`; `explained` of the variance would be known if the number of jobs that
    come were. The number of people is known, which says less of groups.
    """
    left = max(0.0, wide - explained * (1.0 - min(1.0, uneven / (size * size))))
    mean = jobs * size
    spread = min(2.0 * mean * mean, left * size * size + jobs * uneven)
    slope = mean - math.sqrt(mean * mean - spread / 2.0)
    return math.sqrt(mean - slope), math.sqrt(slope)


@kernel
def serve(row: Any, part: Any, times: Any, job: Any, hands: Any) -> Any:
    """One step of desk `row` in `settle`; returns how many people go on."""
    gone = 0.0
    for _ in range(times):
        busy, free = at_work(hands[0, row], hands[1, row], job[row, 0])
        hands[3, row], hands[4, row] = busy, free
        keeps = 1.0 - part * free
        hands[0, row] -= part * busy
        hands[1, row] = hands[1, row] * keeps * keeps + part * (1.0 - part) * busy
        hands[2, row] *= keeps
        gone += part * busy
    return gone * job[row, 1]


@kernel
def finish(row: Any, part: Any, times: Any, job: Any, hands: Any) -> Any:
    """One step of a desk that has closed: it finishes whom it serves, and calls nobody; returns how many go on."""
    gone = 0.0
    for _ in range(times):
        busy, free, inside = hands[3, row], hands[4, row], hands[0, row]
        if busy < 1e-9 or inside < busy:
            break
        hands[0, row] = inside - part * busy
        hands[1, row] = max(0.0, hands[1, row] + part * busy * ((1.0 - part) * (1.0 - free) - free))
        hands[2, row] *= 1.0 - part * free * busy / inside
        hands[3, row] = busy - part * busy
        gone += part * busy
    return gone * job[row, 1]


@entry
def settle(
    can: Any, part: Any, times: Any, opens: Any, closes: Any, job: Any, arrives: Any, hands: Any, stay: Any
) -> None:
    """People still at each desk of one place at departure, by load, when the same day comes again and again.

    The limit of a queue with many servers, and the variance of its jobs (Massey and Pender, 2013): in each of times[k]
    parts of a step, `part` of the jobs at work leaves. job [desks, 4]: servers; people of a job; variance of the jobs
    that come over their mean; variance of the people of a job. `arrives` [steps] is a day's profile from the departure
    on, adding up to 1; desk k works from opens[k] to closes[k] (steps from the departure). `hands` [5, desks] is room.

    stay [2, desks, GRID + 1] is filled: (stay[0] + stay[1] z)² people stay, z being standard normal. Beyond what a desk
    can do in a day (`can`) it stays as it is there: the rest is the backlog that the days carry on.
    """
    steps, desks, inside, wide, shared = arrives.shape[0], can.shape[0], hands[0], hands[1], hands[2]
    for load in range(GRID + 1):
        for row in range(desks):
            inside[row] = wide[row] = shared[row] = hands[3, row] = hands[4, row] = 0.0
        people = can[0] * load / GRID
        asked = desks
        while asked > 0 and load > 0 and people > can[asked - 1]:
            asked -= 1
        for step in range(3 * steps):
            at = step % steps
            flow = people * arrives[at]
            for row in range(asked):
                if at == 0:
                    shared[row] = 0.0
                come = flow / job[row, 1]
                inside[row] += come
                wide[row] += come * job[row, 2]
                shared[row] += come * job[row, 2]
                works = opens[row] <= at < closes[row] or opens[row] <= at + steps < closes[row]
                step_of = (row, part[row], times[row], job, hands)
                flow = serve(*step_of) if works else finish(*step_of)
        for row in range(desks):
            if load > 0 and people > can[row]:
                stay[0, row, load], stay[1, row, load] = stay[0, row, load - 1], stay[1, row, load - 1]
                continue
            known = shared[row] * shared[row] / max(people / job[row, 1] * job[row, 2], 1e-12)
            stay[0, row, load], stay[1, row, load] = stays(inside[row], wide[row], known, job[row, 1], job[row, 3])


__all__ = ["GRID", "MODES", "Flow", "Hands", "cohort", "settle"]
