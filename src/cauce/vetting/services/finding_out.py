"""Runs the pure checks over a batch of people: facts in, findings out. Writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cauce.corridor.selectors import local_day
from cauce.corridor.shape import Corridor
from cauce.journal import clock
from cauce.vetting import documents, editions, health, watchlist
from cauce.vetting.facts import Facts, facts_of
from cauce.vetting.finding import Finding
from cauce.vetting.names import Hit
from cauce.vetting.rules import InForce

MOST_HITS = 20  # a list; more people than that under one name tell an analyst nothing new


@dataclass(frozen=True, slots=True)
class Found:
    """Findings by person and check; who shares a paper with whom; the editions that were searched."""

    findings: dict[UUID, dict[str, Finding]]
    sharing: dict[UUID, set[UUID]]
    against: dict[str, str]


def find_out(wanted: Mapping[UUID, Collection[str]], corridor: Corridor, lists: InForce) -> Found:
    """`wanted`: the checks to run for each person. People who are gone from the register are left out."""
    facts = facts_of(wanted.keys())
    day = local_day("", clock.now())
    sharing: dict[UUID, set[UUID]] = {}
    for person, one in facts.items():
        for paper in one.papers:
            for other in paper.others:
                sharing.setdefault(UUID(other), set()).add(person)
    findings = {
        person: {check: _run(check, facts[person], corridor, lists, day) for check in checks}
        for person, checks in wanted.items()
        if person in facts
    }
    return Found(findings=findings, sharing=sharing, against=lists.against)


def _run(check: str, facts: Facts, corridor: Corridor, lists: InForce, day: date) -> Finding:
    if check == "document":
        return documents.check(facts.papers, documents.rule_for(facts.nationality, corridor.evidence), day)
    if check == "health":
        return health.check(facts.birth_first, facts.birth_last, facts.had, corridor.vaccines, day)
    return search(facts, lists)


def search(facts: Facts, lists: InForce, only: Mapping[str, Collection[str] | None] | None = None) -> Finding:
    """The person in every list, or in the entries `only` names by list (None: the whole list)."""
    query = facts.query()
    hits: dict[str, list[Hit]] = {}
    for name, rule in lists.rules.items():
        if only is not None and name not in only:
            continue
        wanted = only[name] if only is not None else None
        found = editions.index(lists.digests[name]).search(query, rule.threshold, MOST_HITS)
        hits[name] = [hit for hit in found if wanted is None or hit.entry_id in wanted]
    entries = {name: editions.entries(lists.digests[name]) for name in hits if hits[name]}
    return watchlist.check(hits, entries, lists.rules, facts.states)
