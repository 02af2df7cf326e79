"""`cauce plan returns INSTANCE.json`: a file read, planned, written; what it says on the way."""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path

import typer

from cauce.journal.errors import Misused, Refused
from cauce.movement.flights.instance import Instance
from cauce.movement.flights.plans import Plan
from cauce.movement.flights.reading import BadInstance, read
from cauce.movement.flights.writing import write

AGAIN = "Nothing was written. Correct the file and run the command again."


def plan_file(source: Path, out: Path, time_limit: float) -> None:
    """Read, plan, write. Raises Refused for a bad file, Misused for options that make no sense."""
    begun = time.monotonic() - time.process_time()  # the start of Python counts too
    if not math.isfinite(time_limit):
        raise Misused(f"--time-limit is {time_limit}: write seconds, such as 30")
    if str(out) != "-":
        _writable(source, out)
    instance, notes = _instance(source)
    for note in notes:
        print(f"cauce: {source}: {note}", file=sys.stderr)
    from cauce.movement.flights.solving import plan

    made = plan(instance, time_limit=max(0.0, time_limit - (time.monotonic() - begun)))
    if str(out) == "-":
        import json

        typer.echo(json.dumps(made.as_dict(), ensure_ascii=False, indent=1, allow_nan=False))
    else:
        try:
            write(made, out)
        except OSError as error:
            raise Refused(f"{out} cannot be written: {error.strerror}. Nothing was written; name another.") from None
    print(f"cauce: {said(instance, made)}", file=sys.stderr)


def _writable(source: Path, out: Path) -> None:
    if out.is_dir():
        raise Misused(f"--out {out} is a folder: name a file")
    if not out.resolve().parent.is_dir():
        raise Misused(f"--out {out}: there is no folder {out.resolve().parent}; make it first, or name another")
    if out.exists() and source.exists() and out.samefile(source):
        raise Misused(f"--out {out} is the instance itself: name another file")


def _instance(source: Path) -> tuple[Instance, list[str]]:
    try:
        return read(source.read_bytes())
    except OSError as error:
        raise Misused(f"{source} cannot be read: {error.strerror}. Name the file of the instance.") from None
    except BadInstance as error:
        lines = "\n".join(f"  {line}" for line in str(error).split("\n"))
        raise Refused(f"{source} is no instance for planning returns:\n{lines}\n{AGAIN}", code=error.code) from None


def said(instance: Instance, made: Plan) -> str:
    """One line on the plan, for people."""
    stay = len(instance.groups) - len(made.assignments)
    proof = (
        "no bound on what is better" if made.gap is None else f"at most {100 * made.gap:.2f} % below the best there is"
    )
    enough = "which was enough" if made.gap == 0 else "as there was no time for better: give --time-limit"
    how = "" if made.method == "optimised" else f"; by the greedy rule, {enough}"
    return (
        f"{made.people:,} people move on {len(made.flown)} charters and commercial seats, {stay:,} groups stay; "
        f"{made.spent:,.0f} of {instance.budget:,.0f} spent; {proof}; {made.seconds:.1f} s{how}"
    )
