"""Makes src/cauce/vetting/data/thresholds.json: `python benchmarks/make_thresholds.py [--names tests/data/names]`.

For every threshold that the page of thresholds offers: how many aliases taken out of OFAC's list find their owner
(birth date known; and with dates as they are often given), and how many invented strangers alert. Only the half of
the cases that no weight was chosen on. Make it again whenever a weight changes; a test compares the two.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from cauce.vetting import trial
from cauce.vetting.lists.records import read_jsonl
from cauce.vetting.names import Index, Query
from cauce.vetting.screening import evaluating
from cauce.vetting.screening.shares import held_out

SOURCE = "aliases taken out of OFAC's list of December 2025; invented people of many countries"

SETS = {"loo_variant": "variant", "loo_partial": "partial"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--names", type=Path, default=Path(__file__).parents[1] / "tests" / "data" / "names")
    parser.add_argument("--out", type=Path, default=Path(trial.__file__).parent / "data" / "thresholds.json")
    given = parser.parse_args()
    given.out.write_text(json.dumps(figures(given.names), indent=1) + "\n", encoding="utf-8")
    print(given.out)
    return 0


def figures(folder: Path) -> dict[str, object]:
    sets = {name: {"counts": trial.reached(scores), "of": len(scores)} for name, scores in best(folder).items()}
    taken = datetime.now(UTC).date().isoformat()
    return {"source": SOURCE, "taken": taken, "thresholds": list(trial.THRESHOLDS), "sets": sets}


def best(folder: Path) -> dict[str, list[float]]:
    """By set, each case's best score (0 to 1) of the right entry, or of any entry for a stranger; 0 below the floor."""
    listed, _ = read_jsonl(evaluating._text(folder, "leave_one_out_list.jsonl").encode(), "leave_one_out_list.jsonl")
    index = Index(listed)
    cases = [json.loads(line) for line in evaluating._text(folder, "leave_one_out_queries.jsonl").splitlines()]
    cases = [case for case in cases if held_out(case["id"]) and case["set"] in SETS]
    rng = random.Random(evaluating.SEED)
    exact = [evaluating.asked(case["id"], case["name"], case["dob"], case["gender"]) for case in cases]
    noisy = [Query(one.id, one.names, evaluating.noise(one.birth_date, rng), one.sex) for one in exact]
    found: dict[str, list[float]] = {"variant": [], "partial": [], "noisy": []}
    for case, one, other in zip(cases, exact, noisy, strict=True):
        found[SETS[case["set"]]].append(_best(index, one, case["truth"]))
        if SETS[case["set"]] == "variant":
            found["noisy"].append(_best(index, other, case["truth"]))
    rows = csv.DictReader(io.StringIO(evaluating._text(folder, "negatives_global.csv")))
    strangers = [
        evaluating.asked(row["full_name"] + row["date_of_birth"], row["full_name"], row["date_of_birth"], row["gender"])
        for row in rows
    ]
    return found | {"strangers": [_best(index, one, None) for one in strangers if held_out(one.id)]}


def _best(index: Index, asked: Query, truth: Iterable[str] | None) -> float:
    right = None if truth is None else set(truth)
    hits = index.search(asked, trial.FLOOR, 1 if right is None else 50)
    return max((hit.probability for hit in hits if right is None or hit.entry_id in right), default=0.0)


if __name__ == "__main__":
    sys.exit(main())
