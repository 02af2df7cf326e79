"""`cauce sync …`: a station and its hub exchange what they have, over a link or by stick."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cauce.journal.errors import CauceError, Misused, Refused
from cauce.options import DATA, OPERATOR, As, Data, Json

if TYPE_CHECKING:
    from cauce.access.actor import Actor
    from cauce.sync.services import Level

app = typer.Typer(invoke_without_command=True, help="A station and its hub: exchange, status, receipt, sticks.")
_File = Annotated[Path, typer.Argument(metavar="FILE", help="The file on the stick.")]


@app.callback()
def sync(
    context: typer.Context,
    once: Annotated[
        bool, typer.Option("--once", help="Exchange until both are level, then end (the default).")
    ] = False,
    every: Annotated[
        float | None, typer.Option("--every", metavar="SECONDS", min=1, help="Go on, so often, until interrupted.")
    ] = None,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Send the hub what it has not yet, and take in what concerns this station.

    Without a link nothing is lost: the exit status is 1, and the next time goes on where this one stopped.
    """
    if context.invoked_subcommand is not None:
        return
    if once and every is not None:
        raise Misused("Give --once or --every, not both.")
    from cauce.store import open_store

    by = open_store(data, account)
    if every is None:
        _print(_met(by))
        return
    while True:
        try:
            _print(_met(by))
        except Refused:
            raise
        except CauceError as reason:
            typer.echo(f"cauce: {reason}", err=True)
        time.sleep(every)


def _met(by: Actor, *, recover: bool = False) -> Level:
    from cauce.sync.services import meet

    return meet(by=by, recover=recover)


def _print(level: Level) -> None:
    from cauce.sync.custody_selectors import asked_for_and_here
    from cauce.sync.selectors import status
    from cauce.sync.wording import counted

    now = status()
    at = now.last_receipt_at if now else None
    typer.echo(
        f"{level.up} up, {level.down} down; the hub has signed for "
        + counted(now.hub_seq if now else 0, "entry", "entries")
        + (f" ({at:%Y-%m-%d %H:%M:%S} UTC)." if at else ".")
    )
    if level.contested:
        typer.echo(f"{level.contested} of what came down does not fit the rows here, and waits for a person.", err=True)
    for number, place in asked_for_and_here():
        typer.echo(f"{number}, whom you asked for, is known here now: cauce people take-over {number} --place {place}")


@app.command(name="status")
def status_(as_json: Json = False, data: Data = DATA, account: As = OPERATOR) -> None:
    """How this station stands with its hub, in local time. Exits 1 while the hub has not signed for everything."""
    from cauce.store import open_store

    by = open_store(data, account)
    by.require("sync.read")
    from django.utils import timezone

    from cauce.corridor.selectors import zone_of
    from cauce.sync.selectors import status
    from cauce.sync.wording import told

    now = status()
    if now is None:
        typer.echo("This node has no hub: it keeps everything to itself.")
        return
    if as_json:
        row = {name: getattr(now, name) for name in now.__slots__}
        typer.echo(json.dumps(row, default=lambda moment: moment.isoformat()))
    else:
        with timezone.override(zone_of(by.place)):
            typer.echo("\n".join(told(now)))
    if not now.level:
        raise typer.Exit(1)


@app.command()
def receipt(as_json: Json = False, data: Data = DATA, account: As = OPERATOR) -> None:
    """Print what the hub signed for: how many entries, down to which hash. Checks the signature and the own chain."""
    from cauce.store import open_store

    open_store(data, account).require("sync.read")
    from cauce.journal.models import Entry
    from cauce.sync.enrolling import link
    from cauce.sync.receipts import SIGNED, check
    from cauce.sync.selectors import newest_receipt
    from cauce.sync.wording import counted

    to, kept = link(), newest_receipt()
    if kept is None:
        raise Refused("The hub has signed for nothing yet. `cauce sync` sends what there is.")
    told = {name: getattr(kept, name) for name in (*SIGNED, "signature")}
    check(told, to.key)
    here = Entry.objects.filter(node=kept.node, seq=kept.seq).values_list("hash", flat=True).first()
    if kept.seq and here != kept.hash:
        raise Refused(
            f"The hub signed for another entry {kept.seq} than stands here: this store was changed, or is not the one "
            "that synced. Keep it as it is, and run `cauce journal verify`."
        )
    if as_json:
        typer.echo(json.dumps({**told, "key": to.key}))
        return
    typer.echo(
        f"{kept.hub} has {counted(kept.count, 'entry', 'entries')} of {kept.node}, the last with the hash {kept.hash},"
    )
    typer.echo(f"as of {kept.at}. Signature (Ed25519, key {to.key}):")
    typer.echo(kept.signature)


