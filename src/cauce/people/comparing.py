"""What differs between a row and what was registered from the same external id before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from cauce.journal.models import Entry
from cauce.journal.services import replayed
from cauce.people.cells import Told
from cauce.people.dating import shown
from cauce.people.events import NeedFlagged, PersonRegistered
from cauce.people.models import Group


def differences(person: UUID, told: Told) -> list[tuple[str, str, str]]:
    """(column, registered, row) for every column that differs; as it was imported, whatever was corrected since."""
    entry = Entry.objects.filter(person=person, name=PersonRegistered.name).first()
    first: PersonRegistered = replayed([entry])[0].event if entry else None  # type: ignore[assignment]
    group = Group.objects.filter(id=first.group).first()
    before = _columns(first, group.external_id if group else "", first.place, first.arrived_at.isoformat())
    before["needs"] = before["needs"] or _flagged_with(entry)
    after = _columns(told.person, told.group_id, told.place, told.arrived_at.isoformat())
    return [(name, before[name], after[name]) for name in before if before[name] != after[name]]


def _flagged_with(registered: Entry | None) -> str:
    """The needs that were flagged in the moment of registration: they have entries of their own."""
    if registered is None:
        return ""
    flagged = Entry.objects.filter(
        person=registered.person, name=NeedFlagged.name, recorded_at=registered.recorded_at
    ).order_by("node", "seq")
    return ";".join(need.event.code for need in replayed(list(flagged)))


def _columns(facts: Any, group: str, place: str, arrived_at: str) -> dict[str, str]:
    """The import's columns of an event or of a new person, which name their facts alike."""
    paper = facts.documents[0] if facts.documents else None
    needs = [need if isinstance(need, str) else need.code for need in facts.needs]
    return {
        "group_id": group,
        "given_names": facts.given_names,
        "family_names": facts.family_names,
        "full_name": facts.full_name,
        "sex": facts.sex,
        "birth_date": shown(facts.birth_first, facts.birth_last),
        "nationality": facts.nationality,
        "relation": facts.relation,
        "guardian": facts.guardian_external,
        "document_type": paper.kind if paper else "",
        "document_number": paper.number if paper else "",
        "document_expiry": paper.expires.isoformat() if paper and paper.expires else "",
        "mrz": paper.mrz if paper else "",
        "needs": ";".join(needs),
        "language": facts.language,
        "arrived_at": arrived_at,
        "place": place,
    }
