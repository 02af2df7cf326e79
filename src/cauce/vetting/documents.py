"""The document check (P4): is there evidence that the corridor accepts, and is anything doubtful about it? Pure.

Lack of papers alone opens no review. A doubt about a paper (a check digit that does not fit what is printed, one paper
on two people) always goes to a person, whatever the nationality.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cauce.corridor.shape import Evidence
from cauce.vetting.finding import Doubt, Finding, Standing

DECLARED = "declared"
PASSPORT = "passport"


@dataclass(frozen=True, slots=True)
class Lost:
    """A paper reported lost or stolen. `kind` and `country` are empty where the list does not say."""

    list_name: str
    reference: str
    kind: str
    number: str
    country: str
    reported: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as registered. `number_key` is folded for comparison; `mark` names the number where it must not be
    told; `others`: people it was registered for too; `reports`: what lists of lost and stolen papers say about it.
    """

    kind: str
    number: str = ""
    number_key: str = ""
    mark: str = ""
    issuer: str = ""
    expires: date | None = None
    kept_as_printed: bool = False
    others: tuple[str, ...] = ()  # ids, as text
    reports: tuple[Lost, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.issuer}:{self.mark}"


def rule_for(nationality: str, rules: Sequence[Evidence]) -> Evidence | None:
    """The rule of that nationality, else the one for everybody; None when the corridor asks for nothing."""
    by_code = {rule.nationality: rule for rule in reversed(rules)}
    return by_code.get(nationality) or by_code.get("*")


def check(papers: Sequence[Paper], rule: Evidence | None, day: date) -> Finding:
    """What the papers say on that day. `pending` means that accepted evidence is still to be shown."""
    doubts = tuple(doubt for paper in papers for doubt in _doubts(paper))
    doubted = {paper.name for paper in papers if _doubts(paper)}
    base = _standing(papers, rule, day)
    rest = _standing([paper for paper in papers if paper.name not in doubted], rule, day)
    rejected = tuple(f"document_not_accepted:{p.kind}" for p in papers if p.name in doubted)
    return Finding(
        base=base,
        evidence={
            "papers": [f"{paper.kind}:{paper.issuer}" for paper in papers],
            "shared_with": sorted({other for paper in papers for other in paper.others}),
        },
        doubts=doubts,
        if_confirmed=Standing(rest.result, (*rejected, *rest.reasons)) if doubts else None,
    )


def _standing(papers: Sequence[Paper], rule: Evidence | None, day: date) -> Standing:
    if rule is None:
        return Standing("clear", ("no_evidence_rule",))
    expired = tuple(f"expired:{p.kind}" for p in papers if _expired(p, rule, day))
    for kind in rule.accepts:
        good = [p for p in papers if p.kind == kind and not _expired(p, rule, day)]
        if good:
            late = all(p.expires is not None and p.expires < day for p in good)
            return Standing("clear", (f"expired_within_rule:{kind}" if late else f"accepted:{kind}",))
    if DECLARED in rule.accepts:
        return Standing("clear", ("declared_identity", *expired))
    return Standing("pending", ("no_accepted_evidence", *expired))


def _expired(paper: Paper, rule: Evidence, day: date) -> bool:
    if paper.expires is None:
        return False
    allowed = rule.expired_years * 365.25 if paper.kind == PASSPORT else 0.0
    return (day - paper.expires).days > allowed


def _doubts(paper: Paper) -> list[Doubt]:
    found = []
    about: dict[str, object] = {"kind": paper.kind, "number": paper.number, "issuer": paper.issuer}
    if paper.kept_as_printed:
        found.append(_doubt("kept_as_printed", paper, about))
    if paper.others:
        found.append(_doubt("same_document", paper, {**about, "others": list(paper.others)}, paper.others))
    return found + [_reported(paper, report, about) for report in paper.reports]


def _reported(paper: Paper, report: Lost, about: dict[str, object]) -> Doubt:
    """It may be the owner who found it again, or somebody else's number: a person asks."""
    said = (report.list_name, report.reference, report.kind, report.country, report.reported)
    told = {"list": report.list_name, "reference": report.reference, "reported": report.reported}
    return _doubt("lost_document", paper, {**about, **told}, said, f"|{report.list_name}|{report.reference}")


def _doubt(code: str, paper: Paper, listed: dict[str, object], said: Sequence[str] = (), more: str = "") -> Doubt:
    digest = hashlib.sha256("\x00".join((code, paper.name, *said)).encode()).hexdigest()
    matter = f"{code}|{paper.name}{more}"
    return Doubt(matter=matter[:120], digest=digest, listed=listed, reasons=(f"{code}:{paper.kind}",))
