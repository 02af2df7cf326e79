"""Opening a store from the command line: set the folder, wake Django, look that the store is there and current."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from cauce.journal.errors import CauceError, Misused

if TYPE_CHECKING:
    from cauce.access.actor import Actor


def wake(data: Path) -> None:
    """Point Django at the folder and set it up. Does not look whether a store is there."""
    os.environ["CAUCE_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cauce.web.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


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
