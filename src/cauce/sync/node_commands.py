"""`cauce node …`: who belongs. At the hub: invite, list, revoke, release. At a station: enrol."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cauce.journal.errors import Misused
from cauce.options import DATA, OPERATOR, As, Data, Json

if TYPE_CHECKING:
    from cauce.access.actor import Actor

app = typer.Typer(no_args_is_help=True, help="Nodes: invite, enrol, admit, join, list, revoke, versions, release.")
_Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the station.")]
_File = Annotated[Path, typer.Argument(metavar="FILE", help="The file on the stick.")]
_Why = Annotated[str, typer.Option("--why", help="The reason, in a few words. Every node can read it.")]


@app.command()
def invite(
    name: _Name,
    place: Annotated[
        list[str] | None, typer.Option("--place", metavar="ID", help="A place it serves; may be given several times.")
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=30, help="How long the code is good.")] = 1,
    card: Annotated[
        Path | None,
        typer.Option("--card", metavar="FILE", help="For a station without a link: write the hub's public keys here."),
    ] = None,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """At the hub: print the one-time code with which a station enrols. It is good for a day and for one station."""
    from cauce.store import open_store

    by = open_store(data, account)
    from cauce.sync import enrolling, sticks

    code = enrolling.invite(name=name, places=place or [], days=days, by=by)
    if card is not None:
        sticks.write_card(card, enrolling.card())
    typer.echo(code)
    _and_then(name, code, card)


def _and_then(name: str, code: str, card: Path | None) -> None:
    """What is done with the code at the station; the hub's own address where it is known."""
    from django.conf import settings

    from cauce.sync.models import Invitation

    at = settings.CAUCE_PUBLIC_URL or "https://…"
    how = f"--card {card.name} --ask FILE" if card else f"--hub {at}"
    typer.echo(f"At the station: cauce node enrol {code} {how}", err=True)
    if not card and not settings.CAUCE_PUBLIC_URL:
        typer.echo("Instead of https://… the address of this hub (CAUCE_PUBLIC_URL names it).", err=True)
    until = Invitation.objects.get(node=name).expires_at
    typer.echo(f"The store there has to be called so: cauce init --node {name} …", err=True)
    typer.echo(f"The code ends at {until:%Y-%m-%d %H:%M} UTC.", err=True)


