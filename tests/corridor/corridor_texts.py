"""A small corridor for tests, and ways to break it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SMALL = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "corridors.md").read_text("utf-8"), re.DOTALL)[-1]


def broken(old: str, new: str, text: str = SMALL) -> str:
    """The text with its only `old` replaced; fails when the text does not hold it exactly once."""
    assert text.count(old) == 1, f"{text.count(old)} times {old!r}"
    return text.replace(old, new)


def line_of(text: str, part: str) -> int:
    """The line, from 1, on which the only `part` stands."""
    assert text.count(part) == 1
    return text[: text.index(part)].count("\n") + 1
