"""`cauce account`: who may sign in."""

from __future__ import annotations

from typing import Annotated

import typer

from cauce.options import DATA, OPERATOR, As, Data
from cauce.store import open_store

app = typer.Typer(help="Accounts: who may sign in, in which role, at which place.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Account name: a-z, 0-9, dot, dash, underscore.")]
Password = Annotated[
    str, typer.Option("--password", envvar="CAUCE_PASSWORD", help="Left out: one is made and printed.")
]


@app.command()
def add(
    name: Name,
    role: Annotated[
        str,
        typer.Option(
            "--role", help="registrar, analyst, protection, coordinator, finance, partner, administrator or supervisor"
        ),
    ],
    place: Annotated[str, typer.Option("--place", help="Place id; left out: every place.")] = "",
    password: Password = "",
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Make an account and print its password once; it has to be changed at the first sign-in."""
    actor = open_store(data, account)
    from cauce.access.services import add_account
    from cauce.corridor.selectors import in_force
    from cauce.journal.errors import Misused

    if place and place not in {p.id for p in in_force().places}:
        raise Misused(
            f"The corridor has no place {place!r}. Its places are: {', '.join(p.id for p in in_force().places)}."
        )
    chosen = add_account(name=name, role=role, place=place, password=password, by=actor)
    print(f"{name} ({role}{', ' + place if place else ''}) can sign in.")
    if not password:
        print(f"Password, shown only now: {chosen}")
    print("It has to be changed at the first sign-in.")


@app.command()
def disable(name: Name, data: Data = DATA, account: As = OPERATOR) -> None:
    """Close an account; what it did stays recorded under its name."""
    actor = open_store(data, account)
    from cauce.access.services import disable_account

    disable_account(name=name, by=actor)
    print(f"{name} can no longer sign in.")


@app.command()
def enable(name: Name, data: Data = DATA, account: As = OPERATOR) -> None:
    """Open a disabled account again; its password is the one it had."""
    actor = open_store(data, account)
    from cauce.access.services import enable_account

    enable_account(name=name, by=actor)
    print(f"{name} can sign in again.")


@app.command()
def password(name: Name, password: Password = "", data: Data = DATA, account: As = OPERATOR) -> None:
    """Give an account a new password; its sessions end, and it has to be changed at the next sign-in."""
    actor = open_store(data, account)
    from cauce.access.services import set_password

    chosen = set_password(name=name, password=password, by=actor)
    print(f"{name} has a new password.")
    if not password:
        print(f"Password, shown only now: {chosen}")
    print("It has to be changed at the next sign-in.")


@app.command("list")
def list_accounts(data: Data = DATA, account: As = OPERATOR) -> None:
    """List the accounts: name, role, place, active or disabled."""
    actor = open_store(data, account)
    from cauce.access.selectors import accounts_for

    for row in accounts_for(actor):
        print(f"{row.name}\t{row.role}\t{row.place or '-'}\t{'active' if row.is_active else 'disabled'}")
