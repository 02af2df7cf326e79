"""statsforecast's models on the same series, run by bench_forecast.py with the interpreter of .venv-peers.

Reads `{"cases": [{"y": [...], "h": n}, ...], "models": ["Naive", ...]}` from standard input. Prints one JSON object:
for each model a list of nine quantiles a case, at its last step. Known values only: what was not counted is left out,
as it takes no gaps.
"""

import json
import sys
import time
import warnings
from importlib.metadata import version

import numpy as np
from statsforecast import models

LEVELS = [50, 80, 90, 95]


def main() -> None:
    warnings.filterwarnings("ignore")
    asked = json.load(sys.stdin)
    told, seconds = {}, {}
    for name in asked["models"]:
        start = time.process_time()
        told[name] = [quantiles(name, case["y"], case["h"]) for case in asked["cases"]]
        seconds[name] = round(time.process_time() - start, 2)
    print(json.dumps({"quantiles": told, "seconds_cpu": seconds, "version": version("statsforecast")}))


def quantiles(name: str, y: list[float], h: int) -> list[float]:
    season = {"season_length": 12} if name in ("AutoETS", "AutoARIMA", "AutoTheta") else {}
    try:
        said = getattr(models, name)(**season).forecast(np.array(y), h, level=LEVELS)
    except NotImplementedError:  # "tiny datasets": where it has no answer, that of its Naive
        said = models.Naive().forecast(np.array(y), h, level=LEVELS)
    low = [float(said[f"lo-{level}"][-1]) for level in reversed(LEVELS)]
    return [*low, float(said["mean"][-1]), *(float(said[f"hi-{level}"][-1]) for level in LEVELS)]


if __name__ == "__main__":
    main()
