"""The lists in force and what each may do here: the corridor's [[list]], else what was stated at import (P6)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cauce.corridor.shape import Corridor, ListRule
from cauce.vetting.models import WatchList
from cauce.vetting.names import DEFAULT_THRESHOLD

NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True)
class InForce:
    """Lists by name: their rules, the digests of their editions.

    `against` is what a person was searched in, as it is kept with the result: the digest, and behind an `@` the
    threshold where two people changed it. Whoever was searched in something else is searched again.
    """

    rules: dict[str, ListRule]
    digests: dict[str, str]
    against: dict[str, str]


def lists_in_force(corridor: Corridor) -> InForce:
    rows = list(WatchList.objects.order_by("name"))
    return InForce(
        rules={row.name: rule_of(row, corridor) for row in rows},
        digests={row.name: row.digest for row in rows},
        against={row.name: row.digest + ("" if row.threshold is None else f"@{row.threshold:g}") for row in rows},
    )


def named(name: str, corridor: Corridor) -> ListRule | None:
    """The corridor file's rule for a list of that name."""
    return next((rule for rule in corridor.lists if rule.name == name), None)


def rule_of(row: WatchList, corridor: Corridor) -> ListRule:
    """What the list may do here. A threshold that two people changed comes before the corridor file's."""
    rule = stated_rule(row, corridor)
    return rule if row.threshold is None else replace(rule, threshold=row.threshold)


def stated_rule(row: WatchList, corridor: Corridor) -> ListRule:
    """A list that the corridor does not name refers at most to what its own lists need, for its review time."""
    known = named(row.name, corridor)
    if known is not None:
        return known
    owner = row.owner or NOT_STATED
    return ListRule(
        name=row.name,
        owner=owner,
        legal_basis=row.legal_basis or NOT_STATED,
        consequence=row.consequence or "refer",
        authority=owner,
        deadline_hours=min(
            (rule.deadline_hours for rule in corridor.lists), default=corridor.review.decide_within_hours
        ),
        threshold=min((rule.threshold for rule in corridor.lists), default=DEFAULT_THRESHOLD),
    )
