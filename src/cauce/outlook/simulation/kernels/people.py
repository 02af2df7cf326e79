"""Who comes on a day: families that fill the day's number, each with its traits, in order of arrival."""

from typing import Any

import numpy as np

from cauce.outlook.simulation.kernels.layout import (
    C_FROM,
    C_GROUPS,
    C_PERSONS,
    DAY,
    G_HOLDS,
    G_PLAIN,
    G_SINGLES,
    PER_DAY,
    RETURNS,
    V_CHILD,
    V_FIRST,
    V_LAST,
    V_RETURN,
    Model,
    People,
    State,
)
from cauce.outlook.simulation.kernels.random import draw, exponential, uniform
from cauce.outlook.simulation.machine import kernel

_SIZE = np.uint64(0x2545F4914F6CDD1D)
_GAP = np.uint64(0x369DEA0F31A53F85)
_TRAIT = np.uint64(0xD1342543DE82EF95)
_WAY = np.uint64(0xAEF17502108EF2D9)
_RETURN = np.uint64(0xDA942042E4DD58B5)
_HOLD = np.uint64(0xF1BBCDCBFA53E0B5)
_PART = 1.0 / 65536.0


@kernel
def size_of(key: Any, who: Any, sizes: Any) -> Any:
    """How many travel together: `sizes[n]` is the probability that it is at most n + 1."""
    share = uniform(draw(key, who, _SIZE))
    size = 1
    while size < sizes.shape[0] and share >= sizes[size - 1]:
        size += 1
    return size


@kernel
def traits(key: Any, who: Any, size: Any, m: Model) -> Any:
    """A group's word: size, children, people with specific needs (8 bits each), class of head start (4 bits), RETURNS.

    The first of a group that is not alone is an adult. The class is that of the longest head start among its needs.
    """
    children, special, which = 0, 0, 0
    for member in range(size):
        bits = draw(key, who * 64 + member, _TRAIT)
        if (size == 1 or member > 0) and np.float64(bits & np.uint64(65535)) * _PART < m.real[V_CHILD]:
            children += 1
        share = np.float64((bits >> np.uint64(16)) & np.uint64(0xFFFFFF)) / 16777216.0
        for need in range(m.needs.shape[0]):
            if share < m.needs[need]:
                special += 1
                which = max(which, m.classes[need])
                break
    word = size | (children << 8) | (special << 16) | (which << 24)
    if m.real[V_RETURN] > 0.0 and uniform(draw(key, who, _RETURN)) < m.real[V_RETURN]:
        word |= RETURNS
    return word


@kernel
def hold_of(key: Any, who: Any, size: Any, m: Model) -> Any:
    """Ticks for which the longest hold of a group's members lasts."""
    longest = 0
    for member in range(size):
        share = uniform(draw(key, who * 64 + member, _HOLD))
        for kind in range(m.hold_share.shape[0]):
            if share < m.hold_share[kind]:
                ticks = m.hold_mean[kind] * exponential(draw(key, who * 64 + member, _HOLD + np.uint64(1)))
                longest = max(longest, int(ticks))
                break
    return longest


@kernel
def new_group(key: Any, who: Any, size: Any, group: Any, m: Model, p: People, s: State) -> None:
    p.keys[group] = who
    p.info[group] = size if m.flags[G_PLAIN] == 1 else traits(key, who, size, m)
    p.done[group] = 0
    p.pending[group] = 0
    persons = s.counters[C_PERSONS]
    p.first[group] = persons
    for member in range(size):
        p.group_of[persons + member] = group
    s.counters[C_PERSONS] = persons + size


@kernel
def arrive(key: Any, day: Any, people: Any, m: Model, p: People, s: State) -> None:
    """Write today's groups behind those there are, in order of arrival.

    Times are uniform over the hours of arrival: sums of exponential gaps over their total.
    """
    begun, left = s.counters[C_GROUPS], people
    singles = m.flags[G_SINGLES] == 1
    group, total = begun, 0.0
    scale = 1048576.0
    while left > 0:
        who = (day + 1) * PER_DAY + (group - begun)
        size = 1
        if singles and m.flags[G_PLAIN] == 1:
            p.keys[group] = who
            p.info[group] = 1
            p.done[group] = 0
        else:
            size = min(size_of(key, who, m.sizes), left)
            new_group(key, who, size, group, m, p, s)
        total += exponential(draw(key, who, _GAP))
        p.since[group] = np.int64(total * scale)
        left -= size
        group += 1
    total += exponential(draw(key, (day + 1) * PER_DAY - 1, _GAP))
    begin = day * DAY + np.int64(m.real[V_FIRST])
    width = (m.real[V_LAST] - m.real[V_FIRST]) / total / scale
    for row in range(begun, group):
        p.since[row] = begin + np.int64(p.since[row] * width)
        if m.flags[G_HOLDS] == 1:
            ticks = 0
            if m.hold_share.shape[0] > 0:
                ticks = hold_of(key, p.keys[row], p.info[row] & 255, m)
            p.held[row] = p.since[row] + ticks
    s.counters[C_FROM] = begun
    s.counters[C_GROUPS] = group


@kernel
def choose_ways(key: Any, day: Any, m: Model, p: People, s: State) -> None:
    """Which way in each of today's groups takes; -1 when every way open to it is closed, and it does not come."""
    begun = s.counters[C_FROM]
    ways = m.way.shape[0]
    for group in range(begun, s.counters[C_GROUPS]):
        share = uniform(draw(key, p.keys[group], _WAY))
        way = 0
        while way < ways and share >= m.way_share[day, way]:
            way += 1
        s.way_in[group - begun] = m.way[way] if way < ways else -1