@app.command()
def enrol(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code that the hub gave.")],
    hub: Annotated[
        str,
        typer.Option(
            "--hub", metavar="URL", help="Where the hub is. Left out: as given to init, or where it was met last."
        ),
    ] = "",
    insecure: Annotated[
        bool, typer.Option("--insecure-link", help="Accept http:// beyond this machine: others see who talks to whom.")
    ] = False,
    card: Annotated[
        Path | None,
        typer.Option(
            "--card", metavar="FILE", help="Without a link: the hub's keys, as `node invite --card` wrote them."
        ),
    ] = None,
    ask_in: Annotated[
        Path | None, typer.Option("--ask", metavar="FILE", help="Without a link: where the question to the hub goes.")
    ] = None,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """At a station: become one of the hub that gave the code, and sync for the first time."""
    if (card is None) != (ask_in is None) or (card and hub):
        raise Misused("Give --hub URL, or without a link --card FILE and --ask FILE together.")
    from cauce.store import open_store

    by = open_store(data, account)
    by.require("nodes.manage")
    if card is not None and ask_in is not None:
        _ask_by_stick(code, card, ask_in)
        return
    from cauce.sync.models import Link
    from cauce.sync.waiting import hub_of

    address = hub or hub_of(data) or Link.objects.values_list("url", flat=True).first()
    if not address:
        raise Misused("Give --hub URL: where the hub is.")
    _ask_by_link(code, address, insecure, by)


def _ask_by_link(code: str, address: str, insecure: bool, by: Actor) -> None:
    from cauce.sync.services import enrol, meet
    from cauce.sync.wording import counted

    places = enrol(code=code, url=address, insecure=insecure, by=by)
    typer.echo(f"Enrolled at {address}. Places: {', '.join(places) or 'none'}.")
    level = meet(by=by)
    typer.echo(f"{counted(level.up, 'entry', 'entries')} up, {level.down} down.")


def _ask_by_stick(code: str, card: Path, ask_in: Path) -> None:
    from cauce.sync import enrolling, sticks

    content = enrolling.asking(code, sticks.read_card(card))
    sticks.write_whole(ask_in, content)
    typer.echo(f"{ask_in}: {len(content)} bytes, sealed to the hub. There: cauce node admit {ask_in.name} --reply FILE")


@app.command()
def admit(
    file: _File,
    reply: Annotated[Path, typer.Option("--reply", metavar="FILE", help="Where the answer to the station goes.")],
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """At the hub: enrol a station without a link, whose question came on a stick. The code in it has to be good."""
    from cauce.store import open_store

    open_store(data, account).require("nodes.manage")
    from cauce.sync import enrolling, sticks

    answer = enrolling.admit(sticks.read_some(file))
    sticks.write_whole(reply, answer)
    typer.echo(f"{reply}: {len(answer)} bytes for the station. There: cauce node join {reply.name} --card FILE")


@app.command()
def join(
    file: _File,
    card: Annotated[Path, typer.Option("--card", metavar="FILE", help="The hub's keys, as used for the question.")],
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """At a station without a link: take the hub's answer to its question. From then on it syncs by stick."""
    from cauce.store import open_store

    by = open_store(data, account)
    by.require("nodes.manage")  # before any file is looked at
    from cauce.sync import enrolling, sticks

    places = enrolling.joined(sticks.read_some(file), sticks.read_card(card), url="", insecure=False, by=by)
    typer.echo(f"Enrolled. Places: {', '.join(places) or 'none'}.")
    typer.echo("Now: cauce sync export FILE. What the hub answers to it comes in by cauce sync import.")


@app.command(name="list")
def list_(as_json: Json = False, data: Data = DATA, account: As = OPERATOR) -> None:
    """Every node: its places, its state, how much of it is at the hub, when it was last heard. Exits 1 if one is in
    quarantine.
    """
    from cauce.store import open_store

    by = open_store(data, account)
    from cauce.sync.selectors import stations_for
    from cauce.sync.wording import counted

    stations = stations_for(by)
    for station in stations:
        if as_json:
            row = {name: getattr(station, name) for name in station.__slots__}
            typer.echo(json.dumps(row, default=lambda moment: moment.isoformat()))
            continue
        heard = f"{station.heard_at:%Y-%m-%d %H:%M} UTC" if station.heard_at else "never heard"
        heard = "-" if station.role == "hub" else heard
        clock = f"\tclock {station.clock_skew:+.0f} s" if station.skewed else ""
        behind = f" (+{station.behind} not here)" if station.behind else ""
        typer.echo(
            f"{station.name}\t{station.role}\t{station.state}\t{','.join(station.places) or '-'}\t"
            f"{counted(station.here, 'entry', 'entries')}{behind}\t{heard}{clock}"
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
def release(
    name: _Name,
    why: _Why,
    other: Annotated[
        bool,
        typer.Option("--other", help="The machine goes on whose entries were not taken in: it sets them aside itself."),
    ] = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """At the hub: let a station out of quarantine, after somebody has looked at both versions.

    What the hub took in stays. The other version becomes matters, one for each person, until somebody has recorded
    again what is missing; with --other the machine that goes on opens them, by `cauce sync recover --aside` there.
    """
    from cauce.store import open_store

    by = open_store(data, account)
    from cauce.sync.versions import decide
    from cauce.sync.wording import counted

    told = decide(node=name, why=why, other=other, by=by)
    typer.echo(f"{name} may go on from what the hub has of it.")
    if other:
        typer.echo(
            "On the machine that goes on, stop `cauce serve`, then: cauce sync recover --aside. Stop the other one."
        )
    elif told:
        matters = counted(told, "matter tells", "matters tell")
        typer.echo(f"{matters} what only the other version has: cauce sync matters.")
