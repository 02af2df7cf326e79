"""How a station stands with its hub, for machines."""

from __future__ import annotations

from django.http import HttpRequest

from cauce.access.machines.door import Machines, actor_of
from cauce.access.machines.fields import Moment, Shown
from cauce.sync import selectors

machines = Machines("sync", __name__)


class SyncShown(Shown):
    """`unsent` entries are not at the hub yet, since `unsent_since`. `enrolled` false: this node has no hub.

    `refused` is the code of the hub's last no, `trouble` why the last try failed. `clock_skew` is in seconds.
    """

    enrolled: bool
    hub: str = ""
    unsent: int = 0
    unsent_since: Moment | None = None
    last_receipt_at: Moment | None = None
    met_at: Moment | None = None
    refused: str = ""
    trouble: str = ""
    clock_skew: float = 0.0


@machines.reads("/sync", "sync.read", SyncShown)
def read_status(request: HttpRequest) -> SyncShown:
    """How many entries are not at the hub yet, since when, and the hub's last receipt."""
    actor_of(request)
    found = selectors.status()
    if found is None:
        return SyncShown(enrolled=False)
    told = {name: getattr(found, name) for name in SyncShown.model_fields if name != "enrolled"}
    return SyncShown(enrolled=True, **told)
