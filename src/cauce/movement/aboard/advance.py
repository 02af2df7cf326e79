"""What the gate released about a manifest, as the list of passengers that an authority takes in advance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from hashlib import sha256

from cauce.corridor.selectors import zone_of
from cauce.corridor.shape import Recipient
from cauce.journal import clock
from cauce.journal.models import Node
from cauce.movement.aboard import paxlst
from cauce.movement.aboard.paxlst import Passage, Traveller
from cauce.movement.aboard.selectors import inspection_of
from cauce.movement.models import Manifest


def advance_list(row: Manifest, rows: Sequence[Mapping[str, str]], to: Recipient) -> bytes:
    """PAXLST D.05B of these rows of the gate; what the recipient may not have is not in them and not in it."""
    inspection = inspection_of(row.id)
    made = clock.now().astimezone(UTC)
    reference = sha256(f"{row.number} {row.version} {to.id} {made.isoformat()}".encode()).hexdigest()[:14].upper()
    passage = Passage(
        sender=Node.here().name,
        recipient=to.id,
        reference=reference,
        made=made.replace(tzinfo=None),
        number=row.number,
        mode=row.mode,
        origin=row.origin,
        destination=row.destination,
        day=_left(row).date(),
        plate=inspection.plate if inspection else "",
    )
    return paxlst.write(passage, [_traveller(told, to) for told in rows])


def _left(row: Manifest) -> datetime:
    """When it left, or will; local at the origin."""
    zone = zone_of(row.origin)
    return row.departed_at.astimezone(zone) if row.departed_at else datetime.combine(row.date, time(), zone)


def _traveller(told: Mapping[str, str], to: Recipient) -> Traveller:
    family, given = told.get("family_names", ""), told.get("given_names", "")
    nationality = told.get("nationality", "")
    if not nationality and "nationality" in to.fields:
        nationality = paxlst.UNSPECIFIED
    return Traveller(
        family=family or ("" if given else told.get("name", "")),
        given=given,
        sex=told.get("sex", ""),
        birth=told.get("birth_date", ""),
        nationality=nationality,
        document_type=told.get("document_type", "") or ("other" if told.get("document_number") else ""),
        document_number=told.get("document_number", ""),
        document_expiry=told.get("document_expiry", ""),
        document_issuer=told.get("document_issuer", ""),
        seat=told.get("seat", ""),
        card=told.get("card_number", ""),
    )
