"""Columns of the arrays that both engines read (see `twin.py`), and what they count.

Times are whole ticks of ten milliseconds from midnight of the first day. A time and a number share one word, the time
in the high bits, so that a heap moves one word where it would move two.
"""

from typing import Any, NamedTuple

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


class People(NamedTuple):
    """Groups (G) and persons (N) of one replication; room for all, written as they come."""

    since: Any  # int64 [G]: came into the corridor
    here: Any  # int64 [G]: came to the place
    keys: Any  # int64 [G]: what random numbers know it by
    info: Any  # int32 [G]: see `people.traits`
    first: Any  # int32 [G]
    group_of: Any  # int32 [N]
    after: Any  # int32 [N]: who waits behind at a desk
    done: Any  # int32 [G]: bits of desks
    deadline: Any  # int64 [G]: gives up; -1 when gone
    held: Any  # int64 [G]: not before
    pending: Any  # int32 [G]: members who have come through
    link: Any  # int32 [G]: the next in a chain
    nodes: Any  # int32 [X, 3]: group, place, next, by the day on which patience ends
    bucket: Any  # int32 [D + 1]


class State(NamedTuple):
    """What one replication has in hand."""

    heap: Any  # int64 [K, servers + 1]
    busy: Any  # int64 [K]
    heads: Any  # int32 [K, c]
    tails: Any  # int32 [K, c]
    waiting: Any  # int64 [K]
    inbox_time: Any  # int64 [P, I]
    inbox_head: Any  # int32 [P, I]
    inbox: Any  # int64 [P]
    ready: Any  # int64 [2, P, G]: words of who may leave onward, home
    ready_count: Any  # int64 [2, P]
    late: Any  # int32 [P, D + 1]: chains of who is held until the departure of a day
    next_in: Any  # int64 [P]: the next of today's groups that may come in here
    way_in: Any  # int32 [G of a day]
    transit: Any  # int64 [P]
    now: Any  # int64 [3, P]
    left: Any  # int64 [B]
    room: Any  # int64 [L]
    chain: Any  # int32 [L]
    rides: Any  # int64 [rides, 2]
    stand: Any  # int64 [F, 7]
    aside: Any  # int64 [4096]
    taken: Any  # int32 [G]
    taken_leg: Any  # int32 [G]
    words: Any  # int64 [N]
    other: Any  # int64 [N]
    counters: Any  # int64 [4]
    money: Any  # float64 [1]: what is left of the budget
