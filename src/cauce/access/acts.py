"""What is done about accounts is written down in a chain of its own: who made, closed, reset or let in whom."""

from __future__ import annotations

import hashlib

from django.db import transaction

from cauce.access.actor import Actor
from cauce.access.signin_models import Act, act_columns
from cauce.journal import clock
from cauce.journal.models import Head

ACTS = "accounts"
GENESIS = "0" * 64


def note_act(*, by: Actor | None, what: str, about: str = "", note: str = "") -> None:
    """Write down that `by` (None: nobody signed in, or the founding of the store) did `what` about an account."""
    with transaction.atomic():
        head = locked(ACTS)
        row = Act(
            account=by.account if by else "",
            role=by.role if by else "",
            place=by.place if by else "",
            what=what,
            about=about,
            note=note[:200],
            at=clock.stamp(clock.now()),
            prev=head.hash,
        )
        row.hash = hash_of(head.hash, row)
        head.hash, head.seq = row.hash, head.seq + 1
        row.save()
        head.save()


def locked(chain: str) -> Head:
    """The end of a chain of this room, held until the transaction ends; made when it is the first time."""
    rows = Head.objects.select_for_update().filter(node=chain)
    head = rows.first()
    if head is None:
        Head.objects.get_or_create(node=chain, defaults={"seq": 0, "hash": GENESIS})
        head = rows.get()
    return head


def hash_of(prev: str, row: Act) -> str:
    return hashlib.sha256("\x00".join((prev, *act_columns(row))).encode()).hexdigest()
