"""Who leaves a place on a day: the queue's order and the greedy rule of `movement.allot`, on arrays.

`stand` has a row for each kind of vehicle that stands at the place today: its rides are rides[S_START:S_END], of which
those before S_OPEN are full, those before S_EMPTY hold somebody, and the others nobody.
"""

from typing import Any

import numpy as np

from cauce.outlook.simulation.kernels.heaps import push, sink
from cauce.outlook.simulation.kernels.layout import (
    BITS,
    E_ROOM,
    G_GIVES,
    L_BORDER,
    L_MODE,
    LOW,
    N_READY,
    P_LEG,
    P_LEG_END,
    T_GROUP,
    T_LEG,
    Door,
    Road,
)
from cauce.outlook.simulation.machine import kernel

LOOKED_AT = 2048
"""Groups in a row that fit nowhere, after which nobody further back is looked at: the seats left are next to none."""
S_MODE, S_SEATS, S_START, S_OPEN, S_EMPTY, S_END, S_COST = range(7)
FREE, WAY = 0, 1
_NONE: Any = np.int64(-1)


@kernel
def stand_up(row: Any, mode: Any, seats: Any, count: Any, cost: Any, stand: Any, rides: Any, start: Any) -> Any:
    """`count` empty vehicles as row `row` of `stand`; returns where the next may begin in `rides`."""
    stand[row, S_MODE], stand[row, S_SEATS], stand[row, S_COST] = mode, seats, cost
    stand[row, S_START] = stand[row, S_OPEN] = stand[row, S_EMPTY] = start
    stand[row, S_END] = start + count
    for ride in range(start, start + count):
        rides[ride, FREE] = seats
        rides[ride, WAY] = -1
    return start + count


@kernel
def sit(stand: Any, row: Any, rides: Any, ride: Any, way: Any, people: Any) -> None:
    """Seat `people` in `ride` of row `row`, which then goes `way`."""
    if ride >= stand[row, S_EMPTY]:  # the first empty one
        ride = stand[row, S_EMPTY]
        stand[row, S_EMPTY] += 1
    rides[ride, FREE] -= people
    rides[ride, WAY] = way
    if rides[ride, FREE] == 0:
        other = stand[row, S_OPEN]
        rides[ride, FREE], rides[ride, WAY] = rides[other, FREE], rides[other, WAY]
        rides[other, FREE], rides[other, WAY] = 0, way
        stand[row, S_OPEN] += 1


@kernel
def best_ride(stand: Any, rows: Any, rides: Any, mode: Any, way: Any, size: Any) -> Any:
    """Row and ride of that mode, going that way or nowhere yet, with the fewest free seats that hold `size`, or -1."""
    best_row, best, least = _NONE, _NONE, 1 << 30
    for row in range(rows):
        if stand[row, S_MODE] != mode:
            continue
        for ride in range(stand[row, S_OPEN], min(stand[row, S_EMPTY] + 1, stand[row, S_END])):
            free = rides[ride, FREE]
            if size <= free < least and (rides[ride, WAY] == way or rides[ride, WAY] < 0):
                best_row, best, least = row, ride, free
    return best_row, best


@kernel
def spread(stand: Any, rows: Any, rides: Any, mode: Any, way: Any, size: Any) -> Any:
    """Seat a family larger than every vehicle over several, the roomiest first; False when they do not hold it."""
    largest, free = 0, 0
    for row in range(rows):
        if stand[row, S_MODE] == mode:
            if stand[row, S_END] > stand[row, S_START]:
                largest = max(largest, stand[row, S_SEATS])
            for ride in range(stand[row, S_OPEN], stand[row, S_END]):
                if rides[ride, WAY] == way or rides[ride, WAY] < 0:
                    free += rides[ride, FREE]
    if size <= largest or free < size:
        return False
    while size > 0:
        best_row, best, most = _NONE, _NONE, 0
        for row in range(rows):
            if stand[row, S_MODE] == mode:
                for ride in range(stand[row, S_OPEN], min(stand[row, S_EMPTY] + 1, stand[row, S_END])):
                    if (rides[ride, WAY] == way or rides[ride, WAY] < 0) and rides[ride, FREE] > most:
                        best_row, best, most = row, ride, rides[ride, FREE]
        people = min(size, most)
        sit(stand, best_row, rides, best, way, people)
        size -= people
    return True


@kernel
def find_seat(row: Any, size: Any, rows: Any, d: Door, w: Road) -> Any:
    """Seat a group of `size` on the first leg from place `row` that takes it and return that leg; -1 when none does."""
    for way in range(d.place[row, P_LEG], d.place[row, P_LEG_END]):
        border, mode = w.leg[way, L_BORDER], w.leg[way, L_MODE]
        if (border >= 0 and w.left[border] < size) or w.now[way, E_ROOM] < size:
            continue
        kind, ride = best_ride(w.stand, rows, w.rides, mode, way, size)
        if kind >= 0:
            sit(w.stand, kind, w.rides, ride, way, size)
        elif not spread(w.stand, rows, w.rides, mode, way, size):
            continue
        if border >= 0:
            w.left[border] -= size
        w.now[way, E_ROOM] -= size
        return way
    return _NONE


@kernel
def is_open(row: Any, d: Door, w: Road) -> Any:
    """Whether any leg from place `row` takes anybody yet."""
    for way in range(d.place[row, P_LEG], d.place[row, P_LEG_END]):
        border = w.leg[way, L_BORDER]
        if (border < 0 or w.left[border] > 0) and w.now[way, E_ROOM] > 0:
            return True
    return False


@kernel
def board(row: Any, rows: Any, at: Any, d: Door, w: Road) -> Any:
    """Seat groups who are ready at place `row` in the order of their turn; returns how many groups sit.

    What each border and each leg's destination still takes shrinks. Who was passed by somebody behind has the longest
    head start the next time. `w.taken` lists who sits.
    """
    seated, put_aside, told, misses, seats = 0, 0, 0, 0, 0
    ready, count, gives = d.ready[0, row], d.now[row, N_READY], d.flags[G_GIVES] == 1
    for kind in range(rows):
        seats += w.stand[kind, S_SEATS] * (w.stand[kind, S_END] - w.stand[kind, S_START])
    while count > 0 and seats > 0 and misses < LOOKED_AT and put_aside < w.aside.shape[0] and is_open(row, d, w):
        word = ready[0]
        count -= 1
        sink(ready, count, ready[count])
        group = word & LOW
        if gives and d.group[group].deadline <= at:
            continue
        size = d.group[group].info & 255
        way = find_seat(row, size, rows, d, w)
        if way < 0:
            w.aside[put_aside] = word
            put_aside += 1
            misses += 1
            continue
        for passed in range(told, put_aside):  # everybody set aside so far was passed by this one
            other = w.aside[passed] & LOW
            w.aside[passed] = ((d.group[other].since - w.longest) << BITS) | other
        told, misses = put_aside, 0
        seats -= size
        w.taken[seated, T_GROUP], w.taken[seated, T_LEG] = group, way
        seated += 1
    for back in range(put_aside):
        push(ready, count, w.aside[back])
        count += 1
    d.now[row, N_READY] = count
    return seated
