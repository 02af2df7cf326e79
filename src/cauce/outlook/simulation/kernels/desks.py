"""A desk with servers: first come first served within a class, head starts between classes (as `movement.queue`)."""

from typing import Any

import numpy as np

from cauce.outlook.simulation.kernels.heaps import push, sink
from cauce.outlook.simulation.kernels.layout import (
    BITS,
    D_BIT,
    D_CLOSES,
    D_KNOWN,
    D_LAPSE,
    D_OPENS,
    D_PHASES,
    DAY,
    G_GIVES,
    G_SINGLES,
    LOW,
    NEVER,
    R_MEAN,
    R_REFER,
    R_REVIEW,
    Model,
    People,
    State,
)
from cauce.outlook.simulation.kernels.random import draw, exponential, uniform
from cauce.outlook.simulation.machine import kernel

_REVIEW = np.uint64(0x5851F42D4C957F2D)


@kernel
def group_at(p: People, singles: Any, job: Any) -> Any:
    return job if singles else p.group_of[job]


@kernel
def entity(p: People, singles: Any, group: Any, job: Any) -> Any:
    """What random numbers know a person by."""
    return p.keys[group] * 64 if singles else p.keys[group] * 64 + (job - p.first[group])


@kernel
def service(key: Any, who: Any, salt: Any, mean: Any, phases: Any) -> Any:
    """Ticks that one takes: always `mean` (0 phases), or a sum of exponentials (1 phase: exponential itself)."""
    if phases == 1:
        return np.int64(mean * exponential(draw(key, who, salt)))
    if phases == 0:
        return np.int64(mean)
    total = 0.0
    for phase in range(phases):
        total += exponential(draw(key, who, salt + np.uint64(phase + 1)))
    return np.int64(mean * total / phases)


@kernel
def stand_behind(row: Any, job: Any, group: Any, p: People, s: State) -> None:
    """Put a job at the end of its class."""
    which = (p.info[group] >> 24) & 15 if s.heads.shape[1] > 1 else 0
    tail = s.tails[row, which]
    if tail < 0:
        s.heads[row, which] = job
    else:
        p.after[tail] = job
    s.tails[row, which] = job
    p.after[job] = -1
    s.waiting[row] += 1


@kernel
def call_next(row: Any, singles: Any, gives: Any, now: Any, m: Model, p: People, s: State) -> Any:
    """Whose turn it is at desk `row`, or -1. Who has given up by now is dropped."""
    while True:
        if m.starts.shape[0] == 1 and s.heads[row, 0] < 0:
            return -1
        best, least = (0 if m.starts.shape[0] == 1 else -1), NEVER
        for which in range(m.starts.shape[0] if best < 0 else 0):
            job = s.heads[row, which]
            if job >= 0:
                turn = p.since[group_at(p, singles, job)] - m.starts[which]
                if turn < least:
                    best, least = which, turn
        if best < 0:
            return -1
        job = s.heads[row, best]
        s.heads[row, best] = p.after[job]
        if p.after[job] < 0:
            s.tails[row, best] = -1
        s.waiting[row] -= 1
        if not gives or p.deadline[group_at(p, singles, job)] > now:
            return job


@kernel
def part_of_day(part: Any, midnight: Any, opens: Any, closes: Any, begin: Any, end: Any) -> Any:
    """Before opening (0), open (1), after closing (2): from when to when within begin..end."""
    low = midnight if part == 0 else (opens if part == 1 else closes)
    high = opens if part == 0 else (closes if part == 1 else midnight + DAY)
    return max(begin, low), min(end, high)


@kernel
def refer(row: Any, key: Any, who: Any, group: Any, now: Any, m: Model, p: People) -> None:
    """Some are referred to a review; the group waits for it, until it lapses where it may."""
    if uniform(draw(key, who, m.salt[row] ^ _REVIEW)) < m.desk_real[row, R_REFER]:
        ticks = np.int64(m.desk_real[row, R_REVIEW] * exponential(draw(key, who, m.salt[row] + _REVIEW)))
        p.held[group] = max(p.held[group], now + min(ticks, m.desk[row, D_LAPSE]))


