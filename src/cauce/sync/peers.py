"""Which node serves which place, as enrolled: read once for a batch."""

from __future__ import annotations

from cauce.journal.models import Node
from cauce.sync.models import Peer


def is_hub() -> bool:
    """Whether this node enrolled the others. A store alone is no hub."""
    return Peer.objects.filter(name=Node.here().name, role="hub").exists()


def serving() -> dict[str, str]:
    """Place -> the station that serves it. Empty in a store that has no stations."""
    return {
        place: name
        for name, places in Peer.objects.filter(revoked=False)
        .order_by("enrolled_at", "name")
        .values_list("name", "places")
        for place in places
    }