@app.command()
def recover(
    aside: Annotated[
        bool,
        typer.Option("--aside", help="Of two stores of one name this one goes on: set aside what only it recorded."),
    ] = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """After a restore from an older backup: get back from the hub what this node had told it since."""
    from cauce.store import open_store

    by = open_store(data, account)
    if aside:
        _set_aside(by)
        return
    level = _met(by, recover=True)
    from cauce.sync.wording import counted

    typer.echo(f"{counted(level.down, 'entry of this node is', 'entries of this node are')} back.")
    _print(_met(by))


def _set_aside(by: Actor) -> None:
    from cauce.sync.aside import set_aside

    done = set_aside(by=by)
    from cauce.sync.wording import counted

    typer.echo(f"{counted(done.back, 'entry of this node is', 'entries of this node are')} back as the hub has them.")
    if done.kept:
        kept = counted(done.kept, "that only this store had is", "that only this store had are")
        typer.echo(f"{kept} set aside: {counted(done.matters, 'matter', 'matters')} (cauce sync matters).")
    _print(_met(by))


@app.command()
def export(
    file: _File,
    recovering: Annotated[
        bool, typer.Option("--recover", help="After a restore: ask for what this node had told the hub since.")
    ] = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """At a station: write what the hub has not yet onto a stick, sealed to the hub."""
    from cauce.store import open_store

    open_store(data, account).require("sync.run")
    from cauce.sync.exchange import question
    from cauce.sync.selectors import status
    from cauce.sync.sticks import write_whole
    from cauce.sync.wording import counted

    content = question(recover=recovering)
    write_whole(file, content)
    now = status()
    left = now.unsent if now else 0
    typer.echo(
        f"{file}: {len(content)} bytes for the hub. {counted(left, 'entry has', 'entries have')} no receipt yet."
    )
    typer.echo("Nothing is at the hub before its answer is imported here: `cauce sync import`.")


@app.command(name="import")
def import_(
    file: _File,
    reply: Annotated[
        Path | None, typer.Option("--reply", metavar="FILE", help="At the hub: where its answer goes.")
    ] = None,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Take in what is on a stick: at the hub a station's export, at the station the hub's answer to it."""
    from cauce.store import open_store

    open_store(data, account).require("sync.run")
    from cauce.sync import exchange
    from cauce.sync.models import Link
    from cauce.sync.sticks import read_some, write_whole
    from cauce.sync.wire import SealedToAnother

    content = read_some(file)
    if Link.objects.exists():
        try:
            met = exchange.take(content, way="stick")
        except SealedToAnother as reason:
            raise SealedToAnother(
                f"{file}: {reason} If `cauce sync export` wrote it here, it is this node's own export: take it to the "
                "hub, and import here what the hub answers to it."
            ) from reason
        typer.echo(f"{met.up} up, {met.down.new} down.")
        if met.more:
            typer.echo("There is more on one side or the other: export again.")
        return
    if reply is None:
        raise Misused("Give --reply FILE: without the hub's answer the station does not know what arrived.")
    answer = exchange.answer(content, way="stick")
    write_whole(reply, answer)
    typer.echo(f"{reply}: {len(answer)} bytes for the station. It imports them with `cauce sync import`.")
    _loudly()


def _loudly() -> None:
    from cauce.sync.models import Peer

    bad = Peer.objects.exclude(quarantined_why="").values_list("name", "quarantined_why")
    for name, why in bad:
        typer.echo(f"cauce: {name} is in QUARANTINE: {why}", err=True)
    if bad:
        raise typer.Exit(1)
