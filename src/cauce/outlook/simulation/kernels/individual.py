"""One corridor, person by person: every desk, bus, bed, quota and flight, in the order in which things happen."""

from typing import Any

import numpy as np

from cauce.outlook.simulation.kernels.desks import run_desk
from cauce.outlook.simulation.kernels.layout import (
    ARRIVED,
    BITS,
    C_FROM,
    C_GROUPS,
    CHILDREN,
    D_BIT,
    D_GROUP,
    D_KNOWN,
    DAY,
    G_GIVES,
    G_HOLDS,
    G_SINGLES,
    I_HEAD,
    I_TIME,
    K_WAITING,
    LOW,
    N_BATCHES,
    N_CHILDREN,
    N_NEXT,
    N_PRESENT,
    N_SPECIAL,
    N_TRANSIT,
    NEVER,
    P_DESK,
    P_DESK_END,
    P_DISPATCH,
    P_EXIT,
    P_FLIES,
    P_HOLDS,
    PRESENT,
    RETURNS,
    SPECIAL,
    V_LONGEST,
    Door,
    Hall,
    Model,
    People,
    Road,
    Source,
    State,
)
from cauce.outlook.simulation.kernels.leaving import come, depart, fly, lose_patience, wait_for_seat
from cauce.outlook.simulation.kernels.people import arrive, choose_ways
from cauce.outlook.simulation.machine import entry, kernel, kernel_apart


@kernel
def next_from_outside(row: Any, day: Any, group: Any, d: Door) -> Any:
    """The first of today's groups from `group` on that comes in at place `row`, or behind the last."""
    last = d.counters[C_GROUPS]
    if d.way.shape[0] == 1 and d.way_share[day, 0] >= 1.0:
        return group if d.way[0] == row else last
    while group < last and d.way_in[group - d.counters[C_FROM]] != row:
        group += 1
    return group


@kernel
def take_batch(row: Any, d: Door) -> Any:
    """The first group of the batch that comes to the place next; the others move up."""
    group = d.inbox[row, 0, I_HEAD]
    d.now[row, N_BATCHES] -= 1
    for place in range(d.now[row, N_BATCHES]):
        d.inbox[row, place, I_TIME] = d.inbox[row, place + 1, I_TIME]
        d.inbox[row, place, I_HEAD] = d.inbox[row, place + 1, I_HEAD]
    return group


@kernel_apart
def feed(row: Any, day: Any, end: Any, words: Any, d: Door) -> Any:
    """Who comes to place `row` until `end`, from outside and from other places, as words in order of time."""
    written, last, outside = 0, d.counters[C_GROUPS], next_from_outside(row, day, d.now[row, N_NEXT], d)
    people, children, special, begun = 0, 0, 0, 0
    while True:
        own = d.group[outside].since if outside < last else NEVER
        batch = d.inbox[row, 0, I_TIME] if d.now[row, N_BATCHES] > 0 else NEVER
        now = min(own, batch)
        if now > end:
            break
        inner = own > batch
        if inner:
            group = take_batch(row, d)
        else:
            group, outside = outside, next_from_outside(row, day, outside + 1, d)
        while group >= 0:
            follows = np.int64(d.group[group].link) if inner else np.int64(-1)
            info = come(row, group, now, d)
            people += info & 255
            children += (info >> 8) & 255
            special += (info >> 16) & 255
            if inner and batch > 0:
                d.now[row, N_TRANSIT] -= info & 255
            elif inner:  # those with whom the first day begins
                begun += info & 255
            words[written] = (now << BITS) | group
            written += 1
            group = follows
    d.now[row, N_NEXT] = outside
    d.now[row, N_PRESENT] += people
    d.now[row, N_CHILDREN] += children
    d.now[row, N_SPECIAL] += special
    d.out[ARRIVED, row, day] += people - begun
    return written


@kernel
def widen(words: Any, total: Any, wider: Any, h: Hall) -> Any:
    """From words of groups to words of each of their people."""
    written = 0
    for row in range(total):
        group = words[row] & LOW
        time = words[row] - group
        for member in range(h.group[group].info & 255):
            wider[written] = time | (h.group[group].first + member)
            written += 1
    return written


@kernel
def gather(words: Any, total: Any, groups: Any, h: Hall) -> Any:
    """From words of people to words of groups of whom the last person has come through."""
    written = 0
    for row in range(total):
        person = words[row] & LOW
        group = h.group_of[person]
        h.group[group].pending += 1
        if h.group[group].pending == (h.group[group].info & 255):
            h.group[group].pending = 0
            groups[written] = words[row] - person + group
            written += 1
    return written


