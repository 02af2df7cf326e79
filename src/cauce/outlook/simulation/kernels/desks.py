"""A desk with servers: first come first served within a class, head starts between classes (as `movement.queue`).

While a desk works, its line has one word for each server, in falling order after words of NEVER: who is served and
until when, a server with nothing to do being IDLE. A person who comes while the last word, the smallest, lies in the
past is served at once in its stead (Kiefer and Wolfowitz, 1955), so nothing has to happen when a service ends; that
word, whose turn it is to be told of, goes to those who have come through, in order of time.
"""

from typing import Any

import numpy as np

from cauce.outlook.simulation.kernels.heaps import enter
from cauce.outlook.simulation.kernels.layout import (
    BITS,
    D_BIT,
    D_CLOSES,
    D_GROUP,
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
from cauce.outlook.simulation.machine import kernel, kernel_apart

_REVIEW = np.uint64(0x5851F42D4C957F2D)
IDLE = -1
"""The word of a server with nothing to do. Its number is LOW, which is that of whoever is not there any more."""


@kernel
def group_at(row: Any, job: Any, h: Hall) -> Any:
    """The group of a job: itself where a desk takes groups, or where nobody travels with others."""
    if h.flags[G_SINGLES] == 1 or h.desk[row, D_GROUP] == 1:
        return np.int64(job)
    return np.int64(h.group_of[job])


@kernel
def entity(row: Any, group: Any, job: Any, h: Hall) -> Any:
    """What random numbers know a job by: the group's number, and which of its people."""
    if h.flags[G_SINGLES] == 1 or h.desk[row, D_GROUP] == 1:
        return h.group[group].key * 64
    return h.group[group].key * 64 + (job - h.group[group].first)


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
    tail, after = h.queue[row, which, Q_TAIL], h.after[h.desk[row, D_GROUP]]
    if tail < 0:
        h.queue[row, which, Q_HEAD] = job
    else:
        after[tail] = job
    h.queue[row, which, Q_TAIL] = job
    after[job] = -1
    h.now[row, K_WAITING] += 1


@kernel
def call_next(row: Any, now: Any, h: Hall) -> Any:
    """Whose turn it is at desk `row`, or -1. Who has given up by now is dropped."""
    after = h.after[h.desk[row, D_GROUP]]
    while h.now[row, K_WAITING] > 0:
        best, least = (0 if h.starts.shape[0] == 1 else -1), NEVER
        for which in range(h.starts.shape[0] if best < 0 else 0):
            job = np.int64(h.queue[row, which, Q_HEAD])
            if job >= 0:
                turn = h.group[group_at(row, job, h)].since - h.starts[which]
                if turn < least:
                    best, least = which, turn
        job = np.int64(h.queue[row, best, Q_HEAD])
        h.queue[row, best, Q_HEAD] = after[job]
        if after[job] < 0:
            h.queue[row, best, Q_TAIL] = -1
        h.now[row, K_WAITING] -= 1
        if h.flags[G_GIVES] == 0 or h.group[group_at(row, job, h)].deadline > now:
            return job
    return np.int64(-1)


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
def come_through(row: Any, word: Any, written: Any, h: Hall, leaving: Any) -> Any:
    """A service has ended, unless nobody was served; returns how many have come through."""
    job = word & LOW
    if job == LOW:
        return written
    if h.real[row, R_REFER] > 0.0:
        group = group_at(row, job, h)
        refer(row, entity(row, group, job, h), group, word >> BITS, h)
    leaving[written] = word
    return written + 1


@kernel
def serve(row: Any, job: Any, now: Any, h: Hall) -> None:
    """The server who is free first turns to a job now. A tick at least: the new word is larger than its own was."""
    who = entity(row, group_at(row, job, h), job, h)
    ticks = service(h.key, who, h.salt[row], h.real[row, R_MEAN], h.desk[row, D_PHASES])
    enter(h.line[row], ((now + max(ticks, 1)) << BITS) | job)


@kernel
def stand_up(row: Any, servers: Any, h: Hall) -> None:
    """From line[:busy] to a line of as many `servers`."""
    line, busy = h.line[row], h.now[row, K_BUSY]
    first = line.shape[0] - servers
    for at in range(busy - 1, -1, -1):
        line[first + at] = line[at]
    for at in range(first):
        line[at] = NEVER
    for at in range(first + busy, line.shape[0]):
        line[at] = IDLE


@kernel
def stand_down(row: Any, servers: Any, last: Any, written: Any, h: Hall, leaving: Any) -> Any:
    """Back to line[:busy], who has come through by the word `last` having gone; returns how many have come through."""
    line = h.line[row]
    first, end = line.shape[0] - servers, line.shape[0]
    while end > first and line[end - 1] <= last:
        end -= 1
        written = come_through(row, line[end], written, h, leaving)
    for at in range(first, end):
        line[at - first] = line[at]
    h.now[row, K_BUSY] = end - first
    return written


@kernel
def is_done(row: Any, job: Any, h: Hall) -> Any:
    """Whether somebody has been at such a desk before, and goes past this one."""
    return h.desk[row, D_KNOWN] == 1 and h.group[group_at(row, job, h)].done & h.desk[row, D_BIT] != 0


@kernel
def run_down(
    row: Any, servers: Any, last: Any, at: Any, coming: Any, written: Any, h: Hall, arriving: Any, leaving: Any
) -> Any:
    """As long as more are busy than there are `servers` now, or there are none: who is served comes through, nobody is
    called. Returns how far `arriving` and `leaving` are."""
    line = h.line[row]
    while h.now[row, K_BUSY] > servers or servers == 0:
        busy = h.now[row, K_BUSY]
        comes, ends = arriving[at] if at < coming else NEVER, line[busy - 1] if busy > 0 else NEVER
        if min(comes, ends) > last:
            break
        if ends < comes:
            h.now[row, K_BUSY] = busy - 1
            written = come_through(row, ends, written, h, leaving)
            continue
        at += 1
        job = comes & LOW
        if is_done(row, job, h):
            leaving[written] = comes
            written += 1
        else:
            stand_behind(row, job, group_at(row, job, h), h)
    return at, written


@kernel
def go_past(row: Any, word: Any, written: Any, h: Hall, leaving: Any) -> Any:
    """Somebody has been at such a desk before: comes through at once, behind whose service has ended by then."""
    line = h.line[row]
    while IDLE < line[line.shape[0] - 1] < word:
        written = come_through(row, line[line.shape[0] - 1], written, h, leaving)
        line[line.shape[0] - 1] = IDLE
    leaving[written] = word
    return written + 1


@kernel_apart
def run_up(
    row: Any, low: Any, last: Any, at: Any, coming: Any, written: Any, h: Hall, arriving: Any, leaving: Any
) -> Any:
    """As many are served as there are servers, or are called; returns how far `arriving` and `leaving` are."""
    line = h.line[row]
    end, gives = line.shape[0] - 1, h.flags[G_GIVES] == 1
    only = h.starts.shape[0] == 1 and h.desk[row, D_KNOWN] == 0
    while True:
        comes, ends = arriving[at] if at < coming else NEVER, line[end]
        if ends < comes and h.now[row, K_WAITING] > 0:
            if ends > last:
                break
            now = max(low, ends >> BITS)
            written = come_through(row, ends, written, h, leaving)
            job = call_next(row, now, h)
            if job < 0:
                line[end] = IDLE
            else:
                serve(row, job, now, h)
            continue
        if comes > last:
            break
        at += 1
        job = comes & LOW
        if is_done(row, job, h):
            written = go_past(row, comes, written, h, leaving)
        elif ends < comes or (
            only and ends <= last and h.now[row, K_WAITING] == 0
        ):  # one queue: whose turn it is, is known
            if ends > comes and gives and h.group[group_at(row, job, h)].deadline <= ends >> BITS:
                continue
            written = come_through(row, ends, written, h, leaving)
            serve(row, job, max(comes, ends) >> BITS, h)
        else:
            stand_behind(row, job, group_at(row, job, h), h)
    return at, written


@kernel
def forget(row: Any, h: Hall) -> None:
    """Who gave up by midnight is not there any more when the service ends."""
    for at in range(h.now[row, K_BUSY]):
        word = h.line[row, at]
        if word & LOW != LOW and h.group[group_at(row, word & LOW, h)].deadline < 0:
            word, place = word | LOW, at
            while place > 0 and h.line[row, place - 1] < word:  # of two in the same tick
                h.line[row, place] = h.line[row, place - 1]
                place -= 1
            h.line[row, place] = word


@kernel
def run_desk(row: Any, day: Any, begin: Any, end: Any, h: Hall, arriving: Any, coming: Any, leaving: Any) -> Any:
    """Let desk `row` work from `begin` to `end` (ticks, within `day`); returns how many words it wrote to `leaving`.

    `arriving[:coming]` are words of time and job in order of time, a job being a person, or a group where the desk
    takes groups.
    """
    at, written, midnight = np.int64(0), np.int64(0), day * DAY
    if h.flags[G_GIVES] == 1 and begin == midnight:
        forget(row, h)
    for part in range(3):
        opens, closes = midnight + h.desk[row, D_OPENS], midnight + h.desk[row, D_CLOSES]
        low, high = part_of_day(part, midnight, opens, closes, begin, end)
        if high > low:
            servers, last = np.int64(h.staff[row, day]) if part == 1 else np.int64(0), (high << BITS) | LOW
            at, written = run_down(row, servers, last, at, coming, written, h, arriving, leaving)
            if 0 < servers >= h.now[row, K_BUSY]:
                stand_up(row, servers, h)
                at, written = run_up(row, low, last, at, coming, written, h, arriving, leaving)
                written = stand_down(row, servers, last, written, h, leaving)
    return written
