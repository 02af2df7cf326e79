"""How things stand between this node and its hub, and at the hub with each station."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from cauce.access.actor import Actor
from cauce.journal import clock
from cauce.journal.models import Entry, Head, Node
from cauce.sync.models import Conflict, Contact, Invitation, Link, Peer, Receipt
from cauce.sync.peers import serving

SKEWED = timedelta(minutes=2)
"""A clock further off than this is told; order never depends on it."""


@dataclass(frozen=True, slots=True)
class Status:
    """How a station stands with its hub. `unsent` entries since `unsent_since` have no receipt yet.

    `refused` is the code of the hub's last no (revoked, quarantined, forked …), `trouble` why the last try failed.
    `clock_skew` is in seconds; `skewed` says whether it is worth telling.
    """

    hub: str
    unsent: int
    unsent_since: datetime | None
    last_receipt_at: datetime | None
    hub_seq: int
    met_at: datetime | None
    tried_at: datetime | None
    refused: str
    trouble: str
    clock_skew: float

    @property
    def quarantined(self) -> bool:
        return self.refused in ("quarantined", "forked", "aside")

    @property
    def revoked(self) -> bool:
        return self.refused == "revoked"

    @property
    def skewed(self) -> bool:
        return abs(self.clock_skew) > SKEWED.total_seconds()

    @property
    def skew(self) -> timedelta:
        return timedelta(seconds=round(abs(self.clock_skew)))

    @property
    def level(self) -> bool:
        return self.unsent == 0 and not self.refused and self.last_receipt_at is not None


def status() -> Status | None:
    """One query. None for a node that is enrolled nowhere: it has nobody to send to."""
    own = Head.objects.filter(node=Subquery(Node.objects.values("name")[:1]))
    next_one = Entry.objects.filter(node=Subquery(Node.objects.values("name")[:1]), seq=OuterRef("receipt_seq") + 1)
    row = (
        Link.objects.annotate(
            unsent=Coalesce(Subquery(own.values("seq")[:1]), 0) - F("receipt_seq"),
            since=Subquery(next_one.values("recorded_at")[:1]),
        )
        .values()
        .first()
    )
    return _status(row) if row else None


def _status(row: Any) -> Status:
    return Status(
        hub=row["hub"],
        unsent=max(0, row["unsent"]),
        unsent_since=clock.unstamp(row["since"]) if row["since"] else None,
        last_receipt_at=row["receipt_at"],
        hub_seq=row["receipt_seq"],
        met_at=row["met_at"],
        tried_at=row["tried_at"],
        refused=row["refused"],
        trouble=row["trouble"],
        clock_skew=row["clock_skew"],
    )


@dataclass(frozen=True, slots=True)
class Station:
    """One node as the hub knows it. `here` entries of its chain are at the hub, `behind` more it says it has."""

    name: str
    role: str
    places: tuple[str, ...]
    state: str  # active, revoked, quarantined, invited, invitation over
    why: str
    here: int
    behind: int
    heard_at: datetime | None
    clock_skew: float
    conflicts: int

    @property
    def skewed(self) -> bool:
        return abs(self.clock_skew) > SKEWED.total_seconds()

    @property
    def skew(self) -> timedelta:
        return timedelta(seconds=round(abs(self.clock_skew)))


def stations_for(actor: Actor) -> list[Station]:
    """Every node that this one knows of, by name; at the hub with what it last heard of each."""
    actor.require("sync.read")
    heads = dict(Head.objects.filter(partial=False).values_list("node", "seq"))
    contacts = {row.node: row for row in Contact.objects.all()}
    conflicts: dict[str, int] = {}
    for node in Conflict.objects.values_list("node", flat=True):
        conflicts[node] = conflicts.get(node, 0) + 1
    found = [_station(peer, heads, contacts.get(peer.name), conflicts) for peer in Peer.objects.order_by("name")]
    known = {station.name for station in found}
    now = clock.now()
    for one in Invitation.objects.filter(used_by="").exclude(node__in=known):
        state = "invited" if one.expires_at > now else "invitation over"
        found.append(Station(one.node, "station", tuple(one.places), state, "", 0, 0, None, 0.0, 0))
    return sorted(found, key=lambda station: (station.role != "hub", station.name))


def _station(peer: Peer, heads: dict[str, int], contact: Contact | None, conflicts: dict[str, int]) -> Station:
    state = "revoked" if peer.revoked else "quarantined" if peer.quarantined_why else "active"
    here = heads.get(peer.name, 0)
    return Station(
        name=peer.name,
        role=peer.role,
        places=tuple(peer.places),
        state=state,
        why=peer.quarantined_why,
        here=here,
        behind=max(0, contact.seq - here) if contact else 0,
        heard_at=contact.at if contact else None,
        clock_skew=contact.clock_skew if contact else 0.0,
        conflicts=conflicts.get(peer.name, 0),
    )


def conflicts_for(actor: Actor, node: str = "") -> list[Conflict]:
    """Both versions of what nodes wrote twice, oldest first."""
    actor.require("sync.read")
    rows = Conflict.objects.order_by("id")
    return list(rows.filter(node=node) if node else rows)


def newest_receipt() -> Receipt | None:
    """What the hub last signed for."""
    return Receipt.objects.order_by("-seq", "-id").first()


def node_of(place: str) -> str:
    """The station that serves the place; empty when none does."""
    return serving().get(place, "")
