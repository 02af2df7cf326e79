"""`cauce journal …`: is the chain whole, and do the tables still follow from it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from cauce.options import DATA, OPERATOR, As, Data

app = typer.Typer(no_args_is_help=True, help="The journal: verify, rebuild.")


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int], None]]:
    """A count on the terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda count: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda count: bar.advance(task, count)


@app.command()
def verify(data: Data = DATA, account: As = OPERATOR) -> None:
    """Walk every hash chain. Names the first entry that is not as it was written, and exits 1.

    Keep the printed heads somewhere else: they tell a chain that was rewritten from beginning to end from this one.
    """
    from cauce.store import open_store

    open_store(data, account).require("journal.verify")
    from cauce.journal.verify import verify as walk

    started = time.perf_counter()
    with _progress("verifying") as tell:
        verdict = walk(tell)
    if verdict.first_bad is not None:
        node, seq, wrong = verdict.first_bad
        typer.echo(
            f"cauce: entry {seq} of the chain {node}: {wrong}. Nothing from there on can be trusted. "
            "Keep this store as it is, and restore the last backup whose chain is whole.",
            err=True,
        )
        raise typer.Exit(1)
    for node, seq, head in verdict.heads:
        typer.echo(f"{node}\t{seq}\t{head}")
    seconds = max(time.perf_counter() - started, 1e-9)
    typer.echo(f"{verdict.entries} entries, whole, in {seconds:.1f} s ({verdict.entries / seconds:,.0f} a second)")


@app.command()
def rebuild(data: Data = DATA, account: As = OPERATOR) -> None:
    """Drop every table that events make, replay the journal, and say whether the rows are identical.

    Exits 1 when a table came out otherwise: the new rows stay, because the journal is right.
    """
    from cauce.store import open_store

    open_store(data, account).require("journal.verify")
    from cauce.journal.rebuild import rebuild as again

    started = time.perf_counter()
    with _progress("replaying") as tell:
        result = again(tell)
    for table in result.tables:
        state = "identical" if table.identical else f"DIFFERENT (had {table.rows_before} rows), at {table.differs_at}"
        typer.echo(f"{table.name}\t{table.rows} rows\t{table.digest[:16]}\t{state}")
    typer.echo(f"{result.entries} entries replayed in {time.perf_counter() - started:.1f} s")
    if not result.identical:
        typer.echo("cauce: tables differed from what the journal says; they now follow it.", err=True)
        raise typer.Exit(1)
