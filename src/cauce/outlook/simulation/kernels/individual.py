"""One corridor, person by person: every desk, bus, bed, quota and flight, in the order in which things happen."""

from typing import Any

from cauce.outlook.simulation.kernels.desks import run_desk
from cauce.outlook.simulation.kernels.heaps import push
from cauce.outlook.simulation.kernels.layout import (
    ARRIVED,
    BITS,
    C_FROM,
    C_GROUPS,
    CHILDREN,
    D_GROUP,
    DAY,
    G_GIVES,
    G_HOLDS,
    G_SINGLES,
    LOW,
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
    Model,
    People,
    State,
)
from cauce.outlook.simulation.kernels.leaving import come, depart, fly, lose_patience
from cauce.outlook.simulation.kernels.people import arrive, choose_ways
from cauce.outlook.simulation.machine import entry, kernel


@kernel
def feed(row: Any, day: Any, end: Any, key: Any, m: Model, p: People, s: State, out: Any) -> Any:
    """Who comes to place `row` until `end`, from outside and from other places, as words in order of time."""
    written, last = 0, s.counters[C_GROUPS]
    single_way = m.way.shape[0] == 1 and m.way_share[day, 0] >= 1.0
    while True:
        group = s.next_in[row]
        while not single_way and group < last and s.way_in[group - s.counters[C_FROM]] != row:
            group += 1
        if single_way and m.way[0] != row:
            group = last
        s.next_in[row] = group
        own = p.since[group] if group < last else NEVER
        batch = s.inbox_time[row, 0] if s.inbox[row] > 0 else NEVER
        if min(own, batch) > end:
            return written
        if own <= batch:
            s.next_in[row] += 1
            out[ARRIVED, row, day] += p.info[group] & 255
            come(row, group, own, key, m, p, s)
            s.words[written] = (own << BITS) | group
            written += 1
            continue
        group = s.inbox_head[row, 0]
        s.inbox[row] -= 1
        for place in range(s.inbox[row]):
            s.inbox_time[row, place], s.inbox_head[row, place] = (
                s.inbox_time[row, place + 1],
                s.inbox_head[row, place + 1],
            )
        while group >= 0:
            follows = p.link[group]
            if batch > 0:  # not those with whom the first day begins
                out[ARRIVED, row, day] += p.info[group] & 255
                s.transit[row] -= p.info[group] & 255
            come(row, group, batch, key, m, p, s)
            s.words[written] = (batch << BITS) | group
            written += 1
            group = follows


@kernel
def widen(words: Any, total: Any, wider: Any, p: People) -> Any:
    """From words of groups to words of each of their people."""
    written = 0
    for row in range(total):
        group = words[row] & LOW
        time = words[row] - group
        for member in range(p.info[group] & 255):
            wider[written] = time | (p.first[group] + member)
            written += 1
    return written


@kernel
def gather(words: Any, total: Any, groups: Any, p: People) -> Any:
    """From words of people to words of groups of whom the last person has come through."""
    written = 0
    for row in range(total):
        person = words[row] & LOW
        group = p.group_of[person]
        p.pending[group] += 1
        if p.pending[group] == (p.info[group] & 255):
            p.pending[group] = 0
            groups[written] = words[row] - person + group
            written += 1
    return written


@kernel
def rename(words: Any, total: Any, p: People, to_people: Any) -> None:
    """A desk for groups knows each by its first person: from groups to those, or back; in place."""
    for row in range(total):
        number = words[row] & LOW
        other = p.first[number] if to_people else p.group_of[number]
        words[row] += other - number


@kernel
def be_ready(row: Any, group: Any, now: Any, m: Model, p: People, s: State) -> None:
    """A group has come through the desks: it waits for a seat, or first for its holds and reviews to end."""
    if m.flags[G_GIVES] == 1 and p.deadline[group] <= now:
        return
    home = 1 if (p.info[group] & RETURNS) != 0 and m.place[row, P_FLIES] == 1 else 0
    if m.flags[G_HOLDS] == 1 and p.held[group] > now and (m.place[row, P_HOLDS] == 1 or home == 1):
        day = (p.held[group] - m.place[row, P_DISPATCH] + DAY - 1) // DAY
        if day < s.late.shape[1]:
            p.link[group] = s.late[row, day]
            s.late[row, day] = group
        return
    turn = p.since[group] - m.starts[(p.info[group] >> 24) & 15]
    push(s.ready[home, row], s.ready_count[home, row], (turn << BITS) | group)
    s.ready_count[home, row] += 1


@kernel
def work(row: Any, day: Any, begin: Any, end: Any, key: Any, m: Model, p: People, s: State, out: Any) -> None:
    """Everybody at place `row` goes from desk to desk until `end`."""
    coming = feed(row, day, end, key, m, p, s, out)
    words, other = s.words, s.other
    singles, wide = m.flags[G_SINGLES] == 1, False
    for desk in range(m.place[row, P_DESK], m.place[row, P_DESK_END]):
        groups = m.desk[desk, D_GROUP] == 1
        if not singles and groups == wide:
            coming = gather(words, coming, other, p) if wide else widen(words, coming, other, p)
            words, other, wide = other, words, not wide
        if not singles and groups:
            rename(words, coming, p, True)
        coming = run_desk(desk, day, begin, end, key, m, p, s, words, coming, other)
        words, other = other, words
        if not singles and groups:
            rename(words, coming, p, False)
    if wide:
        coming = gather(words, coming, other, p)
        words, other = other, words
    for place in range(coming):
        be_ready(row, words[place] & LOW, words[place] >> BITS, m, p, s)


@entry
def individual(key: Any, people: Any, m: Model, p: People, s: State, out: Any, queued: Any) -> None:
    """Run people.shape[0] days with people[day] arrivals; fills `out` [measures, places, days], `queued` [desks, days].

    Each day, place by place in the direction of travel: the desks work until the hour of departure, vehicles and
    flights leave, the desks work until midnight. Who lost patience that day is gone, and whoever is present is counted.
    """
    for day in range(people.shape[0]):
        one_way = m.way.shape[0] == 1 and m.way_share[day, 0] >= 1.0
        arrive(key, day, people[day], m, p, s)
        if not one_way:
            choose_ways(key, day, m, p, s)
        s.next_in[:] = s.counters[C_FROM]
        for border in range(m.quota.shape[0]):
            s.left[border] = m.quota[border, day]
        for place in range(m.order.shape[0]):
            row = m.order[place]
            if m.place[row, P_EXIT] == 1:
                continue
            leaves = day * DAY + m.place[row, P_DISPATCH]
            for half in range(2):  # one call of `work`, because the compiler puts its body where it is called
                begin, end = (day * DAY, leaves) if half == 0 else (leaves, (day + 1) * DAY)
                work(row, day, begin, end, key, m, p, s, out)
                if half == 0:
                    depart(place, day, leaves, m, p, s, out)
                    fly(row, day, leaves, m, p, s, out)
        if m.flags[G_GIVES] == 1:
            lose_patience(day, p, s, out)
        for row in range(m.place.shape[0]):
            out[PRESENT, row, day] = s.now[0, row]
            out[CHILDREN, row, day] = s.now[1, row]
            out[SPECIAL, row, day] = s.now[2, row]
        for desk in range(m.desk.shape[0]):
            queued[desk, day] = s.waiting[desk]
