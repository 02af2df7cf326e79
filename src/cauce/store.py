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
    from django.conf import settings
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") and not (data / "cauce.sqlite3").exists():
        raise Misused(
            f"There is no store in {data}/. `cauce init --data {data} --corridor FILE` makes one, "
            f"`cauce demo --data {data}` a training one."
        )
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CauceError(f"The store in {data}/ is of an older Cauce. Back it up, then run `cauce migrate`.")
    from cauce.access.services import actor_named

    return actor_named(account)


def found_store(
    data: Path, *, corridor: Path, name: str, training: bool, clock_offset: float = 0.0, database: str = ""
) -> None:
    """Make a store: folder, keys, tables, the first entry of the journal, the corridor, the operator's account.

    A corridor file with problems, or a store that is there already, is refused before anything is written. A founding
    that was interrupted is taken up where it stopped.
    """
    from cauce.corridor.file import load

    parsed = load(corridor)
    _lay_folder(data, database)
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
        raise Refused(f"There is a store in {data}/ already. Nothing was changed; use another --data folder.")
    with transaction.atomic():
        open_node(name=name, training=training, clock_offset=clock_offset)
        if not Account.objects.filter(name=OPERATOR).exists():
            add_account(name=OPERATOR, role="operator")
        apply_corridor(corridor=parsed, by=Actor(account=OPERATOR, role="operator"))


def _lay_folder(data: Path, database: str) -> None:
    keys = data / "keys"
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    data.chmod(0o700)
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
