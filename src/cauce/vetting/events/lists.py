"""A list comes in force here, and people are searched in what it changed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from cauce.journal.events import Event, Recorded, applies, event
from cauce.journal.services import ruling
from cauce.vetting.events.checks import against_text
from cauce.vetting.models import CheckResult, ThresholdChange, WatchList


@event("vetting.list_imported", subject="", travels="everywhere")
@dataclass(frozen=True, kw_only=True)
class ListImported(Event):
    """An edition replaced the one before. Its entries lie beside the store; here stand its digest and counts."""

    list_name: str
    format: str
    edition: str  # date as the publisher gives it, empty when it gives none
    digest: str
    entries: int
    persons: int
    problems: int = 0
    owner: str = ""
    legal_basis: str = ""
    consequence: str = ""


@event("vetting.list_unloaded", subject="", travels="everywhere")
@dataclass(frozen=True, kw_only=True)
class ListUnloaded(Event):
    """A list is in force no longer. What was decided, and who was called somebody else, stays."""

    list_name: str
    reason: str


@event("vetting.list_rechecked", subject="", travels="hub")
@dataclass(frozen=True, kw_only=True)
class ListRechecked(Event):
    """These people were searched in what new editions changed, and nothing came of it."""

    persons: tuple[UUID, ...]
    against: dict[str, str]


@applies(ListImported)
def import_list(records: list[Recorded[ListImported]]) -> None:
    for r in ruling(records):
        old = WatchList.objects.filter(name=r.event.list_name).values_list("digest", "before").first() or ("", "")
        told = {
            "before": old[1] if old[0] == r.event.digest else old[0],
            "node": r.node,
            "format": r.event.format,
            "edition": r.event.edition,
            "digest": r.event.digest,
            "entries": r.event.entries,
            "persons": r.event.persons,
            "owner": r.event.owner,
            "legal_basis": r.event.legal_basis,
            "consequence": r.event.consequence,
            "imported_at": r.happened_at,
        }
        # A list that comes back has the threshold it had: two people chose it.
        WatchList.objects.update_or_create(
            name=r.event.list_name,
            defaults=told,
            create_defaults={**told, "threshold": _threshold(r.event.list_name)},
        )


def _threshold(name: str) -> float | None:
    confirmed = ThresholdChange.objects.filter(list_name=name, status="confirmed").order_by("ended_at", "id").last()
    return confirmed.threshold if confirmed else None


@applies(ListUnloaded)
def unload_list(records: list[Recorded[ListUnloaded]]) -> None:
    WatchList.objects.filter(name__in=[r.event.list_name for r in ruling(records)]).delete()


@applies(ListRechecked)
def recheck(records: list[Recorded[ListRechecked]]) -> None:
    for r in records:
        CheckResult.objects.filter(person__in=r.event.persons, check_id="watchlist").update(
            against=against_text(r.event.against)
        )
