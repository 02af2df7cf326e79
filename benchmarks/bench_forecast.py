"""How well `cauce outlook forecast` would have done on the published series, beside statsforecast and the plain rivals.

    python benchmarks/bench_forecast.py [--flows FOLDER] [--from 2020-01]

FOLDER has tidy monthly counts as CSV; without it the shipped ones are used. Every origin from `--from` on is forecast
with what was known then. Wanted: WIS at most 0.85 of statsforecast's Naive with its bands at 1 and 3 months on Darién
and Honduras, and 0.95 of the adaptive last value; nowhere above 1.0; the 80 % band holds 75-85 times of 100 over all;
the bands of 2023 hold what came, and are less than 1.2 times as wide as the naive one's. statsforecast is asked where
scripts/peers, or CAUCE_PEERS, has an interpreter with it.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from common import arguments, keep
from running import PEERS

from cauce.journal.errors import Refused
from cauce.outlook.forecasting import bands
from cauce.outlook.forecasting.backtest import Score, backtest
from cauce.outlook.forecasting.issue import forecast
from cauce.outlook.forecasting.scores import coverage, wis
from cauce.outlook.forecasting.series import Place, index_of, parse_period, read
from cauce.outlook.forecasting.year import of_year
from cauce.outlook.shipped import FOLDER

HORIZONS = (1, 3, 6)
MODELS = ("Naive", "AutoETS")
CORRIDOR = {"PAN-DARIEN", "HND"}


def main() -> int:
    """Score everything and write the figures."""
    parser = arguments(__doc__)
    parser.add_argument("--flows", type=Path, default=Path(str(FOLDER)))
    parser.add_argument("--from", dest="start", default="2020-01")
    given = parser.parse_args()
    places = totals(given.flows)
    start = parse_period(given.start, "month", "--from")
    clock = time.process_time()
    scores = {name: backtest(place, HORIZONS, start) for name, place in places.items()}
    taken = time.process_time() - clock
    figures: dict[str, Any] = {
        "from": given.start,
        "seconds_cpu": round(taken, 2),
        "scores": {name: [row(one) for one in told] for name, told in scores.items()},
        "cover80_pooled": pooled(scores),
        "year_2023": year(next(place for place in places.values() if place.place == "PAN-DARIEN")),
        "statsforecast": peer([p for p in places.values() if p.place in CORRIDOR], start),
    }
    wanted = judged(scores, figures)
    return keep("forecast", figures, wanted, given.out, "numpy")


def totals(folder: Path) -> dict[str, Place]:
    """Every monthly series of the folder, by file and place; what is no series is passed over."""
    found = {}
    for path in sorted(folder.glob("*.csv")):
        if not {"place", "nationality", "value"} <= set(path.open(encoding="utf-8").readline().strip().split(",")):
            continue
        try:
            places = read(path)
        except Refused:  # counts of years
            continue
        for place in places:
            if place.step == "month" and np.isfinite(place.total).sum() >= 24:
                found[f"{path.stem}/{place.place}"] = place
    return found


def row(one: Score) -> dict[str, Any]:
    return {key: value for key, value in one.as_json().items() if key not in ("place", "first_origin", "last_origin")}


def pooled(scores: dict[str, list[Score]]) -> dict[str, float]:
    """Share of all outcomes inside the 80 % band, by horizon and over all."""
    rows = [(one.horizon, one.cover80, one.origins) for told in scores.values() for one in told]
    held = {str(h): share([(c, n) for at, c, n in rows if at == h]) for h in HORIZONS}
    return {**held, "all": share([(c, n) for _, c, n in rows])}


def share(rows: list[tuple[float, int]]) -> float:
    return round(sum(c * n for c, n in rows) / sum(n for _, n in rows), 4) if rows else 0.0


def year(place: Place) -> list[dict[str, Any]]:
    """The bands of 2023 with what was known by March, July and September, and what came.

    The naive band of a sum in three ways: the walk's own, the months' bands added up, the months taken as independent.
    """
    whole = float(place.total[index_2023(place, 1) : index_2023(place, 12) + 1].sum())
    told = []
    for month in (3, 7, 9):
        cut = place.until(place.first + index_2023(place, month))
        said = of_year(cut)
        own, naive = said.own, said.naive
        months = np.stack([bands.naive(cut.total, h) for h in range(1, 13 - month)])
        widths = months[:, 6] - months[:, 2]
        ways = {"walk": naive[6] - naive[2], "added": widths.sum(), "independent": np.sqrt((widths**2).sum())}
        told.append(
            {
                "known_to_month": month,
                "came": whole,
                "band80": [round(float(own[2])), round(float(own[6]))],
                "middle": round(float(own[4])),
                "naive80": [round(float(naive[2])), round(float(naive[6]))],
                "width_to_naive": round(float((own[6] - own[2]) / ways["walk"]), 3),
                "width_to_naive_by_way": {name: round(float((own[6] - own[2]) / w), 3) for name, w in ways.items()},
                "held": bool(own[2] <= whole <= own[6]),
                "naive_held": bool(naive[2] <= whole <= naive[6]),
            }
        )
    return told


def index_2023(place: Place, month: int) -> int:
    import datetime as dt

    return index_of(dt.date(2023, month, 1), "month") - place.first


def peer(places: list[Place], start: int) -> dict[str, Any] | str:
    """statsforecast's models at the same origins, and how far its Naive is from ours."""
    python = Path(os.environ.get("CAUCE_PEERS", PEERS))
    if (
        not python.exists()
        or subprocess.run([python, "-c", "import statsforecast"], capture_output=True, check=False).returncode
    ):
        return "not measured: no interpreter with statsforecast (scripts/peers, or CAUCE_PEERS)"
    made = [(place, h, origins(place, h, start)) for place in places for h in HORIZONS[:2]]
    cases = [
        {"y": place.total[: t + 1][np.isfinite(place.total[: t + 1])].tolist(), "h": h}
        for place, h, at in made
        for t in at
    ]
    script = Path(__file__).parent / "peers" / "statsforecast_models.py"
    asked = json.dumps({"cases": cases, "models": MODELS})
    done = subprocess.run([python, script], input=asked, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout.strip().splitlines()[-1])
    told: dict[str, Any] = {"version": said["version"], "seconds_cpu": said["seconds_cpu"]}
    first = 0
    for place, h, at in made:
        theirs = {name: np.array(values[first : first + len(at)]) for name, values in said["quantiles"].items()}
        told[f"{place.place} {h}"] = beside(place, h, at, theirs)
        first += len(at)
    return told


