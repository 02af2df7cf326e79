"""`cauce backup` and `restore`: once, every so often, or following every write; and back again."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from cauce.options import DATA, OPERATOR, As, Data

Passphrase = Annotated[Path | None, typer.Option("--passphrase-file", help="What it is sealed with.", dir_okay=False)]


def backup(
    target: Annotated[
        Path, typer.Argument(help="The file to write, which must not exist; with --follow or --every, a folder.")
    ],
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on copying every write, a second later, until stopped.")
    ] = False,
    every: Annotated[
        float, typer.Option("--every", min=0.0, help="A whole copy every so many minutes, until stopped.")
    ] = 0,
    keep: Annotated[int, typer.Option("--keep", min=1, help="How many of those to keep.")] = 24,
    passphrase_file: Passphrase = None,
    data: Data = DATA,
    account: As = OPERATOR,
) -> None:
    """Copy the whole store while it is in use. Without a passphrase the copy opens everything in it."""
    from cauce.store import open_store

    open_store(data, account).require("store.backup")
    passphrase = passphrase_in(passphrase_file)
    _warn(sealed=bool(passphrase), data=data)
    if follow or every:
        keep_copying(data, target, follow=follow, minutes=every, keep=keep, passphrase=passphrase, stop=_until_told())
        return
    from cauce.desk.backup import write_backup

    size = write_backup(data, target, passphrase=passphrase, database=database_address())
    print(f"{target}: {size / 1e6:.1f} MB.")


def keep_copying(
    data: Path, folder: Path, *, follow: bool, minutes: float, keep: int, passphrase: str, stop: Callable[[], bool]
) -> None:
    """Follow into `folder`, or copy every so many minutes where following is not asked for or cannot be."""
    from cauce.desk.backup_follow import Follower, litestream
    from cauce.desk.backup_repeated import repeat
    from cauce.journal.models import Node

    folder, node, database = folder.absolute(), Node.here().name, database_address()
    if follow and not database and litestream() is not None:
        _say(f"Following the store of {node} into {folder}/.")
        Follower(data.absolute(), folder, node, passphrase).follow(stop, _say)
        return
    minutes = minutes or 15
    if follow:
        why = (
            "The store is on PostgreSQL" if database else "Litestream is not installed (`pip install 'cauce[backup]'`)"
        )
        _say(f"{why}: a whole copy every {minutes:g} minutes instead.")
    repeat(
        data, folder, node,
        minutes=minutes, keep=keep, stop=stop, tell=_say, passphrase=passphrase, database=database,
    )  # fmt: skip


def database_address() -> str:
    """Where the open store's tables are, postgresql://…; empty for SQLite in the folder."""
    from urllib.parse import quote

    from django.conf import settings

    told = settings.DATABASES["default"]
    if told["ENGINE"].endswith("sqlite3"):
        return ""
    name, password = quote(told["USER"], safe=""), quote(told["PASSWORD"], safe="")
    return f"postgresql://{name}:{password}@{told['HOST']}:{told['PORT']}/{quote(str(told['NAME']), safe='')}"


def restore(
    source: Annotated[
        Path, typer.Argument(help="A file that `cauce backup` wrote, or a folder that it followed into.", exists=True)
    ],
    passphrase_file: Passphrase = None,
    database: Annotated[str, typer.Option("--database", help="postgresql://… of an empty database, for a hub.")] = "",
    erased: Annotated[
        Path | None,
        typer.Option("--erased", exists=True, dir_okay=False, help="The newest erased.list: who was forgotten since."),
    ] = None,
    data: Data = DATA,
) -> None:
    """Make a store in an empty folder from a backup, and verify its journal. Who was erased since stays erased."""
    from cauce.desk.restoring import bring_back
    from cauce.journal.errors import Refused
    from cauce.store import open_store

    when = bring_back(source, data, passphrase=passphrase_in(passphrase_file), database=database)
    open_store(data)
    from cauce.journal.verify import verify

    verdict = verify()
    if verdict.first_bad is not None:
        raise Refused(f"The store is in {data}/ again, but its journal is not whole: {verdict.first_bad}.")
    print(f"The store is in {data}/ again{when}; its journal is whole ({verdict.entries} entries).")
    if erased is not None:
        from cauce.journal.erasures import apply_again, listed

        print(f"{apply_again(listed(erased))} persons who were erased since are erased here too.")
    _take_up_again()


def _take_up_again() -> None:
    """A station may have told its hub more than the copy knows: that comes back before anything new is recorded."""
    from cauce.access.actor import SYSTEM
    from cauce.journal.errors import CauceError
    from cauce.sync.models import Link
    from cauce.sync.services import meet
    from cauce.sync.wording import counted

    link = Link.objects.first()
    if link is None:
        return
    try:
        back = meet(by=SYSTEM, recover=True).down
    except CauceError as reason:
        _say(f"cauce: {link.hub} was not asked what this station had told it since the copy was made: {reason}")
        _say(
            "`cauce sync recover` does that. Whatever is recorded before is not lost, but has to be recorded again: "
            "the hub finds two stores of one name, and `cauce sync recover --aside` keeps it as matters."
        )
        raise typer.Exit(1) from reason
    missed = f"that {link.hub} had and the copy had not"
    print(f"{counted(back, f'entry {missed} is', f'entries {missed} are')} back. `cauce sync` goes on as before.")
    print("Use the store that this is a copy of no more: two stores of one name put the station into quarantine.")


def _warn(*, sealed: bool, data: Path) -> None:
    from django.conf import settings

    if data.absolute() not in Path(settings.CAUCE_KEY_FILE).absolute().parents:
        _say(f"The master key {settings.CAUCE_KEY_FILE} lies outside the store and is not copied: keep a copy of it.")
    elif not sealed:
        _say("The copy holds the store's keys: lock it away, or seal it with --passphrase-file.")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _until_told() -> Callable[[], bool]:
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: told.append(got))
    return lambda: bool(told)


def passphrase_in(file: Path | None) -> str:
    """What the file says, without the line end; empty without a file. Misused when it cannot be read."""
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