@kernel
def be_ready(row: Any, group: Any, now: Any, d: Door) -> None:
    """A group has come through the desks: it waits for a seat, or first for its holds and reviews to end."""
    mine = d.group[group]
    if d.flags[G_GIVES] == 1 and mine.deadline <= now:
        return
    if d.flags[G_HOLDS] == 1 and mine.held > now:
        flies = (mine.info & RETURNS) != 0 and d.place[row, P_FLIES] == 1
        if d.place[row, P_HOLDS] == 1 or flies:
            day = (mine.held - d.place[row, P_DISPATCH] + DAY - 1) // DAY
            if day < d.late.shape[1]:
                mine.link = d.late[row, day]
                d.late[row, day] = group
            return
    wait_for_seat(row, group, d)


@kernel
def work(row: Any, day: Any, begin: Any, end: Any, h: Hall, d: Door, words: Any, other: Any) -> None:
    """Everybody at place `row` goes from desk to desk until `end`."""
    coming = feed(row, day, end, words, d)
    singles, wide, passed = h.flags[G_SINGLES] == 1, False, 0
    for desk in range(d.place[row, P_DESK], d.place[row, P_DESK_END]):
        passed |= h.desk[desk, D_KNOWN] * h.desk[desk, D_BIT]
        groups = h.desk[desk, D_GROUP] == 1
        if not singles and groups == wide:
            coming = gather(words, coming, other, h) if wide else widen(words, coming, other, h)
            words, other, wide = other, words, not wide
        coming = run_desk(desk, day, begin, end, h, words, coming, other)
        words, other = other, words
    if wide:
        coming = gather(words, coming, other, h)
        words, other = other, words
    for place in range(coming):
        h.group[words[place] & LOW].done |= passed
        be_ready(row, words[place] & LOW, words[place] >> BITS, d)


@kernel
def begin_day(day: Any, quota: Any, s: State) -> None:
    for row in range(s.place.shape[0]):
        s.place[row, N_NEXT] = s.counters[C_FROM]
    for border in range(quota.shape[0]):
        s.left[border] = quota[border, day]


@kernel
def count(day: Any, s: State, out: Any, queued: Any) -> None:
    """Who is there at midnight."""
    for row in range(s.place.shape[0]):
        out[PRESENT, row, day] = s.place[row, N_PRESENT]
        out[CHILDREN, row, day] = s.place[row, N_CHILDREN]
        out[SPECIAL, row, day] = s.place[row, N_SPECIAL]
    for desk in range(s.desk.shape[0]):
        queued[desk, day] = s.desk[desk, K_WAITING]


@entry
def individual(key: Any, people: Any, m: Model, p: People, s: State, out: Any, queued: Any) -> None:
    """Run people.shape[0] days with people[day] arrivals; fills `out` [measures, places, days], `queued` [desks, days].

    Each day, place by place in the direction of travel: the desks work until the hour of departure, vehicles and
    flights leave, the desks work until midnight. Who lost patience that day is gone, and whoever is present is counted.
    """
    source = Source(
        key, m.flags, m.real, m.sizes, m.needs, m.classes, m.hold_share, m.hold_mean, p.group, p.group_of, s.counters,
    )  # fmt: skip
    hall = Hall(
        key, m.flags, m.desk, m.desk_real, m.salt, m.staff, m.starts, p.group, p.group_of, p.after, s.line, s.desk,
        s.queue,
    )  # fmt: skip
    door = Door(
        key, m.flags, m.place, m.patience, m.starts, m.way, m.way_share, p.group, p.nodes, p.bucket, s.place, s.inbox,
        s.ready, s.late, s.way_in, s.counters, out,
    )  # fmt: skip
    road = Road(
        m.order, m.leg, m.fleet, m.fleet_count, np.int64(m.real[V_LONGEST]), s.left, s.leg, s.rides, s.stand, s.aside,
        s.taken,
    )  # fmt: skip
    for day in range(people.shape[0]):
        arrive(day, people[day], source)
        if not (m.way.shape[0] == 1 and m.way_share[day, 0] >= 1.0):
            choose_ways(day, door)
        begin_day(day, m.quota, s)
        for place in range(m.order.shape[0]):
            row = m.order[place]
            if m.place[row, P_EXIT] == 1:
                continue
            midnight, leaves = day * DAY, day * DAY + m.place[row, P_DISPATCH]
            for half in range(2):  # one call of `work`, because the compiler puts its body where it is called
                begin, end = (midnight, leaves) if half == 0 else (leaves, midnight + DAY)
                work(row, day, begin, end, hall, door, s.words, s.other)
                if half == 0:
                    depart(place, day, leaves, door, road)
                    fly(row, day, leaves, m.flight, m.flight_on, s.money, door, s.aside)
        if m.flags[G_GIVES] == 1:
            lose_patience(day, door)
        count(day, s, out, queued)
