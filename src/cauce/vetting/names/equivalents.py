"""Names that are the same name in another language or romanisation, where their letters do not show it."""

from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent.parent / "data" / "same_names.tsv"
SHORTEST_SOUND = 6
"""Letters from which a name that sounds like one of the table is taken for it: of short ones many sound alike."""


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in _TABLE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        members = tuple(line.split("\t"))
        for member in members:
            found[member] = tuple(dict.fromkeys((*found.get(member, ()), *members)))
    return found


@cache
def _by_sound() -> dict[str, tuple[str, ...]]:
    from cauce.vetting.names.tokens import token

    found: dict[str, tuple[str, ...]] = {}
    for member, group in _groups().items():
        if len(member) >= SHORTEST_SOUND:
            sound = token(member).fold
            found[sound] = tuple(dict.fromkeys((*found.get(sound, ()), *group)))
    return found


def equivalents(text: str, sound: str = "") -> tuple[str, ...]:
    """Other spellings of the same name, the text itself not among them; also of a name of the same `sound` (fold)."""
    group = _groups().get(text) or (_by_sound().get(sound, ()) if len(text) >= SHORTEST_SOUND else ())
    return tuple(other for other in group if other != text)


def is_name(text: str) -> bool:
    """Whether the table knows this very spelling."""
    return text in _groups()


@cache
def equivalent(one: str, two: str) -> bool:
    """Whether two different spellings are in use for one name."""
    return two in _groups().get(one, ())
