"""Which node serves which place, as enrolled: read once for a batch."""

from __future__ import annotations


def serving() -> dict[str, str]:
    """Place -> the station that serves it. Empty in a store that has no stations."""
    from cauce.sync.models import Peer

    return {
        place: name
        for name, places in Peer.objects.filter(revoked=False)
        .order_by("enrolled_at", "name")
        .values_list("name", "places")
        for place in places
    }
