"""The table of roles, read once. Pure: no database."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

ROLES = ("registrar", "analyst", "protection", "coordinator", "partner", "administrator", "supervisor", "operator")


@cache
def capabilities() -> dict[str, frozenset[str]]:
    """Capability -> roles that have it, as `roles.toml` says; ValueError when it names an unknown role."""
    table = tomllib.loads((files("cauce.access") / "roles.toml").read_text(encoding="utf-8"))["capabilities"]
    for capability, roles in table.items():
        for role in roles:
            if role not in ROLES:
                raise ValueError(f"roles.toml: {capability} names the unknown role {role!r}")
    return {capability: frozenset(roles) for capability, roles in table.items()}


def may(role: str, capability: str) -> bool:
    """Whether the role has the capability; KeyError for a capability that the table lacks."""
    return role in capabilities()[capability]
