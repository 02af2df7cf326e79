"""Who leaves a place on a day: the queue's order and the greedy rule of `movement.allot`, on arrays.

`stand` has a row for each kind of vehicle that stands at the place today: its rides are rides[S_START:S_END], of which
those before S_OPEN are full, those before S_EMPTY hold somebody, and the others nobody.
"""

from typing import Any

from cauce.outlook.simulation.kernels.heaps import push, sink
from cauce.outlook.simulation.kernels.layout import BITS, L_BORDER, L_MODE, LOW
from cauce.outlook.simulation.machine import kernel

LOOKED_AT = 2048
"""Groups in a row that fit nowhere, after which nobody further back is looked at: the seats left are next to none."""
S_MODE, S_SEATS, S_START, S_OPEN, S_EMPTY, S_END, S_COST = range(7)
FREE, WAY = 0, 1


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
    best_row, best, least = -1, -1, 1 << 30
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
        best_row, best, most = -1, -1, 0
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
def find_seat(
    first_leg: Any, last_leg: Any, leg: Any, left: Any, room: Any, stand: Any, rows: Any, rides: Any, size: Any
) -> Any:
    """Seat a group of `size` on the first leg that takes it and return that leg; -1 when none does."""
    for way in range(first_leg, last_leg):
        border = leg[way, L_BORDER]
        if (border >= 0 and left[border] < size) or room[way] < size:
            continue
        row, ride = best_ride(stand, rows, rides, leg[way, L_MODE], way, size)
        if row >= 0:
            sit(stand, row, rides, ride, way, size)
        elif not spread(stand, rows, rides, leg[way, L_MODE], way, size):
            continue
        if border >= 0:
            left[border] -= size
        room[way] -= size
        return way
    return -1


@kernel
def board(
    first_leg: Any,
    last_leg: Any,
    leg: Any,
    ready: Any,
    count: Any,
    info: Any,
    deadline: Any,
    gives: Any,
    at: Any,
    left: Any,
    room: Any,
    stand: Any,
    rows: Any,
    rides: Any,
    since: Any,
    longest: Any,
    aside: Any,
    taken: Any,
    taken_leg: Any,
) -> Any:
    """Seat groups of `ready[:count]` in the order of their turn; returns how many groups sit and how many words stay.

    `left[border]` is what each border still takes, `room[leg]` the people its destination still takes; both shrink. Who
    was passed by somebody behind has the longest head start the next time. `taken` and `taken_leg` list who sits.
    """
    seated, put_aside, told, misses, seats = 0, 0, 0, 0, 0
    for row in range(rows):
        seats += stand[row, S_SEATS] * (stand[row, S_END] - stand[row, S_START])
    while count > 0 and seats > 0 and misses < LOOKED_AT and put_aside < aside.shape[0]:
        closed = True
        for way in range(first_leg, last_leg):
            border = leg[way, L_BORDER]
            if (border < 0 or left[border] > 0) and room[way] > 0:
                closed = False
        if closed:
            break
        word = ready[0]
        count -= 1
        sink(ready, count, ready[count])
        group = word & LOW
        if gives and deadline[group] <= at:
            continue
        size = info[group] & 255
        way = find_seat(first_leg, last_leg, leg, left, room, stand, rows, rides, size)
        if way < 0:
            aside[put_aside] = word
            put_aside += 1
            misses += 1
            continue
        for passed in range(told, put_aside):  # everybody set aside so far was passed by this one
            other = aside[passed] & LOW
            aside[passed] = ((since[other] - longest) << BITS) | other
        told = put_aside
        misses = 0
        seats -= size
        taken[seated] = group
        taken_leg[seated] = way
        seated += 1
    for row in range(put_aside):
        push(ready, count, aside[row])
        count += 1
    return seated, count
