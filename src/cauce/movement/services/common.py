"""What the services of manifests share: finding one, locking, and saying no when somebody was faster."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from cauce.journal.errors import Conflict, Refused, Unknown
from cauce.movement.models import Manifest, Seat

UNDEPARTED = ("proposed", "sealed")


def manifest_now(manifest: UUID, *, version: int | None = None, status: Collection[str] = ()) -> Manifest:
    """The manifest as it stands; call it under the chain's lock.

    Raises Unknown for none, Conflict when it is no longer at `version`, Refused when its status is not in `status`.
    """
    row = Manifest.objects.filter(id=manifest).first()
    if row is None:
        raise Unknown("There is no such manifest. `cauce manifest list` shows those of a day.")
    if version is not None and row.version != version:
        raise Conflict(
            f"Somebody changed manifest {row.number} meanwhile: it is at version {row.version}, you saw {version}. "
            "Nothing was done. Look at it again, then decide again."
        )
    if status and row.status not in status:
        raise Refused(
            f"Manifest {row.number} is {row.status}; this takes one that is {' or '.join(status)}.",
            code="manifest_status",
        )
    return row


def live_seats(manifest: UUID) -> list[Seat]:
    """The seats somebody holds, by number."""
    return list(Seat.objects.filter(manifest=manifest, live=True).order_by("number"))


def reason_given(reason: str, what: str) -> str:
    """The reason without outer blanks; Refused when there is none."""
    if not reason.strip():
        raise Refused(f"{what} needs a reason: it is recorded with your name. Say why.", code="reason_missing")
    return reason.strip()
