"""Opening a store from the command line: set the folder, wake Django, look that the store is there and current."""

from __future__ import annotations

import os
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cauce.journal.errors import CauceError, Misused, Refused

if TYPE_CHECKING:
    from cauce.access.actor import Actor


UNFINISHED = "unfinished"  # beside the keys while a store is being founded
_ALREADY = "There is a store in {}/ already. Nothing was changed; use another --data folder."


def wake(data: Path) -> None:
    """Point Django at the folder and set it up. Does not look whether a store is there."""
    os.environ["CAUCE_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cauce.web.settings")
    import django
    from django.apps import apps
    from django.utils import translation

    if not apps.ready:
        django.setup()
    translation.activate("en")  # the command line speaks English, whatever the desk speaks


def open_store(data: Path, account: str = "operator") -> Actor:
    """The actor `account` of the store in `data`.

    Raises Misused when there is no store there or it is older than this program, Unknown for a missing account.
    """
    wake(data)
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    require_tables(data)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CauceError(f"The store in {data}/ is of an older Cauce. Back it up, then run `cauce migrate`.")
    from cauce.access.services import actor_named

    return actor_named(account)


def require_tables(data: Path) -> None:
    """Misused, before an empty file is made in their place, when the tables should lie in the folder and do not."""
    from django.conf import settings

    if not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") or (data / "cauce.sqlite3").exists():
        return
    if _founded(data):
        raise Misused(_bereft(data))
    raise Misused(
        f"There is no store in {data}/. `cauce init --data {data} --corridor FILE` makes one, "
        f"`cauce demo --data {data}` a training one."
    )


def _founded(data: Path) -> bool:
    """Whether the folder has the keys of a store that was founded to the end."""
    return (data / "keys" / "session.key").exists() and not (data / "keys" / UNFINISHED).exists()


def _bereft(data: Path) -> str:
    return (
        f"{data}/ holds the keys of a store, but its tables are not here. If they are in PostgreSQL, say where: "
        f"CAUCE_DATABASE=postgresql://… for this command, or that address in the file {data}/keys/database for all. If "
        "they are lost, `cauce restore` brings a backup back into another --data folder. Nothing was changed."
    )


def found_store(
    data: Path, *, corridor: Path, name: str, training: bool, clock_offset: float = 0.0, database: str = ""
) -> None:
    """Make a store: folder, keys, tables, the first entry of the journal, the corridor, the operator's account.

    A corridor file with problems, or a store that is there already, is refused before anything is written; so are keys
    whose tables are elsewhere, for two stores must not share them. A founding that was interrupted is taken up where it
    stopped. Where the tables are, as `database` or before it CAUCE_DATABASE says, is kept in the folder.
    """
    from cauce.corridor.file import load

    parsed = load(corridor)
    if _founded(data):
        _refuse_second(data)
    _lay_folder(data, os.environ.get("CAUCE_DATABASE") or database)
    wake(data)
    from django.core.management import call_command
    from django.db import transaction

    call_command("migrate", verbosity=0)
    from cauce.access.actor import Actor
    from cauce.access.models import Account
    from cauce.access.services import OPERATOR, add_account
    from cauce.corridor.services import apply_corridor
    from cauce.journal.models import Node
    from cauce.journal.services import open_node

    if Node.objects.exists():
        raise Refused(_ALREADY.format(data))
    with transaction.atomic():
        open_node(name=name, training=training, clock_offset=clock_offset)
        if not Account.objects.filter(name=OPERATOR).exists():
            add_account(name=OPERATOR, role="operator")
        apply_corridor(corridor=parsed, by=Actor(account=OPERATOR, role="operator"))
    (data / "keys" / UNFINISHED).unlink(missing_ok=True)


def _refuse_second(data: Path) -> None:
    wake(data)
    require_tables(data)
    from django.db import connection

    from cauce.journal.models import Node

    if Node._meta.db_table in connection.introspection.table_names() and Node.objects.exists():
        raise Refused(_ALREADY.format(data))
    raise Misused(_bereft(data))


def _lay_folder(data: Path, database: str) -> None:
    keys = data / "keys"
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    data.chmod(0o700)
    unfinished = keys / UNFINISHED
    if not (keys / "session.key").exists():
        unfinished.touch(mode=0o600)
    if database and unfinished.exists():
        (keys / "database").unlink(missing_ok=True)  # nothing was founded there yet
    master = Path(os.environ.get("CAUCE_KEY_FILE") or keys / "master.key")
    secrets = {
        master: AESGCM.generate_key(256),
        keys / "session.key": token_urlsafe(48).encode(),
        keys / "database": database.encode(),
    }
    for path, content in secrets.items():
        if content and not path.exists():  # an existing key is never overwritten
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(content)
