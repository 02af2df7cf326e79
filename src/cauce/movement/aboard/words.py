"""What lacks before a departure, in words that say what to do next."""

from __future__ import annotations

from django.utils.translation import gettext as _

from cauce.movement.aboard.selectors import Lacking
from cauce.movement.models import Manifest, Seat


def aboard(row: Manifest) -> int:
    """How many people hold a seat now."""
    return Seat.objects.filter(manifest=row, live=True).count()


def lacks(one: Lacking, people: int) -> str:
    """A sentence about something that lacks, with so many people on board."""
    if one.what == "inspection":
        return _("No passed inspection of the vehicle that is valid on this day: record it, or take another vehicle.")
    if one.what == "life_jackets":
        return _("Fewer life-jackets than the %(people)s people on board: bring more and record them.") % {
            "people": people
        }
    if one.what == "driver":
        return _("No driver: record who drives, for how long already, rested how long.")
    if one.what == "max_hours_driven":
        return _("A driver may have driven %(hours)g hours at most that day: name another one.") % {"hours": one.figure}
    if one.what == "max_hours_driving":
        return _(
            "The way takes %(way)g hours, and nobody drives more than %(hours)g on one day: name another driver who "
            "takes turns."
        ) % {"way": one.way, "hours": one.figure}
    return _("A driver must have rested %(hours)g hours: name another one.") % {"hours": one.figure}
