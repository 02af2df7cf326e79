"""What the race tests run in processes of their own: `python racing.py found|write|rebuild …` on a real store."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROUNDS = 60


def main(verb: str, folder: str, name: str = "") -> None:
    from cauce.store import wake

    wake(Path(folder))
    from cauce.access.actor import Actor

    {"found": _found, "write": _write, "rebuild": _rebuild}[verb](Actor(account=name, role="operator"))


def _found(by: object) -> None:
    from django.core.management import call_command

    from cauce.corridor.file import shipped
    from cauce.corridor.services import apply_corridor
    from cauce.journal.services import open_node

    call_command("migrate", verbosity=0)
    open_node(name="race", training=False)
    apply_corridor(corridor=shipped(), by=by)  # type: ignore[arg-type]


def _write(by: object) -> None:
    """Register families one after the other, and say which, as soon as each is saved."""
    from journal_days import family_of

    for number in range(ROUNDS):
        adult, _ = family_of(f"{by.account}{number}", by)  # type: ignore[attr-defined, arg-type]
        os.write(1, f"{adult}\n".encode())


def _rebuild(by: object) -> None:
    """Rebuild until killed."""
    from cauce.journal.rebuild import rebuild

    while True:
        os.write(1, b"begun\n")
        rebuild()


if __name__ == "__main__":
    main(*sys.argv[1:])
