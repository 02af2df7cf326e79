"""How long a command takes to say anything: `python benchmarks/bench_start.py`.

Each is started afresh, as a shell would. Wanted: <= 0.4 s. The peer is the interpreter that starts and does nothing.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from common import arguments, keep, rounded

ROUNDS = 9
ZONE = b"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<|L898902C36UTO7408122F1204159ZE184226B<<<<<10\n"
COMMANDS = {
    "peer_interpreter": (["-c", "pass"], b""),
    "version": (["-m", "cauce", "--version"], b""),
    "mrz_check": (["-m", "cauce", "mrz", "check"], ZONE),
}


def main() -> int:
    given = arguments(__doc__).parse_args()
    figures = {f"{name}_seconds": _start(*command) for name, command in COMMANDS.items()}
    bare = figures["peer_interpreter_seconds"]
    ratios = {f"{name}_to_interpreter_ratio": figures[f"{name}_seconds"] / bare for name in ("version", "mrz_check")}
    wanted = {f"{name} <= 0.4 s": figures[f"{name}_seconds"] <= 0.4 for name in ("version", "mrz_check")}
    return keep("start", rounded(figures | ratios), wanted, given.out, "typer", "click")


def _start(arguments: list[str], told: bytes) -> float:
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments], input=told, capture_output=True, check=True)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


if __name__ == "__main__":
    sys.exit(main())
