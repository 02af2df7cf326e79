"""A million operations at random on a store: nobody who is held back is ever on a sealed manifest.

    python tests/soak/moves.py [--operations 1000000] [--seed 1] [--jobs 2] [--each 2000]

Each `--each` operations have a store of their own, under the seed after the last one's. Prints one line of JSON with
what was done and what the rules refused; exit status 1 and the seed when something was wrong.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
START = datetime(2023, 8, 15, 15, tzinfo=UTC)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--each", type=int, default=2000)
    parser.add_argument("--store", type=Path, help="take the steps here, in this process")
    given = parser.parse_args()
    if given.store:
        return walked(given.store, given.operations, given.seed)
    seeds = range(given.seed, given.seed + -(-given.operations // given.each))
    done: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    with ThreadPoolExecutor(given.jobs) as jobs:
        for told in jobs.map(lambda seed: apart(seed, given.each), seeds):
            if "wrong" in told:
                print(json.dumps(told), flush=True)
                jobs.shutdown(cancel_futures=True)
                return 1
            done.update(told["done"])
            refused.update(told["refused"])
    print(json.dumps({"operations": sum((done + refused).values()), "done": done, "refused": refused}))
    return 0


def apart(seed: int, steps: int) -> dict[str, Any]:
    """A store of its own in a process of its own; what it has to tell, or what went wrong."""
    with tempfile.TemporaryDirectory(prefix="cauce-moves-") as folder:
        command = [sys.executable, __file__, "--operations", str(steps), "--seed", str(seed), "--store", folder]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if ended.returncode:
        return {"wrong": ended.stdout[-2000:] + ended.stderr[-4000:], "seed": seed}
    told: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return told


def walked(store: Path, steps: int, seed: int) -> int:
    """Take the steps in a new store under `store`, in one transaction: a disk's pace is not what is tried here."""
    sys.path.insert(0, str(ROOT))
    corridor = ROOT / "corridors" / "darien" / "corridor.toml"
    init = ["cauce", "init", "--corridor", str(corridor), "--data", str(store / "s")]
    subprocess.run([str(Path(sys.executable).parent / init[0]), *init[1:]], check=True, capture_output=True)
    from cauce.store import open_store

    operator = open_store(store / "s")
    from django.db import transaction
    from tests.conftest import ROLES
    from tests.soak.going_home import HomeWalk

    from cauce.access.actor import Actor
    from cauce.vetting.services import import_list

    (store / "list.csv").write_text("id,name\nw1,Zoltan Wantedman\n")
    import_list(path=store / "list.csv", format="csv", name="un-sc", by=operator)
    actors = {f"{role}{n}": Actor(account=f"{role}{n}", role=role) for role in ROLES for n in ("", "2", "3")}
    walk = HomeWalk(actors, seed, START)
    with transaction.atomic():
        wrong = walk.go(steps)
    if wrong:
        print("\n".join(wrong))
        return 1
    print(json.dumps({"done": walk.done, "refused": walk.refused}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
