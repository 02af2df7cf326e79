"""A store brought back from whatever `cauce backup` left: one file, a folder of them, or a folder that followed."""

from __future__ import annotations

import re
from pathlib import Path

from cauce.desk.backup import SUFFIX, read_backup
from cauce.desk.backup_follow import is_following, read_following
from cauce.journal.errors import Refused


def bring_back(source: Path, data: Path, *, passphrase: str = "", database: str = "") -> str:
    """Lay the store out in `data`; of which moment it is, in words, where that is known.

    Raises Refused, with nothing laid out, when there is a store in `data` or the copy is not whole.
    """
    if source.is_dir() and is_following(source):
        level = read_following(source, data, passphrase=passphrase)
        return f", as it stood at {level:%Y-%m-%d %H:%M:%S} UTC"
    if not source.is_dir():
        read_backup(source, data, passphrase=passphrase, database=database)
        return ""
    copies = sorted(source.glob(f"*{SUFFIX}"), key=lambda path: path.name)
    nodes = {re.sub(r"-\d{8}T\d{6}Z.*", "", path.name) for path in copies}
    if not copies:
        raise Refused(f"{source} holds no backup. Name the file, or the folder that `cauce backup` wrote into.")
    if len(nodes) > 1:
        raise Refused(f"{source} holds backups of several nodes ({', '.join(sorted(nodes))}). Name one file.")
    read_backup(copies[-1], data, passphrase=passphrase, database=database)
    return f" from {copies[-1].name}"
