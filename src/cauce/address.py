"""How a PostgreSQL server is spoken with: over TLS with its certificate checked, unless it is this very machine."""

from __future__ import annotations

import os
import ssl
from urllib.parse import parse_qsl, urlsplit

HERE = frozenset(("", "localhost", "127.0.0.1", "::1"))
MODES = frozenset(("disable", "allow", "prefer", "require", "verify-ca", "verify-full"))  # of libpq


def tls_of(address: str) -> dict[str, str]:
    """The parameters of libpq that say so: `?sslmode=…&sslrootcert=…` of the address, else what stands in PGSSLMODE and
    PGSSLROOTCERT; where neither says it, and beyond this machine, `verify-full` with the system's authorities.

    ValueError for anything else behind the `?`.
    """
    parts = urlsplit(address)
    told = dict(parse_qsl(parts.query, keep_blank_values=True))
    if told.keys() - {"sslmode", "sslrootcert"} or told.get("sslmode", "require") not in MODES:
        raise ValueError(
            "Behind `?` the address of a database says sslmode (as libpq has it) and sslrootcert (a file)."
        )
    if (parts.hostname or "") in HERE or "sslmode" in told or "PGSSLMODE" in os.environ:
        return told
    return {"sslmode": "verify-full", "sslrootcert": told.get("sslrootcert") or _authorities()}


def _authorities() -> str:
    """A file, which programs of an older PostgreSQL read too; where there is none the word that newer ones know."""
    return os.environ.get("PGSSLROOTCERT") or ssl.get_default_verify_paths().cafile or "system"
