"""How people come to a place and leave it: by vehicle, by plane, or because they wait no longer."""

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
    E_CHAIN,
    E_ROOM,
    F_COST,
    F_MODE,
    F_PLACE,
    F_SEATS,
    G_GIVES,
    GAVE_UP,
    HOUR,
    I_HEAD,
    I_TIME,
    L_BORDER,
    L_TICKS,
    L_TO,
    LEFT,
    LOW,
    N_BATCHES,
    N_CHILDREN,
    N_HOME,
    N_PRESENT,
    N_READY,
    N_SPECIAL,
    N_TRANSIT,
    NEVER,
    P_EXIT,
    P_FLIES,
    P_LEG,
    P_LEG_END,
    P_LIMIT,
    RETURNED,
    RETURNS,
    SPENT,
    T_GROUP,
    T_LEG,
    WAITED,
    X_GROUP,
    X_NEXT,
    X_PLACE,
    Door,
    Road,
)
from cauce.outlook.simulation.kernels.random import draw, exponential
from cauce.outlook.simulation.machine import kernel

_PATIENCE = np.uint64(0x8CB92BA72F3D8DD7)


@kernel
def come(row: Any, group: Any, now: Any, d: Door) -> Any:
    """A group is at a place from `now`; its patience there is drawn. Returns the group's word (see `people.traits`)."""
    mine = d.group[group]
    mine.here = now
    if d.flags[G_GIVES] == 1:
        mine.place = row
        mine.deadline = NEVER
        if d.patience[row] > 0.0:
            patience = d.patience[row] * exponential(draw(d.key, mine.key * 64 + row, _PATIENCE))
            mine.deadline = max(now, 0) + 1 + np.int64(patience)
            node, day = d.counters[C_NODES], max(now, 0) // DAY
            if node < d.nodes.shape[0]:
                d.counters[C_NODES] = node + 1
                d.nodes[node, X_GROUP], d.nodes[node, X_PLACE] = group, row
                look_again(node, day, day + 1, mine.deadline // DAY, d)
    return np.int64(mine.info)


@kernel
def look_again(node: Any, came: Any, day: Any, ends: Any, d: Door) -> None:
    """Note somebody for the day on which patience ends, or for an earlier one: most have left long before."""
    on = min(ends, day + max(1, day - came))
    if on < d.bucket.shape[0]:
        d.nodes[node, X_NEXT] = d.bucket[on]
        d.bucket[on] = node


@kernel
def lose_patience(day: Any, d: Door) -> None:
    """Whose patience ended today, and who is still where it was drawn, walks on."""
    node = np.int64(d.bucket[day])
    while node >= 0:
        follows, row = np.int64(d.nodes[node, X_NEXT]), np.int64(d.nodes[node, X_PLACE])
        mine = d.group[d.nodes[node, X_GROUP]]
        if mine.place == row and 0 <= mine.deadline < NEVER:
            if mine.deadline < (day + 1) * DAY:
                mine.deadline = -1
                d.out[GAVE_UP, row, day] += go(row, np.int64(d.nodes[node, X_GROUP]), d)
            else:
                look_again(node, mine.here // DAY, day, mine.deadline // DAY, d)
        node = follows


@kernel
def go(row: Any, group: Any, d: Door) -> Any:
    """A group is not at a place any more; returns how many people that are."""
    info = np.int64(d.group[group].info)
    d.now[row, N_PRESENT] -= info & 255
    d.now[row, N_CHILDREN] -= (info >> 8) & 255
    d.now[row, N_SPECIAL] -= (info >> 16) & 255
    return info & 255


@kernel
def leave(row: Any, group: Any, now: Any, day: Any, d: Door) -> Any:
    """A group leaves a place by vehicle or plane; returns how many people that are."""
    people = go(row, group, d)
    d.out[WAITED, row, day] += people * (now - d.group[group].here) / HOUR
    if d.flags[G_GIVES] == 1:
        d.group[group].deadline = NEVER
    return people


@kernel
def wait_for_seat(row: Any, group: Any, d: Door) -> None:
    """Nothing keeps the group any more: from now on it waits for a seat onward, or for a flight."""
    mine = d.group[group]
    home = 1 if (mine.info & RETURNS) != 0 and d.place[row, P_FLIES] == 1 else 0
    turn = mine.since - d.starts[(mine.info >> 24) & 15]
    push(d.ready[home, row], d.now[row, N_READY + home], (turn << BITS) | group)
    d.now[row, N_READY + home] += 1


@kernel
def make_ready(row: Any, day: Any, d: Door) -> None:
    """Those whose holds have ended by today's departure join the others."""
    group = np.int64(d.late[row, day])
    while group >= 0:
        follows = np.int64(d.group[group].link)
        wait_for_seat(row, group, d)
        group = follows


@kernel
def border_share(place: Any, border: Any, d: Door, w: Road) -> Any:
    """What this place may take of a border's quota: its share by people who wait, and what those after it leave."""
    left, mine, later = w.left[border], 0, 0
    for other in range(place, w.order.shape[0]):
        row = w.order[other]
        for way in range(d.place[row, P_LEG], d.place[row, P_LEG_END]):
            if w.leg[way, L_BORDER] == border:
                if other == place:
                    mine = d.now[row, N_PRESENT]
                else:
                    later += d.now[row, N_PRESENT]
                break
    if later == 0 or mine + later <= left:
        return left
    return max(left - later, (left * mine) // (mine + later))


@kernel
def send(way: Any, time: Any, d: Door, w: Road) -> None:
    """Those on one leg arrive together: a batch in the inbox of where they go, in order of time."""
    to = w.leg[way, L_TO]
    at = d.now[to, N_BATCHES]
    while at > 0 and d.inbox[to, at - 1, I_TIME] > time:
        d.inbox[to, at, I_TIME], d.inbox[to, at, I_HEAD] = d.inbox[to, at - 1, I_TIME], d.inbox[to, at - 1, I_HEAD]
        at -= 1
    d.inbox[to, at, I_TIME], d.inbox[to, at, I_HEAD] = time, w.now[way, E_CHAIN]
    d.now[to, N_BATCHES] += 1
    w.now[way, E_CHAIN] = -1


@kernel
def line_up(row: Any, day: Any, w: Road) -> Any:
    """The vehicles that stand at the place today; returns how many kinds."""
    rows, start = np.int64(0), np.int64(0)
    for fleet in range(w.fleet.shape[0]):
        if w.fleet[fleet, F_PLACE] == row:
            many, mode = np.int64(w.fleet_count[fleet, day]), w.fleet[fleet, F_MODE]
            start = stand_up(rows, mode, w.fleet[fleet, F_SEATS], many, w.fleet[fleet, F_COST], w.stand, w.rides, start)
            rows += 1
    return rows


@kernel
def open_legs(place: Any, row: Any, d: Door, w: Road) -> Any:
    """How many each destination still takes, and the part of a border's quota that is kept for places further on.

    Returns that border, or -1, and what is kept.
    """
    border, kept = np.int64(-1), np.int64(0)
    for way in range(d.place[row, P_LEG], d.place[row, P_LEG_END]):
        to = w.leg[way, L_TO]
        free = d.place[to, P_LIMIT] - d.now[to, N_PRESENT] - d.now[to, N_TRANSIT]
        w.now[way, E_ROOM] = NEVER if d.place[to, P_EXIT] == 1 else free
        if w.leg[way, L_BORDER] >= 0 and border < 0:
            border = w.leg[way, L_BORDER]
            mine = border_share(place, border, d, w)
            kept = w.left[border] - mine
            w.left[border] = mine
    return border, kept


@kernel
def depart(place: Any, day: Any, now: Any, d: Door, w: Road) -> None:
    """Today's vehicles leave the place that stands at `place` in the order of travel."""
    row = w.order[place]
    make_ready(row, day, d)
    if d.now[row, N_READY] == 0 or d.place[row, P_LEG] == d.place[row, P_LEG_END]:
        return
    rows = line_up(row, day, w)
    border, kept = open_legs(place, row, d, w)
    seated = board(row, rows, now, d, w)
    if border >= 0:
        w.left[border] += kept
    for which in range(seated - 1, -1, -1):  # chained from the last, so that the first comes first
        group, way = w.taken[which, T_GROUP], w.taken[which, T_LEG]
        people, to = leave(row, group, now, day, d), w.leg[way, L_TO]
        d.out[LEFT, row, day] += people
        if d.place[to, P_EXIT] == 0:
            d.group[group].link = w.now[way, E_CHAIN]
            w.now[way, E_CHAIN] = group
            d.now[to, N_TRANSIT] += people
    for way in range(d.place[row, P_LEG], d.place[row, P_LEG_END]):
        if w.now[way, E_CHAIN] >= 0:
            send(way, now + w.leg[way, L_TICKS], d, w)
    for kind in range(rows):
        d.out[SPENT, row, day] += (w.stand[kind, S_EMPTY] - w.stand[kind, S_START]) * w.stand[kind, S_COST]


@kernel
def fill_flight(row: Any, seats: Any, day: Any, now: Any, d: Door, over: Any) -> None:
    """Whole groups in the queue's order, as long as there are seats; who does not fit is put aside in `over`."""
    free, aside, ready, waiting = seats, 0, d.ready[1, row], d.now[row, N_HOME]
    while waiting > 0 and free > 0 and aside < over.shape[0]:
        word = ready[0]
        waiting -= 1
        sink(ready, waiting, ready[waiting])
        group = word & LOW
        size = d.group[group].info & 255
        if d.flags[G_GIVES] == 1 and d.group[group].deadline <= now:
            continue
        if size > free:
            over[aside] = word
            aside += 1
            continue
        free -= size
        d.out[RETURNED, row, day] += leave(row, group, now, day, d)
    for back in range(aside):
        push(ready, waiting, over[back])
        waiting += 1
    d.now[row, N_HOME] = waiting


@kernel
def fly(row: Any, day: Any, now: Any, flight: Any, flight_on: Any, money: Any, d: Door, over: Any) -> None:
    """Today's flights take home who waits for one, while the budget lasts."""
    for number in range(flight.shape[0]):
        if flight[number, A_PLACE] != row:
            continue
        for _ in range(flight_on[number, day]):
            cost = flight[number, A_COST]
            if cost > money[0] or d.now[row, N_HOME] == 0:
                break
            money[0] -= cost
            d.out[SPENT, row, day] += cost
            fill_flight(row, flight[number, A_SEATS], day, now, d, over)
