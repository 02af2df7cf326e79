"""`cauce corridor …`: commands about the corridor file."""

from __future__ import annotations

from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer

from cauce.options import DATA, OPERATOR, As, Data

app = typer.Typer(no_args_is_help=True, help="The corridor file: what there is and what the rules are.")


@app.callback()
def corridor() -> None:
    """Commands about the corridor file."""


@app.command()
def check(file: Annotated[Path, typer.Argument(help="The corridor file (TOML).", show_default=False)]) -> None:
    """Check a corridor file: the first error of syntax, or else every error of content, with lines.

    Exit status 0 when it can be used, 1 when not, 2 when there is no such file.
    """
    from cauce.corridor.file import check_bytes, parse
    from cauce.corridor.summary import summary
    from cauce.corridor.toml import MOST
    from cauce.journal.given import content

    try:
        raw = content(file, MOST)
    except OSError as error:
        typer.echo(f"{file}: cannot be read: {error.strerror}; name a corridor file", err=True)
        raise typer.Exit(2) from None
    problems = check_bytes(raw)
    for problem in problems:
        typer.echo(f"{file}:{problem.line}: {problem}", err=True)
    if problems:
        count = f"{len(problems)} problems" if len(problems) > 1 else "1 problem"
        typer.echo(f"{file}: {count}; correct the file and check it again", err=True)
        raise typer.Exit(1)
    typer.echo(f"{file}: {summary(parse(raw.decode('utf-8')))}")


@app.command()
def apply(
    file: Annotated[Path, typer.Argument(help="The corridor file (TOML).", show_default=False)],
    second: Annotated[
        str, typer.Option("--second", metavar="NAME", help="Who agrees to other thresholds; types the password.")
    ] = "",
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Put a corridor file in force here: an event with a date. The same file again changes nothing."""
    from cauce.corridor.file import load
    from cauce.store import open_store

    corridor = load(file)
    actor = open_store(data, account)
    from cauce.access.vouching import vouched
    from cauce.corridor.services import apply_corridor

    agrees = vouched(name=second, password=getpass(f"Password of {second}: ")) if second else None
    if apply_corridor(corridor=corridor, by=actor, second=agrees):
        typer.echo(f"{corridor.name} is in force from now on.")
    else:
        typer.echo(f"{corridor.name} is in force already, word for word; nothing was written.")
