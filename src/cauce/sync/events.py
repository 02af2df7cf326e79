"""The hub says which nodes there are. It says so to all of them, and what a station says of it rules nobody."""

from __future__ import annotations

from dataclasses import dataclass

from cauce.journal.events import Event, Recorded, applies, event
from cauce.journal.services import ruling
from cauce.sync.models import Peer


@event("sync.node_enrolled", subject="", travels="everywhere")
@dataclass(frozen=True, kw_only=True)
class NodeEnrolled(Event):
    """A node joined with a one-time code, or again with another key; the hub is the first. It serves `places`."""

    node: str
    role: str
    key: str
    recipient: str
    places: tuple[str, ...] = ()


@event("sync.node_revoked", subject="", travels="everywhere")
@dataclass(frozen=True, kw_only=True)
class NodeRevoked(Event):
    """A node is out: nothing is taken from it or given to it any more."""

    node: str
    why: str


@event("sync.node_quarantined", subject="", travels="everywhere")
@dataclass(frozen=True, kw_only=True)
class NodeQuarantined(Event):
    """A node's chain does not fit what came before: nothing is taken from it until somebody has looked."""

    node: str
    why: str


@event("sync.node_released", subject="", travels="everywhere")
@dataclass(frozen=True, kw_only=True)
class NodeReleased(Event):
    """Somebody looked at a quarantined node and lets it go on."""

    node: str
    why: str


@applies(NodeEnrolled)
def enrol(records: list[Recorded[NodeEnrolled]]) -> None:
    for r in ruling(records):
        Peer.objects.update_or_create(
            name=r.event.node,
            defaults={
                "role": r.event.role,
                "key": r.event.key,
                "recipient": r.event.recipient,
                "places": list(r.event.places),
                "revoked": False,
                "quarantined_why": "",
                "enrolled_at": r.happened_at,
            },
        )


@applies(NodeRevoked)
def revoke(records: list[Recorded[NodeRevoked]]) -> None:
    Peer.objects.filter(name__in=[r.event.node for r in ruling(records)]).update(revoked=True)


@applies(NodeQuarantined)
def quarantine(records: list[Recorded[NodeQuarantined]]) -> None:
    for r in ruling(records):
        Peer.objects.filter(name=r.event.node).update(quarantined_why=r.event.why)


@applies(NodeReleased)
def release(records: list[Recorded[NodeReleased]]) -> None:
    Peer.objects.filter(name__in=[r.event.node for r in ruling(records)]).update(quarantined_why="")
