"""The table of roles, read once. Pure: no database."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

ROLES = (
    "registrar", "analyst", "protection", "coordinator", "finance", "partner", "administrator", "supervisor",
    "operator",
)  # fmt: skip
COMMAND_LINE = "operator"


@dataclass(frozen=True, slots=True)
class Incompatible:
    """No role has any of `duty` and any of `never`."""

    duty: tuple[str, ...]
    never: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Apart:
    """On one matter whoever does `first` does not do `second`; the database holds it by what `held_by` names."""

    first: str
    second: str
    held_by: tuple[str, ...]


@cache
def capabilities() -> dict[str, frozenset[str]]:
    """Capability -> roles that have it, as `roles.toml` says.

    ValueError when the table names an unknown role or capability, or gives a role two duties that it keeps apart.
    """
    table = {capability: frozenset(roles) for capability, roles in _table()["capabilities"].items()}
    check(table, incompatible())
    return table


def check(table: dict[str, frozenset[str]], rules: tuple[Incompatible, ...]) -> None:
    """ValueError as `capabilities` says."""
    for capability, roles in table.items():
        if unknown := roles - frozenset(ROLES):
            raise ValueError(f"roles.toml: {capability} names the unknown role {min(unknown)!r}")
    for rule in rules:
        for one in rule.duty:
            for other in rule.never:
                if unknown := frozenset({one, other}) - table.keys():
                    raise ValueError(f"roles.toml: [[incompatible]] names the unknown capability {min(unknown)!r}")
                if both := (table[one] & table[other]) - {COMMAND_LINE}:
                    raise ValueError(f"roles.toml: {min(both)} may not have both {one} and {other}. {rule.why}")


@cache
def incompatible() -> tuple[Incompatible, ...]:
    """Which duties no role has together."""
    return tuple(Incompatible(tuple(row["duty"]), tuple(row["never"]), row["why"]) for row in _table()["incompatible"])


@cache
def apart() -> tuple[Apart, ...]:
    """Which duties no account has on one matter."""
    return tuple(Apart(row["first"], row["second"], tuple(row["held_by"])) for row in _table()["apart"])


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("cauce.access") / "roles.toml").read_text(encoding="utf-8"))


def may(role: str, capability: str) -> bool:
    """Whether the role has the capability; KeyError for a capability that the table lacks."""
    return role in capabilities()[capability]


@cache
def commands() -> dict[str, tuple[str, ...]]:
    """Command -> the capabilities of which it asks for one, or `machine` or `nothing`, as `commands.toml` says."""
    told = tomllib.loads((files("cauce.access") / "commands.toml").read_text(encoding="utf-8"))["commands"]
    return {name: tuple(what) if isinstance(what, list) else (what,) for name, what in told.items()}
