"""The process beside `cauce serve` that copies the store as it changes, where a setting names a folder for it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from cauce.desk.background import Until
from cauce.desk.backup_commands import keep_copying, passphrase_in
from cauce.journal.errors import CauceError
from cauce.store import open_store

AGAIN = 60  # seconds until a refusal is looked at again: somebody may put another disk in


def main() -> None:
    """`python -m cauce.desk.backup_beside DATA PARENT_PID`, with CAUCE_BACKUP set."""
    stop = Until(int(sys.argv[2]))
    data = Path(sys.argv[1])
    open_store(data)
    sealed_with = os.environ.get("CAUCE_BACKUP_PASSPHRASE_FILE")
    while not stop():
        try:
            passphrase = passphrase_in(Path(sealed_with) if sealed_with else None)
            folder = Path(os.environ["CAUCE_BACKUP"])
            keep_copying(data, folder, follow=True, minutes=15, keep=24, passphrase=passphrase, stop=stop)
        except CauceError as reason:
            print(f"cauce: no backup is made: {reason}", file=sys.stderr, flush=True)
            waited = time.monotonic()
            while not stop() and time.monotonic() - waited < AGAIN:
                time.sleep(1)


if __name__ == "__main__":
    main()
