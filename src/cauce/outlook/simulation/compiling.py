"""`python -m cauce.outlook.simulation.compiling`: machine code of both engines made once and kept.

With `--ship`, what numba translated is written beside the kernels, to come with the package: after each change of them.
"""

import fcntl
import sys
from datetime import date
from importlib import resources

from cauce.corridor.file import parse
from cauce.outlook.simulation.machine import KERNELS, cache_folder, entries


def run_all_kernels() -> None:
    """Simulate two days of the smallest corridor, so that every entry is made ready."""
    from cauce.outlook.simulation.cohort import cohorts
    from cauce.outlook.simulation.individual import run
    from cauce.outlook.simulation.scenario import parse as scenario
    from cauce.outlook.simulation.twin import build

    examples = resources.files("cauce.outlook") / "data" / "examples"
    tiny = parse((examples / "tiny.toml").read_text("utf-8"))
    twin = build(tiny, scenario("[arrivals]\nper_day = 10"), date(2024, 1, 1), days=2)
    run(twin, 0)
    cohorts(twin, 2)


def main() -> int:
    folder = cache_folder()
    if folder is None:
        print("No folder for machine code can be written: it takes seconds to make it each time.")
        return 0
    with (folder / "compiling").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        run_all_kernels()
    if "--ship" in sys.argv[1:]:
        for entry in entries:
            (KERNELS / f"{entry.name}.ll.xz").write_bytes(entry.code)
    return 0


if __name__ == "__main__":
    sys.exit(main())
