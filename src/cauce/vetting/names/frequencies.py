"""How common a name token is among people at large, so that a short list does not make a common name look rare."""

from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent.parent / "data" / "common_names.tsv"


@cache
def _shares() -> dict[str, float]:
    if not _TABLE.is_file():
        return {}
    rows = (line.split("\t") for line in _TABLE.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return {token: float(share) for token, share in rows}


def common(token: str) -> float:
    """The share of people who bear the token where it is most common; 0 when it is not in the table."""
    return _shares().get(token, 0.0)
