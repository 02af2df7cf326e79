"""`python -m tests.api.soak --seconds 600`: the interface for machines under invented requests, for as long as asked.

Uses a store of its own, on SQLite or on the server that CAUCE_TEST_DATABASE names. Exit status 1 with the request that
broke something, as a line of curl.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROUND = 40  # requests to each operation before the next random number


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--number", type=int, default=int(time.time()), help="random number of the first round")
    told = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cauce.web.settings_test")
    import django

    django.setup()
    from django.conf import settings
    from django.test.utils import setup_databases, teardown_databases

    settings.CAUCE_API_PER_MINUTE = 1_000_000_000
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        return _rounds(told.number, time.monotonic() + told.seconds)
    finally:
        teardown_databases(databases, verbosity=0)


def _rounds(number: int, until: float) -> int:
    from tests.api.fuzz import try_all
    from tests.api.world import a_world
    from tests.conftest import NOON
    from tests.founding import with_any_list

    from cauce.access.actor import Actor
    from cauce.corridor.file import shipped
    from cauce.corridor.services import apply_corridor
    from cauce.journal import clock
    from cauce.journal.services import open_node

    roles = ("registrar", "analyst", "protection", "coordinator", "administrator")
    actors = {role: Actor(account=role, role=role) for role in roles}
    with clock.stopped(NOON), tempfile.TemporaryDirectory() as folder:
        open_node(name="test", training=False)
        apply_corridor(corridor=with_any_list(shipped()), by=actors["administrator"])
        there = a_world(actors, Path(folder))
        token = _tokens(roles)
        requests = 0
        while time.monotonic() < until:
            tried = try_all(token, there, examples=ROUND, number=number, until=until)
            requests += tried.requests
            print(f"number {number}: {tried.requests} requests, {dict(sorted(tried.statuses.items()))}", flush=True)
            number += 1
    print(f"{requests} requests, nothing broke.")
    return 0


def _tokens(roles: tuple[str, ...]) -> Callable[[str], str]:
    from cauce.access.actor import Actor
    from cauce.access.models import Account
    from cauce.access.roles import capabilities
    from cauce.access.tokens import add_token

    secrets = {}
    for role in roles:
        Account.objects.create(name=role, role=role)
        may = [one for one, able in capabilities().items() if role in able]
        by = Actor(account="operator", role="operator")
        secrets[role] = add_token(name=role, account=role, capabilities=may, days=7, by=by)
    return lambda capability: secrets[
        min(role for role in roles if not capability or role in capabilities()[capability])
    ]


if __name__ == "__main__":
    sys.exit(main())
