"""`cauce vet`: run the checks that are pending."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cauce.options import DATA, OPERATOR, As, Data, Json

if TYPE_CHECKING:
    from cauce.vetting.services.running import Progress, Ran


@contextmanager
def watched(what: str) -> Iterator[Progress | None]:
    """Progress on a terminal, silence in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    try:
        yield lambda people: print(f"\r{what}: {people:,} people", end="", file=sys.stderr, flush=True)
    finally:
        print("\r\033[K", end="", file=sys.stderr)


def said(ran: Ran) -> str:
    return f"{ran.people:,} people checked: {ran.cleared:,} clear, {ran.referred:,} referred, {ran.pending:,} pending"


def tell_lacking() -> None:
    """Say on standard error what people are not searched in, and what to do about it."""
    from cauce.vetting.lacking import lacking
    from cauce.vetting.selectors import a_list_is_in_force

    now = lacking()
    told = [f"the hub's list {name} is on its way here: `cauce sync --once` fetches it." for name in now.on_its_way]
    if wanted := [name for name in now.needed if name not in now.on_its_way]:
        told.append(
            f"the corridor file names lists that are not here ({', '.join(wanted)}): until `cauce watchlist import` "
            "has brought them the watchlist check stays pending, and nobody is clear."
        )
    elif not a_list_is_in_force():
        told.append("no watchlist is in force: the watchlist check stays pending. `cauce watchlist import` brings one.")
    if others := [name for name in now.others if name not in now.on_its_way]:
        told.append(f"nobody is searched in {', '.join(others)}, which the corridor file names: no edition is here.")
    told += [
        f"the edition of {old.name} is of {old.edition}, older than {old.fresh_days} days: import the present one."
        for old in now.old
    ]
    for line in told:
        print(f"cauce: {line}", file=sys.stderr)


def vet(data: Data = DATA, account: As = OPERATOR, as_json: Json = False) -> None:
    """Run the checks that are pending, and let the clocks that ran out have their effect."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("checks.record")
    from dataclasses import asdict

    from cauce.vetting.services import expire_alerts, lapse_due, purge_tracing, run_pending

    expired = expire_alerts()
    purge_tracing()
    with watched("Checking") as progress:
        ran = run_pending(progress=progress)
    clocks = lapse_due()
    if as_json:
        print(json.dumps({**asdict(ran), "clocks": {**asdict(clocks), "alerts": expired}}))
    else:
        print(said(ran))
        if clocks.escalated or clocks.lapsed or clocks.hand_overs:
            print(f"clocks: {clocks.escalated} escalated, {clocks.lapsed} lapsed, {clocks.hand_overs} hand-overs ended")
        if expired:
            print(f"{expired} local {'alert is' if expired == 1 else 'alerts are'} over")
    tell_lacking()
