"""`cauce quota …`: whose how much of a border's quota is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from cauce.options import DATA, OPERATOR, As, Data, Json

app = typer.Typer(no_args_is_help=True, help="Quotas of borders, shared by stations: allot, list, withdraw.")
_DAY = ["%Y-%m-%d"]


@app.command()
def allot(
    border: Annotated[str, typer.Argument(help="The border whose quota it is.", show_default=False)],
    place: Annotated[str, typer.Option("--place", metavar="ID", help="From where people leave.")],
    date: Annotated[datetime, typer.Option("--date", formats=_DAY, help="The day, or the first one.")],
    seats: Annotated[int, typer.Option("--seats", min=0, help="People a day.")],
    source: Annotated[str, typer.Option("--source", help="Who agreed to it, and when.")],
    until: Annotated[datetime | None, typer.Option("--until", formats=_DAY, help="The last day.")] = None,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Give a place a share of a border's quota, at the hub. A station spends its share and no more (rule F3)."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.corridor.allotting import allot as given

    end = until or date
    made = given(border=border, place=place, start=date.date(), until=end.date(), seats=seats, source=source, by=actor)
    typer.echo(f"{made}  {place} has {seats} a day of {border}, {date.date()} to {end.date()}.")


@app.command("list")
def list_allotments(
    border: Annotated[str, typer.Option("--border", help="Of this border only.")] = "",
    date: Annotated[datetime | None, typer.Option("--date", formats=_DAY, help="For this day only.")] = None,
    as_json: Json = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """List the allotments that stand, the latest first."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.corridor.selectors import allotments_for

    rows = allotments_for(actor, border, date.date() if date else None)
    if as_json:
        import orjson

        names = ("id", "border", "place", "start", "until", "seats", "source", "account")
        typer.echo(orjson.dumps([{name: getattr(row, name) for name in names} for row in rows]).decode())
        return
    for row in rows:
        days = f"{row.start} to {row.until}"
        typer.echo(f"{row.id}  {row.border}  {row.place}  {days}  {row.seats} a day  ({row.source})")


@app.command()
def withdraw(
    allotment: Annotated[UUID, typer.Argument(help="The allotment's identifier.", show_default=False)],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is recorded.")],
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Take an allotment back: what it gave is nobody's in particular again."""
    from cauce.store import open_store

    actor = open_store(data, account)
    from cauce.corridor.allotting import withdraw_allotment

    withdraw_allotment(allotment=allotment, reason=reason, by=actor)
    typer.echo("Withdrawn.")
