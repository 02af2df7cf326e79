"""Columns of the arrays that both engines read (see `twin.py`), and what they count.

Times are whole ticks of ten milliseconds from midnight of the first day. A time and a number share one word, the time
in the high bits, so that a heap moves one word where it would move two.
"""

from typing import Any, NamedTuple

import numpy as np

DAY = 8_640_000
HOUR = 360_000
BITS = 28
LOW = (1 << BITS) - 1
NEVER = (1 << 63) - 1  # 3,976 days from the first, as a word
PER_DAY = 1 << 20  # numbers of a day's groups, as random numbers know them
RETURNS = 1 << 29  # the bit of a group's word: a return is planned

P_DISPATCH, P_DESK, P_DESK_END, P_LEG, P_LEG_END, P_EXIT, P_LIMIT, P_HOLDS, P_FLIES = range(9)
D_GROUP, D_PHASES, D_OPENS, D_CLOSES, D_BIT, D_LAPSE, D_KNOWN = range(7)
R_MEAN, R_REFER, R_REVIEW = range(3)
L_TO, L_TICKS, L_BORDER, L_MODE = range(4)
F_PLACE, F_MODE, F_SEATS, F_COST = range(4)
A_PLACE, A_SEATS, A_COST = range(3)
V_CHILD, V_RETURN, V_BUDGET, V_LONGEST, V_FIRST, V_LAST = range(6)
G_SINGLES, G_GIVES, G_PLAIN, G_HOLDS = range(4)
C_NODES, C_GROUPS, C_PERSONS, C_FROM = range(4)
K_BUSY, K_WAITING = range(2)
Q_HEAD, Q_TAIL = range(2)
N_PRESENT, N_CHILDREN, N_SPECIAL, N_TRANSIT, N_BATCHES, N_NEXT, N_READY, N_HOME = range(8)
I_TIME, I_HEAD = range(2)
E_ROOM, E_CHAIN = range(2)
T_GROUP, T_LEG = range(2)
X_GROUP, X_PLACE, X_NEXT = range(3)

PRESENT, CHILDREN, SPECIAL, ARRIVED, LEFT, GAVE_UP, RETURNED, WAITED, SPENT = range(9)
MEASURES = ("present", "children", "special", "arrived", "left", "gave_up", "returned", "waited_hours", "spent")


class Model(NamedTuple):
    """The corridor and the scenario. P places, K desks, L legs, B borders, F fleets, A flights, W ways in, D days."""

    place: Any  # int64 [P, 9]
    order: Any  # int64 [P]: the places in the direction of travel
    desk: Any  # int64 [K, 7]
    desk_real: Any  # float64 [K, 3]: mean ticks, share referred, mean ticks of a review
    salt: Any  # uint64 [K]
    staff: Any  # int32 [K, D]: servers of the day
    leg: Any  # int64 [L, 4]
    fleet: Any  # int64 [F, 4]
    fleet_count: Any  # int32 [F, D]
    flight: Any  # int64 [A, 3]
    flight_on: Any  # int32 [A, D]
    quota: Any  # int64 [B, D]
    way: Any  # int64 [W]: the place of a way in
    way_share: Any  # float64 [D, W], cumulated; the rest of 1 does not come
    real: Any  # float64 [6]
    sizes: Any  # float64 [n]: probability of a group of at most n + 1
    needs: Any  # float64 [n], cumulated share of people with each need
    classes: Any  # int64 [n]: its class of head start
    starts: Any  # int64 [c]: ticks of head start of each class
    hold_share: Any  # float64 [h], cumulated
    hold_mean: Any  # float64 [h], ticks
    patience: Any  # float64 [P], mean ticks until somebody walks on; 0: nobody does
    flags: Any  # int64 [4]


GROUP = np.dtype(
    [
        ("since", "i8"),  # came into the corridor
        ("here", "i8"),  # came to the place
        ("key", "i8"),  # what random numbers know it by
        ("deadline", "i8"),  # gives up; -1 when gone
        ("held", "i8"),  # not before
        ("info", "i4"),  # see `people.traits`
        ("first", "i4"),  # its first person
        ("done", "i4"),  # bits of desks
        ("pending", "i4"),  # members who have come through
        ("link", "i4"),  # the next in a chain
        ("place", "i4"),  # where its patience was drawn
    ],
    align=True,
)
"""A group in 64 bytes: one line of the processor's cache."""


class People(NamedTuple):
    """Groups (G) and persons (N) of one replication; room for all, written as they come."""

    group: Any  # GROUP [G]
    group_of: Any  # int32 [N]
    after: Any  # int32 [2, N]: which person, which group waits behind at a desk
    nodes: Any  # int32 [X, 3]: by the day on which patience ends, or is looked at again
    bucket: Any  # int32 [D + 1]


class State(NamedTuple):
    """What one replication has in hand."""

    line: Any  # int64 [K, more than servers]: words of who is served, and when that ends, in falling order
    desk: Any  # int64 [K, 2]: busy, waiting
    queue: Any  # int32 [K, c, 2]: the first and the last who wait, by class
    place: Any  # int64 [P, 8]
    inbox: Any  # int64 [P, I, 2]: when a batch comes, and its first group, in order of time
    ready: Any  # int64 [2, P, G]: words of who may leave onward, home
    late: Any  # int32 [P, D + 1]: chains of who is held until the departure of a day
    way_in: Any  # int64 [G of a day]
    left: Any  # int64 [B + 1]
    leg: Any  # int64 [L + 1, 2]: room where it leads, chain of who goes
    rides: Any  # int64 [rides, 2]
    stand: Any  # int64 [F, 7]
    aside: Any  # int64 [4096]
    taken: Any  # int64 [G, 2]: group and leg
    words: Any  # int64 [N]
    other: Any  # int64 [N]
    counters: Any  # int64 [4]
    money: Any  # float64 [1]: what is left of the budget


# A kernel takes the arrays it needs, and no more: each costs as much to compile as a line of its own.


class Source(NamedTuple):
    """What is asked of those who come: of Model, People and State."""

    key: Any
    flags: Any
    real: Any
    sizes: Any
    needs: Any
    classes: Any
    hold_share: Any
    hold_mean: Any
    group: Any
    group_of: Any
    counters: Any


class Hall(NamedTuple):
    """The desks: of Model, People and State."""

    key: Any
    flags: Any
    desk: Any
    real: Any
    salt: Any
    staff: Any
    starts: Any
    group: Any
    group_of: Any
    after: Any
    line: Any
    now: Any  # State.desk
    queue: Any


class Door(NamedTuple):
    """Who comes to a place and leaves it: of Model, People and State."""

    key: Any
    flags: Any
    place: Any
    patience: Any
    starts: Any
    way: Any
    way_share: Any
    group: Any
    nodes: Any
    bucket: Any
    now: Any  # State.place
    inbox: Any
    ready: Any
    late: Any
    way_in: Any
    counters: Any
    out: Any  # [measures, places, days]


class Road(NamedTuple):
    """What leaves a place: of Model and State."""

    order: Any
    leg: Any
    fleet: Any
    fleet_count: Any
    longest: Any  # ticks: the longest head start
    left: Any
    now: Any  # State.leg
    rides: Any
    stand: Any
    aside: Any
    taken: Any
