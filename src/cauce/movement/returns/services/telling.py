"""The one exception of P11: the own consulate hears who somebody is, to make a travel document, and nothing else."""

from __future__ import annotations

from uuid import UUID

from cauce.access.actor import Actor
from cauce.movement.returns.services.common import case_now
from cauce.protection import gate


def tell_consulate(*, case: UUID, recipient: str, by: Actor) -> dict[str, str]:
    """The travel identity of one person, through the gate: after a final decision, or at their own request.

    `recipient` is a [[recipient]] of the corridor file. Refused by the gate for who has a hold, a claim, fears that
    country, or has neither a final decision nor asked for it. The release is logged.
    """
    row = case_now(case, by, "manifest.export")
    return gate.release(recipient=recipient, persons=[row.person], what="travel document", by=by, strict=True)[0]
