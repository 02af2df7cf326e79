"""What a check found, before anybody decided anything. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that a person has to look at. `matter` names it so that the same doubt is never asked twice.

    `digest` is of what was compared: a decision is remembered for as long as it stays the same. `blocks` is False
    where the corridor lets the list only inform.
    """

    matter: str  # id of the list's entry, or `same_document:...`
    digest: str
    list_name: str = ""
    score: float = 1.0
    pieces: tuple[dict[str, Any], ...] = ()
    listed: dict[str, Any] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    protection_first: bool = False
    blocks: bool = True

    @property
    def key(self) -> tuple[str, str]:
        return self.list_name, self.matter


@dataclass(frozen=True, slots=True)
class Standing:
    """A result with its reasons (codes)."""

    result: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says about one person.

    `base` holds when no doubt stands; `if_confirmed` when one was confirmed: None means that the check is `confirmed`.
    """

    base: Standing
    evidence: dict[str, Any] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    if_confirmed: Standing | None = None
