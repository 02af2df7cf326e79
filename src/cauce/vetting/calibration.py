"""From a score in nats to the chance that a match is one, learnt from what people decided about that list. Pure numpy.

    chance = 1 / (1 + exp(-(a + b x nats)))

A score in nats is a log likelihood ratio, so before anything was decided b = 1 and a is the log of the prior odds: that
one alerted person in the register is the listed one was put at 1 in 100,000 a comparison. With ENOUGH decisions of a
list, a and b are those that make them likeliest, drawn towards the prior (ridge logistic regression, Newton's method;
le Cessie and van Houwelingen, Applied Statistics 41, 1992), so that a list without a single true match stays finite.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PRIOR_ODDS = math.log(1e-5)
_SPREAD = np.array([3.0, 0.3])  # how far decisions may draw a and b away from the prior: standard deviations
ENOUGH = 20
_STEPS = 50
_CLOSE = 1e-9
Floats = NDArray[np.float64]
PAPERS_RIGHT, PAPERS_WRONG = 1.0, 3.0  # before anything was decided a doubt about a paper is right one time in four


@dataclass(frozen=True, slots=True)
class Curve:
    """`decided`: how many decisions it was fitted on, 0 for the prior."""

    a: float = PRIOR_ODDS
    b: float = 1.0
    decided: int = 0

    def chance(self, nats: float) -> float:
        """The chance that a match of that score is the same person, 0 to 1."""
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, self.a + self.b * nats))))


def fit(decided: Sequence[tuple[float, bool]]) -> Curve:
    """The curve of (nats, whether it was the same person) of one list; the prior while there are fewer than ENOUGH."""
    if len(decided) < ENOUGH:
        return Curve()
    nats = np.array([row[0] for row in decided])
    same = np.array([row[1] for row in decided], dtype=float)
    features = np.column_stack([np.ones(len(nats)), nats])
    prior = np.array([PRIOR_ODDS, 1.0])
    pull = np.diag(1 / _SPREAD**2)
    weights = prior.copy()
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(features @ weights, -60, 60)))
        slope = features.T @ (chance - same) + pull @ (weights - prior)
        curve = (features * (chance * (1 - chance))[:, None]).T @ features + pull
        step = np.linalg.solve(curve, slope)
        while np.abs(step).max() > _CLOSE and _cost(features, same, weights - step, prior) > _cost(
            features, same, weights, prior
        ):
            step = step / 2  # a full step may jump over the valley
        weights = weights - step
        if np.abs(step).max() <= _CLOSE:
            break
    return Curve(a=float(weights[0]), b=max(0.0, float(weights[1])), decided=len(decided))


def _cost(features: Floats, same: Floats, weights: Floats, prior: Floats) -> float:
    """Minus the log of how likely the decisions are under `weights`, and of how likely these were before."""
    logit = features @ weights
    fit_of_data = np.logaddexp(0, logit) - same * logit
    return float(fit_of_data.sum() + (((weights - prior) / _SPREAD) ** 2).sum() / 2)


def of_papers(right: int, decided: int) -> float:
    """The chance that a doubt about a paper is right, from how often it was: a mean with the prior's four cases."""
    return (right + PAPERS_RIGHT) / (decided + PAPERS_RIGHT + PAPERS_WRONG)
