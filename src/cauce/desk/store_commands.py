"""`cauce init`, `migrate`, `backup` and `restore`: the store as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cauce.options import DATA, OPERATOR, As, Data


def init(
    corridor: Annotated[Path, typer.Option("--corridor", help="The corridor file.", exists=True, dir_okay=False)],
    node: Annotated[str, typer.Option("--node", help="Name of this node.")] = "station",
    database: Annotated[str, typer.Option("--database", help="postgresql://… ; left out: SQLite in the folder.")] = "",
    data: Data = DATA,
) -> None:
    """Make a real store: keys, tables, the corridor. It has no account that can sign in yet."""
    from cauce.store import found_store

    found_store(data, corridor=corridor, name=node, training=False, database=database)
    print(f"The store of {node} is in {data}/. Keep {data}/keys safe: without it the data stays closed.")
    print("Now make the first administrator:")
    print(f"  cauce account add NAME --role administrator --data {data}")


def migrate(data: Data = DATA) -> None:
    """Bring the tables of a store to this version of Cauce. Take a backup first."""
    from cauce.store import wake

    wake(data)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print(f"The store in {data}/ is current.")


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write; must not exist.", dir_okay=False)],
    passphrase_file: Annotated[Path | None, typer.Option("--passphrase-file", help="Seal the file with this.")] = None,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Write the whole store to one file while it is in use. Without a passphrase the file opens everything in it."""
    from cauce.store import open_store

    open_store(data, account)
    from cauce.desk.backup import write_backup

    size = write_backup(data, file, passphrase=_passphrase(passphrase_file))
    print(f"{file}: {size / 1e6:.1f} MB.")
    if passphrase_file is None:
        print("It holds the store's keys: lock it away, or seal it with --passphrase-file.")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `cauce backup` wrote.", exists=True, dir_okay=False)],
    passphrase_file: Annotated[
        Path | None, typer.Option("--passphrase-file", help="What the file is sealed with.")
    ] = None,
    data: Data = DATA,
) -> None:
    """Make a store in an empty folder from a backup, and verify its journal."""
    from cauce.desk.backup import read_backup
    from cauce.journal.errors import Refused
    from cauce.store import open_store

    read_backup(file, data, passphrase=_passphrase(passphrase_file))
    open_store(data)
    from cauce.journal.verify import verify

    verdict = verify()
    if verdict.first_bad is not None:
        raise Refused(f"The store is in {data}/ again, but its journal is not whole: {verdict.first_bad}.")
    print(f"The store is in {data}/ again; its journal is whole ({verdict.entries} entries).")


def _passphrase(file: Path | None) -> str:
    from cauce.journal.errors import Misused

    if file is None:
        return ""
    try:
        text = file.read_text(encoding="utf-8").strip()
    except OSError as reason:
        raise Misused(f"The passphrase file {file} cannot be read: {reason.strerror}.") from reason
    if not text:
        raise Misused(f"The passphrase file {file} is empty.")
    return text
