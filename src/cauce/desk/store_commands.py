"""`cauce init` and `migrate`: a store made, and brought to this version."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cauce.options import DATA, Data


def init(
    corridor: Annotated[Path, typer.Option("--corridor", help="The corridor file.", exists=True, dir_okay=False)],
    node: Annotated[str, typer.Option("--node", help="Name of this node.")] = "station",
    database: Annotated[str, typer.Option("--database", help="postgresql://… ; left out: SQLite in the folder.")] = "",
    hub: Annotated[str, typer.Option("--hub", metavar="URL", help="Of a station: where its hub is.")] = "",
    data: Data = DATA,
) -> None:
    """Make a real store: keys, tables, the corridor. It has no account that can sign in yet."""
    from cauce.store import found_store
    from cauce.sync.waiting import checked, keep

    if hub:
        checked(hub, node)
    found_store(data, corridor=corridor, name=node, training=False, database=database)
    print(f"The store of {node} is in {data}/. Keep {data}/keys safe: without it the data stays closed.")
    print("Now make the first administrator:")
    print(f"  cauce account add NAME --role administrator --data {data}")
    from cauce.corridor.selectors import in_force

    named = [rule.name for rule in in_force().lists]
    if named and not hub:
        print(f"Then import the lists that the corridor file names ({', '.join(named)}). Until they are here the check")
        print("against lists stays pending, and nobody is clear:")
        print(f"  cauce watchlist import FILE --format FORMAT --name {named[0]} --data {data}")
    if hub:
        keep(data, hub)
        print(f"And enrol at the hub, with the code that `cauce node invite {node} --place ID` prints there:")
        print(f"  cauce node enrol CODE --data {data}")
        if named:
            print(f"The lists that the corridor file names ({', '.join(named)}) come from the hub; until they are here")
            print("nobody is clear of them. `cauce watchlist list` says which are.")


def migrate(data: Data = DATA) -> None:
    """Bring the tables of a store to this version of Cauce. Take a backup first."""
    from cauce.store import require_tables, wake

    wake(data)
    require_tables(data)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print(f"The store in {data}/ is current.")
