"""More of `cauce account`: second factors, sessions, the rules of signing in, and what was done."""

from __future__ import annotations

from typing import Annotated

import typer

from cauce.desk.account_commands import Name, app
from cauce.options import DATA, OPERATOR, As, Data
from cauce.store import open_store


@app.command()
def factors(name: Name, data: Data = DATA, account: As = OPERATOR) -> None:
    """List an account's second factors and how many recovery codes are left."""
    actor = open_store(data, account)
    from cauce.access.factors import codes_left, factors_for

    for row in factors_for(actor, name):
        used = f"used {row.used_at:%Y-%m-%d %H:%M}" if row.used_at else "not used yet"
        print(f"{row.kind}\t{row.name}\t{row.site or '-'}\tmade {row.added_at:%Y-%m-%d}\t{used}")
    print(f"recovery codes left: {codes_left(name)}")


@app.command("add-totp")
def add_totp(
    name: Name,
    label: Annotated[str, typer.Option("--label", help="What its owner calls it.")] = "app",
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Set up an app for codes: print what it needs, ask for its first code, print recovery codes once.

    For the person who stands at this machine. Only the store's own account may do it for another.
    """
    actor = open_store(data, account)
    from cauce.access.factors import begin_totp, finish_totp

    begun = begin_totp(label=label, by=actor, name=name)
    print(f"Type this into the app: {begun.secret}\nor give it this address: {begun.address}")
    codes = finish_totp(code=typer.prompt("Code that the app shows", err=True), by=actor, name=name)
    print(f"{name} signs in with a code from now on.")
    for code in codes:
        print(f"recovery code, shown only now: {code}")


@app.command("reset-factors")
def reset_factors(name: Name, data: Data = DATA, account: As = OPERATOR) -> None:
    """Take all second factors from an account whose owner lost them; its sessions end. Recorded."""
    actor = open_store(data, account)
    from cauce.access.factors import reset

    print(f"{name}: {reset(name=name, by=actor)} second factors taken away.")


@app.command("require-second-factor")
def require(
    roles: Annotated[list[str] | None, typer.Argument(help="Roles that need one; all others do not.")] = None,
    none: Annotated[bool, typer.Option("--none", help="No role needs one.")] = False,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Say which roles sign in with a second factor only. Who has none makes one at the next sign-in."""
    actor = open_store(data, account)
    from cauce.access.ruleset import require_second_factor
    from cauce.journal.errors import Misused

    if bool(roles) == none:
        raise Misused("Name the roles that need a second factor, or give --none.")
    require_second_factor(roles=roles or [], by=actor)
    print(f"A second factor is needed by: {', '.join(roles or []) or 'nobody'}.")


@app.command("limit-sessions")
def limit(
    idle: Annotated[int, typer.Option("--idle", metavar="MINUTES", help="Minutes of nothing.")] = 60,
    longest: Annotated[int, typer.Option("--longest", metavar="HOURS", help="Hours in any case.")] = 12,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Say when sessions end. A shorter limit also holds for who is signed in."""
    actor = open_store(data, account)
    from cauce.access.ruleset import limit_sessions

    limit_sessions(idle_minutes=idle, longest_hours=longest, by=actor)
    print(f"Sessions end after {idle} minutes of nothing, and after {longest} hours in any case.")


@app.command("rules")
def show_rules(data: Data = DATA, account: As = OPERATOR) -> None:
    """Print what this store asks of everybody who signs in."""
    actor = open_store(data, account)
    actor.require("accounts.manage")
    from cauce.access.ruleset import rules

    for name, value in rules().items():
        print(f"{name}\t{', '.join(value) or '-' if isinstance(value, list) else value}")


@app.command()
def sessions(name: Name, data: Data = DATA, account: As = OPERATOR) -> None:
    """List where an account is signed in now, since when and until when, in local time."""
    actor = open_store(data, account)
    from cauce.access.sessions import sessions_for
    from cauce.corridor.selectors import zone_of

    zone = zone_of(actor.place)
    for row in sessions_for(actor, name):
        since, until = row.started_at.astimezone(zone), row.until.astimezone(zone)
        print(f"{since:%Y-%m-%d %H:%M}\t{row.address or '-'}\t{row.browser or '-'}\tuntil {until:%H:%M}")


@app.command("sign-out")
def sign_out(name: Name, data: Data = DATA, account: As = OPERATOR) -> None:
    """End all sessions of an account at once."""
    actor = open_store(data, account)
    from cauce.access.sessions import sign_out_everywhere

    print(f"{name}: {sign_out_everywhere(name=name, by=actor)} sessions ended.")


@app.command("log")
def log(
    about: Annotated[str, typer.Option("--about", metavar="NAME", help="Only what was done to this account.")] = "",
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Print what was done about accounts: sign-ins, locks, resets, changes of rules. Newest first, in local time."""
    actor = open_store(data, account)
    from cauce.access.readings import acts_for
    from cauce.corridor.selectors import zone_of

    zone = zone_of(actor.place)
    for row in acts_for(actor, about):
        at = row.at.astimezone(zone)
        print(f"{at:%Y-%m-%d %H:%M}\t{row.account or '-'}\t{row.what}\t{row.about or '-'}\t{row.note or '-'}")


@app.command()
def unusual(
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How far back.")] = 14,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """List who looked up many people about whom they wrote nothing down. For supervisors; it accuses nobody."""
    actor = open_store(data, account)
    from django.utils import timezone

    from cauce.access.readings import unusual_for
    from cauce.corridor.selectors import zone_of

    with timezone.override(zone_of(actor.place)):
        found = unusual_for(actor, days)
    for row in found:
        print(
            f"{row.day}\t{row.account}\t{row.role}\tlooked up {row.chosen}, unexplained {row.unexplained} "
            f"(usual {row.usual:g}), of other stations {row.asked}"
        )


__all__ = ["app"]
