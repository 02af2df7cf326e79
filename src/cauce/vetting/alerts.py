"""Local alerts as the matcher sees them: entries like those of any list, each with a rule of its own (P6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Max

from cauce.corridor.shape import Corridor, ListRule
from cauce.vetting.lists import Alias, DateRange, Document, Entry
from cauce.vetting.lists.scripts import script_of
from cauce.vetting.names import DEFAULT_THRESHOLD, Index
from cauce.vetting.sought_models import ALERTS, Alert


@dataclass(frozen=True, slots=True)
class Active:
    """An alert that may match somebody. `at`: the entry of the journal that added it."""

    at: int
    entry: Entry
    rule: ListRule

    @property
    def number(self) -> str:
        return self.entry.id


def active(now: datetime, corridor: Corridor) -> tuple[Active, ...]:
    """The alerts that match anybody at that moment, oldest first: the store reads their last day, nobody's memory."""
    rows = Alert.objects.filter(status="active", expires_at__gt=now).order_by("entry")
    return tuple(Active(row.entry, entry_of(row), rule_of_alert(row, corridor)) for row in rows)


def newest() -> int:
    """The entry that added the newest alert there ever was; 0 when there was none."""
    found: int | None = Alert.objects.aggregate(newest=Max("entry"))["newest"]
    return found or 0


def least_threshold(corridor: Corridor) -> float:
    """From which score an alert matches, or a list of which the corridor says nothing."""
    return min((rule.threshold for rule in corridor.lists), default=DEFAULT_THRESHOLD)


def rule_of_alert(row: Alert, corridor: Corridor) -> ListRule:
    """What a match of it may lead to. Review time and threshold are those of the corridor's lists, the strictest."""
    return ListRule(
        name=ALERTS,
        owner=row.owner,
        legal_basis=row.legal_basis,
        consequence=row.consequence,
        authority=row.authority,
        deadline_hours=min(
            (rule.deadline_hours for rule in corridor.lists), default=corridor.review.decide_within_hours
        ),
        threshold=least_threshold(corridor),
        state=row.state,
    )


def entry_of(row: Alert) -> Entry:
    return sought(
        row.number,
        row.names,
        birth_dates=tuple(DateRange(date.fromisoformat(one), date.fromisoformat(two)) for one, two in row.birth_dates),
        sex=row.sex,
        nationalities=tuple(row.nationalities),
        documents=tuple(Document(*document) for document in row.documents),
        remarks=row.why,
    )


def sought(
    number: str,
    names: list[str],
    *,
    birth_dates: tuple[DateRange, ...] = (),
    sex: str = "",
    nationalities: tuple[str, ...] = (),
    documents: tuple[Document, ...] = (),
    remarks: str = "",
) -> Entry:
    """Somebody sought here, as an entry of a list."""
    return Entry(
        id=number,
        kind="person",
        names=tuple(Alias(name, "strong", script_of(name)) for name in names),
        birth_dates=birth_dates,
        sexes=(sex,) if sex else (),
        nationalities=nationalities,
        documents=documents,
        remarks=remarks,
    )


@lru_cache(maxsize=8)
def index_of(entries: tuple[Entry, ...]) -> Index:
    """The searchable index of these entries, kept for as long as they stay the same."""
    return Index(entries)
