"""What the services of flights share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cauce.journal.errors import Misused, Refused, Unknown
from cauce.movement.charters.models import Flight

_STATUS_WORDS = {
    "offered": gettext_noop("offered"),
    "proposed": gettext_noop("proposed"),
    "booked": gettext_noop("booked"),
    "cancelled": gettext_noop("called off"),
    "withdrawn": gettext_noop("withdrawn"),
}
OPEN = ("offered", "proposed", "booked")


def flight_now(flight: UUID, status: Collection[str] = ()) -> Flight:
    """The flight as it stands; call it under the chain's lock. Unknown for none, Refused for another status."""
    row = Flight.objects.filter(id=flight).first()
    if row is None:
        raise Unknown(_("There is no such flight. `cauce flight list` shows them."))
    if status and row.status not in status:
        raise Refused(
            _("Flight %(number)s is %(status)s; this takes one that is %(wanted)s.")
            % {
                "number": row.number,
                "status": _(_STATUS_WORDS[row.status]),
                "wanted": ", ".join(_(_STATUS_WORDS[one]) for one in status),
            },
            code="flight_status",
        )
    return row


def terms_given(terms: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Terms of cancellation, the longest before first; Misused for what makes no sense."""
    found = tuple(sorted(((int(days), int(share)) for days, share in terms), reverse=True))
    shares = [share for _days, share in found]
    if any(days < 0 or not 0 <= share <= 1000 for days, share in found) or shares != sorted(shares):
        raise Misused(
            _("Terms are days before the flight and the share kept from then on; the later, the more is kept.")
        )
    return found


def lands_not(row: Flight, country: str) -> Misused:
    return Misused(_("Flight %(number)s does not land in %(country)s.") % {"number": row.number, "country": country})
