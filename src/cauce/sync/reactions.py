"""What this node does at once about its own acts, as one of several nodes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cauce.corridor import events as corridor
from cauce.corridor.selectors import in_force
from cauce.journal import clock
from cauce.journal.errors import Refused
from cauce.journal.events import Event, Recorded, reacts
from cauce.journal.models import Node
from cauce.journal.services import By
from cauce.movement.events import ManifestArrived, ManifestDeparted, ManifestSealed
from cauce.movement.models import Manifest
from cauce.movement.shares import spends_rest
from cauce.people import events as people
from cauce.people.models import Stay
from cauce.protection.events import HoldExpired, HoldLifted, HoldPlaced
from cauce.sync.blocks import tell_blocks, tell_ended
from cauce.sync.custody_models import Custody
from cauce.sync.events import NodeEnrolled
from cauce.sync.models import Link
from cauce.sync.peers import is_hub, serving

KEPT: tuple[type[Event], ...] = (
    people.PersonCorrected,
    people.DocumentAdded,
    people.DocumentWithdrawn,
    people.BedAssigned,
)
"""What only the station that answers for a person records about them; the hub may, where it joins two records."""


def _only_ours(records: list[Recorded[Any]], by: By) -> None:
    """Each fact has one writing node: who is another station's now is asked about there, or taken over."""
    here = Node.here().name
    persons = {r.event.person for r in records}
    row = Custody.objects.filter(person__in=persons).exclude(node=here).exclude(state="left").first()
    if row is not None and not is_hub():
        raise _theirs(row.node)


def _theirs(node: str) -> Refused:
    return Refused(
        _("%(node)s answers for this person now. Ask there; if the person is here, take them over first.")
        % {"node": node},
        code="not_in_custody",
    )


for _event in KEPT:
    reacts(_event)(_only_ours)


@reacts(people.StayEnded)
@reacts(people.PersonMoved)
def only_our_stays(records: list[Recorded[Any]], by: By) -> None:
    """A stay at another station's place is ended there, or by taking the person over."""
    served = serving()
    here = Node.here().name
    if not served or is_hub():
        return
    places = set(Stay.objects.filter(id__in=[r.event.stay for r in records]).values_list("place", flat=True))
    theirs = {served[place] for place in places if place in served} - {here}
    if theirs:
        raise _theirs(min(theirs))


@reacts(ManifestArrived)
def only_arrivals_at_ours(records: list[Recorded[ManifestArrived]], by: By) -> None:
    """The arrival takes, so it is recorded where they arrive: by two stations it would be two open stays of each."""
    served = serving()
    if not served or is_hub():
        return
    here = Node.here().name
    for row in Manifest.objects.filter(id__in=[r.event.id for r in records]):
        node = served.get(row.destination, here)
        if node != here:
            raise Refused(
                _("%(node)s records who arrives from manifest %(number)s: it is the station there.")
                % {"node": node, "number": row.number},
                code="not_in_custody",
            )


@reacts(ManifestSealed)
@reacts(ManifestDeparted)
def fresh_for_returns(records: list[Recorded[Any]], by: By) -> None:
    """P18: nobody is returned on holds that may be old: the hub was met a moment ago, or nothing is sealed."""
    ids = [r.event.id for r in records]
    row = Manifest.objects.filter(id__in=ids, kind="return").first()
    link = Link.objects.first() if row is not None else None
    if row is None or link is None:
        return
    minutes = in_force().review.return_fresh_minutes
    if link.met_at is None or link.met_at < clock.now() - timedelta(minutes=minutes):
        raise Refused(
            _(
                "Manifest %(number)s is a return: it is sealed and departs only with the holds of the last %(minutes)s "
                "minutes from the hub, and the hub was not met since. Run `cauce sync --once`, then try again."
            )
            % {"number": row.number, "minutes": minutes},
            code="holds_not_fresh",
        )


@spends_rest
def is_no_station() -> bool:
    """F3: an enrolled station spends only what the hub allotted to its places."""
    return not Link.objects.exists()


@reacts(corridor.QuotaChanged)
@reacts(corridor.QuotaChangeUndone)
@reacts(corridor.SeatsAllotted)
@reacts(corridor.AllotmentWithdrawn)
def the_hub_decides(records: list[Recorded[Any]], by: By) -> None:
    """F3: a border's quota is shared, so one node decides about it."""
    link = Link.objects.first()
    if link is not None:
        raise Refused(
            _("The quota of a border is shared by all stations: %(hub)s decides about it. Ask there.")
            % {"hub": link.hub},
            code="hub_decides",
        )


@reacts(HoldPlaced)
def tell_others(records: list[Recorded[HoldPlaced]], by: By) -> None:
    tell_blocks(_persons(records), by)


@reacts(HoldLifted)
@reacts(HoldExpired)
def tell_others_it_ended(records: list[Recorded[Any]], by: By) -> None:
    tell_ended([r.event.id for r in records], by)


@reacts(NodeEnrolled)
def tell_what_stands(records: list[Recorded[NodeEnrolled]], by: By) -> None:
    """Whoever becomes a hub tells what was held before."""
    tell_blocks(None, by)


def _persons(records: list[Recorded[Any]]) -> set[UUID]:
    return {r.event.person for r in records}
