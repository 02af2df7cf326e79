"""How people leave a place: by vehicle, by plane, or because they wait no longer."""

from typing import Any

import numpy as np

from cauce.outlook.simulation.kernels.boarding import S_COST, S_EMPTY, S_START, board, stand_up
from cauce.outlook.simulation.kernels.heaps import push, sink
from cauce.outlook.simulation.kernels.layout import (
    A_COST,
    A_PLACE,
    A_SEATS,
    BITS,
    C_NODES,
    DAY,
    F_COST,
    F_MODE,
    F_PLACE,
    F_SEATS,
    G_GIVES,
    GAVE_UP,
    HOUR,
    L_BORDER,
    L_TICKS,
    L_TO,
    LEFT,
    LOW,
    NEVER,
    P_EXIT,
    P_FLIES,
    P_LEG,
    P_LEG_END,
    P_LIMIT,
    RETURNED,
    RETURNS,
    SPENT,
    V_LONGEST,
    WAITED,
    Model,
    People,
    State,
)
from cauce.outlook.simulation.kernels.random import draw, exponential
from cauce.outlook.simulation.machine import kernel

_PATIENCE = np.uint64(0x8CB92BA72F3D8DD7)


@kernel
def change(row: Any, info: Any, what: Any, s: State) -> None:
    """A group comes to (1) or leaves (-1) a place."""
    s.now[0, row] += what * (info & 255)
    s.now[1, row] += what * ((info >> 8) & 255)
    s.now[2, row] += what * ((info >> 16) & 255)


@kernel
def come(row: Any, group: Any, now: Any, key: Any, m: Model, p: People, s: State) -> None:
    """A group is at a place from `now`; its patience there is drawn, and noted under the day on which it ends."""
    p.here[group] = now
    change(row, p.info[group], 1, s)
    if m.flags[G_GIVES] == 0:
        return
    p.deadline[group] = NEVER
    if m.patience[row] <= 0.0:
        return
    bits = draw(key, p.keys[group] * 64 + row, _PATIENCE)
    ends = max(now, 0) + 1 + np.int64(m.patience[row] * exponential(bits))
    p.deadline[group] = ends
    day, node = ends // DAY, s.counters[C_NODES]
    if day < p.bucket.shape[0] and node < p.nodes.shape[0]:
        p.nodes[node, 0], p.nodes[node, 1], p.nodes[node, 2] = group, row, p.bucket[day]
        p.bucket[day] = node
        s.counters[C_NODES] = node + 1


@kernel
def lose_patience(day: Any, p: People, s: State, out: Any) -> None:
    """Whose patience ended today, and who is still where it was drawn, walks on."""
    node = p.bucket[day]
    while node >= 0:
        group, row = p.nodes[node, 0], p.nodes[node, 1]
        if day * DAY <= p.deadline[group] < (day + 1) * DAY:
            p.deadline[group] = -1
            change(row, p.info[group], -1, s)
            out[GAVE_UP, row, day] += p.info[group] & 255
        node = p.nodes[node, 2]


@kernel
def leave(row: Any, group: Any, now: Any, day: Any, what: Any, m: Model, p: People, s: State, out: Any) -> None:
    people = p.info[group] & 255
    change(row, p.info[group], -1, s)
    out[what, row, day] += people
    out[WAITED, row, day] += people * (now - p.here[group]) / HOUR
    if m.flags[G_GIVES] == 1:
        p.deadline[group] = NEVER


