"""Files that travel on a stick: written whole or not at all, and on it before that is said."""

from __future__ import annotations

import os
from pathlib import Path

import orjson

from cauce.sync.enrolling import Card
from cauce.sync.services import card_from
from cauce.sync.wire import LARGEST


def write_whole(file: Path, content: bytes) -> None:
    """Put the content under that name once all of it is on the disk. OSError when it does not fit."""
    partial = file.with_name(file.name + ".partial")
    try:
        with partial.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(file)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def read_some(file: Path) -> bytes:
    """What is in the file, up to one byte more than any batch has."""
    with file.open("rb") as source:
        return source.read(LARGEST + 1)


def write_card(file: Path, card: Card) -> None:
    """A hub's public keys, as its page gives them over a link."""
    told = {"name": card.name, "key": card.key, "recipient": card.recipient}
    write_whole(file, orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n")


def read_card(file: Path) -> Card:
    """Unreadable when the file holds no card. Whether it is the right hub's, the code tells."""
    return card_from(read_some(file))
