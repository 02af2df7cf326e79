"""Random numbers by counter: a draw is a hash of what it is for, so it is the same whoever draws it, and whenever.

The hash is SplitMix64 (Steele, Lea and Flood, 2014, figure 16): output
number `entity` of the stream that starts at `key + salt`. `key` stands for seed and replication, `entity` for a day, a
group or a person, `salt` for the stage at which it is drawn.
"""

import math
from typing import Any

import numpy as np

from cauce.outlook.simulation.machine import entry, kernel

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_ONE = np.uint64(0xBF58476D1CE4E5B9)
_TWO = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_DAILY = np.uint64(0x94A2F1B3C5D7E869)
_UNIT = 1.0 / 9007199254740992.0
_S4, _S54, _LAST = np.uint64(4), np.uint64(54), np.uint64(1)
_SMALL, _REST, _FINEST = np.uint64(1 << 60), np.uint64((1 << 54) - 1), 1.0 / (1 << 54)
_SIXTEEN = math.log(16)
_LOGARITHM = np.array([0.0] + [-math.log(part / 1024) for part in range(1, 1025)])


@kernel
def draw(key: Any, entity: Any, salt: Any) -> Any:
    """64 random bits."""
    bits = key + salt + np.uint64(entity) * _GAMMA
    bits = (bits ^ (bits >> _S30)) * _ONE
    bits = (bits ^ (bits >> _S27)) * _TWO
    return bits ^ (bits >> _S31)


@kernel
def uniform(bits: Any) -> Any:
    """A number above 0 and below 1."""
    return (np.float64(bits >> _S11) + 0.5) * _UNIT


@kernel
def exponential(bits: Any) -> Any:
    """An exponential number of mean 1: the logarithm in a table of 1,024 parts, straight between them (error of the
    mean: a millionth); a logarithm of its own would take a third of a replication's time.
    """
    bits = bits | _LAST
    whole = 0.0
    while bits < _SMALL:  # one in sixteen: where the logarithm bends, look closer
        whole += _SIXTEEN
        bits = bits << _S4
    at = bits >> _S54
    part = np.float64(np.int64(bits & _REST)) * _FINEST
    low = _LOGARITHM[at]
    return whole + low + (_LOGARITHM[at + _LAST] - low) * part


@kernel
def poisson(mean: Any, share: Any) -> Any:
    """The number below which a Poisson variable of that mean lies with probability `share`: it grows with the mean.

    Inversion from the mode outwards, so that a larger mean with the same share never gives a smaller number.
    """
    if mean <= 0.0:
        return 0
    mode = int(mean)
    at = math.exp(mode * math.log(mean) - mean - math.lgamma(mode + 1.0))
    below = 0.0  # P(X < mode), summed downwards until nothing is added
    weight, number = at, mode
    while number > 0 and weight > 1e-18:
        weight *= number / mean
        number -= 1
        below += weight
    if share >= below:
        total, weight, number = below + at, at, mode
        while total < share and weight > 1e-18:
            number += 1
            weight *= mean / number
            total += weight
        return number
    total, weight, number = below, at, mode
    while number > 0:
        weight *= number / mean
        total -= weight
        number -= 1
        if share >= total:
            return number
    return 0


@entry
def daily(key: Any, means: Any, spreads: Any, people: Any) -> None:
    """People on each day: Poisson around `means`, or the means themselves, rounded up with the chance of the rest."""
    for day in range(means.shape[0]):
        share = uniform(draw(key, day, _DAILY))
        people[day] = poisson(means[day], share) if spreads else np.int64(means[day] + share)
