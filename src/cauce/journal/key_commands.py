"""`cauce key …`: what the store's keys are wrapped with, and another master key for them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cauce.journal.errors import Misused
from cauce.options import DATA, OPERATOR, As, Data, Json

Encode = Callable[[bytes], bytes]

app = typer.Typer(no_args_is_help=True, help="The master key: status, rotate, seal.")


@app.command()
def status(data: Data = DATA, account: As = OPERATOR, as_json: Json = False) -> None:
    """Where the master key comes from, how it is protected there, and whether every key is wrapped with it.

    Exits 1 when a key is wrapped with another one.
    """
    from cauce.store import open_store

    open_store(data, account).require("keys.manage")
    from cauce.journal.rotation import status as look

    found = look()
    if as_json:
        typer.echo(json.dumps({**asdict(found), "path": str(found.path)}))
    else:
        typer.echo(f"master key   {found.name}")
        typer.echo(f"comes from   {found.path} ({found.kind}, {_PROTECTED[found.protection]})")
        typer.echo(
            f"opens        {found.persons} keys of persons, {found.nodes} of this node; {found.erased} destroyed"
        )
        if found.unfinished:
            typer.echo("a change of the key was interrupted: `cauce key rotate` finishes it and makes another one")
    if found.stale:
        typer.echo(f"cauce: {found.stale} keys are wrapped with another master key. Restore the last backup.", err=True)
        raise typer.Exit(1)


@app.command()
def rotate(
    to: Annotated[
        str, typer.Option("--to", metavar="FILE", help="Write the new key here: for a credential, which cannot change.")
    ] = "",
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Wrap every key anew with a new master key, protected like the one before.

    Interrupted at any moment, all keys are wrapped with the old one or all with the new, and both are there.
    A `serve` that was given a passphrase has to be started again afterwards.
    """
    from cauce.store import open_store

    open_store(data, account).require("keys.manage")
    from cauce.journal import master, rotation

    found = master.source()
    encode: Encode = rotation.by_device if found.protection == "device" else rotation.plain
    if found.protection == "passphrase":
        encode = _again()
    count = rotation.rotate(encode, to=Path(to) if to else None)
    typer.echo(f"{count} keys are wrapped with a new master key, in {to or found.path}.")
    typer.echo(
        "Backups made before need the old key: those have it that were made while it lay in the store's folder; where "
        "it comes from elsewhere, keep it for them."
    )


@app.command()
def seal(
    device: Annotated[
        bool, typer.Option("--device", help="Wrap it with a key of the PKCS#11 device instead of a passphrase.")
    ] = False,
    lay_open: Annotated[bool, typer.Option("--open", help="Leave the key file open again.")] = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Protect the master key with a passphrase, which `cauce serve` and every command then ask for.

    The key is changed along with it: the one that lay open on the disk opens nothing any more.
    """
    from cauce.store import open_store

    if device and lay_open:
        raise Misused("Give --device or --open, not both.")
    open_store(data, account).require("keys.manage")
    from cauce.journal import master, rotation

    found = master.source()
    encode: Encode = rotation.by_device if device else rotation.plain if lay_open else _chosen()
    count = rotation.rotate(encode)
    after = "device" if device else "plain" if lay_open else "passphrase"
    typer.echo(f"{found.path} is now {_PROTECTED[after]}; {count} keys are wrapped with it.")


_PROTECTED = {
    "plain": "open",
    "passphrase": "sealed with a passphrase",
    "device": "wrapped by a PKCS#11 device",
    "": "not there",
}


def _again() -> Encode:
    from cauce.journal import master, rotation

    return rotation.sealed_with(master.passphrase(master.source().path))


def _chosen() -> Encode:
    from cauce.journal import master, rotation

    path = master.source().path
    first = master.passphrase(path, asking="New passphrase")
    if first != master.passphrase(path, asking="The same again"):
        raise Misused("The two passphrases differ. Nothing was changed.")
    return rotation.sealed_with(first)
