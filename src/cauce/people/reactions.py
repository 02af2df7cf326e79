"""What follows at once from events of earlier rooms."""

from __future__ import annotations

from django.utils.translation import gettext as _

from cauce.corridor.events import CorridorApplied
from cauce.journal.errors import Refused
from cauce.journal.events import Recorded, reacts
from cauce.journal.services import By
from cauce.people.models import Stay


@reacts(CorridorApplied)
def keep_places_with_people(records: list[Recorded[CorridorApplied]], by: By) -> None:
    """A corridor file that leaves out a place where people are is refused: nobody would find or move them."""
    known = {place["id"] for place in records[-1].event.content["places"]}
    lost = set(Stay.objects.filter(until__isnull=True).values_list("place", flat=True).distinct()) - known
    if lost:
        raise Refused(
            _(
                "The corridor file has no place %(places)s, where people are now. Keep these places in the file, "
                "or move the people first; nothing was changed."
            )
            % {"places": ", ".join(sorted(lost))}
        )
