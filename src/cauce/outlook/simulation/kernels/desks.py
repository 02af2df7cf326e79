"""A desk with servers: first come first served within a class, head starts between classes (as `movement.queue`)."""

from typing import Any

import numpy as np

from cauce.outlook.simulation.kernels.heaps import enter
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
    K_BUSY,
    K_WAITING,
    LOW,
    NEVER,
    Q_HEAD,
    Q_TAIL,
    R_MEAN,
    R_REFER,
    R_REVIEW,
    Hall,
)
from cauce.outlook.simulation.kernels.random import draw, exponential, uniform
from cauce.outlook.simulation.machine import kernel

_REVIEW = np.uint64(0x5851F42D4C957F2D)


@kernel
def group_at(h: Hall, singles: Any, job: Any) -> Any:
    return np.int64(job if singles else h.group_of[job])


@kernel
def entity(h: Hall, singles: Any, group: Any, job: Any) -> Any:
    """What random numbers know a person by."""
    return h.group[group].key * 64 if singles else h.group[group].key * 64 + (job - h.group[group].first)


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
def stand_behind(row: Any, job: Any, group: Any, h: Hall) -> None:
    """Put a job at the end of its class."""
    which = (h.group[group].info >> 24) & 15 if h.queue.shape[1] > 1 else 0
    tail = h.queue[row, which, Q_TAIL]
    if tail < 0:
        h.queue[row, which, Q_HEAD] = job
    else:
        h.after[tail] = job
    h.queue[row, which, Q_TAIL] = job
    h.after[job] = -1
    h.now[row, K_WAITING] += 1


@kernel
def call_next(row: Any, singles: Any, gives: Any, now: Any, h: Hall) -> Any:
    """Whose turn it is at desk `row`, or -1. Who has given up by now is dropped."""
    while True:
        if h.starts.shape[0] == 1 and h.queue[row, 0, Q_HEAD] < 0:
            return -1
        best, least = (0 if h.starts.shape[0] == 1 else -1), NEVER
        for which in range(h.starts.shape[0] if best < 0 else 0):
            job = np.int64(h.queue[row, which, Q_HEAD])
            if job >= 0:
                turn = h.group[group_at(h, singles, job)].since - h.starts[which]
                if turn < least:
                    best, least = which, turn
        if best < 0:
            return -1
        job = np.int64(h.queue[row, best, Q_HEAD])
        h.queue[row, best, Q_HEAD] = h.after[job]
        if h.after[job] < 0:
            h.queue[row, best, Q_TAIL] = -1
        h.now[row, K_WAITING] -= 1
        if not gives or h.group[group_at(h, singles, job)].deadline > now:
            return job


@kernel
def part_of_day(part: Any, midnight: Any, opens: Any, closes: Any, begin: Any, end: Any) -> Any:
    """Before opening (0), open (1), after closing (2): from when to when within begin..end."""
    low = midnight if part == 0 else (opens if part == 1 else closes)
    high = opens if part == 0 else (closes if part == 1 else midnight + DAY)
    return max(begin, low), min(end, high)


@kernel
def refer(row: Any, who: Any, group: Any, now: Any, h: Hall) -> None:
    """Some are referred to a review; the group waits for it, until it lapses where it may."""
    if uniform(draw(h.key, who, h.salt[row] ^ _REVIEW)) < h.real[row, R_REFER]:
        ticks = np.int64(h.real[row, R_REVIEW] * exponential(draw(h.key, who, h.salt[row] + _REVIEW)))
        h.group[group].held = max(h.group[group].held, now + min(ticks, h.desk[row, D_LAPSE]))


@kernel
def serve(row: Any, place: Any, job: Any, now: Any, h: Hall) -> None:
    """A server turns to a job now; the line of those who are served has `place` before it."""
    singles = h.flags[G_SINGLES] == 1
    who = entity(h, singles, group_at(h, singles, job), job)
    ticks = service(h.key, who, h.salt[row], h.real[row, R_MEAN], h.desk[row, D_PHASES])
    enter(h.line[row], place, ((now + ticks) << BITS) | job)


@kernel
def open_up(row: Any, servers: Any, now: Any, h: Hall) -> None:
    """The desk opens, or has more servers than before: those who wait are called."""
    while h.now[row, K_BUSY] < servers:
        job = call_next(row, h.flags[G_SINGLES] == 1, h.flags[G_GIVES] == 1, now, h)
        if job < 0:
            break
        serve(row, h.now[row, K_BUSY], job, now, h)
        h.now[row, K_BUSY] += 1


@kernel
def run_part(
    row: Any, servers: Any, high: Any, at: Any, coming: Any, written: Any, h: Hall, arriving: Any, leaving: Any
) -> Any:
    """One part of a day with the same number of servers; returns how far `arriving` and `leaving` are."""
    singles, gives, known = h.flags[G_SINGLES] == 1, h.flags[G_GIVES] == 1, h.desk[row, D_KNOWN] == 1
    refers, bit, mine, busy = h.real[row, R_REFER] > 0.0, h.desk[row, D_BIT], h.line[row], h.now[row, K_BUSY]
    while True:
        comes = arriving[at] if at < coming else NEVER
        ends = mine[busy - 1] if busy > 0 else NEVER
        now = min(comes, ends) >> BITS
        if now > high or (comes == NEVER and ends == NEVER):
            break
        job = min(comes, ends) & LOW
        group = group_at(h, singles, job)
        if comes < ends:
            at += 1
            if known and h.group[group].done & bit:
                leaving[written] = comes
                written += 1
            elif busy < servers:
                serve(row, busy, job, now, h)
                busy += 1
            else:
                stand_behind(row, job, group, h)
            continue
        follows = call_next(row, singles, gives, now, h) if busy <= servers else -1
        if follows >= 0:
            serve(row, busy - 1, follows, now, h)
        else:
            busy -= 1
        if gives and h.group[group].deadline < 0:
            continue
        if known:
            h.group[group].done |= bit
        if refers:
            refer(row, entity(h, singles, group, job), group, now, h)
        leaving[written] = ends
        written += 1
    h.now[row, K_BUSY] = busy
    return at, written


@kernel
def run_desk(row: Any, day: Any, begin: Any, end: Any, h: Hall, arriving: Any, coming: Any, leaving: Any) -> Any:
    """Let desk `row` work from `begin` to `end` (ticks, within `day`); returns how many words it wrote to `leaving`.

    `arriving[:coming]` are words of time and job in order of time, a job being a person, or a group's first person
    where the desk takes groups.
    """
    at, written, midnight = np.int64(0), np.int64(0), day * DAY
    for part in range(3):
        opens, closes = midnight + h.desk[row, D_OPENS], midnight + h.desk[row, D_CLOSES]
        low, high = part_of_day(part, midnight, opens, closes, begin, end)
        if high > low:
            servers = np.int64(h.staff[row, day]) if part == 1 else np.int64(0)
            open_up(row, servers, low, h)
            at, written = run_part(row, servers, high, at, coming, written, h, arriving, leaving)
    return written
