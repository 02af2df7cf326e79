"""The emergency role's key in a file, as age keeps identities. It is kept off line, and read after an accident."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyrage

from cauce.journal.errors import CauceError, Misused, Refused

_STATION = re.compile(r"#\s*station\s+(\S+)\s+([0-9a-f]{64})\s*$")
_SECRET = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]+")


@dataclass(frozen=True, slots=True)
class Held:
    """What a key file holds: what opens, and the public keys of stations (`stations`: name -> key)."""

    opens: Callable[[bytes], bytes]
    stations: dict[str, str]


def make(path: Path) -> str:
    """A new key in a file that only its owner reads, with the stations' keys known here; returns its public half.

    Refused when the file exists: a key is never overwritten.
    """
    from cauce.movement.aboard.vouching import known_keys

    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    lines = [
        "# Emergency key of Cauce. Keep it off line; who has it reads next of kin and needs on every paper manifest.",
        f"# public key: {public}",
        *(f"# station {name} {key}" for name, key in sorted(known_keys().items())),
        str(identity),
    ]
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(f"{path} exists, and a key is never overwritten. Nothing was done; name another file.") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return public


def read(path: Path) -> Held:
    """The keys of a file; Misused for a file without one."""
    text = path.read_text(encoding="utf-8", errors="replace")
    secrets = _SECRET.findall(text)
    try:
        identities = [pyrage.x25519.Identity.from_str(one) for one in secrets]
    except pyrage.IdentityError as reason:
        raise Misused(f"{path}: the key in it is damaged ({reason}). Take the other copy.") from None
    if not identities:
        raise Misused(f"{path} holds no emergency key: it has a line that begins with AGE-SECRET-KEY-1.")
    stations = {found[1]: found[2] for line in text.splitlines() if (found := _STATION.match(line))}

    def opens(sealed: bytes) -> bytes:
        try:
            return bytes(pyrage.decrypt(sealed, list(identities)))
        except pyrage.DecryptError:
            raise CauceError(
                f"{path}: this key does not open the codes. They were sealed to another key, or to none of the "
                "emergency role; either station can open them.",
                code="wrong_key",
            ) from None

    return Held(opens, stations)
