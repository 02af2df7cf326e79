"""How a station stands with its hub, and what contradicts what between stations, for machines."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from cauce.access.machines.door import Machines, actor_of
from cauce.access.machines.fields import Cursor, Done, Limit, Moment, Reason, Shown, Told
from cauce.access.machines.pages import Paged, paged
from cauce.access.services import note_reading
from cauce.sync import matter_words, matters, selectors

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


class MatterShown(Shown):
    """`kind` and `told` are for programs; `what` and `todo` are for people. `settled_at` null: it is open.

    `person` is their number, empty where the matter is about nobody who is known here.
    """

    id: UUID
    kind: str
    person: str
    place: str
    node: str
    told: dict[str, str]
    what: str
    todo: str
    opened_at: Moment
    settled_at: Moment | None
    settled_by: str
    reason: str


class SettledTold(Told):
    """`reason`: what was found and done; it names nobody."""

    reason: Reason


@machines.reads("/matters", "matters.read", Paged[MatterShown])
def list_matters(
    request: HttpRequest, settled: bool = False, cursor: Cursor = "", limit: Limit = 50
) -> Paged[MatterShown]:
    """Matters between stations that are open, or were settled, the oldest first. The reading is noted."""
    actor = actor_of(request)
    rows = matters.matters_for(actor, settled=settled, most=None)
    shown, after = paged(rows, lambda one: (one.row.opened_at.isoformat(), one.row.id.hex), cursor, limit)
    note_reading(actor=actor, what="api matters", persons=dict.fromkeys(matters.persons_of(shown)))
    return Paged(items=[_matter(one) for one in shown], next=after)


def _matter(one: matters.Open) -> MatterShown:
    row = one.row
    same = ("id", "kind", "place", "node", "opened_at", "settled_at", "settled_by", "reason")
    return MatterShown(
        **{name: getattr(row, name) for name in same},
        person=one.number,
        told=one.told,
        what=matter_words.what(row.kind, one.told),
        todo=matter_words.todo(row.kind),
    )


@machines.writes("/matters/{matter}/settle", "matters.settle", Done)
def settle(request: HttpRequest, matter: UUID, told: SettledTold) -> Done:
    """Say what was found and done about a matter. 409 where somebody settled it first."""
    matters.settle(matter=matter, reason=told.reason, by=actor_of(request))
    return Done()
