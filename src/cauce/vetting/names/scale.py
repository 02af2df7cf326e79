"""From nats to a scale of 0 to 1 and back: what a list's threshold is compared with."""

import math

from cauce.vetting.names.weights import MIDPOINT, SCALE

DEFAULT_THRESHOLD = 0.5


def probability(score: float) -> float:
    """The score in nats on a logistic scale of 0 to 1, one half at MIDPOINT. A rank, not a calibrated chance."""
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, (score - MIDPOINT) / SCALE))))


def score_at(threshold: float) -> float:
    """The score in nats at which `probability` reaches the threshold; 0 and 1 give the ends of the scale."""
    inside = max(1e-12, min(1 - 1e-12, threshold))
    return MIDPOINT + SCALE * math.log(inside / (1 - inside))
