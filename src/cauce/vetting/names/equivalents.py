"""Names that are the same name in another language or romanisation, where their letters do not show it."""

from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent.parent / "data" / "same_names.tsv"


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


def equivalents(text: str) -> tuple[str, ...]:
    """Other spellings of the same name, the text itself not among them."""
    return tuple(other for other in _groups().get(text, ()) if other != text)


@cache
def equivalent(one: str, two: str) -> bool:
    """Whether two different spellings are in use for one name."""
    return two in _groups().get(one, ())
