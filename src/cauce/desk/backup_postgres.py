"""A hub's tables in and out by PostgreSQL's own programs, which know what an instant is there."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cauce.address import tls_of
from cauce.journal.errors import Refused


def dump(address: str, file: Path) -> None:
    """Write the tables at `address` (postgresql://…) as they stood at one instant.

    Raises Refused without pg_dump, or with what it said: an older pg_dump than the server's, no space, no server.
    """
    _run("pg_dump", address, "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")


def load(address: str, file: Path) -> None:
    """Lay the tables of a dump into the database at `address`, in one transaction; Refused when it has tables."""
    import psycopg

    try:
        with psycopg.connect(address) as there:
            found = there.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    except psycopg.OperationalError as reason:
        raise Refused(f"The database cannot be reached: {str(reason).strip()}. Nothing was restored.") from reason
    if found is None or found[0]:
        raise Refused("There are tables in that database. Nothing was overwritten: make an empty one for --database.")
    options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    _run("pg_restore", address, *options, f"--dbname={_parts(address)['PGDATABASE']}", str(file))


def _run(program: str, address: str, *options: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise Refused(
            f"{program} is not installed on this machine, and a store on PostgreSQL is copied by it. Install "
            "PostgreSQL's client programs, of the server's version or newer, and start again."
        )
    done = subprocess.run(
        [found, "--no-password", *options],
        env=os.environ | _parts(address),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = " ".join(done.stderr.split())[-600:]
        raise Refused(f"{program} did not finish: {said}")


def _parts(address: str) -> dict[str, str]:
    """What the programs read from their environment: a password on a command line is seen by everybody."""
    parts = urlsplit(address)
    told = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or ""),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
        **{f"PG{name.upper()}": value for name, value in tls_of(address).items()},
    }
    return {name: value for name, value in told.items() if value}
