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


def vet(data: Data = DATA, account: As = OPERATOR, as_json: Json = False) -> None:
    """Run the checks that are pending, and let the clocks that ran out have their effect."""
    from cauce.store import open_store

    actor = open_store(data, account)
    actor.require("checks.record")
    from dataclasses import asdict

    from cauce.vetting.selectors import a_list_is_in_force
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
    if not a_list_is_in_force():
        print(
            "cauce: no watchlist is in force: the watchlist check stays pending. `cauce watchlist import` brings one.",
            file=sys.stderr,
        )
