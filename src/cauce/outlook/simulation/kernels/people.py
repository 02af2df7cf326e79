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
    Door,
    Source,
)
from cauce.outlook.simulation.kernels.random import draw, exponential, uniform
from cauce.outlook.simulation.machine import kernel, kernel_apart

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
def traits(who: Any, size: Any, o: Source) -> Any:
    """A group's word: size, children, people with specific needs (8 bits each), class of head start (4 bits), RETURNS.

    The first of a group that is not alone is an adult. The class is that of the longest head start among its needs.
    """
    children, special, which = 0, 0, 0
    for member in range(size):
        bits = draw(o.key, who * 64 + member, _TRAIT)
        if (size == 1 or member > 0) and np.float64(bits & np.uint64(65535)) * _PART < o.real[V_CHILD]:
            children += 1
        share = np.float64((bits >> np.uint64(16)) & np.uint64(0xFFFFFF)) / 16777216.0
        for need in range(o.needs.shape[0]):
            if share < o.needs[need]:
                special += 1
                which = max(which, o.classes[need])
                break
    word = size | (children << 8) | (special << 16) | (which << 24)
    if o.real[V_RETURN] > 0.0 and uniform(draw(o.key, who, _RETURN)) < o.real[V_RETURN]:
        word |= RETURNS
    return word


@kernel
def hold_of(who: Any, size: Any, o: Source) -> Any:
    """Ticks for which the longest hold of a group's members lasts."""
    longest = 0
    for member in range(size):
        share = uniform(draw(o.key, who * 64 + member, _HOLD))
        for kind in range(o.hold_share.shape[0]):
            if share < o.hold_share[kind]:
                ticks = o.hold_mean[kind] * exponential(draw(o.key, who * 64 + member, _HOLD + np.uint64(1)))
                longest = max(longest, int(ticks))
                break
    return longest


@kernel
def new_group(who: Any, size: Any, group: Any, o: Source) -> None:
    o.group[group].key = who
    o.group[group].info = size if o.flags[G_PLAIN] == 1 else traits(who, size, o)
    o.group[group].done = 0
    o.group[group].pending = 0
    persons = o.counters[C_PERSONS]
    o.group[group].first = persons
    for member in range(size):
        o.group_of[persons + member] = group
    o.counters[C_PERSONS] = persons + size


@kernel_apart
def arrive(day: Any, people: Any, o: Source) -> None:
    """Write today's groups behind those there are, in order of arrival.

    Times are uniform over the hours of arrival: sums of exponential gaps over their total.
    """
    begun, left = o.counters[C_GROUPS], people
    singles = o.flags[G_SINGLES] == 1
    group, total = begun, 0.0
    scale = 1048576.0
    while left > 0:
        who = (day + 1) * PER_DAY + (group - begun)
        size = 1
        if singles and o.flags[G_PLAIN] == 1:
            o.group[group].key = who
            o.group[group].info = 1
            o.group[group].done = 0
        else:
            size = min(size_of(o.key, who, o.sizes), left)
            new_group(who, size, group, o)
        total += exponential(draw(o.key, who, _GAP))
        o.group[group].since = np.int64(total * scale)
        left -= size
        group += 1
    total += exponential(draw(o.key, (day + 1) * PER_DAY - 1, _GAP))
    begin = day * DAY + np.int64(o.real[V_FIRST])
    width = (o.real[V_LAST] - o.real[V_FIRST]) / total / scale
    for row in range(begun, group):
        o.group[row].since = begin + np.int64(o.group[row].since * width)
        if o.flags[G_HOLDS] == 1:
            ticks = 0
            if o.hold_share.shape[0] > 0:
                ticks = hold_of(o.group[row].key, o.group[row].info & 255, o)
            o.group[row].held = o.group[row].since + ticks
    o.counters[C_FROM] = begun
    o.counters[C_GROUPS] = group


@kernel
def choose_ways(day: Any, d: Door) -> None:
    """Which way in each of today's groups takes; -1 when every way open to it is closed, and it does not come."""
    begun = d.counters[C_FROM]
    ways = d.way.shape[0]
    for group in range(begun, d.counters[C_GROUPS]):
        share = uniform(draw(d.key, d.group[group].key, _WAY))
        way = 0
        while way < ways and share >= d.way_share[day, way]:
            way += 1
        d.way_in[group - begun] = d.way[way] if way < ways else -1
