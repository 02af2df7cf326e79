"""Codes of nationalities in counts: which of them no list knows. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from cauce.outlook.saying import Say
from cauce.people.mrz.codes import table

# The total, others, unknown, stateless: as publishers write them.
_BESIDE = frozenset({"ALL", "OTH", "OOO", "UNK", "STL", "TIB", "XKX"})
_TOLD = 5


def is_known(name: str) -> bool:
    """Whether counts may be of it."""
    return name in _BESIDE or name in table()


def say_strange(file: object, names: Iterable[str], say: Say) -> None:
    """Say which names are no code: misspelt, they would be somebody else's."""
    strange = sorted({name for name in names if not is_known(name)})
    if strange:
        more = f" and {len(strange) - _TOLD} more" if len(strange) > _TOLD else ""
        say(
            f"{file}: {', '.join(strange[:_TOLD])}{more}: no list has such a nationality. It is counted as it stands; "
            "correct it if it is misspelt (three letters, as VEN)."
        )