@kernel
def border_share(place: Any, border: Any, m: Model, s: State) -> Any:
    """What this place may take of a border's quota: its share by people who wait, and what those after it leave."""
    if place + 1 == m.order.shape[0]:
        return s.left[border]
    mine, later = 0, 0
    for other in range(place, m.order.shape[0]):
        row = m.order[other]
        for way in range(m.place[row, P_LEG], m.place[row, P_LEG_END]):
            if m.leg[way, L_BORDER] == border:
                if other == place:
                    mine = s.now[0, row]
                else:
                    later += s.now[0, row]
                break
    left = s.left[border]
    if later == 0 or mine + later <= left:
        return left
    return max(left - later, (left * mine) // (mine + later))


@kernel
def make_ready(row: Any, day: Any, m: Model, p: People, s: State) -> None:
    """Those whose holds have ended by today's departure join the others."""
    group = s.late[row, day]
    while group >= 0:
        follows = p.link[group]
        home = 1 if (p.info[group] & RETURNS) != 0 and m.place[row, P_FLIES] == 1 else 0
        turn = p.since[group] - m.starts[(p.info[group] >> 24) & 15]
        push(s.ready[home, row], s.ready_count[home, row], (turn << BITS) | group)
        s.ready_count[home, row] += 1
        group = follows


@kernel
def send(way: Any, time: Any, m: Model, s: State) -> None:
    """Those on one leg arrive together: a batch in the inbox of where they go, in order of time."""
    to = m.leg[way, L_TO]
    at = s.inbox[to]
    while at > 0 and s.inbox_time[to, at - 1] > time:
        s.inbox_time[to, at], s.inbox_head[to, at] = s.inbox_time[to, at - 1], s.inbox_head[to, at - 1]
        at -= 1
    s.inbox_time[to, at], s.inbox_head[to, at] = time, s.chain[way]
    s.inbox[to] += 1
    s.chain[way] = -1


@kernel
def line_up(row: Any, day: Any, m: Model, s: State) -> Any:
    """The vehicles that stand at the place today; returns how many kinds."""
    rows, start = 0, 0
    for fleet in range(m.fleet.shape[0]):
        if m.fleet[fleet, F_PLACE] == row:
            many = m.fleet_count[fleet, day]
            kind = m.fleet[fleet]
            start = stand_up(rows, kind[F_MODE], kind[F_SEATS], many, kind[F_COST], s.stand, s.rides, start)
            rows += 1
    return rows


@kernel
def depart(place: Any, day: Any, now: Any, m: Model, p: People, s: State, out: Any) -> None:
    """Today's vehicles leave the place that stands at `place` in the order of travel."""
    row = m.order[place]
    make_ready(row, day, m, p, s)
    first, last = m.place[row, P_LEG], m.place[row, P_LEG_END]
    if s.ready_count[0, row] == 0 or first == last:
        return
    rows = line_up(row, day, m, s)
    kept = NEVER
    border = -1
    for way in range(first, last):
        to = m.leg[way, L_TO]
        s.room[way] = NEVER if m.place[to, P_EXIT] == 1 else m.place[to, P_LIMIT] - s.now[0, to] - s.transit[to]
        if m.leg[way, L_BORDER] >= 0 and border < 0:
            border = m.leg[way, L_BORDER]
            mine = border_share(place, border, m, s)
            kept = s.left[border] - mine
            s.left[border] = mine
    seated, s.ready_count[0, row] = board(
        first, last, m.leg, s.ready[0, row], s.ready_count[0, row], p.info, p.deadline, m.flags[G_GIVES] == 1, now,
        s.left, s.room, s.stand, rows, s.rides, p.since, np.int64(m.real[V_LONGEST]), s.aside, s.taken, s.taken_leg,
    )  # fmt: skip
    if border >= 0:
        s.left[border] += kept
    for which in range(seated - 1, -1, -1):  # chained from the last, so that the first comes first
        group, way = s.taken[which], s.taken_leg[which]
        leave(row, group, now, day, LEFT, m, p, s, out)
        to = m.leg[way, L_TO]
        if m.place[to, P_EXIT] == 0:
            p.link[group] = s.chain[way]
            s.chain[way] = group
            s.transit[to] += p.info[group] & 255
    for way in range(first, last):
        if s.chain[way] >= 0:
            send(way, now + m.leg[way, L_TICKS], m, s)
    for kind in range(rows):
        out[SPENT, row, day] += (s.stand[kind, S_EMPTY] - s.stand[kind, S_START]) * s.stand[kind, S_COST]


@kernel
def fly(row: Any, day: Any, now: Any, m: Model, p: People, s: State, out: Any) -> None:
    """Today's flights take home who waits for one, whole groups in the queue's order, while the budget lasts."""
    for flight in range(m.flight.shape[0]):
        if m.flight[flight, A_PLACE] != row:
            continue
        for _ in range(m.flight_on[flight, day]):
            cost, waiting = m.flight[flight, A_COST], s.ready_count[1, row]
            if cost > s.money[0] or waiting == 0:
                break
            s.money[0] -= cost
            out[SPENT, row, day] += cost
            free, aside, ready = m.flight[flight, A_SEATS], 0, s.ready[1, row]
            while waiting > 0 and free > 0 and aside < s.aside.shape[0]:
                word = ready[0]
                waiting -= 1
                sink(ready, waiting, ready[waiting])
                group = word & LOW
                size = p.info[group] & 255
                if m.flags[G_GIVES] == 1 and p.deadline[group] <= now:
                    continue
                if size > free:
                    s.aside[aside] = word
                    aside += 1
                    continue
                free -= size
                leave(row, group, now, day, RETURNED, m, p, s, out)
            for back in range(aside):
                push(ready, waiting, s.aside[back])
                waiting += 1
            s.ready_count[1, row] = waiting