@kernel
def open_up(row: Any, busy: Any, servers: Any, now: Any, key: Any, m: Model, p: People, s: State) -> Any:
    """The desk opens, or has more servers than before: those who wait are called; returns how many servers are busy."""
    singles, mean, phases = m.flags[G_SINGLES] == 1, m.desk_real[row, R_MEAN], m.desk[row, D_PHASES]
    while busy < servers:
        job = call_next(row, singles, m.flags[G_GIVES] == 1, now, m, p, s)
        if job < 0:
            break
        ticks = service(key, entity(p, singles, group_at(p, singles, job), job), m.salt[row], mean, phases)
        push(s.heap[row], busy, ((now + ticks) << BITS) | job)
        busy += 1
    return busy


@kernel
def run_part(
    row: Any,
    servers: Any,
    low: Any,
    high: Any,
    at: Any,
    coming: Any,
    written: Any,
    key: Any,
    m: Model,
    p: People,
    s: State,
    arriving: Any,
    leaving: Any,
) -> Any:
    """One part of a day with the same number of servers; returns how far `arriving` and `leaving` are."""
    singles, gives, known = m.flags[G_SINGLES] == 1, m.flags[G_GIVES] == 1, m.desk[row, D_KNOWN] == 1
    salt, mean, phases, bit = m.salt[row], m.desk_real[row, R_MEAN], m.desk[row, D_PHASES], m.desk[row, D_BIT]
    refers, mine, busy = m.desk_real[row, R_REFER] > 0.0, s.heap[row], s.busy[row]
    if busy < servers:
        busy = open_up(row, busy, servers, low, key, m, p, s)
    while True:
        comes = arriving[at] if at < coming else NEVER
        ends = mine[0] if busy > 0 else NEVER
        now = min(comes, ends) >> BITS
        if now > high or (comes == NEVER and ends == NEVER):
            break
        job = min(comes, ends) & LOW
        group = group_at(p, singles, job)
        if comes < ends:
            at += 1
            if known and p.done[group] & bit:
                leaving[written] = comes
                written += 1
            elif busy < servers:
                ticks = service(key, entity(p, singles, group, job), salt, mean, phases)
                push(mine, busy, ((now + ticks) << BITS) | job)
                busy += 1
            else:
                stand_behind(row, job, group, p, s)
            continue
        follows = call_next(row, singles, gives, now, m, p, s) if busy <= servers else -1
        if follows >= 0:
            ticks = service(key, entity(p, singles, group_at(p, singles, follows), follows), salt, mean, phases)
            sink(mine, busy, ((now + ticks) << BITS) | follows)
        else:
            busy -= 1
            sink(mine, busy, mine[busy])
        if gives and p.deadline[group] < 0:
            continue
        if known:
            p.done[group] |= bit
        if refers:
            refer(row, key, entity(p, singles, group, job), group, now, m, p)
        leaving[written] = ends
        written += 1
    s.busy[row] = busy
    return at, written


@kernel
def run_desk(
    row: Any,
    day: Any,
    begin: Any,
    end: Any,
    key: Any,
    m: Model,
    p: People,
    s: State,
    arriving: Any,
    coming: Any,
    leaving: Any,
) -> Any:
    """Let desk `row` work from `begin` to `end` (ticks, within `day`); returns how many words it wrote to `leaving`.

    `arriving[:coming]` are words of time and job in order of time, a job being a person, or a group's first person
    where the desk takes groups.
    """
    at, written, midnight = 0, 0, day * DAY
    for part in range(3):
        opens, closes = midnight + m.desk[row, D_OPENS], midnight + m.desk[row, D_CLOSES]
        low, high = part_of_day(part, midnight, opens, closes, begin, end)
        if high > low:
            servers = m.staff[row, day] if part == 1 else 0
            at, written = run_part(row, servers, low, high, at, coming, written, key, m, p, s, arriving, leaving)
    return written
