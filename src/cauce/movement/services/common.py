"""What the services of manifests share: finding one, locking, and saying no when somebody was faster."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cauce.journal.errors import Conflict, Refused, Unknown
from cauce.movement.models import Manifest, Seat

UNDEPARTED = ("proposed", "sealed")
_STATUS_WORDS = {
    "proposed": gettext_noop("proposed"),
    "sealed": gettext_noop("sealed"),
    "departed": gettext_noop("departed"),
    "arrived": gettext_noop("arrived"),
    "cancelled": gettext_noop("called off"),
}


def manifest_now(manifest: UUID, *, version: int | None = None, status: Collection[str] = ()) -> Manifest:
    """The manifest as it stands; call it under the chain's lock.

    Raises Unknown for none, Conflict when it is no longer at `version`, Refused when its status is not in `status`.
    """
    row = Manifest.objects.filter(id=manifest).first()
    if row is None:
        raise Unknown(_("There is no such manifest. `cauce manifest list` shows those of a day."))
    if version is not None and row.version != version:
        raise Conflict(
            _(
                "Somebody changed manifest %(number)s meanwhile: it is at version %(version)s, you saw %(seen)s. "
                "Nothing was done. Look at it again, then decide again."
            )
            % {"number": row.number, "version": row.version, "seen": version}
        )
    if status and row.status not in status:
        raise Refused(
            _("Manifest %(number)s is %(status)s; this takes one that is %(wanted)s.")
            % {
                "number": row.number,
                "status": _(_STATUS_WORDS[row.status]),
                "wanted": ", ".join(_(_STATUS_WORDS[one]) for one in status),
            },
            code="manifest_status",
        )
    return row


def live_seats(manifest: UUID) -> list[Seat]:
    """The seats somebody holds, by number."""
    return list(Seat.objects.filter(manifest=manifest, live=True).order_by("number"))


def reason_given(reason: str) -> str:
    """The reason without outer blanks; Refused when there is none."""
    if not reason.strip():
        raise Refused(_("This needs a reason: it is recorded with your name. Say why."), code="reason_missing")
    return reason.strip()
