"""How a file was taken where it could be taken in two ways: said beside the answer, never part of it."""

from __future__ import annotations

import sys
from collections.abc import Callable

Say = Callable[[str], None]


def silent(_told: str) -> None:
    """For those who ask on a page or in a test, and read the answer alone."""


def aloud(told: str) -> None:
    """For the command line: not among the results, which may be piped on."""
    print(f"cauce: {told}", file=sys.stderr)
