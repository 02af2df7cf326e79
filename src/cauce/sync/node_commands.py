"""`cauce node …`: who belongs. At the hub: invite, list, revoke, release. At a station: enrol."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from cauce.journal.errors import Misused
from cauce.options import DATA, OPERATOR, As, Data, Json

app = typer.Typer(no_args_is_help=True, help="Nodes: invite, enrol, list, revoke, release.")
_Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the station.")]
_Why = Annotated[str, typer.Option("--why", help="The reason, in a few words. Every node can read it.")]


@app.command()
def invite(
    name: _Name,
    place: Annotated[
        list[str] | None, typer.Option("--place", metavar="ID", help="A place it serves; may be given several times.")
    ] = None,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """At the hub: print the one-time code with which a station enrols. It is good for a day and for one station."""
    from cauce.store import open_store

    by = open_store(data, account)
    from cauce.sync.enrolling import invite as ask

    code = ask(name=name, places=place or [], by=by)
    typer.echo(code)
    typer.echo(f"At the station: cauce node enrol {code} --hub https://…", err=True)


@app.command()
def enrol(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code that the hub gave.")],
    hub: Annotated[
        str, typer.Option("--hub", metavar="URL", help="Where the hub is. Left out: as given to init.")
    ] = "",
    insecure: Annotated[
        bool, typer.Option("--insecure-link", help="Accept http:// beyond this machine: others see who talks to whom.")
    ] = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """At a station: become one of the hub that gave the code, and sync for the first time."""
    from cauce.store import open_store

    by = open_store(data, account)
    by.require("nodes.manage")
    from cauce.sync.services import enrol as ask
    from cauce.sync.services import meet
    from cauce.sync.waiting import hub_of

    address = hub or hub_of(data)
    if not address:
        raise Misused("Give --hub URL: where the hub is.")
    places = ask(code=code, url=address, insecure=insecure, by=by)
    typer.echo(f"Enrolled at {address}. Places: {', '.join(places) or 'none'}.")
    level = meet(by=by)
    typer.echo(f"{level.up} entries up, {level.down} down.")


@app.command(name="list")
def list_(as_json: Json = False, data: Data = DATA, account: As = OPERATOR) -> None:
    """Every node: its places, its state, how much of it is at the hub, when it was last heard. Exits 1 if one is in
    quarantine.
    """
    from cauce.store import open_store

    by = open_store(data, account)
    from cauce.sync.selectors import stations_for

    stations = stations_for(by)
    for station in stations:
        if as_json:
            row = {name: getattr(station, name) for name in station.__slots__}
            typer.echo(json.dumps(row, default=lambda moment: moment.isoformat()))
            continue
        heard = f"{station.heard_at:%Y-%m-%d %H:%M} UTC" if station.heard_at else "never heard"
        clock = f"\tclock {station.clock_skew:+.0f} s" if station.skewed else ""
        behind = f" (+{station.behind} not here)" if station.behind else ""
        typer.echo(
            f"{station.name}\t{station.role}\t{station.state}\t{','.join(station.places) or '-'}\t"
            f"{station.here} entries{behind}\t{heard}{clock}"
        )
        if station.why:
            typer.echo(f"cauce: {station.name} is in QUARANTINE: {station.why}", err=True)
    if any(station.state == "quarantined" for station in stations):
        raise typer.Exit(1)


@app.command()
def revoke(name: _Name, why: _Why, data: Data = DATA, account: As = OPERATOR) -> None:
    """At the hub: put a station out at once. What it sent stays; nothing more is taken from it or given to it."""
    from cauce.store import open_store

    by = open_store(data, account)
    from cauce.sync.enrolling import revoke as out

    out(name=name, why=why, by=by)
    typer.echo(f"{name} is out.")


@app.command()
def release(name: _Name, why: _Why, data: Data = DATA, account: As = OPERATOR) -> None:
    """At the hub: let a station out of quarantine, after somebody has looked at both versions."""
    from cauce.store import open_store

    by = open_store(data, account)
    from cauce.sync.enrolling import release as out

    out(name=name, why=why, by=by)
    typer.echo(f"{name} may go on from what the hub has of it.")