def origins(place: Place, h: int, start: int) -> list[int]:
    """Where both the origin and its outcome are known, and three values before."""
    known = np.isfinite(place.total)
    first = max(0, start - place.first)
    return [t for t in range(first, len(known) - h) if known[t] and known[t + h] and known[: t + 1].sum() >= 3]


def beside(place: Place, h: int, at: list[int], theirs: dict[str, Any]) -> dict[str, Any]:
    outcome = np.array([place.total[t + h] for t in at])
    ours = np.stack([forecast(place.until(place.first + t), h).total[h - 1] for t in at])
    naive = np.stack([bands.naive(place.total[: t + 1], h) for t in at])
    base = float(np.mean(wis(theirs["Naive"], outcome)))
    return {
        "origins": len(at),
        "naive_differs_by_at_most": round(float(np.max(np.abs(theirs["Naive"] - naive))), 6),
        "cauce_wis_to_naive": round(float(np.mean(wis(ours, outcome))) / base, 4),
        "cauce_cover80": round(coverage(ours, outcome, 80), 4),
        "wis_to_naive": {name: round(float(np.mean(wis(q, outcome))) / base, 4) for name, q in theirs.items()},
        "cover80": {name: round(coverage(q, outcome, 80), 4) for name, q in theirs.items()},
    }


def judged(scores: dict[str, list[Score]], figures: dict[str, Any]) -> dict[str, bool]:
    corridor = [one for told in scores.values() for one in told if one.place in CORRIDOR and one.horizon in (1, 3)]
    every = [one.to_naive for told in scores.values() for one in told if one.to_naive is not None]
    print(
        f"median share of naive over {len(every)} series and horizons: {statistics.median(every):.3f}", file=sys.stderr
    )
    return {
        "WIS <= 0.85 of naive on Darién and Honduras": all((one.to_naive or 9) <= 0.85 for one in corridor),
        "WIS <= 0.95 of the adaptive last value there": all((one.to_adaptive or 9) <= 0.95 for one in corridor),
        "nowhere above 1.0 of naive": max(every) <= 1.0,
        "the 80 % band holds 75-85 of 100": 0.75 <= figures["cover80_pooled"]["all"] <= 0.85,
        "the bands of 2023 held what came": all(one["held"] for one in figures["year_2023"]),
        "and were under 1.2 of the naive width": all(one["width_to_naive"] < 1.2 for one in figures["year_2023"]),
    }


if __name__ == "__main__":
    sys.exit(main())
