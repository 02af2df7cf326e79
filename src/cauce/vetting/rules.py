"""The lists in force and what each may do here: the corridor's [[list]], else what was stated at import (P6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from cauce.corridor.shape import Corridor, ListRule
from cauce.journal import clock
from cauce.journal.models import Node
from cauce.vetting import editions
from cauce.vetting.alerts import Active, active, least_threshold, newest, rule_of_alert
from cauce.vetting.models import WatchList
from cauce.vetting.sought_models import ALERTS, TRACING, Alert

NOT_STATED = "not stated"
PAPERS = "documents-csv"
"""Format of the lists of lost and stolen papers: they hold numbers, and no person is searched in them."""
TAKEN = (ALERTS, TRACING)
"""Names that no list may be imported under."""
NOT_HERE = "-"
"""Stands in `against` for the edition of a list that the corridor file names and that is not here."""


@dataclass(frozen=True, slots=True)
class InForce:
    """Lists of people by name: their rules, the digests of their editions. `papers`: digests of lists of lost papers.

    `missing`: lists that the corridor file needs and of which no edition is here: nobody is clear of a list that was
    not searched.
    `against` is what a person was searched in, as it is kept with the result: the digest, and behind an `@` the
    threshold, whether two people or the corridor file gave it; of local alerts the entry that added the newest, of
    a missing list that it was not here. Whoever was searched in something else is searched again.
    """

    rules: dict[str, ListRule]
    digests: dict[str, str]
    against: dict[str, str]
    alerts: tuple[Active, ...] = ()
    papers: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def lists_in_force(corridor: Corridor) -> InForce:
    rows = [(row, digest) for row in WatchList.objects.order_by("name") if (digest := edition_here(row))]
    people = [(row, digest) for row, digest in rows if row.format != PAPERS]
    rules = {row.name: rule_of(row, corridor) for row, _digest in people}
    against = {row.name: f"{digest}@{rules[row.name].threshold:g}" for row, digest in people}
    if last := newest():
        against[ALERTS] = f"{last}@{least_threshold(corridor):g}"
    missing = not_among({row.name for row, _digest in rows}, corridor)
    against |= dict.fromkeys(missing, NOT_HERE)
    return InForce(
        rules=rules,
        digests={row.name: digest for row, digest in people},
        against=against,
        alerts=active(clock.now(), corridor) if last else (),
        papers={row.name: digest for row, digest in rows if row.format == PAPERS},
        missing=missing,
    )


def not_among(here: Collection[str], corridor: Corridor) -> tuple[str, ...]:
    """Lists without which nobody is clear and that are not among these, by name. One that may only inform keeps nobody
    from being clear, found or not."""
    needed = [rule.name for rule in corridor.lists if rule.needed and rule.consequence != "inform"]
    return tuple(sorted(name for name in needed if name not in here))


def edition_here(row: WatchList) -> str:
    """The edition that is searched: the one in force, or that before it while the hub's file is on its way; empty
    when neither is here, and then nobody is searched in the list yet."""
    if row.node == Node.here().name or editions.here(row.digest):
        return row.digest
    return row.before if row.before and editions.here(row.before) else ""


def something_to_search() -> bool:
    """Whether anything is in force that a person could be on: without it the watchlist check waits."""
    if WatchList.objects.exclude(format=PAPERS).exists():
        return True
    return Alert.objects.filter(status="active", expires_at__gt=clock.now()).exists()


def rule_for(list_name: str, list_entry: str, corridor: Corridor) -> ListRule:
    """The rule under which that entry may have consequences here: a local alert has one of its own."""
    if list_name == ALERTS:
        return rule_of_alert(Alert.objects.get(number=list_entry), corridor)
    return rule_of(WatchList.objects.filter(name=list_name).first() or WatchList(name=list_name), corridor)


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
        threshold=least_threshold(corridor),
    )
