"""Who has a sealed seat to a place is seen there before they arrive: the place prepares for them."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from cauce.movement.models import Seat
from cauce.people import reach


@reach.awaits
def on_the_way(place: str) -> Q:
    """Their families too, as on the manifest."""
    seats = Seat.objects.filter(group=OuterRef("group"), live=True, manifest__destination=place)
    return Q(Exists(seats.filter(manifest__status__in=("sealed", "departed"))))
