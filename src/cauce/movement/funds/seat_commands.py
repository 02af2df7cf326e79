"""`cauce fund seats`: who paid for the seats of buses. Joined to the other commands of `cauce fund`."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Annotated

import typer

from cauce.movement.funds.commands import app
from cauce.options import DATA, OPERATOR, As, Data, Json

__all__ = ["app"]
_DAY = ["%Y-%m-%d"]


@app.command()
def seats(
    start: Annotated[
        datetime | None, typer.Option("--from", formats=_DAY, help="First day; else 30 days back.")
    ] = None,
    until: Annotated[datetime | None, typer.Option("--until", formats=_DAY, help="Last day; else today.")] = None,
    as_json: Json = False,
    account: As = OPERATOR,
    data: Data = DATA,
) -> None:
    """Count the seats of sealed buses by who paid: each fund, the travellers, nobody; and those not settled yet."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.corridor.selectors import local_day
    from cauce.journal import clock
    from cauce.movement.funds.money import shown
    from cauce.movement.funds.seats import seats_for

    last = until.date() if until else local_day("", clock.now())
    first = start.date() if start else last - timedelta(days=29)
    lines = seats_for(actor, first, last)
    if as_json:
        told = {"from": _iso(first), "until": _iso(last), "seats": [asdict(line) for line in lines]}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    for line in lines:
        promised = f" of {line.promised} promised" if line.promised is not None else ""
        paid = f"  {shown(line.amount, line.currency)}" if line.currency else ""
        typer.echo(f"{line.how:11} {line.seats:6}{promised}  {line.fund} {line.grant}".rstrip() + paid)
    if not lines:
        typer.echo(f"No bus was sealed from {first} to {last}.")


def _iso(day: date) -> str:
    return day.isoformat()
