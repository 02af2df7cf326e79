"""`cauce token`: how devices and partners come in."""

from __future__ import annotations

from typing import Annotated

import typer

from cauce.options import DATA, OPERATOR, As, Data
from cauce.store import open_store

app = typer.Typer(help="Tokens: how devices and partners come in, for what, until when.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="What the token is called: a-z, 0-9, dot, dash, underscore.")]


@app.command()
def add(
    name: Name,
    owner: Annotated[str, typer.Option("--for", metavar="ACCOUNT", help="Account that it acts as.")],
    capabilities: Annotated[
        list[str], typer.Option("--may", metavar="CAPABILITY", help="What it is for, as people.register; give several.")
    ],
    days: Annotated[float, typer.Option("--days", help="Days until it ends, 366 at most.")],
    place: Annotated[str, typer.Option("--place", help="Place id; left out: the account's own, or every place.")] = "",
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Make a token and print it once."""
    actor = open_store(data, account)
    from cauce.access.tokens import add_token
    from cauce.corridor.selectors import in_force
    from cauce.journal.errors import Misused

    known = [one.id for one in in_force().places]
    if place and place not in known:
        raise Misused(f"The corridor has no place {place!r}. Its places are: {', '.join(known)}.")
    secret = add_token(name=name, account=owner, capabilities=capabilities, place=place, days=days, by=actor)
    print(f"{name} acts as {owner} for {days:g} days: {', '.join(sorted(set(capabilities)))}")
    print(f"Token, shown only now: {secret}")


@app.command("list")
def list_tokens(data: Data = DATA, account: As = OPERATOR) -> None:
    """List the tokens: name, account, place, what for, until when, last used (local time), whether revoked."""
    actor = open_store(data, account)
    from cauce.access.tokens import tokens_for
    from cauce.corridor.selectors import zone_of

    zone = zone_of(actor.place)
    for row in tokens_for(actor):
        used = f"{row.last_used_at.astimezone(zone):%Y-%m-%d %H:%M}" if row.last_used_at else "never used"
        state = "revoked" if row.revoked_at else f"until {row.expires_at.astimezone(zone):%Y-%m-%d %H:%M}"
        what = ",".join(row.capabilities)
        print(f"{row.name}\t{row.account.name}\t{row.place or '-'}\t{what}\t{state}\t{used}")


@app.command()
def revoke(name: Name, data: Data = DATA, account: As = OPERATOR) -> None:
    """Let nobody in by a token from now on."""
    actor = open_store(data, account)
    from cauce.access.tokens import revoke_token

    revoke_token(name=name, by=actor)
    print(f"{name} opens nothing any more.")
