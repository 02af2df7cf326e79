"""Runs the pure checks over a batch of people: facts in, findings out. Writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from cauce.corridor.selectors import local_day
from cauce.corridor.shape import Corridor
from cauce.journal import clock
from cauce.vetting import documents, editions, health, lost, watchlist
from cauce.vetting.alerts import index_of
from cauce.vetting.documents import Paper
from cauce.vetting.facts import Facts, facts_of
from cauce.vetting.finding import Finding
from cauce.vetting.names import Hit, Query
from cauce.vetting.rules import InForce
from cauce.vetting.sought_models import ALERTS

MOST_HITS = 20  # a list; more people than that under one name tell an analyst nothing new
Changed = Mapping[str, Collection[str] | None]
"""List -> ids of its entries to look at; None: all of them. Lists that it leaves out are not searched."""


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
    asked = [person for person, checks in wanted.items() if person in facts and "watchlist" in checks]
    searched = search([(facts[person], None) for person in asked], lists)
    findings = {
        person: {
            check: searched[person] if check == "watchlist" else _run(check, facts[person], corridor, lists, day)
            for check in checks
        }
        for person, checks in wanted.items()
        if person in facts
    }
    return Found(findings=findings, sharing=sharing, against=lists.against)


def _run(check: str, facts: Facts, corridor: Corridor, lists: InForce, day: date) -> Finding:
    if check == "document":
        papers = [_looked_up(paper, lists) for paper in facts.papers]
        return documents.check(papers, documents.rule_for(facts.nationality, corridor.evidence), day)
    return health.check(facts.birth_first, facts.birth_last, facts.had, corridor.vaccines, day)


def _looked_up(paper: Paper, lists: InForce) -> Paper:
    found = lost.reports(lists.papers, paper.number_key, paper.issuer) if lists.papers and paper.number_key else ()
    return replace(paper, reports=found) if found else paper


def search(asked: Sequence[tuple[Facts, Changed | None]], lists: InForce) -> dict[UUID, Finding]:
    """Each person in every list and alert, or in what goes with them (None: in everything). By person.

    The answer for a person does not depend on who else is asked about.
    """
    hits: dict[UUID, dict[str, list[Hit]]] = {facts.id: {} for facts, _ in asked}
    for name, rule in lists.rules.items():
        found = _within([one for one in asked if one[1] is None or name in one[1]], name)
        if not found:
            continue
        answers = editions.index(lists.digests[name]).search_many([q for q, _, _ in found], rule.threshold, MOST_HITS)
        for (_, person, wanted), answer in zip(found, answers, strict=True):
            hits[person][name] = [hit for hit in answer if wanted is None or hit.entry_id in wanted]
    _search_alerts(asked, lists, hits)
    met: dict[str, set[str]] = defaultdict(set)
    for by_list in hits.values():
        for name, answer in by_list.items():
            met[name].update(hit.entry_id for hit in answer)
    entries = {name: editions.entries(lists.digests[name]) for name in met if met[name] and name != ALERTS}
    entries[ALERTS] = {alert.number: alert.entry for alert in lists.alerts}
    own = {alert.number: alert.rule for alert in lists.alerts}
    return {
        facts.id: watchlist.check(hits[facts.id], entries, lists.rules, facts.states, own, lists.missing)
        for facts, _ in asked
    }


def _search_alerts(
    asked: Sequence[tuple[Facts, Changed | None]], lists: InForce, hits: dict[UUID, dict[str, list[Hit]]]
) -> None:
    """Alerts are few: one index holds them all, and each is asked by its own threshold."""
    found = _within([one for one in asked if one[1] is None or one[1].get(ALERTS)], ALERTS)
    if not lists.alerts or not found:
        return
    least = {alert.number: alert.rule.threshold for alert in lists.alerts}
    index = index_of(tuple(alert.entry for alert in lists.alerts))
    answers = index.search_many([q for q, _, _ in found], min(least.values()), len(least))
    for (_, person, wanted), answer in zip(found, answers, strict=True):
        hits[person][ALERTS] = [
            hit
            for hit in answer
            if (wanted is None or hit.entry_id in wanted) and hit.probability >= least[hit.entry_id]
        ]


def still_so(finding: Finding, lists: InForce) -> Finding:
    """What is left of a finding under the lists that are in force by now: one may have been unloaded meanwhile."""
    numbers = {alert.number for alert in lists.alerts}
    left = tuple(
        d for d in finding.doubts if (d.matter in numbers if d.list_name == ALERTS else d.list_name in lists.rules)
    )
    return replace(finding, doubts=left, base=watchlist.unless_met(lists.rules, lists.missing))


def _within(
    asked: Sequence[tuple[Facts, Changed | None]], name: str
) -> list[tuple[Query, UUID, Collection[str] | None]]:
    return [(facts.query(), facts.id, None if only is None else only[name]) for facts, only in asked]
